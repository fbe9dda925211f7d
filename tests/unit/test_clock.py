"""When a request is due, over nights, weekends and changes of the clocks; how times are shown and typed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import clock
from casework.clock import ZONE, Limits, chicago, due_at, end_of_day, frozen, parse_date
from models import Urgency

EXPEDITED, STANDARD, RETRO = Urgency.EXPEDITED, Urgency.STANDARD, Urgency.RETRO
MOMENTS = st.integers(1_700_000_000, 1_950_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
DAYS = st.dates(date(1990, 1, 1), date(2050, 1, 1))


def at(text: str) -> datetime:
    """A moment on the clocks of Chicago, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("urgency", "submitted", "due"),
    [
        (EXPEDITED, "2026-11-24 09:12", "2026-11-27 09:12"),
        (EXPEDITED, "2026-11-27 17:00", "2026-11-30 17:00"),  # over a weekend all the same
        (EXPEDITED, "2026-10-30 09:00", "2026-11-02 08:00"),  # the night with an hour more
        (EXPEDITED, "2026-03-06 09:00", "2026-03-09 10:00"),  # the night with an hour less
        (STANDARD, "2026-11-24 00:00", "2026-12-09 23:59:59"),
        (STANDARD, "2026-11-24 23:59", "2026-12-09 23:59:59"),
        (STANDARD, "2026-02-25 12:00", "2026-03-12 23:59:59"),
        (STANDARD, "2026-10-20 12:00", "2026-11-04 23:59:59"),
        (RETRO, "2026-11-24 09:12", "2026-12-24 23:59:59"),
        (RETRO, "2026-12-31 22:00", "2027-01-30 23:59:59"),
    ],
)
def test_due(urgency, submitted, due):
    assert due_at(urgency, at(submitted)) == at(due)


def test_a_day_begins_at_midnight_in_chicago_not_in_utc():
    evening = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)  # 11:30 PM on the 24th in Chicago
    assert due_at(STANDARD, evening) == at("2026-12-09 23:59:59")


@pytest.mark.parametrize(
    ("submitted", "approved_until", "hours"),
    [
        ("2026-11-24 09:00", "2026-11-25 09:00", 24),
        ("2026-11-24 09:01", "2026-11-25 09:00", 72),
        ("2026-11-24 09:00", "2026-12-25 09:00", 24),
        ("2026-11-24 09:00", "2026-11-20 09:00", 72),
    ],
)
def test_a_running_expedited_stay_asked_in_good_time_is_due_in_24_hours(submitted, approved_until, hours):
    start = at(submitted)
    assert due_at(EXPEDITED, start, concurrent_until=at(approved_until)) == start + timedelta(hours=hours)


def test_a_running_standard_course_keeps_its_15_days():
    start = at("2026-11-24 09:00")
    assert due_at(STANDARD, start, concurrent_until=start + timedelta(days=9)) == due_at(STANDARD, start)


def test_limits_are_settings():
    limits = Limits(expedited_hours=48, standard_days=7, intake_days=1)
    start = at("2026-11-24 09:00")
    assert due_at(EXPEDITED, start, limits) == start + timedelta(hours=48)
    assert due_at(STANDARD, start, limits) == at("2026-12-01 23:59:59")
    assert clock.intake_due(STANDARD, start, limits) == at("2026-11-25 23:59:59")


def test_intake_and_appeal():
    start = at("2026-11-24 09:00")
    assert clock.intake_due(EXPEDITED, start) == start + timedelta(hours=24)
    assert clock.intake_due(STANDARD, start) == clock.intake_due(RETRO, start) == at("2026-11-29 23:59:59")
    assert clock.appeal_by(at("2026-11-22 16:00")) == at("2027-05-21 23:59:59")


@pytest.mark.parametrize(
    ("before", "after", "changed", "due"),
    [
        (STANDARD, EXPEDITED, "2026-11-26 10:00", "2026-11-29 10:00"),  # raised: from the change
        (RETRO, STANDARD, "2026-11-26 10:00", "2026-12-11 23:59:59"),
        (STANDARD, EXPEDITED, "2026-12-08 10:00", "2026-12-09 23:59:59"),  # never more time than there was
        (EXPEDITED, STANDARD, "2026-11-26 10:00", "2026-12-09 23:59:59"),  # lowered: from submit
        (EXPEDITED, RETRO, "2026-11-26 10:00", "2026-12-24 23:59:59"),
        (STANDARD, STANDARD, "2026-11-26 10:00", "2026-12-09 23:59:59"),
    ],
)
def test_urgency_change(before, after, changed, due):
    start = at("2026-11-24 09:12")
    changed_due = clock.due_after_urgency_change(
        before, after, submitted_at=start, changed_at=at(changed), due=due_at(before, start)
    )
    assert changed_due == at(due)


