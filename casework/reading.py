"""A request's answers as people read them: for the check page, the case page, the print view and the receipt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework import fields
from casework.answers import Answers, Line
from casework.codes import icd10
from casework.fields import Field, Kind, Section


@dataclass(frozen=True)
class Pair:
    """A label, what was answered in words ('' when nothing was), and the control that holds it."""

    label: str
    words: str
    control: str


@dataclass(frozen=True)
class LineRead:
    """A service or diagnosis line: a title ('97110 GP'), and the rest of it in pairs."""

    title: str
    pairs: list[Pair]
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


def _lines(section: Section, answers: Answers) -> list[Line]:
    return answers.filled_lines(section.line_prefix) if section.line_prefix else []


def _pairs(section: Section, answers: Answers) -> Iterator[Pair]:
    criteria = [each for each in section.fields if each.name.startswith("criterion_") and each.when(answers)]
    if criteria:
        ticked = [each.label for each in criteria if answers.ticked(each.name)]
        yield Pair("Criteria for Expedited", "\n".join(ticked) or "None", criteria[0].name)
    for each in section.fields:
        words = each.words(answers.text(each.name))
        if each in criteria or not each.when(answers) or not (words or each.required(answers)):
            continue
        yield Pair(each.label, words, each.name)


def _line(answers: Answers, section: Section, line: Line, meanings: Mapping[str, str]) -> LineRead:
    if line.prefix == "diagnosis":
        return _diagnosis(answers, line, meanings)
    title = f"{line.text('code').upper()} {line.text('modifiers').upper()}".strip() or "No code"
    pairs = [
        Pair(each.label, each.words(line.text(each.name)), line.control(each.name))
        for each in section.line_fields
        if each.name not in ("code", "modifiers", *_JOINED) and _counts(each, answers, line)
    ]
    return LineRead(title, [*_joined(line), *pairs], line.control("code"))


def _diagnosis(answers: Answers, line: Line, meanings: Mapping[str, str]) -> LineRead:
    code = icd10.normalise(line.text("code"))
    meaning = meanings.get(code, "")
    title = f"{icd10.dotted(code) if meaning else line.text('code')} {meaning}".strip()
    is_primary = answers.primary is not None and answers.primary.number == line.number
    pairs = [Pair("Primary diagnosis", "Yes", line.control("code"))] if is_primary else []
    return LineRead(title, pairs, line.control("code"))


_JOINED = ("quantity", "unit", "from", "to", "times", "period", "weeks")


def _joined(line: Line) -> Iterator[Pair]:
    """What belongs together, in one: '12 visits', '11/30/2026 – 01/08/2027', '3 a week for 4 weeks'."""
    units, periods = dict(fields.lines.UNITS), dict(fields.lines.PERIODS)
    amount = f"{line.text('quantity')} {units.get(line.text('unit'), '')}".strip()
    yield Pair("Quantity", amount, line.control("quantity"))
    yield Pair("Dates", " – ".join(each for each in (line.text("from"), line.text("to")) if each), line.control("from"))
    if line.text("times"):
        weeks = f"for {line.text('weeks')} weeks" if line.text("weeks") else ""
        often = f"{line.text('times')} {periods.get(line.text('period'), '')} {weeks}"
        yield Pair("Frequency", " ".join(often.split()), line.control("times"))


def _counts(each: Field, answers: Answers, line: Line) -> bool:
    return (
        each.line_when(answers, line)
        and bool(line.text(each.name))
        and (each.kind != Kind.TICK or line.ticked(each.name))
    )
