"""Autosave: what was typed stays as it was typed, and two colleagues don't disturb each other."""

import threading

import pytest

from casework import drafts
from casework.drafts import DraftAnswer
from casework.errors import Stale
from models import Case, CaseType, Request, Status, Urgency, database
from tests import answers, personas
from tests.builders import make_draft

pytestmark = pytest.mark.databases

AMY, ANN = "amy", "ann"


@pytest.fixture
def draft(db) -> Request:
    return drafts.start(personas.actor(AMY), "physical_therapy")


def save(draft: Request, by: str = AMY, known: dict[str, int] | None = None, **typed: str) -> drafts.Saved:
    """As a page that was drawn just now would, unless `known` says what it had seen."""
    fresh = Request.get_by_id(draft.id)
    return drafts.save(fresh, personas.actor(by), typed, drafts.versions(fresh) if known is None else known)


def held(draft: Request) -> dict[str, str]:
    return dict(drafts.answers(Request.get_by_id(draft.id)).values)


def test_a_new_draft_knows_who_asks(draft):
    values = held(draft)
    assert values["care_kind"] == "physical_therapy"
    assert values["requesting_name"] == "Sample Physician Iris Calder, MD"
    assert (values["requesting_npi"], values["requesting_tin"]) == ("1234567893", "39-1000017")
    assert (values["contact_name"], values["contact_phone"]) == ("Amy Sample", "414-555-0110")
    shown = drafts.answers(draft)
    assert [len(shown.lines(prefix)) for prefix in ("service", "diagnosis")] == [1, 1]
    assert draft.case.case_type == CaseType.SERVICE
    assert draft.case.office == draft.office == personas.user(AMY).office


@pytest.mark.parametrize("text", ["11/3", "  07/02/1984 ", "?", "Zoë\nÅberg", "🙂", "a" * 80, "<b>&amp;", "٣"])
def test_what_was_typed_stays_as_it_was_typed(draft, text):
    saved = save(draft, last_name=text)
    assert held(draft)["last_name"] == text
    assert saved.versions == {"last_name": 1}
    assert saved.at == Request.get_by_id(draft.id).updated_at


def test_line_ends_and_broken_signs_are_tidied(draft):
    save(draft, clinical_summary="first\r\nsecond\x00", note="half \ud83d sign")
    assert held(draft)["clinical_summary"] == "first\nsecond"
    assert held(draft)["note"] == "half  sign"


def test_versions_grow_with_each_change_and_only_then(draft):
    assert save(draft, last_name="Hollis").versions == {"last_name": 1}
    assert save(draft, last_name="Hollis").versions == {"last_name": 1}
    assert save(draft, last_name="Hollins").versions == {"last_name": 2}
    assert save(draft, last_name="").versions == {"last_name": 3}
    assert save(draft, first_name="").versions == {"first_name": 0}
    assert "first_name" not in held(draft)


def test_unknown_and_over_long_answers_are_refused_one_by_one(draft):
    told = save(draft, **{"last_name": "a" * 81, "webcert": "1", "service-2-code": "97110", "service-1-removed": "1",
                          "service-x-code": "1", "first_name": "Maren"})  # fmt: skip
    assert told.refused["last_name"] == "Last name: at most 80 characters, these are 81. Shorten it to save it."
    assert told.refused["webcert"] == told.refused["service-1-removed"] == "The form has no such field."
    assert told.refused["service-2-code"] == "This line is not part of the request."
    assert told.versions == {"first_name": 1}
    assert held(draft)["first_name"] == "Maren"
    assert "last_name" not in held(draft)


def test_colleagues_in_different_fields_dont_disturb_each_other(draft):
    seen = drafts.versions(draft)
    assert save(draft, AMY, seen, last_name="Hollis").clashes == {}
    assert save(draft, ANN, seen, first_name="Maren").clashes == {}
    assert held(draft) | {"last_name": "Hollis", "first_name": "Maren"} == held(draft)


def test_the_later_save_of_an_older_version_is_told_not_applied(draft, the_clock):
    seen = drafts.versions(draft)
    at = save(draft, AMY, seen, last_name="Hollis", sex="female").at
    the_clock.move(minutes=1)
    told = save(draft, ANN, seen, last_name="Hollins", first_name="Maren")
    clash = told.clashes["last_name"]
    assert (clash.value, clash.who, clash.at, clash.version) == ("Hollis", "Amy Sample", at, 1)
    assert held(draft)["last_name"] == "Hollis"
    assert held(draft)["first_name"] == "Maren"
    assert told.versions == {"last_name": 1, "first_name": 1}
    assert save(draft, ANN, told.versions, last_name="Hollins").clashes == {}
    assert held(draft)["last_name"] == "Hollins"


def test_the_same_value_is_no_clash(draft):
    seen = drafts.versions(draft)
    save(draft, AMY, seen, last_name="Hollis")
    assert save(draft, ANN, seen, last_name="Hollis").clashes == {}


