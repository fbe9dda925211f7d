"""What a check says, and what it knows beside the answers."""

from dataclasses import dataclass
from datetime import date

from casework import clock
from casework.codes import hcpcs, icd10

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
    """What the checks know beside the answers: the day in Chicago; of an extension what is approved already, and the
    discharge that the case has on record."""

    today: date
    approved_through: date | None = None
    discharged: date | None = None
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


def not_in_table(found: icd10.Unknown | hcpcs.Unknown) -> str:
    """The warning for a well-formed code that the loaded table does not have for the date of service."""
    if found.ended_on:
        return f"{found.code} was valid until {clock.show_date(found.ended_on)}: check it for the date of service."
    if found.starts_on:
        return f"{found.code} is valid from {clock.show_date(found.starts_on)} on: check it for the date of service."
    return f"The code table does not know {found.code}. Check it; you can submit it if it is right."
