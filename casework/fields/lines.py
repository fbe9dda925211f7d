"""Sections E and F: service lines and diagnosis lines. Names here are the last part of a control's name."""

from casework.answers import Answers, Line
from casework.codes import places
from casework.fields.field import Choices, Field, Kind, When, always, answer_is
from casework.fields.request import WITH_FREQUENCY

UNITS: Choices = (
    ("units", "units"), ("visits", "visits"), ("days", "days"),
    ("hours", "hours"), ("minutes", "minutes"), ("months", "months"),
)
PERIODS: Choices = (("day", "a day"), ("week", "a week"), ("month", "a month"))
PURCHASES: Choices = (("rent", "Rent"), ("purchase", "Purchase"))
def needs_service_lines(answers: Answers) -> bool:
    """Codes are optional beside a stay, but for a surgical one."""
    return not answers.is_inpatient or answers.text("care_kind") == "surgical"


def has_service_asterisks(answers: Answers) -> bool:
    """Whether the asterisks of the service lines count: a blank one that may stay blank has none."""
    return needs_service_lines(answers) or bool(answers.filled_lines("service"))


REMOVED = Field("removed", "Removed", Kind.TICK, most=1)

needs_frequency: When = answer_is("care_kind", *sorted(WITH_FREQUENCY))
"""Therapies, home care, infusion, dialysis and IOP are asked for by frequency."""


def is_equipment(answers: Answers, line: Line) -> bool:
    """Durable equipment: the kind of care says so, or the code does (HCPCS E and K codes)."""
    return answers.text("care_kind") == "dme" or line.text("code")[:1].upper() in ("E", "K")


def is_drug(answers: Answers, line: Line) -> bool:
    """HCPCS J and Q codes."""
    return line.text("code")[:1].upper() in ("J", "Q")


def is_rent(answers: Answers, line: Line) -> bool:
    return is_equipment(answers, line) and line.text("purchase") == "rent"


SERVICE: tuple[Field, ...] = (
    Field("code", "CPT / HCPCS code", Kind.CODE, required=always, most=12, width=2, decides=True,
          ask="Enter the CPT or HCPCS code."),
    Field("modifiers", "Modifiers", most=20, width=2, hint="Up to 4"),
    Field("quantity", "Quantity", Kind.NUMBER, required=always, most=7, width=1, ask="Enter how many are requested."),
    Field("unit", "Unit", Kind.CHOICE, required=always, choices=UNITS, width=2, ask="Choose the unit of the quantity."),
    Field("from", "From", Kind.DATE, required=always, most=20, width=2,
          ask="Enter the first date of service, for example 11/30/2026."),
    Field("to", "To", Kind.DATE, required=always, most=20, width=2,
          ask="Enter the last date of service, for example 12/30/2026."),
    Field("place", "Place of service", Kind.CHOICE, required=always, choices=places.CHOICES, decides=True, width=3,
          ask="Choose the place of service."),
    Field("description", "Own description", most=200, width=3),
    Field("times", "Frequency", Kind.NUMBER, required=needs_frequency, most=3, width=1,
          ask="Enter how many times a day, week or month."),
    Field("period", "Per", Kind.CHOICE, required=needs_frequency, choices=PERIODS, width=2,
          ask="Choose whether that is a day, a week or a month."),
    Field("weeks", "For weeks", Kind.NUMBER, required=needs_frequency, most=3, width=1,
          ask="Enter for how many weeks."),
    Field("purchase", "Rent or purchase", Kind.CHOICE, choices=PURCHASES,
          line_when=is_equipment, decides=True, width=3),
    Field("months", "Months of rent", Kind.NUMBER, most=3, line_when=is_rent, width=2),
    Field("for_discharge", "Needed for discharge", Kind.TICK, line_when=is_equipment, width=3),
    Field("ndc", "NDC", most=20, line_when=is_drug, width=3, hint="11 digits, as on the package"),
    Field("dose", "Dose", most=60, line_when=is_drug, width=3),
    Field("route", "Route", most=60, line_when=is_drug, width=3),
)

DIAGNOSIS: tuple[Field, ...] = (
    Field("code", "ICD-10-CM code", Kind.CODE, required=always, most=80, width=3,
          ask="Enter a diagnosis code, or words to look it up."),
    Field("primary", "Primary diagnosis", Kind.TICK, width=3),
)
