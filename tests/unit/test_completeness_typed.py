"""What the panel shows, what a submit is made of, and which other cases ask for the same."""

from datetime import date

import pytest

from casework import completeness, drafts
from casework.completeness import Context, duplicates
from casework.fields import SECTIONS
from casework.workflow import office, review
from models import Case, Request, Status, Urgency
from tests import answers, personas
from tests.builders import accept, approve, make_draft, make_request
from tests.following import extension_of
from tests.unit.checks import TODAY, picture

SECTION_ORDER = [section.letter for section in SECTIONS]


def test_problems_come_in_the_order_of_the_form(db):
    empty = picture({"care_kind": "surgical", "service-1-removed": "", "diagnosis-1-removed": ""}, files=0)
    found = completeness.problems(empty, Context(TODAY))
    letters = [each.section_letter for each in found]
    assert letters == sorted(letters, key=SECTION_ORDER.index)
    assert found[0].control == "urgency"
    assert [each.control for each in found[-2:]] == ["attachments", "certified"]


def test_the_panel_counts_by_section(db):
    values = answers.service(last_name="?", sex="", **{"diagnosis-1-code": "M17.99"})
    shown = picture(values, files=0)
    found = completeness.problems(shown, Context(TODAY))
    left = {state.letter: (state.left, len(state.warnings)) for state in completeness.by_section(found, shown)}
    assert left == {"A": (0, 0), "B": (2, 0), "C": (0, 0), "E": (0, 0), "F": (0, 1), "G": (1, 0)}
    assert completeness.missing_count(shown, Context(TODAY)) == 3
    assert "D" in {state.letter for state in completeness.by_section([], picture(answers.inpatient()))}


def test_a_service_request_in_typed_rows(db):
    line = {"service-1-modifiers": "gp,59", "service-1-code": " 97 110", "service-1-times": "1", "service-1-weeks": "1"}
    made = completeness.typed(picture(answers.service(2, 2, **line)))
    first, second = made.service_lines
    assert (first.code, first.modifiers, first.quantity, first.unit) == ("97110", "GP 59", 12, "visits")
    assert (first.date_from, first.date_to, first.place_of_service) == (date(2026, 12, 1), date(2026, 12, 30), "11")
    assert (first.frequency, second.frequency) == ("1 time a week for 1 week", "3 times a week for 4 weeks")
    assert (made.service_from, made.service_to) == (date(2026, 12, 1), date(2026, 12, 30))
    assert (made.urgency, made.is_attested, made.stay) == (Urgency.STANDARD, False, None)
    assert [(each.code, each.is_primary) for each in made.diagnosis_lines] == [("M17.11", True), ("M25.561", False)]
    assert "osteoarthritis" in made.diagnosis_lines[0].description.lower()


def test_a_stay_in_typed_rows(db):
    made = completeness.typed(picture(answers.inpatient()))
    assert made.stay is not None
    assert (made.stay.admission_date, made.stay.days_requested) == (date(2026, 12, 1), 4)
    assert (made.service_from, made.service_to) == (date(2026, 12, 1), date(2026, 12, 4))
    program = completeness.typed(
        picture(answers.inpatient(care_kind="php", days_requested="12", php_days_per_week="5", expected_discharge=""))
    )
    assert program.stay is not None
    assert program.stay.last_day == date(2026, 12, 16)


def test_the_added_days_of_a_stay(db):
    made = completeness.typed(picture(answers.inpatient(days_requested="3")), date(2026, 12, 4))
    assert made.stay is not None
    assert (made.stay.first_day, made.stay.last_day) == (date(2026, 12, 5), date(2026, 12, 7))


@pytest.mark.parametrize(
    ("line", "words"),
    [({"code": "E0601", "purchase": "rent", "months": "3", "for_discharge": "1"},
      "Rent, 3 months; needed for discharge"),
     ({"code": "K0001", "purchase": "purchase", "months": "3"}, "Purchase"),
     ({"code": "J1745", "ndc": "57894-030-01", "dose": "5 mg/kg", "route": "IV"}, "NDC 57894-030-01; 5 mg/kg; IV"),
     ({"code": "97110", "purchase": "rent", "dose": "5"}, "")],
)  # fmt: skip
def test_equipment_and_drugs_in_words(db, line, words):
    values = answers.service(1, **{f"service-1-{name}": value for name, value in line.items()})
    assert completeness.typed(picture(values)).service_lines[0].details == words


