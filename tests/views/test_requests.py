"""A request from Add to its confirmation, and what can be done with it besides."""

import io
import re

import pypdf
import pytest

from casework import drafts
from casework.workflow import intake
from models import Case, Request, Status
from tests import answers, builders, personas


@pytest.fixture
def amy(client_for):
    return client_for("amy")


def newest() -> Request:
    return Request.select().order_by(Request.id.desc()).get()


def test_add_offers_both_case_types_and_every_kind_of_care(amy):
    page = amy.get("/requests/new")
    assert page.heading == "What do you want to request?"
    for name in ("Inpatient", "Service Procedure", "Partial hospitalization (PHP)", "Behavioral health IOP"):
        assert page.form(name).action == "/requests/new"
    assert page.words.index("Partial hospitalization") < page.words.index("Service Procedure")
    assert page.words.count("a request of its own") == 4


@pytest.mark.parametrize(
    ("button", "case_type", "kind"),
    [
        ("Inpatient", "inpatient", ""),
        ("Service Procedure", "service", ""),
        ("Partial hospitalization (PHP)", "inpatient", "php"),
        ("Behavioral health IOP", "service", "iop"),
    ],
)
def test_one_click_starts_the_draft(amy, button, case_type, kind):
    page = amy.send(amy.get("/requests/new"), button)
    assert page.heading == "New authorization request"
    typed = page.form("Save").values
    assert (typed["case_type"], typed["care_kind"]) == (case_type, kind)


@pytest.mark.parametrize(
    ("button", "code", "asterisks"),
    [("Medical stay", "", 0), ("Medical stay", "27447", 6), ("Surgical stay", "", 6), ("Diagnostics: lab", "", 6)],
)
def test_codes_that_a_stay_may_leave_out_have_no_asterisks(amy, button, code, asterisks):
    page = amy.send(amy.get("/requests/new"), button)
    page = amy.send(page, "Save", {"service-1-code": code}) if code else page
    line = page.document.by_id("service-1")
    assert sum(each.get("aria-required") == "true" for each in line.iter()) == asterisks


def test_without_scripts_the_kind_brings_its_type_along_and_the_type_can_be_chosen(amy):
    page = amy.send(amy.get("/requests/new"), "Medical stay")
    page = amy.send(page, "Save", {"care_kind": "iop"})
    assert page.form("Save").values["case_type"] == "service"
    page = amy.send(page, "Save", {"case_type": "inpatient"})
    typed = page.form("Save").values
    assert (typed["case_type"], typed["care_kind"]) == ("inpatient", "iop")
    assert "D. Stay" in page.words
    refused = amy.submit(page, "Submit")
    assert "Behavioral health IOP belongs to Service Procedure, and this is an Inpatient request." in refused.words


def test_nothing_chosen_is_refused_in_words(amy):
    refused = amy.post("/requests/new", {"care_kind": "spa"})
    assert refused.status == 422
    assert "Choose what you want to request" in refused.words


def test_the_form_is_prefilled_from_the_office(amy):
    form = amy.send(amy.get("/requests/new"), "Physical therapy").form("Save")
    office = personas.office("amy")
    assert form.values["requesting_npi"] == office.npi
    assert form.values["contact_name"] == personas.user("amy").name
    assert form.values["servicing_same"] == "yes"


def test_submit_of_an_empty_form_lists_everything_and_links_to_it(amy):
    form = amy.send(amy.get("/requests/new"), "Physical therapy")
    refused = amy.submit(form, "Submit", {"last_name": "Hollis", "birth_date": "04/1"})
    assert refused.status == 422
    assert {"urgency", "member_id", "birth_date", "service-1-code", "diagnosis-1-code", "files", "certified"} <= set(
        refused.problems
    )
    assert "Error: " + refused.problems["member_id"] == refused.by_id("member_id-error")
    values = refused.form("Save").values
    assert (values["last_name"], values["birth_date"]) == ("Hollis", "04/1")


def test_the_panel_tells_what_is_missing_section_by_section(amy):
    draft = builders.make_draft(member_id="", files=0)
    panel = amy.get(f"/requests/{draft.key}/missing", htmx=True)
    assert panel.links["Member ID"] == "#member_id"
    assert panel.links["Attachments"] == "#attachments"
    assert "2 left" in panel.words
    assert "C. Contact and providers Complete" in panel.words


