"""Sections A, B, D and G: what contradicts itself is told, with what to choose instead."""

from datetime import date

import pytest

from models import RequestType, Urgency
from tests import answers
from tests.unit.checks import messages, picture, told

EXPEDITED = {"urgency": "expedited"}
RETRO = {"urgency": "retro", "retro_reason": "plan_not_known"}
LONG_AGO = {
    f"service-{n}-{name}": value for n in (1, 2) for name, value in (("from", "10/01/2026"), ("to", "10/30/2026"))
}
UP_TO_TODAY = LONG_AGO | {"service-2-to": "11/24/2026"}
ADMITTED = {"patient_status": "admitted", "admission_date": "11/20/2026", "expected_discharge": ""}
GONE = ADMITTED | {"patient_status": "discharged", "discharge_date": "11/22/2026", "disposition": "home"}
PLANNED = EXPEDITED | {"criterion_admission_7_days": "1"}

SERVICE = [
    (EXPEDITED, "criterion_cancer", "Expedited needs at least one of the criteria"),
    (EXPEDITED | {"clinical_summary": "", "criterion_infusion": "1"}, "clinical_summary", "needs a clinical summary"),
    (EXPEDITED | {"attested": "1"}, "attesting_physician", "name of the physician who states"),
    (EXPEDITED | {"criterion_admission_7_days": "1"}, "criterion_admission_7_days", "criterion for Inpatient requests"),
    (LONG_AGO, "urgency", "All dates of service are in the past: choose Retro"),
    (LONG_AGO | EXPEDITED | {"criterion_infusion": "1"}, "urgency", "choose Retro"),
    (RETRO, "urgency", "these lines reach today or later: choose Expedited or Standard"),
    (RETRO | UP_TO_TODAY, "urgency", "these lines reach today or later"),
    (RETRO | LONG_AGO | {"retro_reason": ""}, "retro_reason", "Choose why the authorization"),
    ({"is_secondary": "yes"}, "is_secondary", "does not authorize for secondary plans"),
    ({"birth_date": "11/25/2026"}, "birth_date", "still to come"),
    ({"birth_date": "11/24/1905"}, "birth_date", "older than 120"),
    ({"relationship": "spouse"}, "subscriber_name", "name of the subscriber"),
    ({"benefits_verified": ""}, "benefits_verified", "Verify benefits and eligibility"),
    ({"certified": ""}, "certified", "records are complete"),
    ({"servicing_same": "no", "servicing_name": "Sample Rehab"}, "servicing_npi", "servicing provider's NPI"),
    ({"service-1-place": "22", "facility_name": "Sample Lake Hospital"}, "facility_npi", "facility's NPI"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "control", "message"), SERVICE)
def test_a_service_request_that_contradicts_itself(db, changes, control, message):
    found = told(answers.service(**changes))
    assert list(found) == [control]
    assert message in found[control].message
    assert not found[control].is_warning


STAY = [
    (RETRO | ADMITTED, "urgency", "the patient is still admitted: choose Expedited or Standard"),
    (RETRO, "urgency", "the patient is not yet admitted"),
    (GONE, "urgency", "The patient is discharged: choose Retro"),
    ({"admission_date": "11/20/2026", "expected_discharge": ""}, "admission_date", "choose Admitted or Discharged"),
    (ADMITTED | {"admission_date": "11/25/2026"}, "admission_date", "choose Not yet admitted"),
    (RETRO | GONE | {"discharge_date": "11/25/2026"}, "discharge_date", "choose Admitted as patient status"),
    (RETRO | GONE | {"discharge_date": "11/19/2026"}, "discharge_date", "before the admission"),
    (RETRO | GONE | {"admission_date": "11/20/2025"}, "discharge_date", "longer than 366 days"),
    (RETRO | GONE | {"disposition": ""}, "disposition", "where the patient went"),
    ({"expected_discharge": "11/30/2026"}, "expected_discharge", "before the admission"),
    ({"expected_discharge": "12/03/2027"}, "expected_discharge", "longer than 366 days"),
    ({"days_requested": "367"}, "days_requested", "from 1 to 366"),
    ({"birth_date": "12/02/2026"}, "birth_date", "still to come"),
    (ADMITTED | {"birth_date": "11/22/2026"}, "admission_date", "before the member's date of birth"),
    (PLANNED | {"admission_date": "12/02/2026"}, "criterion_admission_7_days", "more than 7 days away"),
    (PLANNED | ADMITTED, "criterion_admission_7_days", "date is past"),
    ({"care_kind": "surgical"}, "service-1-code", "A surgical stay needs the code of the procedure"),
    ({"care_kind": "php", "php_days_per_week": "8"}, "php_days_per_week", "from 1 to 7"),
    ({"facility_name": ""}, "facility_name", "name of the facility"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "control", "message"), STAY)
