"""Drafts made of other requests: copied, split, corrected, extended, changed, reconsidered; and put away."""

from datetime import date, timedelta

import pytest

from casework import clock, drafts
from casework.approved import approved_through
from casework.attachments import opened
from casework.errors import Incomplete, NotAllowed, Refused, Stale
from casework.workflow import after, intake, office
from models import Attachment, Case, Event, Outcome, Request, RequestType, Status, Urgency
from tests.builders import attach, make_draft
from tests.personas import actor

AMY, ANN = "amy", "ann"


def held(request: Request) -> dict[str, str]:
    return {name: value for name, value in drafts.answers(request).values.items() if value}


def sent(**typed: str) -> Request:
    return office.submit(make_draft(**typed), actor(AMY))


def decided(outcome: Outcome = Outcome.APPROVAL, through: str = "12/30/2026", **typed: str) -> Request:
    """As a reviewer left it; the review's own tests hold the way there."""
    request = intake.accept(sent(**typed), actor("ian"), Urgency(typed.get("urgency", "standard")))
    valid = {} if outcome == Outcome.DENIAL else {"valid_to": clock.parse_date(through)}
    Request.update(status=Status.DETERMINED, outcome=outcome, decided_at=clock.now(), **valid).where(
        Request.id == request.id
    ).execute()
    return Request.get_by_id(request.id)


def test_a_copy_holds_everything_but_dates_files_and_statements(db):
    source = make_draft(urgency="expedited", attested="1", attesting_physician="Iris Calder, MD", criterion_cancer="1")
    copied = drafts.copy(source, actor(ANN))
    gone = held(source).keys() - held(copied).keys()
    assert gone == {
        *(f"service-{number}-{name}" for number in (1, 2) for name in ("from", "to")),
        *("certified", "benefits_verified", "attested", "attesting_physician"),
    }
    assert all(held(source)[name] == value for name, value in held(copied).items())
    assert held(copied)["birth_date"] == "04/09/1981"
    assert drafts.answers(copied).files == 0
    assert copied.office == actor(ANN).user.office
    assert copied.case_id != source.case_id
    assert copied.builds_on_id == source.id


def test_a_copy_leaves_removed_lines_behind(db):
    source = make_draft(lines=3)
    drafts.remove_line(source, actor(AMY), "service", 2)
    lines = drafts.answers(drafts.copy(source, actor(AMY))).all_lines("service")
    assert [(line.number, line.text("code")) for line in lines] == [(1, "97110"), (2, "97112")]


def test_a_submitted_request_can_be_copied(db):
    assert held(drafts.copy(sent(), actor(AMY)))["last_name"] == "Hollis"


THREE = {
    "care_kind": "other_service",
    "service-1-code": "97161", "service-1-modifiers": "", "service-2-code": "97165", "service-2-modifiers": "",
    "service-3-code": "97110", "service-3-modifiers": "GP", "service-4-code": "92507", "service-4-modifiers": "",
}  # fmt: skip


def test_split_makes_a_draft_for_each_discipline(db):
    draft = make_draft(lines=4, **THREE)
    parts = drafts.split(draft, actor(AMY))
    assert parts[0].id == draft.id
    kinds = [held(Request.get_by_id(each.id))["care_kind"] for each in parts]
    assert kinds == ["physical_therapy", "occupational_therapy", "speech_therapy"]
    codes = [[line.text("code") for line in drafts.answers(each).lines("service")] for each in parts]
    assert codes == [["97161", "97110"], ["97165"], ["92507"]]
    assert len({each.case_id for each in parts}) == 3
    assert {held(each)["last_name"] for each in parts} == {"Hollis"}
    assert [office.submit(each, actor(AMY)).status for each in parts] == [Status.SUBMITTED] * 3


def test_split_shares_the_bytes_of_the_files(db):
    parts = drafts.split(make_draft(lines=4, files=2, **THREE), actor(AMY))
    files = [list(Attachment.select().where(Attachment.request == each).order_by(Attachment.id)) for each in parts]
    assert [len(each) for each in files] == [2, 2, 2]
    assert len({file.stored_name for each in files for file in each}) == 2
    assert len({file.key for each in files for file in each}) == 6
    assert opened(files[2][0]).read() == opened(files[0][0]).read()


