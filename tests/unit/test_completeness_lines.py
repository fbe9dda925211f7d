"""Sections E and F: codes, modifiers, dates, frequency, equipment and drugs, disciplines, diagnoses."""

from datetime import date

import pytest

from casework.codes.hcpcs import HcpcsCode
from casework.completeness import SPLIT
from tests import answers
from tests.unit.checks import messages, told


def one(**changes: str) -> dict[str, str]:
    """A request with one service line, changed: one(code="E0601")."""
    kind = changes.pop("kind", "physical_therapy")
    return answers.service(1, care_kind=kind, **{f"service-1-{name}": value for name, value in changes.items()})


BAD = [
    ({"code": "9711"}, "code", "is not a CPT or HCPCS code"),
    ({"code": "D0120", "kind": "surgery"}, "code", "dental code"),
    ({"code": "M17.11"}, "code", "looks like a diagnosis code"),
    ({"code": "97110GP"}, "code", "modifiers in their own field"),
    ({"modifiers": "GP ABC"}, "modifiers", "“ABC” is not a modifier"),
    ({"modifiers": "GP 59 KX CQ 22"}, "modifiers", "up to 4 modifiers"),
    ({"to": "11/30/2026"}, "to", "before the first"),
    ({"to": "12/03/2027"}, "to", "at most 366 days"),
    ({"from": "2/30/2027"}, "from", "is no date"),
    ({"times": ""}, "times", "how many times"),
    ({"period": ""}, "period", "a day, a week or a month"),
    ({"weeks": ""}, "weeks", "how many weeks"),
    ({"weeks": "", "kind": "surgery"}, "weeks", "Complete the frequency"),
    ({"code": "J1745", "ndc": "12-34", "dose": "5 mg/kg", "route": "IV", "kind": "infusion"}, "ndc", "10 or 11 digits"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "name", "message"), BAD)
def test_a_wrong_line_says_what_to_do(db, changes, name, message):
    found = told(one(**changes))
    assert list(found) == [f"service-1-{name}"]
    assert message in found[f"service-1-{name}"].message
    assert not found[f"service-1-{name}"].is_warning


def test_a_service_before_birth(db):
    found = messages(one(**{"from": "11/20/2026"}) | {"birth_date": "11/22/2026"})
    assert "before the member's date of birth" in found["service-1-from"]


@pytest.mark.parametrize("code", ["97110", "0001F", "0042T", "0001U", "97 110", "g0151"])
def test_well_formed_codes_are_taken(db, code):
    assert messages(one(code=code, modifiers="")) == {}


@pytest.mark.parametrize("kind", ["surgery", "imaging", "oncology", "dme", "transport", "other_service"])
def test_a_frequency_is_not_asked_of_every_kind(db, kind):
    values = one(kind=kind, code="73721", modifiers="", times="", period="", weeks="")
    assert {name for name, each in told(values).items() if not each.is_warning} == set()


AGAIN = ["occupational_therapy", "speech_therapy", "home_nursing", "home_care", "infusion", "dialysis", "iop"]


@pytest.mark.parametrize("kind", AGAIN)
def test_a_frequency_is_asked_of_care_that_comes_again(db, kind):
    values = one(kind=kind, code="99600", modifiers="", times="", period="", weeks="")
    assert set(messages(values)) == {"service-1-times", "service-1-period", "service-1-weeks"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [({"code": "E0601", "kind": "dme"}, "purchase"), ({"code": "K0001", "kind": "dme", "purchase": "rent"}, "months"),
     ({"code": "J1745", "kind": "infusion", "route": "IV"}, "dose"),
     ({"code": "Q5103", "kind": "infusion", "dose": "5 mg"}, "route")],
)  # fmt: skip
def test_details_of_equipment_and_drugs_are_warned_of(db, changes, name):
    found = told(one(modifiers="", **changes))
    assert list(found) == [f"service-1-{name}"]
    assert found[f"service-1-{name}"].is_warning


def test_at_least_one_service_line(db):
    values = answers.service(0)
    assert messages(values) == {"add-service": "Enter at least one service line."}
    assert messages(values | {"service-3-removed": ""}) == {"service-3-code": "Enter at least one service line."}
    assert messages(values | {"service-3-code": "97110", "service-3-removed": "1"}) == {
        "add-service": "Enter at least one service line."
    }


def test_a_line_that_only_took_over_is_still_blank(db):
    values = answers.service(1) | {"service-2-removed": "", "service-2-from": "12/01/2026", "service-2-place": "11"}
    assert messages(values) == {}