def test_a_stay_that_contradicts_itself(db, changes, control, message):
    values = answers.inpatient(**changes) | {"service-1-removed": ""}
    found = {name: each for name, each in told(values).items() if not each.is_warning}
    if changes.get("birth_date") == "12/02/2026":
        assert found.pop("admission_date").message.startswith("The admission is before")
    assert list(found) == [control]
    assert message in found[control].message


RIGHT = [
    (answers.service, EXPEDITED | {"criterion_cancer": "1"}),
    (answers.service, EXPEDITED | {"attested": "1", "attesting_physician": "Iris Calder, MD"}),
    (answers.service, RETRO | LONG_AGO),
    (answers.service, {"service-1-from": "11/01/2026", "service-1-to": "11/30/2026"}),
    (answers.service, {"birth_date": "11/24/2026"}),
    (answers.service, {"birth_date": "11/25/1905"}),
    (answers.inpatient, RETRO | GONE),
    (answers.inpatient, ADMITTED),
    (answers.inpatient, PLANNED),
    (answers.inpatient, PLANNED | {"admission_date": "11/24/2026"}),
    (answers.inpatient, {"admission_date": "11/24/2026", "expected_discharge": ""}),
    (answers.inpatient, {"care_kind": "php", "php_days_per_week": "5"}),
]


@pytest.mark.parametrize(("complete", "changes"), RIGHT)
def test_what_agrees_is_let_through(db, complete, changes):
    assert messages(complete(**changes)) == {}


@pytest.mark.parametrize(
    ("kind", "case_type", "message"),
    [("php", "service", "belongs to Inpatient, and this is a Service Procedure request"),
     ("iop", "inpatient", "belongs to Service Procedure, and this is an Inpatient request")],
)  # fmt: skip
def test_kind_and_type_agree(db, kind, case_type, message):
    values = answers.service() if case_type == "service" else answers.inpatient()
    found = messages(values | {"care_kind": kind}, case_type=case_type)
    assert message in found["care_kind"]
    assert "change the case type" in found["care_kind"]


def test_a_follow_up_never_changes_its_type(db):
    values = answers.service(care_kind="php")
    found = messages(values, case_type="service", request_type=RequestType.EXTENSION)
    assert "Start a new request" in found["care_kind"]


@pytest.mark.parametrize(
    ("request_type", "message"),
    [("initial", "at least one file"), ("extension", "every extension"), ("change", ""),
     ("reconsideration", "Attach new records")],
)  # fmt: skip
def test_records_are_asked_for_where_the_review_needs_them(db, request_type, message):
    found = messages(answers.service(), files=0, request_type=RequestType(request_type))
    assert message in found.get("attachments", "")
    assert ("attachments" in found) == bool(message)


def test_a_reconsideration_may_come_with_words_alone_and_after_the_care(db):
    values = answers.service(note="The measures are on page 3.", **LONG_AGO)
    assert messages(values, files=0, request_type=RequestType.RECONSIDERATION) == {}


def test_an_admission_through_the_er_is_compared_and_only_warned_of(db):
    found = told(answers.inpatient(**EXPEDITED, criterion_er_admission="1"))
    assert found["criterion_er_admission"].is_warning


def test_the_days_of_an_extension_follow_the_approved_ones(db):
    line = {"service-1-from": "12/03/2026", "service-1-to": "12/03/2026"}
    values = answers.inpatient(1, **line | ADMITTED | {"days_requested": "3"})
    assert list(messages(values)) == ["service-1-from"]
    through = date(2026, 11, 30)
    assert messages(values, request_type=RequestType.EXTENSION, approved_through=through) == {}


def test_an_unknown_urgency_is_none():
    assert picture(answers.service(urgency="now")).urgency is None
    assert picture(answers.service(urgency="retro")).urgency == Urgency.RETRO