def test_split_loses_nothing_that_was_typed(db):
    draft = make_draft(lines=4, **THREE)
    before = held(draft)
    drafts.split(draft, actor(AMY))
    for number in (2, 4):
        drafts.restore_line(draft, actor(AMY), "service", number)
    assert held(draft) == before | {"care_kind": "physical_therapy"}


def test_one_discipline_is_not_split(db):
    with pytest.raises(Refused, match="nothing to split"):
        drafts.split(make_draft(), actor(AMY))
    assert Case.select().count() == 1


def test_a_rejected_request_is_corrected_in_a_new_case(db):
    rejected = intake.reject(sent(), actor("ian"), "secondary")
    new = drafts.correct(rejected, actor(ANN))
    assert held(new) == held(rejected)
    assert drafts.answers(new).files == 1
    assert new.case.corrects_id == rejected.case_id
    assert new.office == rejected.office
    assert new.missing_count == 0
    assert drafts.correct(rejected, actor(AMY)).id == new.id
    assert office.submit(new, actor(AMY)).case.webcert_number != rejected.case.webcert_number


def test_a_rejected_extension_is_corrected_in_its_case(db):
    first = decided()
    extension = extend(first)
    rejected = intake.reject(office.submit(extension, actor(AMY)), actor("ian"), "clinicals")
    new = drafts.correct(rejected, actor(AMY))
    assert (new.case_id, new.request_type) == (first.case_id, RequestType.EXTENSION)
    assert new.builds_on_id == first.id, "its clock and its reviewers go by what it extends"
    assert drafts.correct(rejected, actor(ANN)).id == new.id
    assert office.submit(new, actor(AMY)).case.webcert_number == first.case.webcert_number


def test_only_a_rejected_request_is_corrected(db):
    with pytest.raises(NotAllowed):
        drafts.correct(sent(), actor(AMY))


def extend(request: Request, **typed: str) -> Request:
    draft = drafts.start_extension(request, actor(AMY))
    lines = drafts.answers(draft).filled_lines("service")
    added = {"quantity": "6", "from": "12/31/2026", "to": "01/15/2027", "times": "3", "period": "week", "weeks": "2"}
    values = {line.control(name): value for line in lines for name, value in added.items()}
    statements = {"certified": "1", "benefits_verified": "1", "clinical_summary": "Better, not yet well."}
    told = drafts.save(draft, actor(AMY), values | statements | typed, drafts.versions(draft))
    assert not told.refused
    attach(draft, AMY, 7)
    return Request.get_by_id(draft.id)


def test_an_extension_carries_member_providers_and_lines_over(db):
    first = decided()
    draft = drafts.start_extension(first, actor(ANN))
    values = held(draft)
    assert (draft.case_id, draft.request_type, draft.builds_on_id) == (first.case_id, RequestType.EXTENSION, first.id)
    assert {name: values[name] for name in ("last_name", "requesting_npi", "service-2-code", "service-2-place")} == {
        "last_name": "Hollis", "requesting_npi": "1234567893", "service-2-code": "97140", "service-2-place": "11",
    }  # fmt: skip
    assert (values["service-1-times"], values["service-1-period"]) == ("3", "week")
    assert values["service-1-from"] == clock.show_date(approved_through(first.case) + timedelta(days=1))
    for name in ("service-1-quantity", "service-1-to", "service-1-weeks", "certified", "note", "clinical_summary"):
        assert name not in values
    assert drafts.start_extension(first, actor(AMY)).id == draft.id
    assert office.submit(extend(first), actor(AMY)).case.webcert_number == first.case.webcert_number


def test_an_extension_of_a_stay_adds_days(db):
    first = decided(inpatient=True, through="12/04/2026")
    draft = drafts.start_extension(first, actor(AMY))
    assert (held(draft)["admission_date"], held(draft)["patient_status"]) == ("12/01/2026", "not_admitted")
    assert "days_requested" not in held(draft)
    with clock.frozen(clock.end_of_day(date(2026, 12, 3))):
        sent_on = office.submit(extend(first, days_requested="3", patient_status="admitted"), actor(AMY))
    stay = sent_on.stays[0]
    assert (stay.first_day, stay.last_day, stay.days_requested) == (date(2026, 12, 5), date(2026, 12, 7), 3)
    assert sent_on.service_from == date(2026, 12, 5)


