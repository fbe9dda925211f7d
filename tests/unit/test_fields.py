"""The fields of the form and their asterisks, against the handbook's list."""

import pytest

from casework.fields import BY_NAME, LINE_FIELDS, applying, field_of
from casework.fields.request import CRITERIA, INPATIENT_KINDS, SERVICE_KINDS, TYPE_OF_KIND
from models import CaseType
from tests import answers
from tests.unit.checks import picture

MEMBER = (
    "member_id last_name first_name birth_date sex relationship group_number plan_administrator is_secondary "
    "benefits_verified"
)
PROVIDERS = (
    "contact_name contact_phone requesting_name requesting_npi requesting_tin requesting_address requesting_phone "
    "servicing_same"
)
STAY = "patient_status admission_date admission_type through_er is_transfer level_of_care days_requested"
FACILITY = "facility_name facility_npi"
LINE = "code quantity unit from to place"
FREQUENCY = "times period weeks"

EVERY = set(f"case_type care_kind urgency {MEMBER} {PROVIDERS} certified diagnosis-1-code".split())
LINES = {f"service-1-{name}" for name in LINE.split()}

ASTERISKS = [
    (answers.service(1, care_kind="imaging"), EVERY | LINES),
    (answers.service(1), EVERY | LINES | {f"service-1-{name}" for name in FREQUENCY.split()}),
    (answers.service(1, care_kind="surgery", **{"service-1-place": "24"}), EVERY | LINES | set(FACILITY.split())),
    (answers.inpatient(), EVERY | set(f"{STAY} {FACILITY}".split())),
    (answers.inpatient(care_kind="php"), EVERY | set(f"{STAY} {FACILITY}".split())),
    (
        answers.inpatient(patient_status="discharged"),
        EVERY | set(f"{STAY} {FACILITY} discharge_date disposition".split()),
    ),
    (answers.service(0, urgency="retro"), EVERY | {"retro_reason"}),
    (answers.service(0, urgency="expedited"), EVERY | {"clinical_summary"}),
    (answers.service(0, urgency="expedited", attested="1"), EVERY | {"clinical_summary", "attesting_physician"}),
    (answers.service(0, relationship="child"), EVERY | {"subscriber_name"}),
    (answers.service(0, servicing_same="no"), EVERY | {"servicing_name", "servicing_npi"}),
]


@pytest.mark.parametrize(("values", "expected"), ASTERISKS)
def test_the_asterisks(values, expected):
    shown = picture(values)
    assert {name for name, field in applying(shown) if field.required(shown)} == expected


@pytest.mark.parametrize(
    ("name", "count"),
    [("patient_status", 3), ("admission_type", 5), ("accident", 4), ("retro_reason", 5), ("urgency", 3)],
)
def test_the_choices(name, count):
    assert len(BY_NAME[name].choices) == count


def test_kinds_criteria_and_units():
    assert (len(INPATIENT_KINDS), len(SERVICE_KINDS), len(CRITERIA)) == (13, 17, 10)
    assert (TYPE_OF_KIND["php"], TYPE_OF_KIND["iop"]) == (CaseType.INPATIENT, CaseType.SERVICE)
    assert [value for value, _ in LINE_FIELDS["service"]["unit"].choices] == [
        "units",
        "visits",
        "days",
        "hours",
        "minutes",
        "months",
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [({"code": "97110"}, set()), ({"code": "J1745"}, {"ndc", "dose", "route"}),
     ({"code": "e0601"}, {"purchase", "for_discharge"}),
     ({"code": "K0001", "purchase": "rent"}, {"purchase", "for_discharge", "months"})],
)  # fmt: skip
def test_details_are_shown_where_a_line_needs_them(line, shown):
    values = answers.service(1, **{f"service-1-{name}": value for name, value in line.items()})
    extra = {"ndc", "dose", "route", "purchase", "for_discharge", "months"}
    assert {field.name for name, field in applying(picture(values)) if name.startswith("service")} & extra == shown


@pytest.mark.parametrize(
    "name",
    ["webcert_number", "service-0-code", "service-01-code", "service-1000-code", "service--code", "service-1-",
     "service-1",
     "service-１-code", "diagnosis-1-quantity", "other-1-code", "", "service-1-code-2"],
)  # fmt: skip
def test_names_that_the_form_does_not_have(name):
    assert field_of(name) is None


@pytest.mark.parametrize("name", ["last_name", "service-1-code", "service-999-weeks", "diagnosis-12-primary"])
def test_names_that_it_has(name):
    found = field_of(name)
    assert found is not None
    assert name.endswith(found.name)


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("contact_phone", "+1 (414) 555.0110", "414-555-0110"),
        ("contact_phone", "555-0110", "555-0110"),
        ("requesting_tin", "391000017", "39-1000017"),
        ("birth_date", "04091981", "04/09/1981"),
        ("certified", "1", "Yes"),
        ("certified", "", ""),
        ("urgency", "retro", "Retro"),
    ],
)
def test_an_answer_is_read_as_all_are_written(name, typed, read):
    assert BY_NAME[name].words(typed) == read
