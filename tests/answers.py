"""What a clerk types into a complete request, for each kind of care that the tests ask for."""

from casework import clock
from tests.instance import NOW

MEMBER = {
    "member_id": "XKM 4471 0923",
    "last_name": "Hollis",
    "first_name": "Maren",
    "birth_date": "04/09/1981",
    "sex": "female",
    "relationship": "self",
    "group_number": "70-1182",
    "group_name": "Sample Foundry",
    "plan_administrator": "Sample Benefit Fund",
    "is_secondary": "no",
    "benefits_verified": "1",
}
CONTACT = {
    "contact_name": "Amy Sample",
    "contact_phone": "414-555-0110",
    "requesting_name": "Iris Calder, MD",
    "requesting_npi": "1234567893",
    "requesting_tin": "39-1000017",
    "requesting_address": "100 Sample Shore Drive, Milwaukee, WI 53202",
    "requesting_phone": "414-555-0110",
    "servicing_same": "yes",
}
FACILITY = {
    "facility_name": "Sample Lake Hospital",
    "facility_npi": "1122334455",
    "facility_address": "1 Sample Lake Road, Milwaukee, WI 53202",
}
RECORD = {"clinical_summary": "Right knee pain since March, worse on stairs.", "certified": "1"}
DIAGNOSES = ("M17.11", "M25.561", "M54.50")

THERAPY_LINES = (
    {"code": "97110", "modifiers": "GP", "quantity": "12", "unit": "visits"},
    {"code": "97140", "modifiers": "GP", "quantity": "12", "unit": "visits"},
    {"code": "97112", "modifiers": "GP", "quantity": "6", "unit": "visits"},
    {"code": "97530", "modifiers": "GP", "quantity": "6", "unit": "visits"},
)
WHEN = {"from": "12/01/2026", "to": "12/30/2026", "place": "11", "times": "3", "period": "week", "weeks": "4"}
STAY = {
    "patient_status": "not_admitted",
    "admission_date": "12/01/2026",
    "admission_type": "elective",
    "through_er": "no",
    "is_transfer": "no",
    "level_of_care": "medical_surgical",
    "days_requested": "4",
    "expected_discharge": "12/05/2026",
}
assert (NOW.year, NOW.month) == (2026, 11), "these dates lie after NOW"


def from_today(typed: dict[str, str]) -> dict[str, str]:
    """The same answers, their dates as far from today as they are from NOW: a real server has no clock that stands."""
    shift = clock.today() - clock.chicago(NOW).date()
    if clock.is_frozen() or not shift:
        return typed
    moved = {name: clock.parse_date(value) for name, value in typed.items() if name != "birth_date"}
    return typed | {name: f"{day + shift:%m/%d/%Y}" for name, day in moved.items() if day}


def service(lines: int = 2, diagnoses: int = 1, **changes: str) -> dict[str, str]:
    """A complete request for physical therapy with so many service and diagnosis lines."""
    typed = {"care_kind": "physical_therapy", "urgency": "standard", **MEMBER, **CONTACT, **RECORD}
    for number in range(1, lines + 1):
        line = THERAPY_LINES[(number - 1) % len(THERAPY_LINES)] | WHEN
        typed |= {f"service-{number}-{name}": value for name, value in line.items()}
    return from_today(typed) | _diagnosed(diagnoses) | changes


def inpatient(lines: int = 0, diagnoses: int = 1, **changes: str) -> dict[str, str]:
    """A complete request for a medical stay of four days, with so many service lines beside it."""
    typed = {"care_kind": "medical", "urgency": "standard", **MEMBER, **CONTACT, **FACILITY, **STAY, **RECORD}
    for number in range(1, lines + 1):
        line = {
            "code": "27447",
            "quantity": "1",
            "unit": "units",
            "from": "12/01/2026",
            "to": "12/01/2026",
            "place": "21",
        }
        typed |= {f"service-{number}-{name}": value for name, value in line.items()}
    return from_today(typed) | _diagnosed(diagnoses) | changes


def _diagnosed(count: int) -> dict[str, str]:
    typed = {f"diagnosis-{number}-code": DIAGNOSES[number - 1] for number in range(1, count + 1)}
    return typed | {"diagnosis-1-primary": "1"}
