"""What was asked beside what was decided, line by line, in words. One home for case page, review page and letter."""

from dataclasses import dataclass
from datetime import date, timedelta

from casework import clock
from casework.vocabulary import BASES, counted
from models import LineDecision, LineOutcome, ServiceLine, Stay


@dataclass(frozen=True)
class Compared:
    """One line as asked and as decided, in words; `difference` says in words what is not as asked."""

    what: str
    description: str
    asked: str
    asked_dates: str
    decided: str
    decided_dates: str = ""
    outcome: LineOutcome | None = None
    difference: str = ""
    reason: str = ""
    missing: str = ""


def compared(
    lines: list[ServiceLine],
    stay: Stay | None,
    decisions: list[LineDecision],
    undecided: str = "not decided yet",
) -> list[Compared]:
    """What was asked beside what was decided: the stay's days first, then each service line in the order given.

    `decisions` are those of the determination that counts; while there is none, `undecided` stands in its place.
    """
    by_line = {each.service_line_id: each for each in decisions}
    found = [_compare(asked_by_stay(stay), by_line.get(None), undecided)] if stay else []
    return found + [_compare(asked_by_line(line), by_line.get(line.id), undecided) for line in lines]


@dataclass(frozen=True)
class Asked:
    """What one line asks for; `unit` is a plural, the dates are both included."""

    what: str
    description: str
    quantity: int
    unit: str
    first: date
    last: date

    @property
    def amount(self) -> str:
        return counted(self.quantity, self.unit)


def asked_by_stay(stay: Stay) -> Asked:
    """The days that the stay asks for: from the admission on, of an extension after the days approved before."""
    first = stay.first_day or stay.admission_date
    last = stay.last_day or first + timedelta(days=max(stay.days_requested, 1) - 1)
    return Asked("Stay", "", stay.days_requested, "days", first, last)


def asked_by_line(line: ServiceLine) -> Asked:
    return Asked(line.code_with_modifiers, line.description, line.quantity, line.unit, line.date_from, line.date_to)


def _compare(asked: Asked, decision: LineDecision | None, undecided: str) -> Compared:
    words = asked.amount
    dates = span(asked.first, asked.last)
    if decision is None:
        return Compared(asked.what, asked.description, words, dates, undecided)
    granted = decision.outcome != LineOutcome.DENIED
    decided_dates = ""
    if granted and decision.date_from and decision.date_to:
        decided_dates = span(decision.date_from, decision.date_to)
    basis = BASES[decision.basis] if decision.basis else ""
    return Compared(
        what=asked.what,
        description=asked.description,
        asked=words,
        asked_dates=dates,
        decided=f"{counted(decision.quantity, asked.unit)} approved" if granted else "Denied",
        decided_dates=decided_dates,
        outcome=decision.outcome,
        difference=_difference(asked, decision, decided_dates),
        reason=". ".join(part for part in (basis, decision.rationale) if part),
        missing=decision.missing_information,
    )


def _difference(asked: Asked, decision: LineDecision, decided_dates: str) -> str:
    if decision.outcome == LineOutcome.DENIED:
        return f"{asked.amount} not approved"
    parts = []
    if decision.quantity < asked.quantity:
        parts.append(f"{counted(asked.quantity - decision.quantity, asked.unit)} not approved")
    if decided_dates and decided_dates != span(asked.first, asked.last):
        parts.append("other dates than asked")
    return ", ".join(parts)


def span(first: date, last: date) -> str:
    """'11/30/2026' or '11/30/2026 – 12/28/2026'."""
    start = clock.show_date(first)
    return start if first == last else f"{start} – {clock.show_date(last)}"
