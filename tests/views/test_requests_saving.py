"""What is typed is kept: by Save, by itself, by two people at once, and with what can't be kept told."""

import json

import pytest

from casework import drafts
from models import Case, Request
from tests import builders, personas

pytestmark = pytest.mark.databases


@pytest.fixture
def draft(app):
    return builders.make_draft()


@pytest.fixture
def amy(client_for, draft):
    return client_for("amy")


def held(draft: Request, name: str) -> str:
    return drafts.answers(draft).values.get(name, "")


def by_ann(draft: Request, **changes: str) -> None:
    drafts.save(draft, personas.actor("ann"), changes, drafts.versions(draft))


def test_save_keeps_text_as_it_was_typed(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    saved = amy.send(form, "Save", {"birth_date": "4/9/", "note": "two\r\nlines", "service-1-quantity": "twelve"})
    assert held(draft, "birth_date") == "4/9/"
    assert held(draft, "note") == "two\nlines"
    values = saved.form("Save").values
    assert (values["birth_date"], values["service-1-quantity"]) == ("4/9/", "twelve")


def test_a_box_that_was_unticked_is_unticked(amy, draft):
    form = amy.get(f"/requests/{draft.key}").form("Save")
    del form.values["certified"]
    amy.post(form.action, form.values, content_type="multipart/form-data")
    assert held(draft, "certified") == ""
    assert held(draft, "benefits_verified") == "1"


def test_of_a_field_that_is_sent_twice_the_first_counts(amy, draft):
    page = amy.get(f"/requests/{draft.key}")
    amy.send(page, "Save", {"last_name": ["Hollister", "Other"]})
    assert held(draft, "last_name") == "Hollister"
    amy.send(page, "Save", {"first_name": ["", "Zoe"], "status": ["determined", "draft"]})
    assert held(draft, "first_name") == ""


def test_two_people_in_different_fields_do_not_disturb_each_other(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    by_ann(draft, group_number="77-1", accident="auto")
    amy.send(form, "Save", {"last_name": "Hollister"})
    assert held(draft, "last_name") == "Hollister"
    assert (held(draft, "group_number"), held(draft, "accident")) == ("77-1", "auto")


def test_two_people_in_one_field_are_told_with_both_values(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    by_ann(draft, group_number="77-1")
    told = amy.submit(form, "Save", {"group_number": "88-2", "last_name": "Hollister"})
    assert told.status == 422
    assert personas.user("ann").name in told.problems["group_number"]
    assert "77-1" in told.problems["group_number"]
    assert told.form("Save").values["group_number"] == "88-2"
    assert (held(draft, "group_number"), held(draft, "last_name")) == ("77-1", "Hollister")
    amy.send(told, "Save")
    assert held(draft, "group_number") == "88-2"


def test_two_windows_under_one_username_are_told_of_each_other(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    amy.send(form, "Save", {"group_number": "77-1", "accident": "auto"})
    told = amy.submit(form, "Save", {"group_number": "88-2", "accident": "work", "certified": []})
    assert "Group number: another window under your username changed it" in told.problems["group_number"]
    assert ("“77-1”" in told.problems["group_number"], "“88-2”" in told.problems["group_number"]) == (True, True)
    assert ("“Auto accident”" in told.problems["accident"], "“At work”" in told.problems["accident"]) == (True, True)
    assert told.form("Save").values["group_number"] == "88-2"
    assert [held(draft, name) for name in ("group_number", "accident", "certified")] == ["77-1", "auto", ""]


def test_what_is_saved_is_taken_for_one_field_and_mine_for_the_other(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    by_ann(draft, group_number="77-1", **{"service-1-code": "97112"})
    told = amy.submit(form, "Save", {"group_number": "88-2", "service-1-code": "97140"})
    page = amy.send(told, "Use what is saved for Group number")
    values = page.form("Save").values
    assert (values["group_number"], values["service-1-code"]) == ("77-1", "97140")


def test_a_button_knows_what_the_page_has_saved_by_itself(amy, draft):
    form = amy.get(f"/requests/{draft.key}").form("Save")
    autosave(amy, draft, group_number="77-1", v_group_number="1")
    shown = form.values["shown"] + " group_number:2"
    form.fill({"shown": shown, "group_number": "77-12"})
    amy.post(form.action, form.values, content_type="multipart/form-data")
    assert held(draft, "group_number") == "77-12"
    form.fill({"group_number": "9"})
    told = amy.post(form.action, form.values, content_type="multipart/form-data")
    assert "“77-12”" in told.problems["group_number"]


def test_an_answer_that_is_too_long_is_told_and_stays_in_its_field(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    told = amy.submit(form, "Save", {"group_name": "x" * 300, "last_name": "Hollister"})
    assert "at most" in told.problems["group_name"]
    assert told.form("Save").values["group_name"] == "x" * 300
    assert held(draft, "last_name") == "Hollister"


def test_names_that_the_form_does_not_know_change_nothing(amy, draft):
    amy.post(f"/requests/{draft.key}", {"status": "determined", "webcert_number": "W26-000001-1", "office": "3"})
    assert Case.get_by_id(draft.case_id).webcert_number is None
    assert "status" not in drafts.answers(draft).values


def autosave(amy, draft: Request, **fields: str):
    sent = {name: value for name, value in fields.items() if not name.startswith("v_")}
    sent |= {f"v-{name[2:]}": value for name, value in fields.items() if name.startswith("v_")}
    answer = amy.post(f"/requests/{draft.key}/autosave", sent, headers={"X-Autosave": "1"})
    return answer, json.loads(answer.data) if answer.status == 200 else {}


def test_an_autosave_carries_changed_fields_and_answers_in_a_few_bytes(amy, draft):
    answer, told = autosave(amy, draft, last_name="Hollister", v_last_name="1")
    assert told == {"at": "9:12 AM CST", "v": {"last_name": 2}}
    assert len(answer.data) <= 300
    assert held(draft, "last_name") == "Hollister"


def test_an_autosave_tells_when_service_lines_are_needed_now(amy):
    stay = builders.make_draft(inpatient=True)
    _, told = autosave(amy, stay, care_kind="surgical", v_care_kind="1")
    assert told["redraw"]
    _, told = autosave(amy, stay, care_kind="medical", v_care_kind="2")
    assert told["redraw"]
    _, told = autosave(amy, stay, care_kind="transplant", v_care_kind="3")
    assert "redraw" not in told


def test_an_autosave_tells_when_other_fields_apply_now(amy, draft):
    _, told = autosave(amy, draft, relationship="spouse", v_relationship="1")
    assert told["redraw"] is True
    sections = amy.get(f"/requests/{draft.key}", htmx=True)
    assert "Subscriber name" in sections.words
    assert not sections.heading


def test_an_autosave_of_an_older_version_is_told_and_not_applied(amy, draft):
    by_ann(draft, group_number="77-1")
    answer, told = autosave(amy, draft, group_number="88-2", v_group_number="1")
    assert told["clash"] == {"group_number": {"value": "77-1", "who": personas.user("ann").name, "when": "9:12 AM CST"}}
    assert len(answer.data) <= 300
    assert held(draft, "group_number") == "77-1"
    autosave(amy, draft, group_number="88-2", v_group_number=str(told["v"]["group_number"]))
    assert held(draft, "group_number") == "88-2"


def test_an_autosave_says_what_it_refused(amy, draft):
    _, told = autosave(amy, draft, group_name="x" * 300, v_group_name="1")
    assert "at most" in told["refused"]["group_name"]


def test_an_autosave_without_a_session_changes_nothing(amy, draft, client_for):
    stranger = client_for("nobody")
    answer, _ = autosave(stranger, draft, last_name="Gone", v_last_name="1")
    assert answer.status in (400, 401)
    assert held(draft, "last_name") == "Hollis"


def test_what_was_pasted_is_not_lost_by_save(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    saved = amy.send(form, "Save", {"pasted": "97530-GP x6\nnothing here"})
    assert held(draft, "service-3-code") == "97530"
    assert "1 service line added." in saved.words
    assert "nothing here" in saved.words
    told = amy.submit(form, "Save", {"pasted": "no code at all"})
    assert "no code in this text" in told.problems["pasted"]


def test_a_provider_used_before_fills_all_of_its_fields(amy, draft):
    sought = amy.post(f"/requests/{draft.key}/codes/providers/facility_name", {"q": "sample lake"}, htmx=True)
    assert "Sample Lake" not in sought.words
    builders.make_draft(inpatient=True, by="ann")
    sought = amy.post(f"/requests/{draft.key}/codes/providers/facility_name", {"q": "sample lake"}, htmx=True)
    assert "Sample Lake Hospital NPI 1122334455" in sought.words
    stay = builders.make_draft(inpatient=True, facility_name="lake hosp", facility_npi="", facility_address="")
    form = amy.get(f"/requests/{stay.key}")
    amy.send(form, "Sample Lake Hospital NPI 1122334455")
    assert held(stay, "facility_npi") == "1122334455"
    assert held(stay, "facility_name") == "Sample Lake Hospital"
    assert held(stay, "facility_address").startswith("1 Sample Lake Road")
