"""What time it is, how it is shown and typed, and when a request is due.

Moments are aware and in UTC; days are calendar days in Chicago and end with them: the last moment of a day is
11:59:59 PM there, so that a time shown beside the date never belongs to the next day.

The figures are those of the ERISA claims rule, 29 CFR 2560.503-1, for claims of group health plans.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from models import Urgency

ZONE = ZoneInfo("America/Chicago")

Pause = tuple[datetime, datetime]
"""From when to when the clock stood still for an information request."""


@dataclass(frozen=True)
class Limits:
    """How long everything may take; an admin may change each. Defaults with the paragraph of 29 CFR 2560.503-1."""

    expedited_hours: int = 72
    """Urgent care claims: 72 hours after receipt, (f)(2)(i)."""
    standard_days: int = 15
    """Pre-service claims: 15 days after receipt, (f)(2)(iii)(A)."""
    retro_days: int = 30
    """Post-service claims: 30 days after receipt, (f)(2)(iii)(B)."""
    concurrent_hours: int = 24
    """An urgent extension of a running course of treatment: 24 hours after receipt, (f)(2)(ii)(B)."""
    concurrent_notice_hours: int = 24
    """… when it is asked for at least 24 hours before the approved end, (f)(2)(ii)(B)."""
    intake_expedited_hours: int = 24
    """Intake's own target for Expedited requests, no figure of the rule."""
    intake_days: int = 5
    """Intake's own target for all others, no figure of the rule."""
    reply_days: int = 45
    """Standard and Retro: the time to answer an information request, (f)(2)(iii)(A) and (B)."""
    expedited_ask_hours: int = 24
    """Expedited: missing information is to be asked for within 24 hours after receipt, (f)(2)(i)."""
    expedited_reply_hours: int = 48
    """Expedited: not less than 48 hours to answer, (f)(2)(i)."""
    expedited_decide_hours: int = 48
    """Expedited: 48 hours after the answer or the end of the time for it, whichever is earlier, (f)(2)(i)."""
    appeal_days: int = 180
    """At least 180 days to appeal an adverse determination of a group health plan, (h)(3)(i)."""


DEFAULTS = Limits()


def _defaults() -> Limits:
    return DEFAULTS


_limits_source: Callable[[], Limits] = _defaults


def take_limits_from(source: Callable[[], Limits]) -> None:
    """From now on the limits that count are what `source` gives: what an admin has set (casework.settings)."""
    global _limits_source
    _limits_source = source


class _InForce(Limits):
    """The limits that count now, asked for anew each time."""

    def __getattribute__(self, name: str) -> Any:
        return getattr(_limits_source(), name)


IN_FORCE: Limits = _InForce()

_URGENT_FIRST = (Urgency.EXPEDITED, Urgency.STANDARD, Urgency.RETRO)


class Frozen:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def move(self, **amount: float) -> datetime:
        """Moves the clock by hours=…, days=…, as timedelta takes them, and returns the new time."""
        self.at += timedelta(**amount)
        return self.at


_frozen: Frozen | None = None


def now() -> datetime:
    """The moment, aware and in UTC. The only place where time enters."""
    return _frozen.at if _frozen else datetime.now(UTC)


def is_frozen() -> bool:
    """Whether a test has stopped the clock."""
    return _frozen is not None


@contextmanager
def frozen(at: datetime) -> Iterator[Frozen]:
    """For tests: inside, now() is `at` (aware) for every thread, until the yielded clock is moved."""
    global _frozen
    before, _frozen = _frozen, Frozen(at)
    try:
        yield _frozen
    finally:
        _frozen = before


