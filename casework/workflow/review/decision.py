"""A decision before it is made: a verdict for each line asked for, and what follows from them. No writes, no rights."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from casework import clock
from casework.compared import Asked, asked_by_line, asked_by_stay
from casework.errors import Refused
from casework.vocabulary import counted
from models import Basis, LineDecision, LineOutcome, Outcome, Request, ServiceLine, Stay, Urgency

LONGEST_SPAN = timedelta(days=366)


@dataclass(frozen=True)
class Verdict:
    """What is decided on one service line, or, with `line` None, on the days of the stay.

    `quantity` counts in the unit that was asked for; a denied line has 0 and no dates.
    """

    line: ServiceLine | None
    outcome: LineOutcome
    quantity: int = 0
    date_from: date | None = None
    date_to: date | None = None
    basis: Basis | None = None
    criterion: str = ""
    rationale: str = ""
    missing_information: str = ""

    @property
    def is_adverse(self) -> bool:
        return self.outcome != LineOutcome.APPROVED

    @property
    def service_line_id(self) -> int | None:
        """As a recorded decision names its line."""
        return self.line.id if self.line else None


@dataclass(frozen=True)
class Decision:
    """Verdicts for all that was asked, in the order of `asked_of`, and what belongs to the whole."""

    verdicts: tuple[Verdict, ...]
    requirements: str = ""
    rationale: str = ""
    plan_provision: str = ""
    notice_by_phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """None: as the approved lines' dates say."""

    @property
    def outcome(self) -> Outcome:
        """Of the whole: all lines approved as asked, none at all, or something between."""
        outcomes = {verdict.outcome for verdict in self.verdicts}
        if outcomes == {LineOutcome.APPROVED}:
            return Outcome.APPROVAL
        return Outcome.DENIAL if outcomes == {LineOutcome.DENIED} else Outcome.PARTIAL_APPROVAL

    @property
    def valid(self) -> tuple[date, date] | tuple[None, None]:
        """First and last valid day; (None, None) for a denial."""
        first, last = approved_dates(self.verdicts)
        if first is None or last is None:
            return None, None
        return self.valid_from or first, self.valid_to or last


@dataclass(frozen=True)
class Problem:
    """Why a decision can't stand: the verdict's place (None: the whole), its field, and what to do."""

    place: int | None
    field: str
    message: str


