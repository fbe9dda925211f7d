"""Asked and decided over all requests of a case: the days of a stay, or the units of each code."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from casework import approved, clock
from casework.compared import asked_by_stay, span
from casework.vocabulary import counted
from models import Case, LineDecision, LineOutcome, Request, RequestType, ServiceLine, Status, Stay

APPROVED, PENDING, REFUSED = "approved", "pending", "not approved"


@dataclass(frozen=True)
class Part:
    """A request with what it asks for, and the decisions that count (none while it is pending)."""

    request: Request
    stay: Stay | None
    lines: list[ServiceLine]
    decisions: list[LineDecision]

    @property
    def is_decided(self) -> bool:
        return self.request.status == Status.DETERMINED

    @property
    def stay_decisions(self) -> list[LineDecision]:
        """The decision on the days of its stay that counts: one or none."""
        return [each for each in self.decisions if self.is_decided and each.service_line_id is None]


@dataclass(frozen=True)
class Days:
    """Days of the stay, in a row, that have the same state; counted from the first day asked for."""

    first_number: int
    first: date
    last: date
    state: str

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """'Day 4', 'Days 1–3'."""
        last_number = self.first_number + self.count - 1
        return f"Day {last_number}" if self.count == 1 else f"Days {self.first_number}–{last_number}"

    @property
    def dates(self) -> str:
        return span(self.first, self.last)


@dataclass
class Units:
    """All that was asked for under one code, and what became of it."""

    what: str
    unit: str
    asked: int = 0
    approved: int = 0
    refused: int = 0
    pending: int = 0
    through: date | None = None

    def words(self, quantity: int) -> str:
        return counted(quantity, self.unit) if quantity else "–"


@dataclass(frozen=True)
class WholeCase:
    days: list[Days] = field(default_factory=list)
    units: list[Units] = field(default_factory=list)
    used_days: int | None = None
    """Nights spent until the discharge, or until today; None when there is no stay, or it has not begun."""
    used_until: str = ""
    aside: tuple[RequestType, ...] = ()
    """Changes and reconsiderations that are pending: they count from their decision on."""
    approved_days: int = 0
    """As decided: of a partial hospitalization without the free days in between."""

    @property
    def approved_through(self) -> date | None:
        """The last approved day of the stay, whatever lines reach past it; without one, of the lines."""
        days = [each.last for each in self.days if each.state == APPROVED]
        return max(days or [each.through for each in self.units if each.through], default=None)

    @property
    def days_in_words(self) -> str:
        """'4 days approved, through 11/20/2026; 3 used.'"""
        approved = f"{counted(self.approved_days, 'days')} approved"
        through = f", through {clock.show_date(self.approved_through)}" if self.approved_through else ""
        used = f"; {self.used_days} used until {self.used_until}" if self.used_days is not None else ""
        return f"{approved}{through}{used}."


def whole_case(case: Case, parts: Iterable[Part]) -> WholeCase:
    """What is asked and decided over all these requests of `case`, as far as they count; no statement is sent."""
    parts = sorted(parts, key=lambda part: part.request.id)
    counting = _counting(parts)
    days = _days(counting)
    until = f"the discharge on {clock.show_date(case.discharge_date)}" if case.discharge_date else "today"
    granted = sum(each.quantity for part in counting for each in part.stay_decisions)
    return WholeCase(_in_rows(days), _units(counting), _used(case, counting), until, _aside(parts), granted)


def _counting(parts: list[Part]) -> list[Part]:
    ids = {each.id for each in approved.counting(part.request for part in parts)}
    return [part for part in parts if part.request.id in ids]


def _aside(parts: list[Part]) -> tuple[RequestType, ...]:
    return tuple(
        part.request.request_type
        for part in parts
        if part.request.is_open and part.request.request_type in approved.INSTEAD
    )


def _days(parts: list[Part]) -> dict[date, str]:
    days: dict[date, str] = {}
    for part in parts:
        if part.stay is None:
            continue
        asked = asked_by_stay(part.stay)
        decision = next(iter(part.stay_decisions), None)
        for offset in range((asked.last - asked.first).days + 1):
            day = asked.first + timedelta(days=offset)
            if days.get(day) != APPROVED:
                days[day] = _state(part, decision, day)
    return days


def _state(part: Part, decision: LineDecision | None, day: date) -> str:
    if not part.is_decided or decision is None:
        return PENDING
    if decision.outcome == LineOutcome.DENIED or decision.date_from is None or decision.date_to is None:
        return REFUSED
    return APPROVED if decision.date_from <= day <= decision.date_to else REFUSED


def _in_rows(days: dict[date, str]) -> list[Days]:
    rows: list[Days] = []
    start = min(days, default=None)
    for day in sorted(days):
        if rows and rows[-1].state == days[day] and rows[-1].last == day - timedelta(days=1):
            rows[-1] = Days(rows[-1].first_number, rows[-1].first, day, days[day])
        elif start is not None:
            rows.append(Days((day - start).days + 1, day, day, days[day]))
    return rows


def _units(parts: list[Part]) -> list[Units]:
    found: dict[tuple[str, str], Units] = {}
    for part in parts:
        by_line = {each.service_line_id: each for each in part.decisions}
        for line in part.lines:
            of_code = found.setdefault(
                (line.code_with_modifiers, line.unit), Units(line.code_with_modifiers, line.unit)
            )
            _add(of_code, line, by_line.get(line.id) if part.is_decided else None)
    return list(found.values())


def _add(units: Units, line: ServiceLine, decision: LineDecision | None) -> None:
    units.asked += line.quantity
    if decision is None:
        units.pending += line.quantity
        return
    approved = 0 if decision.outcome == LineOutcome.DENIED else decision.quantity
    units.approved += approved
    units.refused += max(line.quantity - approved, 0)
    if approved and decision.date_to:
        units.through = max(units.through or decision.date_to, decision.date_to)


def _used(case: Case, parts: list[Part]) -> int | None:
    admitted = next((part.stay.admission_date for part in parts if part.stay is not None), None)
    until = case.discharge_date or clock.today()
    if admitted is None or until < admitted:
        return None
    return max((until - admitted).days, 1)
