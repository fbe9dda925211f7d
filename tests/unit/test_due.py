"""The clock of a request: the 24-hour rule for running care, pauses that add up, urgencies that change in between."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clock
from casework.workflow import due, intake, office, review
from models import Case, Outcome, Request, RequestType, Status, Urgency
from tests.builders import accept, ask_information, make_request
from tests.personas import actor

TODAY = date(2026, 11, 24)
EXPEDITED, STANDARD = Urgency.EXPEDITED, Urgency.STANDARD


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def extension_of(valid_to: date | None, outcome: Outcome = Outcome.APPROVAL) -> Request:
    """A submitted extension of a stay that was decided so."""
    before = make_request(Status.DETERMINED, lines=1)
    Request.update(valid_to=valid_to, outcome=outcome).where(Request.id == before.id).execute()
    request = make_request(lines=1)
    Request.update(request_type=RequestType.EXTENSION, builds_on=before).where(Request.id == request.id).execute()
    return again(request)


@pytest.mark.parametrize(
    ("valid_to", "outcome", "hours"),
    [
        (TODAY + timedelta(days=1), Outcome.APPROVAL, 24),
        (TODAY + timedelta(days=9), Outcome.PARTIAL_APPROVAL, 24),
        (TODAY, Outcome.APPROVAL, 72),
        (TODAY - timedelta(days=2), Outcome.APPROVAL, 72),
        (None, Outcome.APPROVAL, 72),
        (TODAY + timedelta(days=5), Outcome.DENIAL, 72),
    ],
)
def test_an_expedited_extension_of_running_care_is_due_in_24_hours(db, valid_to, outcome, hours):
    """29 CFR 2560.503-1(f)(2)(ii)(B): asked for at least 24 hours before the approved end."""
    request = extension_of(valid_to, outcome)
    assert due.start(request, EXPEDITED, clock.now())["due_at"] == clock.now() + timedelta(hours=hours)
    assert due.start(request, STANDARD, clock.now())["due_at"] == clock.due_at(STANDARD, clock.now())


def test_the_24_hours_are_for_extensions_of_patients_who_are_still_there(db):
    request = extension_of(TODAY + timedelta(days=5))
    Case.update(discharge_date=TODAY).where(Case.id == request.case_id).execute()
    assert due.concurrent_until(again(request)) is None
    assert due.concurrent_until(make_request()) is None


def test_an_extension_raised_later_has_its_24_hours_too(db, the_clock):
    request = extension_of(TODAY + timedelta(days=9))
    the_clock.move(days=2)
    intake.change_urgency(request, actor("ian"), EXPEDITED, "Still admitted.")
    assert again(request).due_at == clock.now() + timedelta(hours=24)


def test_two_pauses_add_up_and_survive_a_lowering(db, the_clock):
    request = accept(make_request(lines=1))
    first_due = request.due_at
    for days in (3, 5):
        ask_information(request)
        the_clock.move(days=days)
        office.add_records(again(request), actor("amy"), "Here it is.")
    assert again(request).due_at == clock.end_of_day(clock.chicago(first_due).date() + timedelta(days=8))
    intake.change_urgency(again(request), actor("nia"), EXPEDITED, "ER.")
    assert again(request).due_at == clock.now() + timedelta(hours=72)
    intake.change_urgency(again(request), actor("nia"), STANDARD, "Planned after all.")
    assert again(request).due_at == clock.end_of_day(clock.chicago(first_due).date() + timedelta(days=8))


def test_raised_late_it_is_not_due_later_than_before(db, the_clock):
    request = accept(make_request(lines=1))
    before = request.due_at
    the_clock.move(days=14)
    intake.change_urgency(again(request), actor("nia"), EXPEDITED, "ER.")
    assert again(request).due_at == before


def test_lowered_while_the_office_is_asked_it_has_45_days(db, the_clock):
    request = ask_information(accept(make_request(lines=1, urgency="expedited", criterion_infusion="1")))
    asked_at = request.paused_at
    the_clock.move(hours=5)
    intake.change_urgency(request, actor("nia"), STANDARD, "None of the criteria.")
    request = again(request)
    assert request.reply_by == clock.reply_by(STANDARD, asked_at) == request.queue_at
    the_clock.move(days=40)
    office.add_records(request, actor("amy"), "Here it is.")
    days = (clock.chicago(clock.now()).date() - clock.chicago(asked_at).date()).days
    last = clock.chicago(clock.due_at(STANDARD, request.submitted_at)).date()
    assert again(request).due_at == clock.end_of_day(last + timedelta(days=days))


@given(waits=st.lists(st.integers(1, 44 * 24), min_size=1, max_size=4), start=st.integers(0, 2 * 365 * 24))
def test_standing_still_gives_exactly_its_days(waits, start):
    """However often information is asked for: the due day moves by the calendar days between question and answer."""
    submitted = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=start)
    first, days, at = clock.due_at(STANDARD, submitted), 0, submitted
    end = first
    for hours in waits:
        asked, answered = at, at + timedelta(hours=hours)
        end = clock.resumed(
            STANDARD,
            due=end,
            submitted_at=submitted,
            asked_at=asked,
            answered_at=answered,
            reply_by=clock.reply_by(STANDARD, asked),
        )
        days += (clock.chicago(answered).date() - clock.chicago(asked).date()).days
        at = answered
    assert end == clock.end_of_day(clock.chicago(first).date() + timedelta(days=days))


def test_a_request_that_waits_for_nothing_has_no_pause_to_end(db):
    with pytest.raises(ValueError, match="waits for no answer"):
        due.resumed(make_request(), clock.now())
    with pytest.raises(ValueError, match="never submitted"):
        due.change(make_request(Status.DRAFT), EXPEDITED, clock.now())


def test_the_time_over_in_the_queue_comes_by_itself_to_the_front(db, the_clock):
    request = ask_information(accept(make_request(lines=1)))
    the_clock.move(days=46)
    assert again(request).queue_at < clock.now()
    review.end_information(again(request), actor("nia"))
    assert again(request).queue_at == again(request).due_at