def chicago(moment: datetime) -> datetime:
    """The same moment on the clocks of Chicago. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(ZONE)


def today() -> date:
    """The calendar day in Chicago."""
    return chicago(now()).date()


def end_of_day(day: date) -> datetime:
    """The last second of this day in Chicago, in UTC."""
    next_day = datetime.combine(day + timedelta(days=1), time(), ZONE)
    return next_day.astimezone(UTC) - timedelta(seconds=1)


def due_at(
    urgency: Urgency, submitted_at: datetime, limits: Limits = IN_FORCE, concurrent_until: datetime | None = None
) -> datetime:
    """When a request of this urgency must be decided.

    `concurrent_until` is the approved end of the running stay or course of treatment that an Expedited extension
    wants to go on; asked for in good time before it, 24 hours count instead of 72.
    """
    if urgency == Urgency.EXPEDITED:
        return submitted_at.astimezone(UTC) + timedelta(hours=_expedited_hours(submitted_at, limits, concurrent_until))
    days = limits.standard_days if urgency == Urgency.STANDARD else limits.retro_days
    return _days_later(submitted_at, days)


def _expedited_hours(submitted_at: datetime, limits: Limits, concurrent_until: datetime | None) -> int:
    notice = timedelta(hours=limits.concurrent_notice_hours)
    if concurrent_until is not None and concurrent_until - submitted_at >= notice:
        return limits.concurrent_hours
    return limits.expedited_hours


def _days_later(moment: datetime, days: int) -> datetime:
    return end_of_day(chicago(moment).date() + timedelta(days=days))


def is_raised(before: Urgency, after: Urgency) -> bool:
    """Whether the change makes the request more urgent: Retro, Standard, Expedited, in this order."""
    return _URGENT_FIRST.index(after) < _URGENT_FIRST.index(before)


def due_after_urgency_change(
    before: Urgency,
    after: Urgency,
    *,
    submitted_at: datetime,
    changed_at: datetime,
    due: datetime,
    limits: Limits = IN_FORCE,
    pauses: Sequence[Pause] = (),
    concurrent_until: datetime | None = None,
) -> datetime:
    """When a request is due after its urgency went from `before` to `after`; `due` is when it was due until then.

    Raised: the new clock starts at the change, but gives no more time than there was: a Standard request raised on
    its last day is still due on that day. Lowered: the new clock counts from submit, and the days on which it stood
    still for an information request (`pauses`) are added. Unchanged: `due`.
    """
    if after == before:
        return due
    if is_raised(before, after):
        return min(due_at(after, changed_at, limits, concurrent_until), due)
    lowered = due_at(after, submitted_at, limits)
    for asked_at, answered_at in pauses:
        lowered = _shifted(lowered, asked_at, answered_at)
    return lowered


def intake_due(urgency: Urgency, submitted_at: datetime, limits: Limits = IN_FORCE) -> datetime:
    """By when intake wants to have accepted or rejected a request."""
    if urgency == Urgency.EXPEDITED:
        return submitted_at.astimezone(UTC) + timedelta(hours=limits.intake_expedited_hours)
    return _days_later(submitted_at, limits.intake_days)


def appeal_by(issued_at: datetime, limits: Limits = IN_FORCE) -> datetime:
    """The last moment for an appeal against the letter issued then: 29 CFR 2560.503-1(h)(3)(i)."""
    return _days_later(issued_at, limits.appeal_days)


def reply_by(urgency: Urgency, asked_at: datetime, limits: Limits = IN_FORCE) -> datetime:
    """The earliest end that an information request may set: 48 hours when Expedited, else 45 days."""
    if urgency == Urgency.EXPEDITED:
        return asked_at.astimezone(UTC) + timedelta(hours=limits.expedited_reply_hours)
    return _days_later(asked_at, limits.reply_days)


def ask_by(urgency: Urgency, submitted_at: datetime, limits: Limits = IN_FORCE) -> datetime | None:
    """Until when information may be asked for with an effect on the clock; None: at any time.

    Expedited: within 24 hours of receipt, 29 CFR 2560.503-1(f)(2)(i).
    """
    if urgency != Urgency.EXPEDITED:
        return None
    return submitted_at.astimezone(UTC) + timedelta(hours=limits.expedited_ask_hours)


def resumed(
    urgency: Urgency,
    *,
    due: datetime,
    submitted_at: datetime,
    asked_at: datetime,
    answered_at: datetime,
    reply_by: datetime,
    limits: Limits = IN_FORCE,
) -> datetime:
    """When a request is due once its information request was answered, or the time for it was over.

    `due` is when it was due before it was asked. `answered_at` may lie after `reply_by`: that end counts then.

    Standard and Retro: the clock stood still, so as many calendar days are added as lie between question and answer
    (29 CFR 2560.503-1(f)(4): from the date of the notice to the date of the response).
    Expedited: 48 hours after the answer; a question asked later than 24 hours after receipt moves nothing.
    """
    ended_at = min(answered_at, reply_by)
    if urgency != Urgency.EXPEDITED:
        return _shifted(due, asked_at, ended_at)
    last = ask_by(urgency, submitted_at, limits)
    if last is not None and asked_at > last:
        return due
    return ended_at.astimezone(UTC) + timedelta(hours=limits.expedited_decide_hours)


def _shifted(due: datetime, asked_at: datetime, ended_at: datetime) -> datetime:
    """The end of the day that lies as many calendar days after `due` as the answer after the question."""
    days = (chicago(ended_at).date() - chicago(asked_at).date()).days
    return end_of_day(chicago(due).date() + timedelta(days=days)) if days > 0 else due


_DATES = (
    re.compile(r"(?P<month>\d{1,2})([/-])(?P<day>\d{1,2})\2(?P<year>[1-9]\d{3})"),
    re.compile(r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>[1-9]\d{3})"),
    re.compile(r"(?P<year>[1-9]\d{3})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
)


def parse_date(text: str) -> date | None:
    """A date as people type it, or None: 11/24/2026, 1/5/2026, 1-5-2026, 2026-01-05, and 01052026 as on the digits of a
    phone's keyboard. The year has four digits."""
    typed = unicodedata.normalize("NFKC", text).strip()
    found = next(filter(None, (each.fullmatch(typed) for each in _DATES)), None)
    if found is None or not typed.isascii():
        return None
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def show_date(value: date | datetime) -> str:
    """'11/24/2026'; of a moment, its day in Chicago."""
    day = chicago(value).date() if isinstance(value, datetime) else value
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def show_month(text: str) -> str:
    """'Nov 2026' from '2026-11'; any other text as it is."""
    day = parse_date(f"{text}-01") if len(text) == 7 else None
    return f"{day:%b %Y}" if day else text


