"""A request's answers as people read them: for the check page, the case page, the print view and the receipt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework import fields
from casework.answers import Answers, Line
from casework.codes import icd10
from casework.completeness.one_field import number
from casework.fields import Field, Kind, Section
from casework.vocabulary import counted


@dataclass(frozen=True)
class Pair:
    """A label, what was answered in words ('' when nothing was), and the control that holds it."""

    label: str
    words: str
    control: str


@dataclass(frozen=True)
class LineRead:
    """A service or diagnosis line: its code ('97110 GP'), and the rest of it as a few words each."""

    title: str
    words: list[str]
    control: str


@dataclass(frozen=True)
class SectionRead:
    letter: str
    name: str
    pairs: list[Pair] = field(default_factory=list)
    lines: list[LineRead] = field(default_factory=list)


def sections(answers: Answers, on: date) -> list[SectionRead]:
    """All answers that count, section by section; diagnosis codes with their meaning on the day `on`.

    Optional fields that were left empty are left out, required ones are there without words.
    """
    codes = (line.text("code") for line in answers.filled_lines("diagnosis"))
    meanings = icd10.meanings(codes, on)
    return [
        SectionRead(
            section.letter,
            section.name,
            list(_pairs(section, answers)),
            [_line(answers, section, line, meanings) for line in _lines(section, answers)],
        )
        for section in fields.sections(answers)
    ]


def pairs(answers: Answers, letters: str) -> list[Pair]:
    """The answers of the sections with these letters, without their lines; no statement is sent."""
    wanted = (section for section in fields.sections(answers) if section.letter in letters)
    return [pair for section in wanted for pair in _pairs(section, answers) if pair.words]


def _lines(section: Section, answers: Answers) -> list[Line]:
    return answers.filled_lines(section.line_prefix) if section.line_prefix else []


def _pairs(section: Section, answers: Answers) -> Iterator[Pair]:
    criteria = [each for each in section.fields if each.name.startswith("criterion_") and each.when(answers)]
    for each in section.fields:
        if each in criteria:
            if each == criteria[0]:
                ticked = [one.label for one in criteria if answers.ticked(one.name)]
                yield Pair("Criteria for Expedited", "\n".join(ticked) or "None", each.name)
            continue
        words = each.words(answers.text(each.name))
        if each.when(answers) and (words or each.required(answers)):
            yield Pair(each.label, words, each.name)


def _line(answers: Answers, section: Section, line: Line, meanings: Mapping[str, str]) -> LineRead:
    if line.prefix == "diagnosis":
        return _diagnosis(answers, line, meanings)
    title = f"{line.text('code').upper()} {line.text('modifiers').upper()}".strip() or "No code"
    more = [
        f"{each.label}: {each.words(line.text(each.name))}"
        for each in section.line_fields
        if each.name not in _TOLD_FIRST and _counts(each, answers, line)
    ]
    return LineRead(title, [*_told_first(section, line), *more], line.control("code"))


def _diagnosis(answers: Answers, line: Line, meanings: Mapping[str, str]) -> LineRead:
    code = icd10.normalise(line.text("code"))
    meaning = meanings.get(code, "")
    is_primary = answers.primary is not None and answers.primary.number == line.number
    words = [each for each in (meaning, "Primary diagnosis" if is_primary else "") if each]
    return LineRead(icd10.dotted(code) if meaning else line.text("code"), words, line.control("code"))


_TOLD_FIRST = (
    "code",
    "modifiers",
    "quantity",
    "unit",
    "from",
    "to",
    "times",
    "period",
    "weeks",
    "place",
    "description",
)


def _amount(typed: str, unit: str) -> str:
    found = number(typed)
    return f"{typed} {unit}" if found is None else counted(found, unit)


def _told_first(section: Section, line: Line) -> Iterator[str]:
    """What every line has, without labels: 12 visits, 11/30/2026 – 01/08/2027, 3 a week for 4 weeks, 11 Office."""
    said = {each.name: each.words(line.text(each.name)) for each in section.line_fields}
    often = f"{said['times']} {said['period']}" if said["times"] else ""
    weeks = f"for {_amount(said['weeks'], 'weeks')}" if often and said["weeks"] else ""
    dates = " – ".join(each for each in (said["from"], said["to"]) if each)
    amount = _amount(said["quantity"], said["unit"])
    parts = (amount, dates, f"{often} {weeks}", said["place"], said["description"])
    yield from (part.strip() for part in parts if part.strip())


def _counts(each: Field, answers: Answers, line: Line) -> bool:
    return (
        each.line_when(answers, line)
        and bool(line.text(each.name))
        and (each.kind != Kind.TICK or line.ticked(each.name))
    )