def test_a_complete_request_is_checked_then_sent(amy):
    draft = builders.make_draft()
    check = amy.send(amy.get(f"/requests/{draft.key}"), "Submit")
    assert "Nothing is sent yet" in check.words
    for words in ("Hollis", "97140 GP", "12/01/2026 – 12/30/2026", "3 a week for 4 weeks", "note-1.pdf"):
        assert words in check.words
    assert check.links["Change Member ID"] == f"/requests/{draft.key}#member_id"
    assert Request.get_by_id(draft.id).status == Status.DRAFT
    sent = amy.send(check, "Submit")
    number = Case.get_by_id(draft.case_id).webcert_number
    assert number in sent.words
    assert "This is NOT the Authorization #" in sent.words
    assert "800-662-6865 or 800-861-8744" in sent.words
    assert "Wed Dec 9, 2026, 11:59 PM CST" in sent.words


def test_one_is_said_as_one_and_a_date_as_all_are(amy):
    typed = {"service-1-quantity": "1", "service-1-weeks": "1", "service-1-from": "12012026", "birth_date": "4-9-1981"}
    draft = builders.make_draft(**typed)
    words = amy.get(f"/requests/{draft.key}/check").words
    assert "1 visit ·" in words
    assert "3 a week for 1 week ·" in words
    assert "12/01/2026 – 12/30/2026 · 3 a week for 1 week" in words
    assert "04/09/1981" in words


def test_submit_twice_and_by_two_colleagues_gives_one_number(amy, client_for):
    draft = builders.make_draft()
    check = amy.get(f"/requests/{draft.key}/check")
    ann = client_for("ann")
    hers = ann.get(f"/requests/{draft.key}/check")
    first, second, third = amy.submit(check, "Submit"), amy.submit(check, "Submit"), ann.submit(hers, "Submit")
    assert first.location == second.location == third.location == f"/requests/{draft.key}/sent"
    assert Case.select().where(Case.webcert_number.is_null(False)).count() == 1
    assert amy.get(f"/requests/{draft.key}/check").location == first.location


def test_a_draft_that_a_colleague_discarded_is_not_sent_and_can_be_brought_back(amy):
    draft = builders.make_draft()
    check = amy.get(f"/requests/{draft.key}/check")
    drafts.discard(draft, personas.actor("ann"))
    told = amy.send(check, "Submit")
    assert "discarded meanwhile: nothing was sent" in told.words
    assert told.form("Make it a draft again")
    assert amy.get(f"/requests/{draft.key}/check").location == f"/requests/{draft.key}/record"


def test_a_request_that_became_incomplete_is_not_sent(amy):
    draft = builders.make_draft()
    check = amy.get(f"/requests/{draft.key}/check")
    drafts.save(draft, personas.actor("ann"), {"group_number": "?"}, drafts.versions(draft))
    refused = amy.submit(check, "Submit")
    assert refused.status == 422
    assert list(refused.problems) == ["group_number"]


def test_expedited_says_that_urgency_may_be_changed(amy):
    draft = builders.make_draft(urgency="expedited", criterion_cancer="1")
    check = amy.get(f"/requests/{draft.key}/check")
    assert "CMSI may change it under its guidelines" in check.words
    assert "Cancer diagnosis" in check.words


def test_a_duplicate_of_the_group_is_told_with_a_link_and_can_be_sent(amy):
    first = builders.make_request(by="ann")
    draft = builders.make_draft()
    check = amy.get(f"/requests/{draft.key}/check")
    number = first.case.webcert_number
    assert check.links[f"Open {number}"] == f"/cases/{number}"
    assert amy.submit(check, "Submit").location.endswith("/sent")


def test_after_submit_the_form_is_the_case_and_nothing_can_be_typed(amy):
    sent = builders.make_request()
    number = sent.case.webcert_number
    assert amy.get(f"/requests/{sent.key}").location == f"/cases/{number}"
    assert amy.post(f"/requests/{sent.key}", {"last_name": "Other"}).status == 403
    assert amy.post(f"/requests/{sent.key}/autosave", {"last_name": "Other", "v-last_name": "9"}).status == 403
    assert drafts.answers(sent).text("last_name") == "Hollis"


def test_the_record_shows_what_was_sent(amy, client_for):
    sent = builders.make_request()
    for reader in (amy, client_for("nia")):
        record = reader.get(f"/requests/{sent.key}/record")
        assert "97110 GP" in record.words
        assert "Unilateral primary osteoarthritis, right knee · Primary diagnosis" in record.words
        assert not any("Change" in name for name in record.links)