def test_a_page_that_sends_back_what_it_was_shown_changes_nothing(draft):
    save(draft, ANN, last_name="Hollis")
    seen = drafts.versions(draft)
    save(draft, AMY, last_name="Hollins")
    told = save(draft, ANN, seen, last_name="Hollis", first_name="Maren")
    assert told.clashes == {}
    assert held(draft)["last_name"] == "Hollins"
    assert save(draft, ANN, seen | told.versions, last_name="Hollister").clashes["last_name"].value == "Hollins"


def test_two_windows_under_one_username_are_told_of_each_other(draft):
    fresh = Request.get_by_id(draft.id)
    save(draft, AMY, last_name="Hollis")
    told = drafts.save(fresh, personas.actor(AMY), {"last_name": "Hollins"}, {})
    assert (told.clashes["last_name"].value, told.clashes["last_name"].who) == ("Hollis", "Amy Sample")
    assert held(draft)["last_name"] == "Hollis"


def test_lists_see_what_was_typed(draft):
    save(draft, last_name="Åberg ", first_name="Zoë", member_id="xkm 4471-0923", birth_date="4/9/1981", urgency="retro")
    save(draft, **{"service-1-from": "11/1/2026", "service-1-to": "12/1/2026", "service-1-code": "97110"})
    row = Request.get_by_id(draft.id)
    case = row.case
    assert (case.member_id, case.last_name, case.name_folded) == ("XKM44710923", "Åberg", "aberg, zoe")
    assert str(case.birth_date) == "1981-04-09"
    assert (str(row.service_from), str(row.service_to), row.urgency_requested) == (
        "2026-11-01",
        "2026-12-01",
        Urgency.RETRO,
    )
    save(draft, birth_date="4/9", urgency="")
    assert Case.get_by_id(case.id).birth_date is None
    assert Request.get_by_id(draft.id).urgency_requested is None


def test_the_count_of_what_is_missing_follows(draft):
    before = save(draft, last_name="?").missing_count
    assert save(draft, last_name="Hollis").missing_count == before - 1 == Request.get_by_id(draft.id).missing_count
    assert drafts.recount(make_draft()) == 0
    assert drafts.recount(make_draft(files=0)) == 1


def test_a_kind_of_the_other_type_changes_the_type(draft):
    assert save(draft, care_kind="php").redraw
    assert Case.get_by_id(draft.case_id).case_type == CaseType.INPATIENT
    save(draft, care_kind="nonsense")
    assert Case.get_by_id(draft.case_id).case_type == CaseType.INPATIENT
    assert save(draft, case_type="service").redraw
    assert Case.get_by_id(draft.case_id).case_type == CaseType.SERVICE
    assert drafts.answers(Request.get_by_id(draft.id)).text("care_kind") == "nonsense"
    assert save(draft, care_kind="medical").also == {"case_type": "inpatient"}
    assert drafts.answers(Request.get_by_id(draft.id)).text("case_type") == "inpatient"


@pytest.mark.parametrize(
    ("typed", "redraw"),
    [({"urgency": "expedited"}, True), ({"urgency": "standard"}, False), ({"service-1-code": "J1745"}, True),
     ({"service-1-code": "97110"}, False), ({"service-1-place": "22", "service-1-code": "97110"}, True),
     ({"relationship": "child"}, True),
     ({"relationship": "self"}, False), ({"last_name": "Hollis"}, False), ({"care_kind": "imaging"}, True)],
)  # fmt: skip
def test_the_form_is_drawn_anew_when_other_fields_apply(draft, typed, redraw):
    assert save(draft, **typed).redraw is redraw


def test_one_diagnosis_is_primary(draft):
    second = drafts.add_line(draft, personas.actor(AMY), "diagnosis")
    save(draft, **{"diagnosis-1-primary": "1"})
    told = save(draft, **{"diagnosis-2-primary": "1", "diagnosis-1-code": "I10", f"diagnosis-{second}-code": "I50.9"})
    assert told.versions["diagnosis-1-primary"] == 2
    values = held(draft)
    assert (values["diagnosis-1-primary"], values["diagnosis-2-primary"]) == ("", "1")


def test_a_submitted_request_is_frozen(draft):
    Request.update(status=Status.SUBMITTED).where(Request.id == draft.id).execute()
    with pytest.raises(Stale, match="no longer a draft"):
        save(draft, last_name="Hollis")
    assert "last_name" not in held(draft)


def test_the_whole_form_goes_the_same_way(draft):
    for prefix in ("service", "diagnosis"):
        drafts.add_line(draft, personas.actor(AMY), prefix)
    told = save(draft, **answers.service(2, 2))
    assert (told.clashes, told.refused, told.missing_count) == ({}, {}, 1)


def test_eight_at_once_lose_nothing(draft):
    names = ["last_name", "first_name", "group_number", "group_name", "plan_administrator", "member_address"]
    names += ["note", "subscriber_name"]

    def write(name: str, by: str) -> None:
        with database.connection_context():
            for number in range(6):
                save(draft, by, {name: number}, **{name: f"{by} {number}"})

    writers = [threading.Thread(target=write, args=(name, (AMY, ANN)[place % 2])) for place, name in enumerate(names)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    rows = {row.name: row for row in DraftAnswer.select().where(DraftAnswer.name.in_(names))}
    assert {(row.value[-1], row.version) for row in rows.values()} == {("5", 6)}
    assert len(rows) == len(names)
