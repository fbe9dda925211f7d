"""What is counted: rows of a period as small tuples, and the statistics over them. No patient data anywhere."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from statistics import fmean, median
from typing import Any

from peewee import fn

from casework import clock
from models import (
    OPEN,
    Case,
    CaseType,
    Determination,
    InformationRequest,
    Outcome,
    Request,
    RequestType,
    Status,
    Urgency,
)

LONGEST_MONTHS = 60


@dataclass(frozen=True)
class Period:
    """Whole calendar months in Chicago, both included; given by any day of the first and of the last."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first.replace(day=1), time(), clock.ZONE)

    @property
    def end(self) -> datetime:
        """The moment after the period."""
        return datetime.combine(_next_month(self.last), time(), clock.ZONE)

    @property
    def months(self) -> list[str]:
        """'2026-01' and so on."""
        day = self.first.replace(day=1)
        found: list[str] = []
        while day <= self.last and len(found) < LONGEST_MONTHS:
            found.append(month_of(day))
            day = _next_month(day)
        return found

    @classmethod
    def of_months(cls, first: str, last: str) -> "Period":
        """From '2026-01' and '2026-11' as typed, in either order; twelve months to this one where they are none."""
        end = _parsed(last) or clock.today().replace(day=1)
        begin = _parsed(first) or _earlier(end, 11)
        return cls(min(begin, end), max(begin, end))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 1))


def _parsed(text: str) -> date | None:
    return clock.parse_date(f"{text}-01") if len(text) == 7 else None


def _earlier(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_of(day: date | datetime) -> str:
    """'2026-11'; of a moment, its month in Chicago."""
    local = clock.chicago(day).date() if isinstance(day, datetime) else day
    return f"{local.year:04d}-{local.month:02d}"


@dataclass(frozen=True, slots=True)
class Sent:
    """So many requests were submitted in a month and have this status now."""

    month: str
    status: Status
    is_accepted: bool
    count: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A request whose first determination falls into the period. A correction changes its outcome, not its time."""

    month: str
    urgency: Urgency
    case_type: CaseType
    request_type: RequestType
    outcome: Outcome
    hours: float
    """From submit to the first determination, time for the office's answers included."""
    is_in_time: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """An information request of the period."""

    month: str
    is_open: bool
    hours: float | None


@dataclass(frozen=True)
class Figures:
    period: Period
    sent: list[Sent]
    decided: list[Decided]
    asked: list[Asked]


def since_first(figures: Figures) -> Figures:
    """The same figures without the empty months before the first that has any; the last month stays."""
    last = figures.period.months[-1]
    months = {each.month for each in figures.sent} | {each.month for each in figures.decided}
    months |= {each.month for each in figures.asked}
    return replace(figures, period=Period.of_months(min(months, default=last), last))


@dataclass(frozen=True)
class Turnaround:
    """Statistics over hours; all None without a request."""

    count: int
    average: float | None = None
    middle: float | None = None
    ninetieth: float | None = None
    longest: float | None = None
    in_time: int = 0

    @property
    def share_in_time(self) -> float | None:
        return 100 * self.in_time / self.count if self.count else None


def turnaround(decided: Sequence[Decided]) -> Turnaround:
    """Average, median, 90th percentile (nearest rank) and longest time, and how many were in time."""
    hours = sorted(each.hours for each in decided)
    if not hours:
        return Turnaround(0)
    return Turnaround(
        len(hours),
        fmean(hours),
        median(hours),
        percentile(hours, 90),
        hours[-1],
        sum(each.is_in_time for each in decided),
    )


def percentile(ordered: Sequence[float], per_cent: int) -> float:
    """The nearest-rank percentile of ascending values: the smallest that at least so many per cent don't exceed."""
    return ordered[max(math.ceil(len(ordered) * per_cent / 100), 1) - 1]


def collect(period: Period) -> Figures:
    """All that the reports of this period need: a statement a month, and two over the whole."""
    return Figures(period, list(_sent(period)), list(_decided(period)), list(_asked(period)))


def _sent(period: Period) -> Iterable[Sent]:
    is_accepted = Request.accepted_at.is_null(False)
    for month in period.months:
        one = Period.of_months(month, month)
        rows = (
            Request.select(Request.status, is_accepted, fn.COUNT(Request.id))
            .where(Request.submitted_at >= one.begin, Request.submitted_at < one.end)
            .group_by(Request.status, is_accepted)
        )
        for status, accepted, count in _plain(rows):
            yield Sent(month, status, bool(accepted), count)


def _decided(period: Period) -> Iterable[Decided]:
    rows = (
        Determination.select(
            Determination.decided_at,
            Request.submitted_at,
            Request.due_at,
            Request.urgency_assigned,
            Request.urgency_requested,
            Case.case_type,
            Request.request_type,
            Request.outcome,
        )
        .join(Request)
        .join(Case)
        .where(
            Determination.number == 1,
            Determination.decided_at >= period.begin,
            Determination.decided_at < period.end,
            Request.is_void == False,  # noqa: E712 - SQL
        )
    )
    for at, submitted, due, assigned, requested, case_type, request_type, outcome in _plain(rows):
        hours = (at - submitted).total_seconds() / 3600
        urgency = assigned or requested
        yield Decided(month_of(at), urgency, case_type, request_type, outcome, hours, due is None or at <= due)


def _asked(period: Period) -> Iterable[Asked]:
    rows = InformationRequest.select(
        InformationRequest.asked_at, InformationRequest.answered_at, InformationRequest.ended_at
    ).where(InformationRequest.asked_at >= period.begin, InformationRequest.asked_at < period.end)
    for at, answered, ended in _plain(rows):
        hours = (answered - at).total_seconds() / 3600 if answered else None
        yield Asked(month_of(at), answered is None and ended is None, hours)


def _plain(query: Any) -> Iterable[tuple[Any, ...]]:
    """The rows as tuples, none kept: there may be many."""
    found: Iterable[tuple[Any, ...]] = query.tuples().iterator()
    return found


def overdue() -> list[tuple[Status, Urgency, int]]:
    """Open requests whose decision is overdue now, by status and urgency. A clock that stands still is not overdue."""
    urgency = fn.COALESCE(Request.urgency_assigned, Request.urgency_requested)
    working = [status for status in OPEN if status != Status.INFO_REQUESTED]
    rows = (
        Request.select(Request.status, urgency, fn.COUNT(Request.id))
        .where(Request.status.in_(working), Request.queue_at <= clock.now(), Request.due_at < clock.now())
        .group_by(Request.status, urgency)
        .order_by(Request.status, urgency)
    )
    return [(status, Urgency(asked), int(count)) for status, asked, count in _plain(rows)]
