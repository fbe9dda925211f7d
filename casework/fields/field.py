"""What a field is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from casework import clock
from casework.answers import Answers, Line
from casework.codes.identifiers import check_tin, clean_phone, show_phone, show_tin

When = Callable[[Answers], bool]
LineWhen = Callable[[Answers, Line], bool]


def always(answers: Answers) -> bool:
    return True


def never(answers: Answers) -> bool:
    return False


def on_every_line(answers: Answers, line: Line) -> bool:
    return True


def answer_is(name: str, *values: str) -> When:
    """True when the answer `name` is one of `values`."""
    return lambda answers: answers.text(name) in values


class Kind(StrEnum):
    TEXT = "text"
    WORDS = "words"
    """Several lines of text."""
    DATE = "date"
    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    NPI = "npi"
    TIN = "tin"
    NAME = "name"
    """Of a person: 'Na' may be one."""
    CHOICE = "choice"
    """One of a list, in a select."""
    RADIO = "radio"
    """One of a few, all of them seen."""
    TICK = "tick"
    CODE = "code"


Choices = tuple[tuple[str, str], ...]
YES_NO: Choices = (("no", "No"), ("yes", "Yes"))


@dataclass(frozen=True)
class Field:
    """One control of the form. `ask` is the sentence shown when a required field is empty: it says what to do."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: When = never
    ask: str = ""
    hint: str = ""
    choices: Choices = ()
    when: When = always
    """Whether the field applies; else it is not shown, not asked for, and its answer does not count."""
    line_when: LineWhen = on_every_line
    """For a field of a line: whether it applies on this line."""
    decides: bool = False
    """Its answer changes which other fields apply: the form is drawn anew after it is saved."""
    most: int = 200
    """Longest answer, in characters."""
    width: int = 4
    """Columns of twelve on a wide screen."""
    autocomplete: str = "off"
    suggest: str = ""
    """Offered while typing, from what the group used before: 'provider' or 'facility'."""

    def words(self, value: str) -> str:
        """The answer as people read it: the words of a choice, 'Yes' of a tick; a date, a phone number and a TIN as all
        are written, however they were typed."""
        if self.kind == Kind.TICK:
            return "Yes" if value == "1" else ""
        if self.kind in _WRITTEN:
            return _WRITTEN[self.kind](value) or value
        return dict(self.choices).get(value, value)


def _date(typed: str) -> str:
    day = clock.parse_date(typed)
    return clock.show_date(day) if day else ""


_WRITTEN: dict[Kind, Callable[[str], str]] = {
    Kind.DATE: _date,
    Kind.PHONE: lambda typed: show_phone(clean_phone(typed) or ""),
    Kind.TIN: lambda typed: show_tin(check_tin(typed) or ""),
}


@dataclass(frozen=True)
class Section:
    letter: str
    title: str
    fields: tuple[Field, ...]
    when: When = field(default=always)
    line_prefix: str = ""
    line_fields: tuple[Field, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.letter}. {self.title}"