class Undecidable(Refused):
    """A decision that can't be recorded; `problems` says why, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = list(problems)


Asking = list[tuple[ServiceLine | None, Asked]]


def asked_of(request: Request) -> Asking:
    """All that a request asks for: the days of its stay first (no line), then its service lines in their order."""
    lines = request.service_lines.order_by(ServiceLine.position)
    return asking(Stay.get_or_none(Stay.request == request), lines)


def asking(stay: Stay | None, lines: Iterable[ServiceLine]) -> Asking:
    """The same from rows that are there already."""
    found: Asking = [(None, asked_by_stay(stay))] if stay else []
    return found + [(line, asked_by_line(line)) for line in lines]


def as_asked(request: Request) -> Decision:
    """The approval of everything that was asked."""
    return Decision(tuple(approved(line, asked) for line, asked in asked_of(request)))


def approved(line: ServiceLine | None, asked: Asked) -> Verdict:
    return Verdict(line, LineOutcome.APPROVED, asked.quantity, asked.first, asked.last)


def settled(request: Request, decision: Decision) -> Decision:
    """The decision with approved lines as they were asked, denied ones empty, and texts trimmed.

    Without words for the whole, the explanations of its lines are those.
    """
    asked = {line.id if line else None: what for line, what in asked_of(request)}
    verdicts = []
    for verdict in decision.verdicts:
        what = asked.get(verdict.service_line_id)
        if verdict.outcome == LineOutcome.APPROVED and what is not None:
            verdicts.append(approved(verdict.line, what))
        elif verdict.outcome == LineOutcome.DENIED:
            verdicts.append(replace(_trimmed(verdict), quantity=0, date_from=None, date_to=None))
        else:
            verdicts.append(_trimmed(verdict))
    rationale = decision.rationale.strip() or explained_by_lines(verdicts)
    return replace(decision, verdicts=tuple(verdicts), rationale=rationale)


def explained_by_lines(verdicts: Iterable[Verdict | LineDecision]) -> str:
    """The explanation of the whole that follows from those of its adverse lines, each told once."""
    adverse = (each for each in verdicts if each.outcome != LineOutcome.APPROVED)
    return " ".join(dict.fromkeys(each.rationale for each in adverse if each.rationale))


def approved_dates(decided: Iterable[Verdict | LineDecision]) -> tuple[date, date] | tuple[None, None]:
    """First and last approved day; (None, None) where nothing is approved.

    Of a stay they are those of its days: an extension goes on after them, whatever service lines reach past them.
    """
    granted = {
        each.service_line_id: (each.date_from, each.date_to)
        for each in decided
        if each.outcome != LineOutcome.DENIED and each.date_from and each.date_to
    }
    if None in granted:
        return granted[None]
    if not granted:
        return None, None
    return min(first for first, _ in granted.values()), max(last for _, last in granted.values())


def _trimmed(verdict: Verdict) -> Verdict:
    return replace(
        verdict,
        criterion=verdict.criterion.strip(),
        rationale=verdict.rationale.strip(),
        missing_information=verdict.missing_information.strip(),
    )


def problems(request: Request, decision: Decision) -> Iterator[Problem]:
    """What keeps a settled decision from being recorded, whoever makes it."""
    asked = asked_of(request)
    wanted = [line.id if line else None for line, _ in asked]
    if [each.service_line_id for each in decision.verdicts] != wanted:
        yield Problem(None, "", "Decide on every line that was asked for, once.")
        return
    found: list[Problem] = []
    for place, (verdict, (_, what)) in enumerate(zip(decision.verdicts, asked, strict=True)):
        if verdict.outcome == LineOutcome.MODIFIED:
            found += _of_modified(place, verdict, what)
            found += _of_days(place, verdict, request)
        if verdict.is_adverse:
            found += _of_adverse(place, verdict)
    yield from found or _of_dates(decision)
    yield from _of_notice(request, decision)


def _of_modified(place: int, verdict: Verdict, asked: Asked) -> Iterator[Problem]:
    if not 0 < verdict.quantity <= asked.quantity:
        yield Problem(
            place, "quantity", f"Enter how many {asked.unit} are approved, 1 to {asked.quantity}; none is a denial."
        )
    first, last = verdict.date_from, verdict.date_to
    if first is None:
        yield Problem(place, "date_from", "Enter the first approved date, for example 11/30/2026.")
    if last is None:
        yield Problem(place, "date_to", "Enter the last approved date, for example 12/30/2026.")
    if first is None or last is None:
        return
    if last < first or last - first > LONGEST_SPAN:
        yield Problem(place, "date_to", "The last date is not before the first, and within 366 days of it.")
    if (verdict.quantity, first, last) == (asked.quantity, asked.first, asked.last):
        yield Problem(place, "outcome", "This is what was asked: choose Approved, or enter what is different.")


def _of_days(place: int, verdict: Verdict, request: Request) -> Iterator[Problem]:
    """The days of a stay are those of its dates; a partial hospitalization has free days between them."""
    first, last = verdict.date_from, verdict.date_to
    if verdict.line is not None or first is None or last is None or last < first:
        return
    days = (last - first).days + 1
    if verdict.quantity > days or (verdict.quantity < days and request.care_kind != "php"):
        words = f"From {clock.show_date(first)} to {clock.show_date(last)} are {counted(days, 'days')}"
        yield Problem(place, "quantity", f"{words}: enter as many days, or other dates.")


def _of_adverse(place: int, verdict: Verdict) -> Iterator[Problem]:
    if verdict.basis is None:
        yield Problem(place, "basis", "Choose on what the decision is based.")
    if not verdict.criterion:
        yield Problem(place, "criterion", "Name the criterion used: guideline, plan provision or protocol.")
    if not verdict.rationale:
        yield Problem(place, "rationale", "Explain the decision in plain words: the patient reads it too.")
    if verdict.basis == Basis.INSUFFICIENT and not verdict.missing_information:
        yield Problem(place, "missing_information", "Say what is missing, and why it is needed.")


def _of_dates(decision: Decision) -> Iterator[Problem]:
    approved_from, approved_to = approved_dates(decision.verdicts)
    first, last = decision.valid
    if first is None or last is None or approved_from is None or approved_to is None:
        return
    if first > approved_from:
        yield Problem(None, "valid_from", "The approval begins with its first approved date at the latest.")
    if last < approved_to:
        yield Problem(None, "valid_to", "The approval lasts to its last approved date at least.")
    if last > approved_to and any(verdict.line is None and verdict.date_to for verdict in decision.verdicts):
        yield Problem(None, "valid_to", "A stay is approved for its days: leave this empty, or approve more days.")
    if last - first > LONGEST_SPAN:
        yield Problem(None, "valid_to", "An approval lasts 366 days at most.")


def _of_notice(request: Request, decision: Decision) -> Iterator[Problem]:
    is_adverse = decision.outcome != Outcome.APPROVAL
    if is_adverse and request.urgency == Urgency.EXPEDITED and not decision.notice_by_phone.strip():
        yield Problem(
            None,
            "notice_by_phone",
            "Expedited: call the office first, then note whom you told and when.",
        )


def summary(request: Request, decision: Decision) -> str:
    """A few words for lists: '8 of 12 visits', '3 days', '2 of 4 lines, 1 in part'."""
    pairs = list(zip(decision.verdicts, (asked for _, asked in asked_of(request)), strict=True))
    shown = pairs[:1] if len(pairs) == 1 or pairs[0][0].line is None else []
    if not shown and len({(v.quantity, a.quantity, a.unit) for v, a in pairs}) == 1:
        shown = pairs[:1]
    if shown:
        verdict, asked = shown[0]
        some = "" if verdict.quantity == asked.quantity else f"{verdict.quantity:,} of "
        return some + counted(asked.quantity, asked.unit)
    outcomes = [verdict.outcome for verdict in decision.verdicts]
    lines = counted(len(pairs), "lines")
    whole, part = outcomes.count(LineOutcome.APPROVED), outcomes.count(LineOutcome.MODIFIED)
    if part:
        return f"{whole} of {lines}, {part} in part" if whole else f"{part} of {lines} in part"
    return lines if whole == len(pairs) else f"{whole} of {lines}"
