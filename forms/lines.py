"""Service and diagnosis lines as the request form draws them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from casework.answers import Answers, Line
from casework.codes import hcpcs, icd10
from casework.codes.services import ServiceCode, System, hcpcs_among, service_code
from casework.fields import LINE_FIELDS, MOST_LINES
from casework.fields.lines import has_service_asterisks
from forms.request import Control, Drawn

FIRST_ROW = ("code", "modifiers", "quantity", "unit", "from", "to")
_OFFERED = 12
Known = icd10.Found | icd10.Header | icd10.Unknown


@dataclass(frozen=True)
class Row:
    """One line: `number` is its own for good and names its controls, `position` is what people count."""

    number: int
    position: int
    controls: dict[str, Control]
    first: list[Control]
    more: list[Control]
    means: str = ""
    """What its code stands for, as far as the code tables know."""
    is_primary: bool = False
    sought: str = ""
    choices: list[icd10.Choice] = field(default_factory=list)
    """Codes to choose from where words, or a heading, were typed instead of a code."""


def rows(drawn: Drawn, prefix: str, on: date) -> list[Row]:
    """The lines of the draft that are not removed; codes are read for the date of service `on`."""
    lines = drawn.answers.lines(prefix)
    texts = [line.text("code") for line in lines]
    if prefix == "service":
        loaded = hcpcs.Loaded(hcpcs_among(texts))
        return [_service_row(drawn, line, position, on, loaded) for position, line in enumerate(lines, 1)]
    known = icd10.lookups(texts, on)
    return [
        _diagnosis_row(drawn, line, position, on, known[line.text("code")]) for position, line in enumerate(lines, 1)
    ]


def row_of(drawn: Drawn, prefix: str, number: int, on: date) -> Row | None:
    """One line of the draft, as `rows` gives it."""
    return next((row for row in rows(drawn, prefix, on) if row.number == number), None)


def _service_row(drawn: Drawn, line: Line, position: int, on: date, loaded: hcpcs.Loaded) -> Row:
    controls = _controls(drawn, line)
    first = [controls[name] for name in FIRST_ROW if name in controls]
    more = [each for name, each in controls.items() if name not in FIRST_ROW]
    means = service_means(line.text("code"), line.date("from") or on, loaded)
    return Row(line.number, position, controls, first, more, means)


def _diagnosis_row(drawn: Drawn, line: Line, position: int, on: date, known: Known) -> Row:
    typed, answers = line.text("code"), drawn.answers
    primary = answers.primary or answers.lines("diagnosis")[0]
    means = known.description if isinstance(known, icd10.Found) else ""
    is_open = isinstance(known, icd10.Header) or (isinstance(known, icd10.Unknown) and not known.well_formed)
    _, sought, choices = found(typed, on, known) if typed and is_open else ("", "", [])
    is_primary = primary.number == line.number
    return Row(line.number, position, _controls(drawn, line), [], [], means, is_primary, sought, choices)


def _controls(drawn: Drawn, line: Line) -> dict[str, Control]:
    is_asked = line.prefix != "service" or has_service_asterisks(drawn.answers)
    return {
        name: drawn.control(each, line.control(name), is_asked=is_asked)
        for name, each in LINE_FIELDS[line.prefix].items()
        if each.when(drawn.answers) and each.line_when(drawn.answers, line)
    }


def has_room(answers: Answers, prefix: str) -> bool:
    """Whether one more line may be added."""
    return len(answers.lines(prefix)) < MOST_LINES[prefix]


def found(typed: str, on: date, known: Known | None = None) -> tuple[str, str, list[icd10.Choice]]:
    """For the text of a diagnosis field: what it means if it is a code, else words and codes to offer."""
    if len(typed.strip()) < 2:
        return "", "", []
    known = known or icd10.lookup(typed, on)
    if isinstance(known, icd10.Found):
        return known.description, "", []
    choices = icd10.search(typed, _OFFERED, on)
    if isinstance(known, icd10.Header):
        return "", f"{known.code} is a heading. Choose the exact code:", choices
    if choices:
        return "", "Choose a code:", choices
    return "", ("" if known.well_formed else "No code is found for this. Try other words, or the code itself."), []


def service_means(typed: str, on: date, loaded: hcpcs.Loaded | None = None) -> str:
    """A word on the code of a service line: what a HCPCS code stands for, or what is wrong with the text."""
    if not typed.strip():
        return ""
    code = service_code(typed)
    if not isinstance(code, ServiceCode):
        return code.message
    if code.system != System.HCPCS:
        return ""
    known = (loaded or hcpcs.Loaded([code.code])).lookup(code.code, on)
    return known.description if isinstance(known, hcpcs.Found) else ""


def pieces(unread: Iterable[str]) -> str:
    """The parts of a pasted text that held no code, for a message: short, and not too many."""
    parts = [part[:40] for part in unread]
    return ", ".join(f"“{part}”" for part in parts[:5]) + (" …" if len(parts) > 5 else "")
