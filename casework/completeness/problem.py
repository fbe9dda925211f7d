"""What a check says, and what it knows beside the answers."""

from dataclasses import dataclass
from datetime import date

SPLIT = "split"
"""Problem.offer: split the draft into separate requests with one click."""


@dataclass(frozen=True)
class Problem:
    """One thing that is missing or contradictory, in words that say what to do.

    `control` is the name of the control that it belongs to; 'add-service', 'add-diagnosis' and 'attachments' when
    there is no line or file yet. A warning never keeps a request from being submitted.
    """

    control: str
    section_letter: str
    message: str
    is_warning: bool = False
    offer: str | None = None
    webcert_number: str = ""
    """The other case that a warning about a duplicate speaks of."""


@dataclass(frozen=True)
class Duplicate:
    """Another case that asks for the same: its number, the codes in common, its dates."""

    webcert_number: str
    codes: tuple[str, ...]
    service_from: date
    service_to: date


@dataclass(frozen=True)
class Context:
    """What the checks know beside the answers: the day in Chicago, and of an extension what is approved already."""

    today: date
    approved_through: date | None = None
    duplicates: tuple[Duplicate, ...] = ()


@dataclass(frozen=True)
class SectionState:
    """A section of the form in the panel beside it."""

    letter: str
    title: str
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]

    @property
    def left(self) -> int:
        return len(self.problems)

    @property
    def is_complete(self) -> bool:
        return not self.problems