def test_the_receipt_holds_fields_lines_and_hashes_as_a_tagged_pdf(amy):
    sent = builders.make_request()
    answer = amy.get(f"/requests/{sent.key}/receipt.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    pdf = pypdf.PdfReader(io.BytesIO(answer.data))
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pdf.pages))
    for words in (
        sent.case.webcert_number,
        "Hollis",
        "97140 GP",
        "This is NOT the Authorization #",
        "9:12 AM CST",
    ):
        assert words in text
    assert sent.attachments.get().sha256 in text.replace(" ", "")
    assert pdf.trailer["/Root"]["/Lang"].startswith("en")
    assert "/StructTreeRoot" in pdf.trailer["/Root"]


def test_confirmation_and_receipt_are_for_sent_requests_alone(amy):
    draft = builders.make_draft()
    assert amy.get(f"/requests/{draft.key}/sent").status == 404
    assert amy.get(f"/requests/{draft.key}/receipt.pdf").status == 404
    assert amy.get(f"/requests/{draft.key}/record").location == f"/requests/{draft.key}"


def test_a_draft_is_discarded_after_a_question_and_brought_back(amy):
    draft = builders.make_draft()
    question = amy.get(f"/requests/{draft.key}/discard")
    assert amy.submit(question, "Discard draft").location == "/dashboard?tab=drafts"
    record = amy.follow(amy.get(f"/requests/{draft.key}"))
    back = amy.send(record, "Make it a draft again")
    assert back.form("Save").values["last_name"] == "Hollis"


def test_a_copy_has_everything_but_dates_files_and_statements(amy):
    sent = builders.make_request()
    copy = amy.send(amy.get(f"/requests/{sent.key}/copy"), "Copy this request")
    values = copy.form("Save").values
    assert (values["last_name"], values["service-2-code"]) == ("Hollis", "97140")
    assert values["service-1-from"] == ""
    assert "certified" not in values
    assert "0 File(s) attached" in copy.words


def test_a_rejected_request_is_corrected_in_a_draft_that_holds_everything(amy):
    rejected = builders.make_request(Status.REJECTED)
    draft = amy.follow(amy.post(f"/requests/{rejected.key}/correct"))
    assert draft.form("Save").values["service-2-code"] == "97140"
    assert "1 File(s) attached" in draft.words
    assert "Corrects a rejected request" in draft.words
    assert intake.REASONS[rejected.closing_reason].cure in draft.words


def test_mixed_therapies_are_split_with_one_click(amy):
    draft = builders.make_draft(**{"service-2-code": "92507", "service-2-modifiers": "GN"})
    form = amy.get(f"/requests/{draft.key}")
    amy.send(form, "Split into separate requests")
    kinds = {each.care_kind: drafts.answers(each) for each in Request.select().where(Request.status == Status.DRAFT)}
    assert set(kinds) == {"physical_therapy", "speech_therapy"}
    assert [line.text("code") for line in kinds["speech_therapy"].filled_lines("service")] == ["92507"]
    assert kinds["speech_therapy"].text("last_name") == "Hollis"


@pytest.mark.parametrize("path", ["", "/check", "/missing", "/copy", "/discard", "/record", "/sent", "/receipt.pdf"])
def test_another_office_finds_nothing(client_for, path):
    draft = builders.make_draft()
    assert client_for("bob").get(f"/requests/{draft.key}{path}").status == 404
    assert client_for("ann").get(f"/requests/{draft.key}").status == 200


def test_an_inpatient_request_is_complete_with_its_stay(amy):
    draft = builders.make_draft(inpatient=True)
    check = amy.send(amy.get(f"/requests/{draft.key}"), "Submit")
    for words in ("D. Stay", "Sample Lake Hospital", "Medical / surgical", answers.STAY["admission_date"]):
        assert words in check.words


def test_the_panel_tells_what_was_typed_wrongly_from_what_is_missing(client_for):
    draft = builders.make_draft(birth_date="1/2/80", group_number="")
    panel = client_for("amy").get(f"/requests/{draft.key}/missing", htmx=True)
    assert panel.links["Date of birth: check it"] == "#birth_date"
    assert panel.links["Group number"] == "#group_number"


def test_sections_drawn_anew_keep_saying_what_is_missing(client_for):
    draft = builders.make_draft(last_name="", urgency="expedited", clinical_summary="")
    amy = client_for("amy")
    again = amy.get(f"/requests/{draft.key}?checked=1", htmx=True)
    assert "Enter the member's last name." in again.words
    assert "Enter the member's last name." not in amy.get(f"/requests/{draft.key}", htmx=True).words
    assert "A criterion, or the physician's statement" in amy.get(f"/requests/{draft.key}/missing", htmx=True).words
