"""The reports as tables of words and numbers: what pages show, charts are drawn from and CSV files hold."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean

from casework import clock, sheets
from casework.reports.figures import Decided, Figures, Turnaround, overdue, turnaround
from casework.vocabulary import CASE_TYPES, OUTCOMES, REQUEST_TYPES
from models import OPEN, Outcome, RequestType, Status, Urgency

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A report: `name` for addresses and files, its heads, its rows; a missing value is None."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: list[list[Cell]] = field(default_factory=list)
    note: str = ""


def as_csv(table: Table) -> str:
    """The table with its heads as the text of a CSV file."""
    return "".join(sheets.lines(table.heads, table.rows))


def limit_hours(urgency: Urgency, limits: clock.Limits = clock.IN_FORCE) -> int:
    """The time that a decision may take, in hours: 29 CFR 2560.503-1(f)(2), see casework.clock."""
    days = {Urgency.STANDARD: limits.standard_days, Urgency.RETRO: limits.retro_days}
    return limits.expedited_hours if urgency == Urgency.EXPEDITED else 24 * days[urgency]


def tables(figures: Figures) -> list[Table]:
    """All reports of a period, in the order of the page."""
    return [
        _volumes(figures),
        _outcomes(figures),
        _turnaround(figures, "urgency", "Turnaround by urgency", "Urgency", _by_urgency, _urgencies()),
        _turnaround(
            figures, "type", "Turnaround by case type", "Case type", lambda d: CASE_TYPES[d.case_type], _types()
        ),
        _turnaround(figures, "request", "Turnaround by kind of request", "Request", _by_request, _request_types()),
        _turnaround(figures, "month", "Turnaround by month", "Month decided", lambda d: d.month, _months(figures)),
        _information(figures),
        _overdue(),
    ]


Groups = dict[str, int | None]
"""Words of each group of a table, with its limit in hours where it has one."""


def _by_urgency(decided: Decided) -> str:
    return decided.urgency.capitalize()


def _by_case_type(decided: Decided) -> str:
    return CASE_TYPES[decided.case_type]


def _by_request(decided: Decided) -> str:
    return REQUEST_TYPES[decided.request_type]


def _urgencies() -> Groups:
    return {each.capitalize(): limit_hours(each) for each in Urgency}


def _types() -> Groups:
    return dict.fromkeys(CASE_TYPES.values())


def _request_types() -> Groups:
    return {REQUEST_TYPES[each]: None for each in RequestType}


def _months(figures: Figures) -> Groups:
    return dict.fromkeys(figures.period.months)


def _volumes(figures: Figures) -> Table:
    heads = ("Month submitted", "Submitted", "Accepted", "Rejected", "Decided", "Withdrawn or cancelled", "Open now")
    rows: list[list[Cell]] = []
    for month in figures.period.months:
        of_month = [each for each in figures.sent if each.month == month]
        states = Counter[Status]()
        for each in of_month:
            states[each.status] += each.count
        gone = states[Status.WITHDRAWN] + states[Status.CANCELLED]
        waiting = sum(states[each] for each in OPEN)
        accepted = sum(each.count for each in of_month if each.is_accepted)
        rejected, decided = states[Status.REJECTED], states[Status.DETERMINED]
        rows.append([month, states.total(), accepted, rejected, decided, gone, waiting])
    return Table("volumes", "Volumes", heads, rows, "Requests by the month in which they were submitted.")


def _outcomes(figures: Figures) -> Table:
    heads = ("Month decided", *OUTCOMES.values(), "All", "In time %")
    rows: list[list[Cell]] = []
    for month in figures.period.months:
        of_month = [each for each in figures.decided if each.month == month]
        counted = Counter(each.outcome for each in of_month)
        share = _rounded(turnaround(of_month).share_in_time)
        rows.append([month, *(counted[each] for each in OUTCOMES), len(of_month), share])
    return Table(
        "outcomes",
        "Decisions by outcome",
        heads,
        rows,
        "By the month of the first determination. In time: not after the due time, which information requests extend.",
    )


def _turnaround(
    figures: Figures, name: str, title: str, head: str, group_of: Callable[[Decided], str], groups: Groups
) -> Table:
    heads = (head, "Decided", "Average h", "Median h", "90th percentile h", "Longest h", "Limit h", "In time %")
    sorted_out: dict[str, list[Decided]] = {words: [] for words in groups}
    for each in figures.decided:
        sorted_out.setdefault(group_of(each), []).append(each)
    rows = [[words, *_statistics(turnaround(sorted_out[words]), limit)] for words, limit in groups.items()]
    note = "Hours from submit to the first determination, the office's time to answer included."
    return Table(f"turnaround-{name}", title, heads, rows, note)


def _statistics(times: Turnaround, limit: int | None) -> list[Cell]:
    hours = (_rounded(each) for each in (times.average, times.middle, times.ninetieth, times.longest))
    return [times.count, *hours, limit, _rounded(times.share_in_time)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _information(figures: Figures) -> Table:
    heads = ("Month asked", "Asked", "Answered", "Time over", "Waiting", "Average h to answer")
    rows: list[list[Cell]] = []
    for month in figures.period.months:
        of_month = [each for each in figures.asked if each.month == month]
        answered = [each.hours for each in of_month if each.hours is not None]
        waiting = sum(each.is_open for each in of_month)
        average = _rounded(fmean(answered)) if answered else None
        rows.append([month, len(of_month), len(answered), len(of_month) - len(answered) - waiting, waiting, average])
    return Table("information", "Information requests", heads, rows)


def _overdue() -> Table:
    words = {
        Status.SUBMITTED: "For intake",
        Status.IN_REVIEW: "In review",
        Status.PHYSICIAN_REVIEW: "Physician review",
    }
    rows: list[list[Cell]] = [[words[status], urgency.capitalize(), count] for status, urgency, count in overdue()]
    note = "Open requests whose decision is past its due time, now."
    return Table("overdue", "Overdue now", ("Status", "Urgency", "Requests"), rows, note)


def public_tables(figures: Figures, year: int) -> list[Table]:
    """The yearly public figures: shares by outcome, average and median time, by urgency.

    Source: CMS-0057-F (45 CFR 156.223(c) and its siblings), which asks them of payers for Standard and Expedited prior
    authorization; partial approvals stand by themselves. Initial requests, extensions and changes alike; what a
    reconsideration approves in full is a share of its own, as the rule asks for appeals. Retro is no prior
    authorization.
    """
    shares = (*(f"{words} %" for words in OUTCOMES.values()), "Approved after reconsideration %")
    heads = ("Urgency", "Decided", *shares, "Average", "Median", "Unit")
    rows = [
        _public_row(urgency, unit, hours, figures.decided)
        for urgency, unit, hours in ((Urgency.STANDARD, "days", 24), (Urgency.EXPEDITED, "hours", 1))
    ]
    return [Table("cms-0057-f", f"Prior authorization metrics of {year}", heads, rows)]


def _public_row(urgency: Urgency, unit: str, hours: int, decided: list[Decided]) -> list[Cell]:
    found = [each for each in decided if each.urgency == urgency]
    asked = [each for each in found if each.request_type != RequestType.RECONSIDERATION]
    again = [each for each in found if each.request_type == RequestType.RECONSIDERATION]
    outcomes = Counter(each.outcome for each in asked)
    counted = [*(outcomes[each] for each in OUTCOMES), sum(each.outcome == Outcome.APPROVAL for each in again)]
    shares = [_rounded(100 * count / len(asked)) if asked else None for count in counted]
    times = turnaround(asked)
    middle = [None if each is None else round(each / hours, 1) for each in (times.average, times.middle)]
    return [urgency.capitalize(), len(asked), *shares, *middle, unit]