def test_a_line_is_told_by_its_place_on_the_page(db):
    values = answers.service(3) | {"service-1-removed": "1", "service-3-quantity": ""}
    assert messages(values) == {"service-3-quantity": "Line 2: Enter how many are requested."}


def test_lines_lie_within_the_stay(db):
    late = {"service-1-from": "12/06/2026", "service-1-to": "12/06/2026"}
    assert "not within the stay, 12/01/2026 to 12/05/2026" in messages(answers.inpatient(1, **late))["service-1-from"]
    on_leaving = {"service-1-from": "12/05/2026", "service-1-to": "12/05/2026"}
    assert messages(answers.inpatient(1, **on_leaving)) == {}
    over = {"service-1-from": "12/04/2026", "service-1-to": "12/09/2026"}
    assert list(messages(answers.inpatient(1, **over))) == ["service-1-to"]


def test_a_code_that_the_table_does_not_know_is_a_warning(db):
    HcpcsCode.create(code="E0601", description="A device", valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    HcpcsCode.create(code="E0602", description="Another", valid_from=date(2027, 1, 1))
    for code, message in (
        ("E0601", "valid until 12/31/2025"),
        ("E0602", "valid from 01/01/2027"),
        ("E0999", "does not know"),
    ):
        found = told(one(kind="dme", code=code, modifiers="", purchase="purchase"))["service-1-code"]
        assert message in found.message
        assert found.is_warning


MIXED = [
    ("physical_therapy", ("97110", "GP"), ("97165", ""), "physical therapy and occupational therapy"),
    ("other_service", ("97161", ""), ("92507", ""), "physical therapy and speech therapy"),
    ("home_care", ("T1019", ""), ("G0299", ""), "other services and skilled nursing"),
    ("physical_therapy", ("97110", "GP"), ("97110", "GO"), "physical therapy and occupational therapy"),
    ("surgery", ("29881", ""), ("97161", ""), "other services and physical therapy"),
    ("other_service", ("97 161", ""), ("92-507", ""), "physical therapy and speech therapy"),
]


@pytest.mark.parametrize(("kind", "first", "second", "words"), MIXED)
def test_several_disciplines_are_split(db, kind, first, second, words):
    values = answers.service(2, care_kind=kind)
    for number, (code, modifiers) in enumerate((first, second), 1):
        values |= {f"service-{number}-code": code, f"service-{number}-modifiers": modifiers}
    found = told(values)
    assert list(found) == ["service-2-code"]
    assert words in found["service-2-code"].message
    assert "Split into separate requests" in found["service-2-code"].message
    assert found["service-2-code"].offer == SPLIT


def test_a_discipline_that_is_not_the_kind_of_care(db):
    found = messages(one(kind="physical_therapy", code="97165", modifiers=""))
    assert "kind of care is physical therapy, but this code is occupational therapy" in found["service-1-code"]


def test_a_stay_may_hold_several_therapies(db):
    values = answers.inpatient(2, care_kind="rehabilitation")
    values |= {"service-1-code": "97161", "service-2-code": "97165"}
    assert messages(values) == {}


def test_a_blank_diagnosis(db):
    values = answers.service(2, 0)
    values.pop("diagnosis-1-primary")
    assert messages(values) == {"add-diagnosis": "Enter at least one diagnosis code."}
    values["diagnosis-4-removed"] = ""
    assert messages(values) == {"diagnosis-4-code": "Enter at least one diagnosis code."}


DIAGNOSES = [
    ("M17", "is a heading and can't be used: choose the exact code, M17.0", False),
    ("M17.1", "M17.10, M17.11, M17.12", False),
    ("knee pain", "is not an ICD-10-CM code", False),
    ("97110", "is not an ICD-10-CM code", False),
    ("M17.99", "does not know M17.99", True),
    ("QA0.0101", "does not know QA0.0101", True),
]


@pytest.mark.parametrize(("typed", "message", "is_warning"), DIAGNOSES)
def test_diagnosis_codes(db, typed, message, is_warning):
    found = told(answers.service(**{"diagnosis-1-code": typed}))
    assert list(found) == ["diagnosis-1-code"]
    assert message in found["diagnosis-1-code"].message
    assert found["diagnosis-1-code"].is_warning is is_warning


@pytest.mark.parametrize("typed", ["m1711", "M17.11", " m17 11", "I10"])
def test_diagnosis_codes_in_any_spelling(db, typed):
    assert messages(answers.service(**{"diagnosis-1-code": typed})) == {}


def test_the_same_diagnosis_twice_is_warned_of(db):
    found = told(answers.service(diagnoses=2, **{"diagnosis-2-code": "m1711"}))
    assert found["diagnosis-2-code"].is_warning
    assert "is there twice" in found["diagnosis-2-code"].message
