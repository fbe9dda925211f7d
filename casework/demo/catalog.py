"""What the sample cases are made of: patients, kinds of care as typed, words of reviewers. All invented."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from casework.clock import show_date

PLANS = (
    ("Sample Benefit Fund", "70-1182", "Sample Foundry"),
    ("Midwest Sample Administrators", "GRP-55120", "Sample Paper Works"),
    ("Great Rivers Sample Trust", "88-0031", "Sample Carpenters Local 1"),
)


@dataclass(frozen=True)
class Patient:
    last_name: str
    first_name: str
    birth_date: str
    sex: str
    member_id: str
    plan: int = 0
    relationship: str = "self"
    subscriber_name: str = ""

    def answers(self) -> dict[str, str]:
        """Section B of the form, as typed."""
        administrator, number, name = PLANS[self.plan]
        return {
            "member_id": self.member_id,
            "last_name": self.last_name,
            "first_name": self.first_name,
            "birth_date": self.birth_date,
            "sex": self.sex,
            "relationship": self.relationship,
            "subscriber_name": self.subscriber_name,
            "group_number": number,
            "group_name": name,
            "plan_administrator": administrator,
            "is_secondary": "no",
            "accident": "no",
            "benefits_verified": "1",
        }


PATIENTS = (
    Patient("Whitaker", "Dolores", "03/14/1958", "female", "XKM 4471 0923"),
    Patient("Okafor", "Samuel", "07/02/1984", "male", "XKM 5520 1187"),
    Patient("Lindqvist", "Mara", "11/23/1990", "female", "MSA-0091-44", 1),
    Patient("Tran", "Huy", "01/30/1971", "male", "MSA-0107-21", 1),
    Patient("Baptiste", "Jean-Claude Emmanuel", "09/09/1946", "male", "GR 7714402", 2),
    Patient("Hernández", "Lucía", "05/17/2001", "female", "GR 8810035", 2),
    Patient("Novak", "Petra", "12/05/1967", "female", "XKM 6003 4410"),
    Patient("Abdi", "Yusuf", "08/19/2015", "male", "XKM 6117 0908", 0, "child", "Abdi, Hodan"),
    Patient("Sørensen", "Ingrid", "02/27/1939", "female", "MSA-0155-90", 1),
    Patient("O'Malley", "Brigid", "06/30/1978", "female", "MSA-0160-02", 1),
    Patient("Fujimoto", "Kenji", "10/11/1955", "male", "GR 9021170", 2),
    Patient("Petrov", "Anton", "04/04/1999", "male", "XKM 7250 3316"),
    Patient("Castellanos-Whitfield", "Maria Guadalupe", "01/15/1962", "female", "MSA-0199-37", 1),
    Patient("Haddad", "Layla", "09/28/1988", "female", "GR 9134408", 2),
    Patient("Ferreira", "Tomás", "03/03/1950", "male", "XKM 7781 2204"),
    Patient("Ng", "Mei", "07/21/1994", "female", "MSA-0214-65", 1),
    Patient("Kowalski", "Edmund", "05/08/1943", "male", "GR 9250019", 2),
    Patient("Adeyemi", "Folake", "11/02/1981", "female", "XKM 8014 5577"),
    Patient("Dubois", "Camille", "12/19/2009", "female", "MSA-0230-18", 1, "child", "Dubois, Henri"),
    Patient("Rasmussen", "Karl", "08/08/1976", "male", "GR 9377741", 2),
)

PROVIDER = {"servicing_same": "yes"}
FACILITY = {
    "facility_name": "Sample Lake Hospital",
    "facility_npi": "1003000126",
    "facility_address": "1 Sample Lake Road, Milwaukee, WI 53202",
}


@dataclass(frozen=True)
class Care:
    """One kind of care: its lines (code, modifiers, quantity, unit), diagnoses, and for a stay its days."""

    kind: str
    lines: tuple[tuple[str, str, int, str], ...] = ()
    diagnoses: tuple[str, ...] = ()
    place: str = "11"
    days: int = 28
    stay_days: int = 0
    level: str = "medical_surgical"
    summary: str = ""
    record: str = "Office note"
    more: dict[str, str] = field(default_factory=dict)

    def answers(self, first: date) -> dict[str, str]:
        """Sections A, D, E, F and G for care that begins on this day, as typed."""
        typed = {"care_kind": self.kind, "urgency": "standard", "clinical_summary": self.summary, "certified": "1"}
        last = first + timedelta(days=self.days if not self.stay_days else max(self.stay_days - 1, 0))
        for number, (code, modifiers, quantity, unit) in enumerate(self.lines, start=1):
            line = {"code": code, "modifiers": modifiers, "quantity": str(quantity), "unit": unit, "place": self.place}
            line |= {"from": show_date(first), "to": show_date(last), "times": "3", "period": "week", "weeks": "4"}
            typed |= {f"service-{number}-{name}": value for name, value in line.items()}
        for number, code in enumerate(self.diagnoses, start=1):
            typed[f"diagnosis-{number}-code"] = code
        typed["diagnosis-1-primary"] = "1"
        return typed | (self._stay(first) if self.stay_days else {}) | self.more

    def _stay(self, first: date) -> dict[str, str]:
        return {
            "patient_status": "not_admitted",
            "admission_date": show_date(first),
            "admission_type": "elective",
            "through_er": "no",
            "is_transfer": "no",
            "level_of_care": self.level,
            "days_requested": str(self.stay_days),
            **FACILITY,
        }


THERAPY = Care(
    "physical_therapy",
    (("97110", "GP", 12, "visits"), ("97140", "GP", 12, "visits"), ("97530", "GP", 6, "visits")),
    ("M75.121", "M25.511"),
    summary="Eight weeks after repair of the right rotator cuff. Active flexion 95 degrees, pain 4 of 10.",
    record="Therapy evaluation and plan of care",
)
OCCUPATIONAL = Care(
    "occupational_therapy",
    (("97166", "GO", 1, "units"), ("97530", "GO", 8, "visits")),
    ("S63.501A",),
    summary="Wrist sprain with loss of grip; can't return to bench work.",
    record="Occupational therapy evaluation",
)
SPEECH = Care(
    "speech_therapy",
    (("92507", "GN", 10, "visits"),),
    ("F80.1",),
    summary="Expressive language delay; standard score 72.",
    record="Speech and language evaluation",
)
MRI = Care(
    "imaging",
    (("73721", "RT", 1, "units"),),
    ("M25.561", "S83.206A"),
    place="22",
    days=21,
    summary="Locking of the right knee for six weeks, positive McMurray sign, radiographs without fracture.",
    record="Office note and radiograph report",
    more=FACILITY,
)
SURGERY = Care(
    "surgery",
    (("29881", "RT", 1, "units"),),
    ("S83.206A",),
    place="24",
    days=0,
    summary="Complex tear of the medial meniscus on MRI; six weeks of therapy without relief.",
    record="Operative plan",
    more=FACILITY,
)
INFUSION = Care(
    "infusion",
    (("J1745", "", 60, "units"), ("96413", "", 3, "visits")),
    ("K50.00",),
    place="22",
    days=56,
    summary="Crohn's disease of the small intestine, steroid dependent.",
    record="Treatment plan",
    more=FACILITY | {"service-1-ndc": "57894-0030-01", "service-1-dose": "5 mg/kg", "service-1-route": "intravenous"},
)
DME = Care(
    "dme",
    (("E1390", "RR", 1, "months"),),
    ("J44.9",),
    place="12",
    days=30,
    summary="Oxygen saturation 84 percent at rest on room air.",
    record="Order and oximetry",
    more={
        "service-1-purchase": "rent",
        "service-1-months": "1",
        "service-1-for_discharge": "1",
        "service-1-unit": "months",
    },
)
HOME_NURSING = Care(
    "home_nursing",
    (("G0299", "", 12, "visits"),),
    ("E11.621",),
    place="12",
    summary="Diabetic foot ulcer with daily packing; no caregiver able to do it.",
    record="Plan of care",
)
MEDICAL = Care(
    "medical",
    (),
    ("J18.9", "J44.1"),
    stay_days=4,
    level="telemetry",
    summary="Pneumonia with hypoxia, oxygen 4 liters; failed treatment at home.",
    record="History and physical",
)
SURGICAL = Care(
    "surgical",
    (("27447", "RT", 1, "units"),),
    ("M17.11",),
    place="21",
    stay_days=2,
    summary="End-stage osteoarthritis of the right knee; conservative care for a year.",
    record="History and physical",
)
RESIDENTIAL = Care(
    "residential",
    (),
    ("F33.2",),
    stay_days=14,
    level="residential",
    summary="Recurrent severe depression after two partial programs in six months.",
    record="Psychiatric evaluation",
)
REHABILITATION = Care(
    "rehabilitation",
    (),
    ("I69.351",),
    stay_days=10,
    level="rehabilitation",
    summary="Right hemiplegia after a stroke; takes part in three hours of therapy a day.",
    record="Rehabilitation evaluation",
)

ER_ADMISSION = {
    "urgency": "expedited",
    "criterion_er_admission": "1",
    "patient_status": "admitted",
    "admission_type": "emergency",
    "through_er": "yes",
}
"""What makes a stay an Expedited one through the ER."""

CRITERION = "Sample review criteria 2026, chapter {chapter}"
EXPLANATIONS = (
    "The records show improvement at each visit; the measures after eight visits will tell whether more is needed.",
    "The records do not show a trial of conservative care for six weeks, which the criterion asks for first.",
    "The level of care asked for exceeds what the vital signs and the nursing notes of these days call for.",
)
MISSING = (
    "Measures of function (range of motion, strength, a validated score) since the evaluation: they show progress."
)
REQUIREMENTS = (
    "The plan asks its members to use a facility of its network; call the plan's navigation line before the visit."
)