def show_time(moment: datetime) -> str:
    """'9:12 AM CST'."""
    local = chicago(moment)
    return f"{_clock_face(local)} {local.tzname()}"


def show_moment(moment: datetime) -> str:
    """'Tue Nov 24, 2026, 9:12 AM CST'."""
    local = chicago(moment)
    return f"{local:%a %b} {local.day}, {local.year}, {_clock_face(local)} {local.tzname()}"


def show_day(value: date | datetime) -> str:
    """'Tue Nov 24', with the year when it is not the present one: for lists and time lines."""
    day = chicago(value).date() if isinstance(value, datetime) else value
    year = "" if day.year == today().year else f", {day.year}"
    return f"{day:%a %b} {day.day}{year}"


def show_due(moment: datetime) -> str:
    """A due time as a list shows it: 'Tue Nov 24, 9:12 AM CST', or the day alone when it ends with the day."""
    local = chicago(moment)
    if moment == end_of_day(local.date()):
        return f"{show_day(moment)} {local.tzname()}"
    return f"{show_day(moment)}, {show_time(moment)}"


def show_recent(moment: datetime) -> str:
    """'9:12 AM CST', with the day before it when it was another one: 'Tue Nov 24, 9:12 AM CST'."""
    is_today = chicago(moment).date() == today()
    return show_time(moment) if is_today else f"{show_day(moment)}, {show_time(moment)}"


def _clock_face(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


def ago(moment: datetime) -> str:
    """How long since: 'just now', '8 min ago', '3 hours ago', 'yesterday', '4 days ago', after a month the date."""
    at = now()
    seconds = int((at - moment).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    days = (chicago(at).date() - chicago(moment).date()).days
    if seconds < 86400 and (days == 0 or seconds < 43200):
        return _counted(seconds // 3600, "hour") + " ago"
    if days <= 1:
        return "yesterday"
    return f"{days} days ago" if days <= 30 else show_date(moment)


def left(due: datetime) -> str:
    """How long until `due`: '2 days left', '5 hours left', '12 min left', or 'overdue by 3 hours'."""
    seconds = int((due - now()).total_seconds())
    length = _length(abs(seconds))
    return f"{length} left" if seconds >= 0 else f"overdue by {length}"


def _length(seconds: int) -> str:
    if seconds >= 2 * 86400:
        return _counted(seconds // 86400, "day")
    if seconds >= 3600:
        return _counted(seconds // 3600, "hour")
    return f"{seconds // 60} min"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