def test_an_extension_begun_before_the_discharge_is_not_sent_as_if_there_were_none(db, the_clock):
    first = decided(inpatient=True, through="12/04/2026")
    the_clock.move(days=9)
    draft = extend(first, days_requested="3")
    after.discharge(first.case, actor(AMY), date(2026, 12, 3), "home")
    with pytest.raises(Incomplete) as caught:
        office.submit(Request.get_by_id(draft.id), actor(AMY))
    assert "The discharge on 12/03/2026 is on record" in caught.value.problems[0].message
    told = {"patient_status": "discharged", "discharge_date": "12/03/2026", "disposition": "home"}
    retro = {"urgency": "retro", "retro_reason": "other"}
    drafts.save(Request.get_by_id(draft.id), actor(AMY), told | retro, drafts.versions(draft))
    sent_on = office.submit(Request.get_by_id(draft.id), actor(AMY))
    assert (sent_on.status, sent_on.urgency) == (Status.SUBMITTED, Urgency.RETRO)


def test_after_a_discharge_an_extension_is_retro(db):
    first = decided(inpatient=True, through="12/04/2026")
    with clock.frozen(clock.end_of_day(date(2026, 12, 8))):
        after.discharge(first.case, actor(AMY), date(2026, 12, 7), "home")
        values = held(drafts.start_extension(Request.get_by_id(first.id), actor(AMY)))
    told = {name: values[name] for name in ("urgency", "patient_status", "discharge_date", "disposition")}
    assert told == {
        "urgency": "retro",
        "patient_status": "discharged",
        "discharge_date": "12/07/2026",
        "disposition": "home",
    }


def test_a_change_and_a_reconsideration_start_as_it_was(db):
    first = decided(Outcome.PARTIAL_APPROVAL, note="Call before noon.")
    change = drafts.start_change(first, actor(AMY))
    again = drafts.start_reconsideration(first, actor(AMY))
    for draft in (change, again):
        assert held(first).keys() - held(draft).keys() == {"certified", "benefits_verified", "note"}
        assert draft.case_id == first.case_id
        assert drafts.answers(draft).files == 0
    assert {change.request_type, again.request_type} == {RequestType.CHANGE, RequestType.RECONSIDERATION}
    assert drafts.start_change(first, actor(ANN)).id == change.id


def test_a_denied_request_is_not_extended_and_an_approved_one_not_reconsidered(db):
    with pytest.raises(NotAllowed):
        drafts.start_extension(decided(Outcome.DENIAL), actor(AMY))
    with pytest.raises(NotAllowed):
        drafts.start_reconsideration(decided(member_id="XKM 1"), actor(AMY))


def test_a_discarded_draft_is_brought_back_as_it_was(db):
    draft = make_draft()
    before = held(draft)
    assert drafts.discard(draft, actor(AMY)).status == Status.ARCHIVED
    with pytest.raises(Stale):
        drafts.save(draft, actor(AMY), {"last_name": "x"}, {})
    assert drafts.bring_back(Request.get_by_id(draft.id), actor(ANN)).status == Status.DRAFT
    assert held(draft) == before
    kinds = [event.kind for event in Event.select().where(Event.request == draft).order_by(Event.id)]
    assert kinds == ["draft_started", "archived", "brought_back"]


def test_a_draft_that_nobody_touches_is_archived_after_90_days(db, the_clock):
    old, young, gone = make_draft(), make_draft(), sent(member_id="XKM 2")
    the_clock.move(days=80)
    drafts.save(young, actor(AMY), {"note": "still at it"}, {})
    assert drafts.archive_untouched(clock.now()) == 0
    the_clock.move(days=10, minutes=1)
    assert drafts.archive_untouched(clock.now()) == 1
    states = [Request.get_by_id(each.id).status for each in (old, young, gone)]
    assert states == [Status.ARCHIVED, Status.DRAFT, Status.SUBMITTED]
    assert drafts.archive_untouched(clock.now()) == 0


@pytest.mark.parametrize("kind", ["nonsense", ""])
def test_a_draft_needs_a_kind_or_a_type(db, kind):
    with pytest.raises(Refused, match="Choose what you want to request"):
        drafts.start(actor(AMY), kind)
    with pytest.raises(Refused):
        drafts.start(actor("ian"), "imaging")
