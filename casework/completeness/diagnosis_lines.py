"""Section F: codes that may be used, and at least one."""

from collections.abc import Iterator

from casework.answers import Answers, Line
from casework.codes import icd10
from casework.completeness.problem import Context, Problem, not_in_table
from casework.completeness.typed import first_date

_OFFERED = 8


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    lines = answers.filled_lines("diagnosis")
    if not lines:
        blank = answers.lines("diagnosis")
        yield Problem(blank[0].control("code") if blank else "add-diagnosis", "F", "Enter at least one diagnosis code.")
    on = first_date(answers) or context.today
    meanings = icd10.lookups((line.text("code") for line in lines), on)
    seen: set[str] = set()
    for line in lines:
        code = icd10.normalise(line.text("code"))
        if not code:
            continue
        if code in seen:
            yield Problem(
                line.control("code"), "F", f"{icd10.dotted(code)} is there twice. Remove one of the lines.", True
            )
        seen.add(code)
        yield from _code(line, meanings[line.text("code")])


def _code(line: Line, found: icd10.Found | icd10.Header | icd10.Unknown) -> Iterator[Problem]:
    if isinstance(found, icd10.Header):
        yield Problem(line.control("code"), "F", _header(found))
    elif isinstance(found, icd10.Unknown):
        yield Problem(line.control("code"), "F", _unknown(found), is_warning=found.well_formed)


def _header(found: icd10.Header) -> str:
    names = [child.code for child in found.children]
    more = " …" if len(names) > _OFFERED else ""
    return f"{found.code} is a heading and can't be used: choose the exact code, {', '.join(names[:_OFFERED])}{more}."


def _unknown(found: icd10.Unknown) -> str:
    if not found.well_formed:
        return f"“{found.code}” is not an ICD-10-CM code. Choose one from the list, or enter a code such as M17.11."
    return not_in_table(found)
