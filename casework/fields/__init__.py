"""The request form as a table: every field of sections A to G, one home for its name, label, choices and need.

`forms.request` makes controls of it, `casework.completeness` checks it, the check page, the record and the receipt
list it. The order here is the order on the page.
"""

from collections.abc import Iterator

from casework.answers import Answers
from casework.fields import lines, member, providers, record, request, stay
from casework.fields.field import Field, Kind, Section

SECTIONS: tuple[Section, ...] = (
    Section("A", "Request", request.FIELDS),
    Section("B", "Member", member.FIELDS),
    Section("C", "Contact and providers", providers.FIELDS),
    Section("D", "Stay", stay.FIELDS, when=lambda answers: answers.is_inpatient),
    Section("E", "Service lines", (), line_prefix="service", line_fields=lines.SERVICE),
    Section("F", "Diagnosis lines", (), line_prefix="diagnosis", line_fields=lines.DIAGNOSIS),
    Section("G", "Clinicals and notes", record.FIELDS),
)

BY_NAME: dict[str, Field] = {each.name: each for section in SECTIONS for each in section.fields}
LINE_FIELDS: dict[str, dict[str, Field]] = {
    section.line_prefix: {each.name: each for each in section.line_fields}
    for section in SECTIONS
    if section.line_prefix
}
MOST_LINES = {"service": 25, "diagnosis": 12}


def sections(answers: Answers) -> Iterator[Section]:
    """The sections that this request has, in their order."""
    return (section for section in SECTIONS if section.when(answers))


def applying(answers: Answers) -> Iterator[tuple[str, Field]]:
    """Every control that this request has, in the order of the page: its full name and its field."""
    for section in sections(answers):
        yield from ((each.name, each) for each in section.fields if each.when(answers))
        if section.line_prefix:
            yield from line_controls(answers, section)


def line_controls(answers: Answers, section: Section) -> Iterator[tuple[str, Field]]:
    """The controls of the lines of this section, line by line; of blank lines too, not of removed ones."""
    for line in answers.lines(section.line_prefix):
        for each in section.line_fields:
            if each.when(answers) and each.line_when(answers, line):
                yield line.control(each.name), each


def field_of(control: str) -> Field | None:
    """The field behind a control's name, also of a line ('service-3-code'); None for a name the form doesn't know."""
    prefix, _, rest = control.partition("-")
    number, _, name = rest.partition("-")
    if prefix not in LINE_FIELDS:
        return BY_NAME.get(control)
    if not (number.isascii() and number.isdecimal() and 1 <= int(number) <= 999 and str(int(number)) == number):
        return None
    return lines.REMOVED if name == "removed" else LINE_FIELDS[prefix].get(name)


__all__ = [
    "BY_NAME",
    "LINE_FIELDS",
    "MOST_LINES",
    "SECTIONS",
    "Field",
    "Kind",
    "Section",
    "applying",
    "field_of",
    "line_controls",
    "sections",
]