def test_a_lowered_urgency_keeps_the_days_on_which_the_clock_stood_still():
    start = at("2026-11-24 09:00")
    due = clock.due_after_urgency_change(
        EXPEDITED,
        STANDARD,
        submitted_at=start,
        changed_at=at("2026-11-27 09:00"),
        due=at("2026-11-28 09:00"),
        pauses=[(at("2026-11-24 11:00"), at("2026-11-26 08:00"))],
    )
    assert due == at("2026-12-11 23:59:59")


def resumed(urgency, due, asked, answered, submitted="2026-11-24 09:00"):
    return clock.resumed(
        urgency,
        due=at(due),
        submitted_at=at(submitted),
        asked_at=at(asked),
        answered_at=at(answered),
        reply_by=clock.reply_by(urgency, at(asked)),
    )


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        ("2026-11-25 10:00", "2026-11-25 16:00", "2026-12-09 23:59:59"),
        ("2026-11-25 10:00", "2026-11-30 08:00", "2026-12-14 23:59:59"),
        ("2026-11-25 23:50", "2026-11-26 00:10", "2026-12-10 23:59:59"),
        ("2026-11-25 10:00", "2027-03-01 08:00", "2027-01-23 23:59:59"),  # late: 45 days count
    ],
)
def test_the_standard_clock_stands_still_until_the_answer(asked, answered, due):
    assert resumed(STANDARD, "2026-12-09 23:59:59", asked, answered) == at(due)


def test_the_clock_stands_still_over_the_change_of_the_clocks():
    assert resumed(
        RETRO, "2026-11-10 23:59:59", "2026-10-30 12:00", "2026-11-03 12:00", submitted="2026-10-11 09:00"
    ) == at("2026-11-14 23:59:59")


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        ("2026-11-24 12:00", "2026-11-24 15:00", "2026-11-26 15:00"),
        ("2026-11-25 09:00", "2026-11-26 20:00", "2026-11-28 20:00"),
        ("2026-11-25 09:00", "2026-11-30 09:00", "2026-11-29 09:00"),  # late: from the end of the time to answer
        ("2026-11-25 09:01", "2026-11-26 20:00", "2026-11-27 09:00"),  # asked too late: nothing moves
    ],
)
def test_expedited_is_due_48_hours_after_the_answer(asked, answered, due):
    assert resumed(EXPEDITED, "2026-11-27 09:00", asked, answered) == at(due)


def test_time_to_answer():
    asked = at("2026-11-24 12:00")
    assert clock.reply_by(EXPEDITED, asked) == asked + timedelta(hours=48)
    assert clock.reply_by(STANDARD, asked) == clock.reply_by(RETRO, asked) == at("2027-01-08 23:59:59")
    assert clock.ask_by(EXPEDITED, asked) == asked + timedelta(hours=24)
    assert clock.ask_by(STANDARD, asked) is None


def test_while_it_waits_a_request_shows_the_latest_it_can_be_due():
    submitted, asked = at("2026-11-24 09:00"), at("2026-11-25 09:00")
    due = due_at(STANDARD, submitted)
    until = clock.reply_by(STANDARD, asked)
    latest = clock.resumed(STANDARD, due=due, submitted_at=submitted, asked_at=asked, answered_at=until, reply_by=until)
    assert latest == at("2027-01-23 23:59:59")


@given(MOMENTS, st.integers(0, 40), st.integers(0, 60), st.sampled_from([STANDARD, RETRO]))
def test_a_pause_gives_just_the_days_it_took(submitted, asked_after, took, urgency):
    due = due_at(urgency, submitted)
    asked = submitted + timedelta(days=asked_after)
    until = clock.reply_by(urgency, asked)
    answered = asked + timedelta(days=took)
    new = clock.resumed(urgency, due=due, submitted_at=submitted, asked_at=asked, answered_at=answered, reply_by=until)
    gained = (chicago(new).date() - chicago(due).date()).days
    assert gained == (chicago(min(answered, until)).date() - chicago(asked).date()).days
    assert new == end_of_day(chicago(new).date())
    assert new <= clock.resumed(
        urgency, due=due, submitted_at=submitted, asked_at=asked, answered_at=until, reply_by=until
    )


@given(MOMENTS, st.sampled_from(Urgency))
def test_days_end_with_the_day_in_chicago(submitted, urgency):
    due = due_at(urgency, submitted)
    if urgency is EXPEDITED:
        assert due - submitted == timedelta(hours=72)
    else:
        assert f"{chicago(due):%H:%M:%S}" == "23:59:59"
        assert (chicago(due).date() - chicago(submitted).date()).days == (15 if urgency is STANDARD else 30)


@given(MOMENTS, st.integers(0, 500), st.permutations(list(Urgency)))
def test_raising_never_gives_more_time(submitted, hours, order):
    before, after = order[0], order[1]
    due = due_at(before, submitted)
    new = clock.due_after_urgency_change(
        before, after, submitted_at=submitted, changed_at=submitted + timedelta(hours=hours), due=due
    )
    assert new <= due if clock.is_raised(before, after) else new == due_at(after, submitted)


