"""What the office does with a request that it sends: submit, answer, add, withdraw, cancel, take its urgency back."""

from datetime import date, timedelta

import pytest

from casework import clock, drafts
from casework.errors import Incomplete, NotAllowed, NotFound, Refused, Stale
from casework.workflow import intake, office, review
from models import Case, Event, InformationRequest, Note, Outcome, Request, Status, Urgency
from tests.builders import attach, make_draft
from tests.personas import actor, user

pytestmark = pytest.mark.databases

AMY, ANN = "amy", "ann"
URGENT = {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def sent(**typed: str) -> Request:
    return again(office.submit(make_draft(**typed), actor(AMY)))


def asked(*items: str, **typed: str) -> Request:
    """In review, with an information request that waits for the office."""
    request = intake.accept(
        sent(**typed), actor("ian"), Urgency(typed.get("urgency", "standard")), reviewer=user("nia")
    )
    review.ask_information(request, actor("nia"), items or ("Plan of care",), "To see the goals.")
    return again(request)


def kinds(request: Request) -> list[str]:
    return [event.kind for event in Event.select().where(Event.request == request).order_by(Event.id)]


def test_submit_gives_the_webcert_number_and_starts_the_clock(db):
    request = sent()
    assert (request.status, request.submitted_at, request.submitted_by) == (Status.SUBMITTED, clock.now(), user(AMY))
    assert request.case.webcert_number.startswith("W26-000001-")
    assert request.case.authorization_number is None
    assert request.due_at == clock.end_of_day(date(2026, 12, 9))
    assert request.intake_due_at == clock.end_of_day(date(2026, 11, 29))
    assert (request.care_kind, request.urgency_requested, request.urgency_assigned) == (
        "physical_therapy", Urgency.STANDARD, None,
    )  # fmt: skip
    assert (request.service_from, request.service_to) == (date(2026, 12, 1), date(2026, 12, 30))
    assert kinds(request) == ["draft_started", "submitted"]


def test_submit_makes_typed_rows_and_keeps_what_was_typed(db):
    request = sent(lines=2, **{"service-2-modifiers": "gp, 59"})
    lines = [(each.position, each.code_with_modifiers, each.quantity) for each in request.service_lines]
    assert lines == [(1, "97110 GP", 12), (2, "97140 GP 59", 12)]
    assert [(each.code, each.is_primary) for each in request.diagnosis_lines] == [("M17.11", True)]
    assert list(request.stays) == []
    case = request.case
    assert (case.member_id, case.name_folded, case.birth_date) == ("XKM44710923", "hollis, maren", date(1981, 4, 9))
    assert drafts.answers(request).text("service-2-modifiers") == "gp, 59"
    assert sent(inpatient=True).stays[0].days_requested == 4


def test_an_incomplete_draft_is_not_sent_and_nothing_is_lost(db):
    draft = make_draft(files=0, last_name="?", is_secondary="yes")
    with pytest.raises(Incomplete) as told:
        office.submit(draft, actor(AMY))
    assert [each.control for each in told.value.problems] == ["last_name", "is_secondary", "attachments"]
    assert again(draft).status == Status.DRAFT
    assert Case.get_by_id(draft.case_id).webcert_number is None
    assert drafts.answers(draft).text("last_name") == "?"


def test_a_warning_keeps_nothing_back(db):
    assert sent(**{"diagnosis-1-code": "M17.99"}).diagnosis_lines[0].code == "M17.99"


def test_submitting_again_is_the_same_request(db):
    draft = make_draft()
    first = office.submit(draft, actor(AMY))
    for by in (AMY, ANN):
        assert office.submit(draft, actor(by)).case.webcert_number == first.case.webcert_number
    assert kinds(draft).count("submitted") == 1
    intake.reject(again(draft), actor("ian"), "clinicals")
    assert office.submit(draft, actor(AMY)).status == Status.REJECTED


def test_a_discarded_draft_is_not_sent(db):
    draft = make_draft()
    drafts.discard(draft, actor(ANN))
    with pytest.raises(NotAllowed):
        office.submit(draft, actor(AMY))


@pytest.mark.parametrize(
    ("typed", "due"),
    [(URGENT, timedelta(hours=72)), ({"urgency": "standard"}, None)],
)  # fmt: skip
def test_the_requested_urgency_sets_the_clock(db, typed, due):
    request = sent(**typed)
    expected = request.submitted_at + due if due else clock.end_of_day(date(2026, 12, 9))
    assert request.due_at == expected
    assert request.is_attested is (typed == URGENT)


def test_a_retro_stay_tells_the_case_of_the_discharge(db):
    over = {
        "patient_status": "discharged", "admission_date": "11/10/2026", "discharge_date": "11/14/2026",
        "expected_discharge": "", "disposition": "home", "urgency": "retro", "retro_reason": "emergency",
    }  # fmt: skip
    request = sent(inpatient=True, **over)
    assert (request.case.discharge_date, request.case.discharge_disposition) == (date(2026, 11, 14), "home")
    assert request.due_at == clock.end_of_day(date(2026, 12, 24))


def test_withdraw_before_a_decision(db):
    request = asked()
    gone = office.withdraw(request, actor(ANN), "The patient moved.")
    assert (gone.status, gone.closing_words, gone.paused_at, gone.reply_by) == (
        Status.WITHDRAWN, "The patient moved.", None, None,
    )  # fmt: skip
    assert InformationRequest.get().ended_at == clock.now()
    with pytest.raises(NotAllowed):
        office.withdraw(again(request), actor(AMY), "twice")


def test_withdraw_and_a_decision_at_once_one_wins(db):
    request = intake.accept(sent(), actor("ian"), Urgency.STANDARD)
    seen_by_the_office = again(request)
    Request.update(status=Status.DETERMINED).where(Request.id == request.id).execute()
    with pytest.raises(Stale):
        office.withdraw(seen_by_the_office, actor(AMY), "Late.")
    assert again(request).status == Status.DETERMINED


def test_cancel_after_a_decision(db):
    request = sent()
    with pytest.raises(NotAllowed):
        office.cancel(request, actor(AMY), "Not given.")
    Request.update(status=Status.DETERMINED, outcome=Outcome.APPROVAL).where(Request.id == request.id).execute()
    with pytest.raises(Refused, match="Say why"):
        office.cancel(again(request), actor(AMY), " ")
    gone = office.cancel(again(request), actor(AMY), "The patient recovered.")
    assert (gone.status, gone.is_void, gone.closing_words) == (Status.CANCELLED, False, "The patient recovered.")


def test_only_the_office_takes_an_attested_urgency_back(db, the_clock):
    request = sent(**URGENT)
    with pytest.raises(Refused, match="Only the office"):
        intake.change_urgency(request, actor("ian"), Urgency.STANDARD, "Not urgent.")
    the_clock.move(hours=3)
    back = office.take_back_urgency(request, actor(ANN), "The pain is under control.")
    assert (back.urgency, back.is_attested) == (Urgency.STANDARD, False)
    assert back.due_at == clock.end_of_day(date(2026, 12, 9))
    event = Event.select().where(Event.kind == "urgency_taken_back").get()
    assert event.reason == "Expedited to Standard. The pain is under control."
    with pytest.raises(Refused, match="Only an Expedited request"):
        office.take_back_urgency(again(request), actor(AMY))


def test_an_accepted_urgency_is_taken_back_too(db):
    request = intake.accept(sent(**URGENT), actor("ian"), Urgency.EXPEDITED)
    back = again(office.take_back_urgency(request, actor(AMY)))
    assert (back.urgency_requested, back.urgency_assigned) == (Urgency.STANDARD, Urgency.STANDARD)


def test_an_answer_starts_the_clock_and_goes_to_the_same_reviewer(db, the_clock):
    request = asked("Plan of care", "Progress notes")
    due = request.due_at
    first, second = office.open_question(request).items
    the_clock.move(days=3)
    attach(request, AMY, 2, information_item=second)
    back = again(office.answer_information(request, actor(ANN), {first.id: " On page 3. "}))
    assert (back.status, back.reviewer, back.paused_at) == (Status.IN_REVIEW, user("nia"), None)
    assert back.due_at == due + timedelta(days=3)
    assert [item.answer for item in InformationRequest.get().items] == ["On page 3.", ""]
    assert InformationRequest.get().answered_by == user(ANN)
    with pytest.raises(NotAllowed):
        office.answer_information(back, actor(AMY), {first.id: "again"})


@pytest.mark.parametrize(
    ("words", "message"), [(["here", ""], "item 2"), (["", ""], "items 1 and 2"), (["a", " "], "item 2")]
)
def test_every_item_needs_an_answer(db, words, message):
    request = asked("Plan of care", "Progress notes")
    items = list(office.open_question(request).items)
    with pytest.raises(Refused, match=message):
        office.answer_information(request, actor(AMY), dict(zip([item.id for item in items], words, strict=True)))
    assert again(request).status == Status.INFO_REQUESTED
    assert [item.answer for item in office.open_question(request).items] == ["", ""]


def test_an_item_of_another_request_is_not_there(db):
    request, other = asked(), asked(member_id="XKM 2")
    item = office.open_question(other).items[0]
    with pytest.raises(NotFound):
        office.answer_information(request, actor(AMY), {item.id: "mine"})


def test_an_answer_for_the_physician_goes_back_to_the_physician(db):
    request = intake.accept(sent(), actor("ian"), Urgency.STANDARD, reviewer=user("nia"))
    review.escalate(request, actor("nia"), "Not clear from the notes.")
    review.ask_information(again(request), actor("pam"), ["Operative note"], "To decide.")
    item = office.open_question(request).items[0]
    back = again(office.answer_information(again(request), actor(AMY), {item.id: "Attached."}))
    assert (back.status, back.physician) == (Status.PHYSICIAN_REVIEW, user("pam"))


def test_records_are_filed_and_the_reviewer_told(db):
    request = sent()
    file = attach(request, AMY, 5)
    office.add_records(request, actor(AMY), " See page 2. ", [file])
    assert [(note.text, note.is_internal) for note in Note.select()] == [("See page 2.", False)]
    event = Event.select().where(Event.kind == "records_added").get()
    assert event.data == {"files": 1}
    assert again(request).status == Status.SUBMITTED
    with pytest.raises(Refused, match="Attach a file or write a note"):
        office.add_records(request, actor(AMY), " ")


def test_records_answer_an_information_request(db):
    request = asked("Plan of care")
    back = again(office.add_records(request, actor(AMY), "Here it is."))
    assert back.status == Status.IN_REVIEW
    assert InformationRequest.get().items[0].answer == "See the records added on 11/24/2026."
    assert kinds(request)[-2:] == ["records_added", "information_answered"]


def test_records_after_a_decision_start_no_clock(db):
    request = sent()
    Request.update(status=Status.DETERMINED, outcome=Outcome.APPROVAL).where(Request.id == request.id).execute()
    due = again(request).due_at
    back = again(office.add_records(again(request), actor(AMY), "For the file."))
    assert (back.status, back.due_at) == (Status.DETERMINED, due)
