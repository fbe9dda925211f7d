"""What the office has typed into a request, as it was typed: the one picture that form, checks and records share.

An answer has the name of its control. A line's answers are `service-3-code`, `diagnosis-1-code`: the number is the
line's own for good, so removing a line never renames another. A removed line keeps its answers under
`service-3-removed` = "1", so that the removal can be undone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework import clock
from models import CaseType, RequestType, Urgency

LINE_PREFIXES = ("service", "diagnosis")
TAKEN_OVER = frozenset({"from", "to", "unit", "place", "times", "period", "weeks", "removed"})
"""What a new line takes over from the line before it: a line that holds nothing else is still blank."""


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

    def ticked(self, name: str) -> bool:
        return self.text(name) == "1"

    def control(self, name: str) -> str:
        """The full name of a control of this line, e.g. 'service-3-code'."""
        return f"{self.prefix}-{self.number}-{name}"

    @property
    def is_removed(self) -> bool:
        return self.ticked("removed")

    @property
    def is_blank(self) -> bool:
        """Nothing was typed but what a new line starts with."""
        return not any(value.strip() for name, value in self.values.items() if name not in TAKEN_OVER)


@dataclass(frozen=True)
class Answers:
    """All answers of one request. `case_type` is the case's own; until somebody chooses another one in a draft, it
    is that answer too."""

    case_type: CaseType
    values: Mapping[str, str]
    request_type: RequestType = RequestType.INITIAL
    files: int = 0
    """Attachments of the office that are there now."""
    _lines: dict[str, list[Line]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", {"case_type": self.case_type.value, **self.values})

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def ticked(self, name: str) -> bool:
        return self.text(name) == "1"

    def date(self, name: str) -> date | None:
        return clock.parse_date(self.text(name))

    @property
    def is_initial(self) -> bool:
        return self.request_type == RequestType.INITIAL

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
        """Removed lines too."""
        if prefix not in self._lines:
            self._lines[prefix] = list(_lines(prefix, self.values))
        return self._lines[prefix]

    @property
    def primary(self) -> Line | None:
        """The primary diagnosis: the one that was made so, else the first."""
        filled = self.filled_lines("diagnosis")
        return next((line for line in filled if line.ticked("primary")), filled[0] if filled else None)


def _lines(prefix: str, values: Mapping[str, str]) -> Iterator[Line]:
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        first, _, rest = name.partition("-")
        number, _, own_name = rest.partition("-")
        if first == prefix and number.isdecimal() and own_name:
            found.setdefault(int(number), {})[own_name] = value
    for each in sorted(found):
        yield Line(prefix, each, found[each])
