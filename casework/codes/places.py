"""Place of service: the two-digit CMS codes with our own words, and which of them are facilities."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A place of service. At a facility the request names it, with its NPI and address."""

    code: str
    words: str
    is_facility: bool


# Codes of the CMS place-of-service code set. Facilities here are the places that Medicare pays at the facility rate
# (42 CFR 414.22), and the other places that admit or treat under a facility's own NPI: nursing and custodial
# homes, birthing, dialysis and rehabilitation centers. Telehealth and ambulances have no facility to name.
_OFFICES = (
    ("11", "Office"),
    ("12", "Patient's home"),
    ("10", "Telehealth, patient at home"),
    ("02", "Telehealth, patient elsewhere"),
    ("20", "Urgent care center"),
    ("17", "Walk-in clinic in a store"),
    ("49", "Independent clinic"),
    ("50", "Federally qualified health center"),
    ("71", "Public health clinic"),
    ("72", "Rural health clinic"),
    ("81", "Independent laboratory"),
    ("01", "Pharmacy"),
    ("03", "School"),
    ("04", "Homeless shelter"),
    ("05", "Indian Health Service, free-standing"),
    ("07", "Tribal 638, free-standing"),
    ("09", "Prison or correctional facility"),
    ("13", "Assisted living"),
    ("14", "Group home"),
    ("15", "Mobile unit"),
    ("16", "Temporary lodging"),
    ("18", "Workplace"),
    ("27", "Outreach on the street"),
    ("41", "Ambulance, land"),
    ("42", "Ambulance, air or water"),
    ("57", "Substance use treatment, not residential"),
    ("58", "Opioid treatment program, not residential"),
    ("60", "Mass immunization center"),
    ("66", "Program of all-inclusive care for the elderly (PACE)"),
    ("99", "Other place"),
)
_FACILITIES = (
    ("19", "Outpatient hospital, off campus"),
    ("21", "Inpatient hospital"),
    ("22", "Outpatient hospital, on campus"),
    ("23", "Emergency room"),
    ("24", "Ambulatory surgical center"),
    ("25", "Birthing center"),
    ("26", "Military treatment facility"),
    ("06", "Indian Health Service, provider-based"),
    ("08", "Tribal 638, provider-based"),
    ("31", "Skilled nursing facility"),
    ("32", "Nursing facility"),
    ("33", "Custodial care facility"),
    ("34", "Hospice"),
    ("51", "Inpatient psychiatric facility"),
    ("52", "Psychiatric partial hospitalization"),
    ("53", "Community mental health center"),
    ("54", "Intermediate care facility, intellectual disabilities"),
    ("55", "Residential substance use treatment"),
    ("56", "Psychiatric residential treatment"),
    ("61", "Inpatient rehabilitation facility"),
    ("62", "Outpatient rehabilitation facility"),
    ("65", "Dialysis center"),
)

PLACES: dict[str, Place] = {code: Place(code, words, False) for code, words in _OFFICES} | {
    code: Place(code, words, True) for code, words in _FACILITIES
}

_FIRST_OFFERED = ("11", "12", "22", "24", "21", "19", "23", "31", "10", "02")
_OTHERS = sorted(PLACES.keys() - set(_FIRST_OFFERED))

CHOICES: tuple[tuple[str, str], ...] = tuple(
    (code, f"{code} {PLACES[code].words}") for code in (*_FIRST_OFFERED, *_OTHERS)
)
"""For a select: code and '11 Office'; the usual places first, the others by code."""


def is_facility(code: str) -> bool:
    """Whether services at this place need the facility's name, NPI and address; False for an unknown code."""
    place = PLACES.get(code)
    return place is not None and place.is_facility
