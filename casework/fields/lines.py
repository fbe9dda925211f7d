"""Sections E and F: service lines and diagnosis lines. Names here are the last part of a control's name."""

from casework.codes import places
from casework.fields.field import Choices, Field, Kind, always

UNITS: Choices = (
    ("units", "units"), ("visits", "visits"), ("days", "days"), ("hours", "hours"), ("minutes", "minutes"), ("months", "months"),
)
PERIODS: Choices = (("day", "a day"), ("week", "a week"), ("month", "a month"))
PURCHASES: Choices = (("rent", "Rent"), ("purchase", "Purchase"))
REMOVED = Field("removed", "Removed", Kind.TICK, most=1)

SERVICE: tuple[Field, ...] = (
    Field("code", "CPT / HCPCS code", Kind.CODE, required=always, most=12, ask="Enter the CPT or HCPCS code."),
    Field("modifiers", "Modifiers", most=20, hint="Up to 4, separated by spaces"),
    Field("quantity", "Quantity", Kind.NUMBER, required=always, most=6, ask="Enter how many are requested."),
    Field("unit", "Unit", Kind.CHOICE, required=always, choices=UNITS, ask="Choose the unit of the quantity."),
    Field("from", "From", Kind.DATE, required=always, most=20, ask="Enter the first date of service, for example 11/30/2026."),
    Field("to", "To", Kind.DATE, required=always, most=20, ask="Enter the last date of service, for example 12/30/2026."),
    Field("place", "Place of service", Kind.CHOICE, required=always, choices=places.CHOICES, decides=True,
          ask="Choose the place of service."),
    Field("description", "Own description", most=200),
    Field("times", "Times", Kind.NUMBER, most=3),
    Field("period", "Per", Kind.CHOICE, choices=PERIODS),
    Field("weeks", "For weeks", Kind.NUMBER, most=3),
    Field("purchase", "Rent or purchase", Kind.CHOICE, choices=PURCHASES),
    Field("months", "Months of rent", Kind.NUMBER, most=3),
    Field("for_discharge", "Needed for discharge", Kind.TICK),
    Field("ndc", "NDC", most=20),
    Field("dose", "Dose", most=60),
    Field("route", "Route", most=60),
)

DIAGNOSIS: tuple[Field, ...] = (
    Field("code", "ICD-10-CM code", Kind.CODE, required=always, most=80, ask="Enter a diagnosis code, or words to look it up."),
    Field("primary", "Primary diagnosis", Kind.TICK),
)
