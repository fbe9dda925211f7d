"""Section E: codes, modifiers, dates, frequency, and one discipline a request."""

import re
from collections.abc import Iterator
from datetime import date

from casework import clock
from casework.answers import Answers, Line
from casework.codes import hcpcs, modifiers, services
from casework.codes.disciplines import Discipline, discipline_of, discipline_of_kind
from casework.completeness.problem import SPLIT, Context, Problem, not_in_table
from casework.completeness.stay import LONGEST, bounds
from casework.fields.lines import is_drug, is_equipment, is_rent, needs_service_lines

_NDC = re.compile(r"\d{10,11}|\d{4,5}-\d{3,4}-\d{1,2}", re.ASCII)


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    lines = answers.filled_lines("service")
    if not lines and needs_service_lines(answers):
        yield _none(answers)
    loaded = hcpcs.Loaded(services.hcpcs_among(line.text("code") for line in lines))
    for line in lines:
        yield from _code(line, loaded, context.today)
        yield from _modifiers(line)
        yield from _dates(answers, line, context)
        yield from _frequency(line)
        yield from _details(answers, line)
    if not answers.is_inpatient:
        yield from _discipline(answers, lines)


def _none(answers: Answers) -> Problem:
    blank = answers.lines("service")
    why = "A surgical stay needs the code of the procedure: enter" if answers.is_inpatient else "Enter"
    return Problem(blank[0].control("code") if blank else "add-service", "E", f"{why} at least one service line.")


def _code(line: Line, loaded: hcpcs.Loaded, today: date) -> Iterator[Problem]:
    found = services.service_code(line.text("code"))
    if isinstance(found, services.Problem):
        yield Problem(line.control("code"), "E", found.message)
    elif found.system == services.System.HCPCS:
        known = loaded.lookup(found.code, line.date("from") or today)
        if isinstance(known, hcpcs.Unknown):
            yield Problem(line.control("code"), "E", not_in_table(known), is_warning=True)


def _modifiers(line: Line) -> Iterator[Problem]:
    found = modifiers.parse(line.text("modifiers"))
    if found.unknown:
        yield Problem(
            line.control("modifiers"),
            "E",
            f"“{' '.join(found.unknown)}” is not a modifier. Modifiers are two letters or digits, for example GP 59.",
        )
    elif found.beyond:
        yield Problem(line.control("modifiers"), "E", "A line takes up to 4 modifiers: take the others away.")


def _dates(answers: Answers, line: Line, context: Context) -> Iterator[Problem]:
    begin, end, born = line.date("from"), line.date("to"), answers.date("birth_date")
    if begin is not None and born is not None and begin < born:
        yield Problem(
            line.control("from"), "E", "The service is before the member's date of birth. Correct one of the dates."
        )
    if begin is not None and end is not None:
        if end < begin:
            yield Problem(line.control("to"), "E", "The last date is before the first. Correct one of them.")
        elif end - begin > LONGEST:
            yield Problem(
                line.control("to"), "E", "A line covers at most 366 days. Correct the dates, or request the rest later."
            )
    if answers.is_inpatient:
        yield from _within_stay(answers, line, context)


def _within_stay(answers: Answers, line: Line, context: Context) -> Iterator[Problem]:
    stay = bounds(answers, context.approved_through)
    begin, end = line.date("from"), line.date("to")
    if stay is None:
        return
    first, last = (clock.show_date(day) for day in stay)
    if begin is not None and not stay[0] <= begin <= stay[1]:
        yield Problem(
            line.control("from"), "E", f"The date is not within the stay, {first} to {last}. Correct one of the dates."
        )
    elif end is not None and end > stay[1]:
        yield Problem(
            line.control("to"), "E", f"The date is not within the stay, {first} to {last}. Correct one of the dates."
        )


def _frequency(line: Line) -> Iterator[Problem]:
    missing = [name for name in ("times", "period", "weeks") if not line.text(name)]
    if missing and len(missing) < 3:
        yield Problem(
            line.control(missing[0]),
            "E",
            "Complete the frequency: how many times, a day, week or month, and for how many weeks.",
        )


def _details(answers: Answers, line: Line) -> Iterator[Problem]:
    """Equipment and drugs: what the reviewer will ask for is a warning, since no asterisk demands it."""
    if is_equipment(answers, line) and not line.text("purchase"):
        yield Problem(
            line.control("purchase"), "E", "Choose rent or purchase, if it is known: the reviewer will ask.", True
        )
    if is_rent(answers, line) and not line.text("months"):
        yield Problem(
            line.control("months"), "E", "Enter for how many months, if it is known: the reviewer will ask.", True
        )
    if not is_drug(answers, line):
        return
    ndc = line.text("ndc")
    if ndc and not _NDC.fullmatch(ndc.replace(" ", "")):
        yield Problem(
            line.control("ndc"),
            "E",
            "An NDC has 10 or 11 digits, for example 12345-6789-01. Enter it as on the package.",
        )
    unknown = [name for name in ("dose", "route") if not line.text(name)]
    if unknown:
        yield Problem(
            line.control(unknown[0]),
            "E",
            "Enter dose and route of the drug, if they are known: the reviewer will ask.",
            True,
        )


def disciplines(answers: Answers) -> dict[Discipline | None, list[Line]]:
    """The filled service lines by discipline, in the order of the form; None: those that belong to none."""
    kind = answers.text("care_kind")
    found: dict[Discipline | None, list[Line]] = {}
    for line in answers.filled_lines("service"):
        known = services.service_code(line.text("code"))
        code = known.code if isinstance(known, services.ServiceCode) else ""
        signs = modifiers.parse(line.text("modifiers")).codes
        found.setdefault(discipline_of(code, signs, kind), []).append(line)
    return found


def _discipline(answers: Answers, lines: list[Line]) -> Iterator[Problem]:
    """One discipline a request: CMSI's FAQ, how to choose a case type."""
    found = disciplines(answers)
    of_kind = discipline_of_kind(answers.text("care_kind"))
    if len(found) > 1:
        first, *others = (each.words if each else "other services" for each in found)
        odd = next(found[each][0] for each in list(found)[1:])
        yield Problem(
            odd.control("code"),
            "E",
            f"These lines are {first} and {' and '.join(others)}. Physical, occupational and speech therapy and "
            "skilled nursing each need a request of their own. Split into separate requests, or correct the lines.",
            offer=SPLIT,
        )
    elif lines and of_kind is not None and of_kind not in found:
        only = next(iter(found))
        words = only.words if only else "another service"
        yield Problem(
            lines[0].control("code"),
            "E",
            f"The kind of care is {of_kind.words}, but this code is {words}. Change the kind of care or the code.",
        )
