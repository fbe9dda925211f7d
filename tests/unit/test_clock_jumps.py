"""The clock of the machine is wrong for a while, or the calendar has a rare day: nothing ends wrongly or for good."""

from datetime import UTC, date, datetime, timedelta

import pytest

import config
from casework import clock, jobs
from casework.accounts import doors, sessions, throttle
from casework.accounts.doors import Caller, Step
from casework.audit.verify import verify
from casework.clock import ZONE, due_at
from casework.completeness.member import age
from casework.demo.people import PASSWORD
from casework.errors import TooMany
from models import Request, Status, Urgency, User, UserState
from tests import builders, personas

HERE = Caller("198.51.100.7", "test")
EXPEDITED, STANDARD, RETRO = Urgency.EXPEDITED, Urgency.STANDARD, Urgency.RETRO


def at(text: str, fold: int = 0) -> datetime:
    """A moment on the clocks of Chicago, in UTC. `fold`: the second of two hours of the same name."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("began", "then", "lives"),
    [
        (at("2026-11-01 01:50"), at("2026-11-01 01:04", fold=1), True),  # 14 minutes, though the clock shows less
        (at("2026-11-01 01:50"), at("2026-11-01 01:06", fold=1), False),
        (at("2026-03-08 01:50"), at("2026-03-08 03:04"), True),  # 14 minutes, though the clock shows more
        (at("2026-03-08 01:50"), at("2026-03-08 03:06"), False),
        (at("2028-02-28 23:50"), at("2028-02-29 00:04"), True),
        (at("2028-02-29 23:50"), at("2028-03-01 00:06"), False),
        (at("2026-11-24 09:00"), at("2026-11-24 08:46"), True),  # a clock that was set a little ahead
        (at("2026-11-24 09:00"), at("2026-11-24 08:00"), False),  # an hour back: it would live an hour too long
        (at("2026-12-25 09:00"), at("2026-11-24 09:00"), False),
        (at("2026-11-24 09:00"), at("2026-12-25 09:00"), False),  # 31 days on
    ],
)
def test_sessions(db: config.Settings, the_clock: clock.Frozen, began: datetime, then: datetime, lives: bool) -> None:
    the_clock.at = began
    token = sessions.start(personas.user("amy"))
    the_clock.at = then
    assert (sessions.find(token) is not None) == lives


@pytest.mark.parametrize(
    ("active", "then", "idle"),
    [
        ("2028-01-30 09:00", "2028-02-29 09:00", False),
        ("2028-01-30 09:00", "2028-02-29 09:01", True),
        ("2028-02-29 09:00", "2028-03-30 10:00", False),  # 30 days, and the night with an hour less
        ("2028-02-29 09:00", "2028-03-30 10:01", True),
        ("2026-10-20 09:00", "2026-11-19 08:00", False),  # and the night with an hour more
        ("2026-10-20 09:00", "2026-11-19 08:01", True),
        ("2026-11-24 09:00", "2026-11-24 08:00", False),
        ("2026-11-24 09:00", "2026-12-25 09:00", True),
    ],
)
def test_inactivity(db: config.Settings, the_clock: clock.Frozen, active: str, then: str, idle: bool) -> None:
    the_clock.at = at(active)
    User.update(created_at=clock.now(), last_active_at=clock.now()).execute()
    the_clock.at = at(then)
    assert (doors.by_password("amy", PASSWORD, HERE).step == Step.INACTIVE) == idle


@pytest.mark.parametrize(
    ("urgency", "submitted", "due"),
    [
        (STANDARD, "2028-02-14 12:00", "2028-02-29 23:59:59"),
        (STANDARD, "2028-02-29 12:00", "2028-03-15 23:59:59"),
        (RETRO, "2028-01-30 12:00", "2028-02-29 23:59:59"),
        (EXPEDITED, "2028-02-28 09:00", "2028-03-02 09:00"),
        (EXPEDITED, "2028-02-29 09:00", "2028-03-03 09:00"),
        (STANDARD, "2026-10-17 12:00", "2026-11-01 23:59:59"),  # a day of 25 hours
        (STANDARD, "2026-02-21 12:00", "2026-03-08 23:59:59"),  # a day of 23 hours
    ],
)
def test_due(urgency: Urgency, submitted: str, due: str) -> None:
    assert due_at(urgency, at(submitted)) == at(due)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 2, 29), date(2027, 2, 28), 18),
        (date(2008, 2, 29), date(2027, 3, 1), 19),
    ],
)
def test_age_of_who_was_born_on_a_leap_day(born: date, on: date, years: int) -> None:
    assert age(born, on) == years


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=31)])
def test_waits_from_a_clock_that_was_ahead_bind_nobody(
    db: config.Settings, the_clock: clock.Frozen, ahead: timedelta
) -> None:
    the_clock.at += ahead
    for _ in range(throttle.LINKS.free):
        throttle.count((throttle.LINKS, "198.51.100.7"))
    with pytest.raises(TooMany):
        throttle.require_free(throttle.LINKS, "198.51.100.7")
    the_clock.at -= ahead
    throttle.require_free(throttle.LINKS, "198.51.100.7")
    throttle.count((throttle.LINKS, "198.51.100.7"))
    with pytest.raises(TooMany):
        throttle.count((throttle.LINKS, "198.51.100.7"))


def test_after_an_hour_back_work_goes_on_in_its_order(db: config.Settings, the_clock: clock.Frozen) -> None:
    asked = builders.accept(builders.make_request(lines=1))
    due, submitted = asked.due_at, asked.submitted_at
    the_clock.move(hours=-1)
    jobs.run_due()
    token = sessions.start(personas.user("amy"))
    builders.approve(asked)
    now = Request.get_by_id(asked.id)
    assert (now.status, now.due_at, now.submitted_at) == (Status.DETERMINED, due, submitted)
    assert verify().is_whole
    assert sessions.find(token)
    the_clock.move(hours=1)
    assert sessions.find(token) is None
    assert builders.make_request().case.webcert_number > now.case.webcert_number


def test_31_days_on_and_back_nothing_is_lost(db: config.Settings, the_clock: clock.Frozen) -> None:
    draft, asked = builders.make_draft(), builders.make_request()
    the_clock.move(days=31)
    jobs.run_due()
    assert personas.user("amy").state == UserState.INACTIVE
    the_clock.move(days=-31)
    assert doors.by_password("amy", PASSWORD, HERE).step == Step.INACTIVE  # intake lets in again, as always
    now = Request.get_by_id(asked.id)
    assert Request.get_by_id(draft.id).status == Status.DRAFT
    assert (now.status, now.due_at) == (Status.SUBMITTED, asked.due_at)
    assert len(jobs.run_due()) == len(jobs.JOBS), "what ran in the future waits until then"
    assert verify().is_whole
    assert timedelta() < now.due_at - clock.now()
