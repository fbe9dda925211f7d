"""Letters in the portal: the page says what the PDF says, the PDF is the one that was issued, opening is noted."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from casework.audit.access_log import AccessLog
from casework.letters import typesetting
from casework.workflow import review
from models import Case, Determination, Letter, Request, Status
from tests import builders, personas
from tests.client import Client
from tests.counting import statements
from tests.html import words

ClientFor = Callable[[str], Client]


def letter_of(request: Request) -> Letter:
    found = Letter.select().join(Determination).where(Determination.request == request).order_by(Letter.id.desc())
    return found.get()


@pytest.fixture
def partly(app: object) -> Letter:
    return letter_of(builders.deny(builders.make_request(Status.IN_REVIEW, lines=3), only=1))


def folded(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def test_the_page_says_the_same_as_the_pdf(client_for: ClientFor, partly: Letter) -> None:
    amy = client_for("amy")
    page = amy.get(f"/letters/{partly.key}")
    assert page.document is not None
    data = amy.get(f"/letters/{partly.key}.pdf").data
    in_pdf = folded(" ".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(data)).pages))
    article = next(iter(page.document.all("article")))
    said = [each for tag in ("p", "h2", "h3", "li", "dd", "td") for each in article.iter(tag)]
    for each in said:
        parts = [words(part) for part in each.iter("small")] or [words(each)]
        assert all(folded(part) in in_pdf for part in parts), words(each)
    assert len(said) > 40


def test_the_pdf_is_the_one_that_was_issued(
    client_for: ClientFor, partly: Letter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "HERE", tmp_path)  # no template is found any more: nothing can be set again
    amy = client_for("amy")
    answer = amy.get(f"/letters/{partly.key}.pdf")
    assert hashlib.sha256(answer.data).hexdigest() == partly.sha256 == answer.headers["X-Content-SHA256"]
    assert answer.response.mimetype == "application/pdf"
    number = Case.get().authorization_number
    assert f'inline; filename="Determination letter {number}.pdf"' in answer.headers["Content-Disposition"]
    assert amy.get(f"/letters/{partly.key}.pdf").data == answer.data
    assert partly.sha256 in amy.get(f"/letters/{partly.key}").words


def test_the_only_letter_opens_at_once_and_several_are_listed(client_for: ClientFor, partly: Letter) -> None:
    amy, number = client_for("amy"), Case.get().webcert_number
    assert amy.get(f"/cases/{number}/letters").location == f"/letters/{partly.key}"
    request = Request.get()
    review.correct_determination(request, personas.actor("paul"), review.as_asked(request), "Overlooked record.")
    page = amy.get(f"/cases/{number}/letters")
    assert page.heading == f"Letters and reports of case {number}"
    listed = [name for name in page.links if name.startswith("Determination")]
    assert listed == ["Determination: Approval", "Determination: Partial Approval (replaced)"]


def test_a_replaced_letter_says_so_and_stays(client_for: ClientFor, partly: Letter) -> None:
    request = Request.get()
    amy = client_for("amy")
    before = amy.get(f"/letters/{partly.key}.pdf").data
    review.correct_determination(request, personas.actor("paul"), review.as_asked(request), "Overlooked record.")
    page = amy.get(f"/letters/{partly.key}")
    assert "A newer letter replaces this one" in page.words
    assert amy.get(f"/letters/{partly.key}.pdf").data == before
    newer = letter_of(request)
    assert f"/letters/{newer.key}" in page.links.values()
    corrected = amy.get(f"/letters/{newer.key}").words
    assert "This letter corrects an earlier one, which it replaces. Reason: Overlooked record." in corrected


def test_a_correction_is_news_until_its_own_letter_is_opened(client_for: ClientFor, partly: Letter) -> None:
    request = Request.get()
    review.correct_determination(request, personas.actor("paul"), review.as_asked(request), "Overlooked record.")
    amy = client_for("amy")
    amy.get(f"/letters/{partly.key}")
    assert Letter.get_by_id(partly.id).opened_at is not None
    assert Request.get().letter_opened_at is None
    amy.get(f"/letters/{letter_of(request).key}")
    assert Request.get().letter_opened_at is not None


def test_the_first_opening_by_the_office_is_noted(client_for: ClientFor, partly: Letter) -> None:
    nia, amy = client_for("nia"), client_for("amy")
    assert "Not opened by the office yet." in nia.get(f"/letters/{partly.key}").words
    assert "Not opened" not in amy.get(f"/letters/{partly.key}").words
    assert "Opened by the office Tue Nov 24, 2026, 9:12 AM CST." in nia.get(f"/letters/{partly.key}").words
    assert Letter.get_by_id(partly.id).opened_by.username == "amy"


def test_each_opening_is_in_the_access_log(client_for: ClientFor, partly: Letter) -> None:
    amy = client_for("amy")
    amy.get(f"/letters/{partly.key}")
    amy.get(f"/letters/{partly.key}.pdf")
    log = AccessLog.select().where(AccessLog.subject == partly.key).order_by(AccessLog.id)
    assert [row.action for row in log] == ["opened", "downloaded"]


def test_outsiders_get_nothing(client_for: ClientFor, partly: Letter) -> None:
    bob = client_for("bob")
    assert bob.get(f"/letters/{partly.key}").status == 404
    assert bob.get(f"/letters/{partly.key}.pdf").status == 404
    assert bob.get(f"/cases/{Case.get().webcert_number}/letters").status == 404


def test_a_case_without_a_letter_says_where_it_will_come(client_for: ClientFor) -> None:
    request = builders.make_request(Status.IN_REVIEW)
    page = client_for("amy").get(f"/cases/{request.case.webcert_number}/letters")
    assert "No letters yet" in page.words


def test_hostile_values_stay_text(client_for: ClientFor) -> None:
    name = "<script>{{7*7}}</script> #let x $y$"
    request = builders.make_request(Status.DETERMINED, first_name=name, last_name="Tést 😀")
    amy, letter = client_for("amy"), letter_of(request)
    page = amy.get(f"/letters/{letter.key}")
    assert f"Tést [grinning face], {name}" in page.words
    data = amy.get(f"/letters/{letter.key}.pdf").data
    text = folded("".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(data)).pages))
    assert folded(f"Tést [grinning face], {name}") in text


def test_a_letter_takes_few_statements(client_for: ClientFor, partly: Letter) -> None:
    amy = client_for("amy")
    amy.get(f"/letters/{partly.key}")
    with statements() as sent:
        amy.get(f"/letters/{partly.key}")
    assert len(sent) <= 14