def test_the_primary_diagnosis_is_the_first_unless_changed(db):
    values = answers.service(diagnoses=3, **{"diagnosis-1-primary": ""})
    assert picture(values).primary.number == 1
    assert picture(values | {"diagnosis-3-primary": "1"}).primary.number == 3
    assert picture(values | {"diagnosis-1-removed": "1"}).primary.number == 2


def test_answers_with_problems_make_no_rows(db):
    with pytest.raises(ValueError, match="still have problems"):
        completeness.typed(picture(answers.service(**{"service-1-quantity": "?"})))


@pytest.fixture
def sent(db) -> Request:
    return office.submit(make_draft(), personas.actor("amy"))


def doubles(by: str = "ann", **typed: str) -> list[str]:
    draft = make_draft(by, **typed)
    actor = personas.actor(by)
    shown = drafts.answers(draft)
    known = completeness.with_duplicates(shown, draft, actor)
    warned = [each for each in completeness.problems(shown, known) if each.webcert_number]
    assert all(each.is_warning and each.webcert_number in each.message for each in warned)
    return [each.webcert_number for each in warned]


def test_a_case_of_the_group_that_asks_for_the_same_is_told(sent):
    assert doubles() == [sent.case.webcert_number]
    assert doubles(member_id="xkm44710923") == [sent.case.webcert_number]


DIFFERENT = [
    {"member_id": "XKM 4471 0924"},
    {"birth_date": "04/10/1981"},
    {"service-1-code": "97112", "service-2-code": "97530"},
    {f"service-{n}-{name}": f"01/{day}/2027" for n in (1, 2) for name, day in (("from", "02"), ("to", "20"))},
    {"member_id": "", "birth_date": ""},
]


@pytest.mark.parametrize("typed", DIFFERENT)
def test_a_different_request_is_no_duplicate(sent, typed):
    assert doubles(**typed) == []


def test_other_offices_learn_nothing(sent):
    assert doubles("bob") == []
    other = office.submit(make_draft("bob"), personas.actor("bob"))
    typed = drafts.answers(other)
    (told,) = duplicates.of_answers(typed, other, personas.actor("ian"))
    assert told.webcert_number == sent.case.webcert_number
    assert duplicates.of_answers(typed, other, personas.actor("bob")) == ()


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED])
def test_what_is_over_is_no_duplicate(sent, status):
    Request.update(status=status).where(Request.id == sent.id).execute()
    assert doubles() == []


def test_a_void_case_is_no_duplicate(sent):
    review.void(sent, personas.actor("ian"), "For the test.")
    assert doubles() == []


def test_an_extension_asks_for_the_days_that_it_adds(db):
    first = approve(accept(make_request(inpatient=True)))
    days = {"days_requested": "2", "expected_discharge": ""}
    others = [make_request(inpatient=True, admission_date=day, **days) for day in ("12/01/2026", "12/07/2026")]
    draft = extension_of(first)
    known = completeness.with_duplicates(drafts.answers(draft), draft, personas.actor("amy"))
    assert [each.webcert_number for each in known.duplicates] == [others[1].case.webcert_number]


def test_stays_are_compared_by_diagnosis(db):
    first = office.submit(make_draft(inpatient=True), personas.actor("amy"))
    assert doubles(inpatient=True) == [first.case.webcert_number]
    with_line = {
        f"service-1-{name}": value
        for name, value in {**answers.WHEN, "code": "27447", "quantity": "1", "unit": "units", "place": "21"}.items()
        if name not in ("times", "period", "weeks")
    }
    assert doubles(inpatient=True, **with_line) == [first.case.webcert_number]
    assert doubles(**with_line | {"diagnosis-1-code": "M17.11"}) == [], "care beside a stay is another request"
    assert doubles(inpatient=True, **{"diagnosis-1-code": "I10"}) == []
    assert Case.select().where(Case.webcert_number.is_null(False)).count() == 1
