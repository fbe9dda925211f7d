"""What the office has typed into a request, as it was typed: the one picture that form, checks and records share.

An answer has the name of its control. A line's answers are `service-3-code`, `diagnosis-1-code`: the number is the
line's own for good, so removing a line never renames another. A removed line keeps its answers under
`service-3-removed` = "1", so that the removal can be undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework import clock
from models import CaseType, Urgency

LINE_PREFIXES = ("service", "diagnosis")


@dataclass(frozen=True)
class Line:
    """One service or diagnosis line: `prefix` and `number` make up the names of its controls."""

    prefix: str
    number: int
    values: Mapping[str, str]

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def date(self, name: str) -> date | None:
        return clock.parse_date(self.text(name))

    def control(self, name: str) -> str:
        """The full name of a control of this line, e.g. 'service-3-code'."""
        return f"{self.prefix}-{self.number}-{name}"

    @property
    def is_removed(self) -> bool:
        return self.text("removed") == "1"

    @property
    def is_blank(self) -> bool:
        """Nothing was typed; choices that start with a value don't count."""
        return not any(value.strip() for name, value in self.values.items() if name not in ("unit", "place", "removed"))


@dataclass(frozen=True)
class Answers:
    """All answers of one request. `case_type` is the case's own: it is a column, not an answer."""

    case_type: CaseType
    values: Mapping[str, str]
    is_initial: bool = True
    files: int = 0
    """Attachments of the office that are there now."""
    _lines: dict[str, list[Line]] = field(default_factory=dict, repr=False, compare=False)

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        return self.text(name) == "1"

    def date(self, name: str) -> date | None:
        return clock.parse_date(self.text(name))

    @property
    def is_inpatient(self) -> bool:
        return self.case_type == CaseType.INPATIENT

    @property
    def urgency(self) -> Urgency | None:
        asked = self.text("urgency")
        return Urgency(asked) if asked in list(Urgency) else None

    def lines(self, prefix: str) -> list[Line]:
        """The lines that are not removed, in their order; blank ones too."""
        return [line for line in self.all_lines(prefix) if not line.is_removed]

    def filled_lines(self, prefix: str) -> list[Line]:
        return [line for line in self.lines(prefix) if not line.is_blank]

    def all_lines(self, prefix: str) -> list[Line]:
        if prefix not in self._lines:
            self._lines[prefix] = list(_lines(prefix, self.values))
        return self._lines[prefix]


def _lines(prefix: str, values: Mapping[str, str]) -> Iterator[Line]:
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        first, _, rest = name.partition("-")
        number, _, own_name = rest.partition("-")
        if first == prefix and number.isdecimal() and own_name:
            found.setdefault(int(number), {})[own_name] = value
    for number in sorted(found):
        yield Line(prefix, number, found[number])