@given(DAYS)
def test_the_end_of_a_day_is_its_last_second(day):
    end = end_of_day(day)
    assert end.tzinfo is UTC
    assert chicago(end).date() == day
    assert chicago(end + timedelta(seconds=1)).date() == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("11/24/2026", date(2026, 11, 24)),
        (" 1/5/2026 ", date(2026, 1, 5)),
        ("1-5-2026", date(2026, 1, 5)),
        ("01052026", date(2026, 1, 5)),
        ("2026-01-05", date(2026, 1, 5)),
        ("02/29/2028", date(2028, 2, 29)),
        ("１１/２４/２０２６", date(2026, 11, 24)),
    ],
)
def test_dates_are_read_as_people_type_them(typed, meant):
    assert parse_date(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["", "11/24/26", "24/11/2026", "02/29/2026", "11/31/2026", "0/1/2026", "11/24/0026", "11/24-2026", "11 24 2026",
     "2026/11/24", "11/24/20261", "1242026", "20261124", "112426", "tomorrow", "٠١/٠٥/٢٠٢٦", "1/5/2026\x00"],
)  # fmt: skip
def test_other_texts_are_no_date(typed):
    assert parse_date(typed) is None


@given(DAYS)
def test_a_shown_date_can_be_typed_again(day):
    assert parse_date(clock.show_date(day)) == day == parse_date(day.isoformat())


@given(st.text(max_size=20))
def test_any_text_may_be_typed_as_a_date(text):
    found = parse_date(text)
    assert found is None or found.year >= 1000


def test_times_are_shown_in_us_form_with_the_zone():
    winter, summer = datetime(2026, 11, 24, 15, 12, tzinfo=UTC), datetime(2026, 7, 4, 17, 5, tzinfo=UTC)
    assert clock.show_moment(winter) == "Tue Nov 24, 2026, 9:12 AM CST"
    assert clock.show_moment(summer) == "Sat Jul 4, 2026, 12:05 PM CDT"
    assert clock.show_time(datetime(2026, 11, 24, 6, 0, tzinfo=UTC)) == "12:00 AM CST"
    assert clock.show_date(winter) == "11/24/2026"
    assert clock.show_date(date(2026, 1, 5)) == "01/05/2026"
    assert clock.show_date(datetime(2026, 11, 25, 5, 30, tzinfo=UTC)) == "11/24/2026"


def test_due_times_in_a_list():
    with frozen(at("2026-11-24 09:12")):
        assert clock.show_due(at("2026-11-27 09:12")) == "Fri Nov 27, 9:12 AM CST"
        assert clock.show_due(at("2026-12-09 23:59:59")) == "Wed Dec 9 CST"
        assert clock.show_day(date(2027, 1, 8)) == "Fri Jan 8, 2027"


def test_a_time_of_another_day_is_shown_with_its_day():
    with frozen(at("2026-11-24 09:12")):
        assert clock.show_recent(at("2026-11-24 00:01")) == "12:01 AM CST"
        assert clock.show_recent(at("2026-11-23 23:59")) == "Mon Nov 23, 11:59 PM CST"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24 09:11:30", "just now"),
        ("2026-11-24 09:13", "just now"),
        ("2026-11-24 09:04", "8 min ago"),
        ("2026-11-24 08:12", "1 hour ago"),
        ("2026-11-24 00:30", "8 hours ago"),
        ("2026-11-23 23:00", "10 hours ago"),
        ("2026-11-23 12:00", "yesterday"),
        ("2026-11-20 12:00", "4 days ago"),
        ("2026-10-01 12:00", "10/01/2026"),
    ],
)
def test_how_long_ago(moment, words):
    with frozen(at("2026-11-24 09:12")):
        assert clock.ago(at(moment)) == words


@pytest.mark.parametrize(
    ("due", "words"),
    [
        ("2026-11-26 09:12", "2 days left"),
        ("2026-11-26 09:11", "47 hours left"),
        ("2026-11-24 10:12", "1 hour left"),
        ("2026-11-24 09:24", "12 min left"),
        ("2026-11-24 06:12", "overdue by 3 hours"),
        ("2026-11-20 06:12", "overdue by 4 days"),
    ],
)
def test_how_long_until_due(due, words):
    with frozen(at("2026-11-24 09:12")):
        assert clock.left(at(due)) == words


def test_the_clock_of_a_test_stands_and_moves():
    with frozen(at("2026-11-24 23:30")) as hands:
        assert clock.now() == at("2026-11-24 23:30")
        assert clock.today() == date(2026, 11, 24)
        hands.move(hours=1)
        assert clock.today() == date(2026, 11, 25)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        chicago(datetime(2026, 11, 24))  # noqa: DTZ001 - what is refused
