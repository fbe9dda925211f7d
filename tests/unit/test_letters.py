"""Determination letters: read back from the PDF, line by line; made once; an incomplete adverse one is refused."""

import hashlib
import io
from pathlib import Path

import pypdf
import pytest

from casework import attachments, letters
from casework.errors import Refused, Stale
from casework.letters import pdf, typesetting
from casework.letters.missing import ELEMENTS, LINE_ELEMENTS
from casework.workflow import review
from models import Case, Determination, Letter, LineDecision, Office, Request, Status, User
from tests import answers, builders, personas

pytestmark = pytest.mark.usefixtures("db")


def letter_of(request: Request) -> Letter:
    """The letter of the determination that counts."""
    found = Letter.select().join(Determination).where(Determination.request == request).order_by(Letter.id.desc())
    return found.get()


def read_back(data: bytes) -> str:
    """All words of a PDF with white space folded, without the foot of each page."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    lines = [line for page in pages for line in page.extract_text().splitlines() if "Page " not in line]
    return " ".join(" ".join(lines).replace("\u200b", "").split())


def folded(text: str) -> str:
    return " ".join(text.split())


def partly_denied() -> Request:
    return builders.deny(builders.make_request(Status.IN_REVIEW, lines=3), only=1)


def test_a_letter_says_what_was_asked_and_decided_line_by_line() -> None:
    letter = letter_of(partly_denied())
    said = read_back(letters.read(letter))
    assert letter.content["title"] == "Determination: Partial Approval"
    assert "97110 GP 12 visits, 12/01/2026 – 12/30/2026 12 visits approved, 12/01/2026 – 12/30/2026" in said
    assert "97140 GP 12 visits, 12/01/2026 – 12/30/2026 Denied 12 visits not approved" in said
    assert "97112 GP 6 visits, 12/01/2026 – 12/30/2026 6 visits approved, 12/01/2026 – 12/30/2026" in said
    assert "N1 Not medically appropriate." in said
    assert "Valid dates 12/01/2026 – 12/30/2026" in said


@pytest.mark.parametrize("denied", [False, True])
def test_every_word_of_the_letter_is_in_its_pdf(denied: bool) -> None:
    letter = letter_of(builders.make_request(Status.DETERMINED, denied=denied, lines=2))
    said = read_back(letters.read(letter))
    content = letter.content
    words = [content["organisation"], content["date"], *content["to"], content["title"], content["summary"]]
    words += [word for pair in content["numbers"] + content["facts"] for word in pair]
    words += [word for reason in content["reasons"] for word in reason.values()]
    words += [*content["diagnoses"], *content["next_steps"], *content["notices"], content["contact"], content["legal"]]
    words += [each for name, each in content["adverse"].items() if name != "explanation"]
    words += [content["explained"], *(text for _, text in content["languages"])]
    absent = [word for word in words if folded(word) not in said]
    assert not absent


@pytest.mark.parametrize(
    "fact",
    [
        "has 180 days after receiving this letter to appeal; appeals received by 05/23/2027 are in time",
        "within 30 days after the appeal is received, or within 60 days when the care was given already",
        "neither made this determination nor works under the person who made it",
        "free to see and to copy on request",
        "a physician who knows the member's condition, may ask for an expedited appeal by phone",
        "answered within 72 hours after it is received",
        "within four months after the final decision on the appeal is received",
        "civil action under section 502(a)",
        "Employee Benefits Security Administration of the U.S. Department of Labor, 1-866-444-3272",
        "every rule, guideline or protocol relied on, is free of charge on request",
        "The diagnosis code and the treatment code of this request, and what they mean, are given on request",
        "llame al 800-662-6865 / 800-861-8744",
        "An authorization does not guarantee payment",
        "no authorizations for secondary insurance plans",
        "The level of urgency is a request",
    ],
)
def test_an_adverse_letter_holds_the_facts_of_the_rules(denied: Request, fact: str) -> None:
    assert fact in read_back(letters.read(letter_of(denied))).replace("’", "'")


@pytest.mark.parametrize(("where", "facilities"), [("24", ["Sample Lake Hospital"]), ("11", [])])
def test_a_facility_that_is_not_asked_for_any_more_is_none_of_the_letters(where: str, facilities: list[str]) -> None:
    """It was typed while the place of service was one, and stays in the draft in case it is one again."""
    places = {"service-1-place": where, "service-2-place": "11"}
    letter_of(builders.make_request(Status.DETERMINED, **answers.FACILITY, **places))
    assert [words for name, words in Letter.get().content["facts"] if name == "Facility"] == facilities


def test_the_two_numbers_are_told_apart() -> None:
    request = builders.make_request(Status.DETERMINED)
    said = read_back(letters.read(letter_of(request)))
    case = Case.get_by_id(request.case_id)
    assert f"Authorization # {case.authorization_number}" in said
    assert f"WebCert # {case.webcert_number}" in said
    assert "The WebCert # finds the case in the portal; it is not an authorization." in said


def test_the_pdf_is_tagged_titled_and_us_letter() -> None:
    letter = letter_of(builders.make_request(Status.DETERMINED))
    reader = pypdf.PdfReader(io.BytesIO(letters.read(letter)))
    root = reader.trailer["/Root"]
    assert root["/Lang"].lower().startswith("en")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == f"Determination: Approval {letter.content['numbers'][0][1]}"
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert [float(side) for side in reader.pages[0].mediabox[2:]] == [612, 792]


def test_a_letter_is_made_once_and_read_as_it_was_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = builders.make_request(Status.DETERMINED)
    letter = letter_of(request)
    first = letters.read(letter)
    monkeypatch.setattr(typesetting, "HERE", tmp_path)  # from here on no template is found: nothing can be set
    Case.update(last_name="Renamed").where(Case.id == request.case_id).execute()
    Office.update(name="Renamed").execute()
    again = Letter.get_by_id(letter.id)
    assert letters.read(again) == first
    assert hashlib.sha256(first).hexdigest() == again.sha256
    assert len(first) == again.size
    assert again.content == letter.content
    with pytest.raises(RuntimeError, match="No such file"):
        pdf.letter_pdf(letter.content)


def test_a_correction_has_a_letter_of_its_own_and_the_first_one_stays() -> None:
    request = partly_denied()
    first = letter_of(request)
    before = letters.read(first)
    reason = "The record of March was overlooked."
    review.correct_determination(
        Request.get_by_id(request.id), personas.actor("paul"), review.as_asked(request), reason
    )
    second = letter_of(request)
    assert second.supersedes_id == first.id
    assert letters.replaced_by(first) == second
    assert letters.replaced_by(second) is None
    assert letters.read(Letter.get_by_id(first.id)) == before
    assert "which it replaces. Reason: The record of March was overlooked." in read_back(letters.read(second))


def adverse_content(request: Request) -> dict[str, object]:
    return letters.compose(Determination.get(Determination.request == request))


def stored() -> set[str]:
    return {each.stored_name for each in attachments.store().stored()}


@pytest.fixture
def denied() -> Request:
    return builders.make_request(Status.DETERMINED, denied=True, lines=1)


def test_a_complete_adverse_letter_lacks_nothing(denied: Request) -> None:
    assert letters.missing(adverse_content(denied)) == []


@pytest.mark.parametrize("element", ELEMENTS)
def test_each_missing_element_of_an_adverse_letter_is_named(denied: Request, element: str) -> None:
    content = adverse_content(denied)
    content["adverse"][element] = " "  # the content of a letter is JSON
    assert letters.missing(content) == [ELEMENTS[element]]


@pytest.mark.parametrize("element", LINE_ELEMENTS)
def test_each_missing_element_of_an_adverse_line_is_named(denied: Request, element: str) -> None:
    content = adverse_content(denied)
    content["lines"][0][element] = ""
    assert letters.missing(content) == [f"97110 GP: {LINE_ELEMENTS[element]}"]


def test_insufficient_information_needs_what_is_missing_and_why(denied: Request) -> None:
    LineDecision.update(basis="insufficient_information", missing_information="").execute()
    assert letters.missing(adverse_content(denied)) == ["97110 GP: which information is missing, and why it is needed"]


def test_a_line_without_a_decision_is_named(denied: Request) -> None:
    LineDecision.delete().execute()
    assert letters.missing(adverse_content(denied)) == ["97110 GP: the decision"]


def test_an_expedited_denial_needs_the_record_of_the_phone_call() -> None:
    request = builders.make_request(
        Status.DETERMINED, denied=True, urgency="expedited", attested="1", attesting_physician="Dr. Sample"
    )
    Determination.update(notice_by_phone="").execute()
    assert letters.missing(adverse_content(request)) == [ELEMENTS["notice_by_phone"]]


def test_an_incomplete_letter_is_not_issued_and_nothing_is_kept(denied: Request) -> None:
    User.update(credentials="").where(User.username == "pam").execute()
    determination = Determination.get(Determination.request == denied)
    Letter.delete().execute()
    before = stored()
    lacks = pytest.raises(Refused, match="Missing: the reviewer's name and credentials")
    with lacks, letters.made(letters.compose(determination)) as letter:
        letters.issue(determination, letter, personas.actor("pam"))
    assert Letter.select().count() == 0
    assert stored() == before


def test_a_letter_that_came_too_late_leaves_no_file() -> None:
    request = builders.make_request(Status.IN_REVIEW, lines=1)
    late = Request.get_by_id(request.id)
    review.decide(request, personas.actor("nia"), review.as_asked(request))
    before = stored()
    with pytest.raises(Stale):
        review.decide(late, personas.actor("pam"), review.as_asked(late))
    assert stored() == before


def test_one_reason_for_several_lines_is_told_once() -> None:
    request = builders.make_request(Status.DETERMINED, denied=True, lines=3)
    said = read_back(letters.read(letter_of(request)))
    assert said.count("Reason:") == 1
    assert "Reason: 97110 GP, 97140 GP, 97112 GP" in said


def test_a_long_letter_goes_on_over_pages_with_its_numbers_on_each() -> None:
    request = partly_denied()
    LineDecision.update(rationale="The record shows no loss of function. " * 120, criterion="x" * 300).where(
        LineDecision.outcome == "denied"
    ).execute()
    content = adverse_content(request)
    pages = pypdf.PdfReader(io.BytesIO(pdf.letter_pdf(content))).pages
    assert len(pages) > 3
    assert all(content["numbers"][0][1] in page.extract_text() for page in pages)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()


def test_opening_is_noted_once_and_for_the_office_only(denied: Request) -> None:
    letter = letter_of(denied)
    letters.stamp_opened(letter, personas.actor("nia"))
    assert Letter.get_by_id(letter.id).opened_at is None
    letters.stamp_opened(letter, personas.actor("ann"))
    opened = Letter.get_by_id(letter.id)
    assert opened.opened_by.username == "ann"
    assert Request.get_by_id(denied.id).letter_opened_at == opened.opened_at
    letters.stamp_opened(opened, personas.actor("amy"))
    assert Letter.get_by_id(letter.id).opened_by.username == "ann"
