"""Each field by itself: required ones are asked for, placeholders refused, formats told with what to do."""

import pytest

from casework import clock
from casework.completeness.one_field import is_placeholder
from casework.fields import BY_NAME, LINE_FIELDS, SECTIONS, Field, Kind, applying, field_of
from tests import answers
from tests.instance import NOW
from tests.unit.checks import messages, picture, told

PLACEHOLDERS = ("?", "0", "00000", "n/a", "na", "tbd", "unknown", "none", "xxx", "-", ".")
SHOUTED = ("N/A", "TBD", " Unknown ", "??", "---", "…", "Ｎ／Ａ", "–")

DEPENDENT = {"relationship": "child", "subscriber_name": "Rowan Hollis"}
OTHER_PROVIDER = {"servicing_same": "no", "servicing_name": "Sample Rehab", "servicing_npi": "1122334455"}
RETRO_STAY = {
    "urgency": "retro",
    "retro_reason": "emergency",
    "patient_status": "discharged",
    "admission_date": "11/10/2026",
    "discharge_date": "11/14/2026",
    "disposition": "home",
    "expected_discharge": "",
}
EXPEDITED = {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"}

with clock.frozen(NOW):
    FULL = {
        "service": answers.service(2, 1, **DEPENDENT, **OTHER_PROVIDER),
        "stay": answers.inpatient(1, 1, **RETRO_STAY, **{"service-1-from": "11/11/2026", "service-1-to": "11/11/2026"}),
        "expedited": answers.inpatient(0, 1, **EXPEDITED),
    }


def required(values: dict[str, str]) -> list[tuple[str, Field]]:
    shown = picture(values)
    return [(name, field) for name, field in applying(shown) if field.required(shown) and shown.text(name)]


REQUIRED = {name: (values, field) for values in FULL.values() for name, field in required(values)}
TYPED = [name for name, (_, field) in REQUIRED.items() if field.kind not in (Kind.CHOICE, Kind.RADIO, Kind.TICK)]


@pytest.mark.parametrize("which", FULL)
def test_a_full_request_has_no_problem(db, which):
    assert messages(FULL[which]) == {}


def test_every_required_field_is_looked_at():
    looked_at = {field_of(name).name for name in REQUIRED}
    always = {field.name for section in SECTIONS for field in section.fields + section.line_fields if field.ask}
    assert always - looked_at == set()


@pytest.mark.parametrize("name", REQUIRED)
def test_an_empty_required_field_is_asked_for(db, name):
    values, field = REQUIRED[name]
    found = messages(values | {name: "  "})
    assert field.ask
    assert found[name].removeprefix("Line 1: ").removeprefix("Line 2: ") == field.ask


@pytest.mark.parametrize("name", TYPED)
def test_a_placeholder_is_refused_in_a_required_field(db, name):
    values, field = REQUIRED[name]
    for typed in PLACEHOLDERS + SHOUTED:
        found = told(values | {name: typed})
        if field.kind == Kind.NAME and typed == "na":
            assert name not in found
            continue
        assert "placeholder" in found[name].message, typed
        assert "call from CMSI" in found[name].message
        assert field.ask in found[name].message
        assert not found[name].is_warning


@pytest.mark.parametrize("typed", ["Na", "na", "NA"])
def test_na_is_a_name(typed):
    assert not is_placeholder(typed, Kind.NAME)
    assert is_placeholder(typed, Kind.TEXT)


@pytest.mark.parametrize("typed", ["Naomi", "10", "0001F", "A-1", "Nonesuch", "x", "O'Neil", "70-1182", "1"])
def test_answers_are_no_placeholders(typed):
    assert not is_placeholder(typed)


@pytest.mark.parametrize("typed", PLACEHOLDERS)
def test_a_placeholder_in_a_field_that_is_not_asked_for_is_let_be(db, typed):
    assert messages(answers.service(group_name=typed, requesting_specialty=typed)) == {}


BAD = [
    ("birth_date", "13/01/1981", "is no date"),
    ("birth_date", "02/30/1981", "is no date"),
    ("birth_date", "04/09/81", "year of four digits"),
    ("birth_date", "4/9", "is no date"),
    ("requesting_npi", "1234567890", "is not an NPI"),
    ("requesting_npi", "123456789", "10 digits"),
    ("requesting_npi", "3234567893", "begins with 1 or 2"),
    ("requesting_npi", "12345678931", "is not an NPI"),
    ("servicing_npi", "1122334456", "is not an NPI"),
    ("requesting_tin", "39-100001", "9 digits"),
    ("requesting_tin", "3910000170", "9 digits"),
    ("servicing_tin", "12", "9 digits"),
    ("contact_phone", "555-0110", "10 digits with the area code"),
    ("contact_phone", "114-555-0110", "10 digits with the area code"),
    ("contact_fax", "41455501100", "10 digits with the area code"),
    ("requesting_phone", "414-155-0110", "10 digits with the area code"),
    ("contact_email", "amy", "like name@example.com"),
    ("contact_email", "amy@sample", "like name@example.com"),
    ("last_name", "1234", "Enter the member's last name"),
    ("member_id", "!!!", "Enter the member ID"),
    ("sex", "banana", "Choose the member's sex"),
    ("service-1-quantity", "twelve", "whole number from 1"),
    ("service-1-quantity", "-3", "whole number from 1"),
    ("service-1-quantity", "1.5", "whole number from 1"),
    ("service-1-quantity", "1000000", "whole number from 1"),
    ("service-1-unit", "bananas", "Choose the unit"),
    ("service-1-place", "98", "Choose the place of service"),
    ("service-2-weeks", "99", "whole number from 1 to 53"),
]


@pytest.mark.parametrize(("name", "typed", "message"), BAD)
def test_a_wrong_answer_says_what_to_do(db, name, typed, message):
    found = messages(FULL["service"] | {name: typed})
    assert list(found) == [name]
    assert message in found[name]


GOOD = [
    ("requesting_npi", "123-456-7893"),
    ("requesting_tin", "391000017"),
    ("contact_phone", "(414) 555-0110"),
    ("contact_phone", "+1 414.555.0110"),
    ("birth_date", "1981-04-09"),
    ("birth_date", "4/9/1981"),
    ("service-1-quantity", "1,200"),
    ("service-1-quantity", "12.0"),
    ("contact_extension", "x204"),
    ("last_name", "Å"),
    ("first_name", "Na"),
]


@pytest.mark.parametrize(("name", "typed"), GOOD)
def test_the_ways_people_write_are_understood(db, name, typed):
    assert messages(FULL["service"] | {name: typed}) == {}


def test_what_does_not_apply_is_not_asked_for(db):
    values = answers.service(subscriber_name="?", servicing_npi="?", attesting_physician="?", retro_reason="?")
    assert messages(values) == {}


def test_the_fields_have_words_for_every_need():
    for field in [*BY_NAME.values(), *LINE_FIELDS["service"].values(), *LINE_FIELDS["diagnosis"].values()]:
        assert field.label
        assert not field.ask or field.ask.endswith("."), field.name
