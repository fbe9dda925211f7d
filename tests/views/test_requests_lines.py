"""Lines of a draft: by buttons that work without scripts, and as fragments for htmx."""

import pytest

from casework import drafts
from models import Request
from tests import builders, personas
from tests.counting import statements


@pytest.fixture
def draft(app):
    return builders.make_draft()


@pytest.fixture
def amy(client_for, draft):
    return client_for("amy")


def codes(draft: Request, prefix: str = "service") -> list[str]:
    return [line.text("code") for line in drafts.answers(draft).filled_lines(prefix)]


@pytest.mark.parametrize(("button", "prefix"), [("Add service line", "service"), ("Add diagnosis line", "diagnosis")])
def test_a_line_is_added_and_nothing_typed_is_lost(amy, draft, button, prefix):
    form = amy.get(f"/requests/{draft.key}")
    before = len(drafts.answers(draft).lines(prefix))
    answer = amy.submit(form, button, {"last_name": "Hollister", "service-1-quantity": "9"})
    assert answer.location == f"/requests/{draft.key}"
    assert len(drafts.answers(draft).lines(prefix)) == before + 1
    assert drafts.answers(draft).text("last_name") == "Hollister"
    assert drafts.answers(draft).text("service-1-quantity") == "9"


def test_htmx_gets_the_new_line_alone_with_what_the_last_one_had(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    line = amy.submit(form, "Add service line", htmx=True)
    assert line.status == 200
    assert not line.heading
    assert line.by_id("service-3")
    assert not line.by_id("service-2")
    assert 'value="12/01/2026"' in line.text
    assert "data-focus" in line.text
    assert line.headers["HX-Trigger"] == "portal:saved"


def test_labels_carry_the_number_that_people_count(amy, draft):
    drafts.remove_line(draft, personas.actor("amy"), "service", 1)
    form = amy.get(f"/requests/{draft.key}")
    labels = {each.get("for"): "".join(each.itertext()) for each in form.document.all("label")}
    assert labels["service-2-code"] == "CPT / HCPCS code 1"


def test_a_removed_line_comes_back_with_all_that_was_in_it(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    gone = amy.send(form, "Remove service line 1", {"last_name": "Hollister"})
    assert codes(draft) == ["97140"]
    assert "Service line 97110 was removed." in gone.words
    amy.send(gone, "Undo")
    assert codes(draft) == ["97110", "97140"]
    assert drafts.answers(draft).text("last_name") == "Hollister"


def test_htmx_gets_all_lines_after_a_removal_with_the_way_back(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    block = amy.submit(form, "Remove service line 1", htmx=True)
    assert "Service line 97110 was removed." in block.words
    back = amy.post(f"/requests/{draft.key}/lines/service/1/restore", htmx=True)
    assert back.by_id("service-1")
    assert back.by_id("service-2")


def test_no_more_lines_than_a_request_holds(amy, draft):
    for _ in range(23):
        drafts.add_line(draft, personas.actor("amy"), "service")
    form = amy.get(f"/requests/{draft.key}")
    assert "A request holds at most 25 service lines." in form.by_id("add-service")
    typed = {**form.form("Save").values, "last_name": "Hollister"}
    refused = amy.post(f"/requests/{draft.key}/lines/service", typed)
    assert refused.status == 422
    assert "at most 25" in refused.problems["add-service"]
    assert drafts.answers(draft).text("last_name") == "Hollister"
    assert amy.post(f"/requests/{draft.key}/lines/service", htmx=True).status == 204


def test_a_line_that_was_never_there_is_not_found(amy, draft):
    assert amy.post(f"/requests/{draft.key}/lines/service/77/remove").status == 404
    assert amy.post(f"/requests/{draft.key}/lines/tooth/1/remove").status == 404
    assert amy.post(f"/requests/{draft.key}/lines/diagnosis/77/primary").status == 404


def test_a_list_is_pasted_into_lines(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    block = amy.submit(form, "Add these lines", {"pasted": "97530-GP x6, 97112 x4"}, htmx=True)
    assert codes(draft) == ["97110", "97140", "97530", "97112"]
    assert "</details>" in block.text.partition("2 service lines added.")[0]  # it is told outside of what is folded
    refused = amy.submit(form, "Add these lines", {"pasted": "nothing"}, htmx=True)
    assert refused.status == 422
    assert "no code in this text" in refused.by_id("pasted-error")
    assert "nothing" in refused.text
    assert '<details class="fold" id="paste" open>' in refused.text


def test_a_pasted_list_costs_nothing_that_was_typed_beside_it(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    block = amy.submit(form, "Add these lines", {"pasted": "97530-GP x6", "last_name": "Hollister"}, htmx=True)
    assert drafts.answers(draft).text("last_name") == "Hollister"
    assert block.document.by_id("service-3-code").get("data-focus") is not None, "the first new line has the focus"
    assert block.by_id("pasted") == ""
    form = amy.get(f"/requests/{draft.key}")
    amy.submit(form, "Add these lines", {"pasted": "", "last_name": "Hollison"}, htmx=True)
    assert drafts.answers(draft).text("last_name") == "Hollison"


def test_a_list_waits_in_its_box_for_its_own_button(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    for other in ("Add service line", "Add diagnosis line", "Remove service line 2"):
        amy.submit(form, other, {"pasted": "97530-GP x6"}, htmx=True)
    assert "97530" not in codes(draft)
    filled = amy.submit(form, "Fill empty fields from the line above", {"pasted": "97530-GP x6"}, htmx=True)
    assert filled.by_id("pasted") == "97530-GP x6"


def test_a_second_service_line_brings_the_button_that_fills_it(amy):
    single = builders.make_draft(lines=1)
    form = amy.get(f"/requests/{single.key}")
    assert "Fill empty fields from the line above" not in form.words
    added = amy.submit(form, "Add service line", htmx=True)
    assert "Fill empty fields from the line above" in added.words
    assert "portal:redraw" not in added.headers["HX-Trigger"], "a page drawn meanwhile would lack the next line"
    assert "Fill empty fields from the line above" in amy.get(f"/requests/{single.key}").words


def test_what_is_typed_into_a_new_line_is_nobody_elses(amy, draft):
    form = amy.get(f"/requests/{draft.key}").form("Save")
    added = amy.post(f"/requests/{draft.key}/lines/service", form.values, htmx=True)
    (late,) = (each.get("value") for each in added.document.all("input", name="shown"))
    assert "service-3-weeks:1:" in late
    form.values.setlist("shown", [form.values["shown"], late])
    form.values["service-3-weeks"] = "9"
    filled = amy.post(f"/requests/{draft.key}/lines/service/fill", form.values, htmx=True)
    assert "another window" not in filled.words
    assert drafts.answers(draft).text("service-3-weeks") == "9"


def test_what_is_typed_in_one_line_fills_the_next(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    typed = {"service-1-weeks": "6", "service-2-weeks": ""}
    block = amy.submit(form, "Fill empty fields from the line above", typed, htmx=True)
    assert "1 service line filled in." in block.text
    assert drafts.answers(draft).text("service-2-weeks") == "6"


def test_words_are_looked_up_and_a_choice_fills_the_line(amy, draft):
    found = amy.post(f"/requests/{draft.key}/codes/icd10/1", {"q": "pain right knee"}, htmx=True)
    assert "M25.561 Pain in right knee" in found.words
    form = amy.get(f"/requests/{draft.key}")
    words = amy.send(form, "Save", {"diagnosis-1-code": "pain right knee"})
    amy.send(words, "M25.561 Pain in right knee")
    assert codes(draft, "diagnosis") == ["M25.561"]


def test_a_code_is_said_in_words_and_a_heading_offers_its_codes(amy, draft):
    known = amy.post(f"/requests/{draft.key}/codes/icd10/1", {"q": "m17.11"}, htmx=True)
    assert known.by_id("diagnosis-1-means") == "Unilateral primary osteoarthritis, right knee"
    heading = amy.post(f"/requests/{draft.key}/codes/icd10/1", {"q": "M17"}, htmx=True)
    assert "M17 is a heading. Choose the exact code:" in heading.words
    assert "M17.11" in heading.words
    unknown = amy.post(f"/requests/{draft.key}/codes/icd10/1", {"q": "zzzzzz"}, htmx=True)
    assert "No code is found" in unknown.words


def test_one_diagnosis_is_primary(amy, draft):
    actor = personas.actor("amy")
    added = amy.post(f"/requests/{draft.key}/lines/diagnosis", htmx=True)
    assert "Make primary diagnosis line 2" in added.words, "also before anything is typed there"
    number = drafts.answers(draft).lines("diagnosis")[-1].number
    drafts.save(draft, actor, {f"diagnosis-{number}-code": "M25.561"}, drafts.versions(draft))
    form = amy.get(f"/requests/{draft.key}")
    assert form.by_id("diagnosis-1-is-primary") == "Primary"
    amy.send(form, "Make primary diagnosis line 2")
    held = drafts.answers(draft)
    assert held.primary.number == number
    assert not held.ticked("diagnosis-1-primary")


def test_a_service_code_is_explained_or_what_is_wrong_with_it(amy):
    assert "dental" in amy.post("/codes/service", {"q": "D1110"}, htmx=True).words
    assert "Enter 5 digits" in amy.post("/codes/service", {"q": "9711"}, htmx=True).words
    assert amy.post("/codes/service", {"q": "97110"}, htmx=True).words == ""


@pytest.mark.parametrize("path", ["", "/check"])
def test_as_many_statements_for_one_line_as_for_all(amy, draft, path):
    counts = []
    for lines, diagnoses in ((1, 1), (25, 12)):
        full = builders.make_draft(lines=lines)
        fill(full, lines, diagnoses)
        with statements() as made:
            assert amy.get(f"/requests/{full.key}{path}").status == 200
        counts.append(len(made))
    assert counts[0] == counts[1] <= 14, made


def fill(full: Request, lines: int, diagnoses: int) -> None:
    """Equipment codes on all service lines, and as many diagnosis lines."""
    actor, known = personas.actor("amy"), drafts.versions(full)
    typed = {f"service-{number}-code": f"E06{number:02d}" for number in range(1, lines + 1)}
    for number in range(2, diagnoses + 1):
        drafts.add_line(full, actor, "diagnosis")
        typed[f"diagnosis-{number}-code"] = f"M25.5{number:02d}"
    drafts.save(full, actor, typed, known)


def test_a_removed_diagnosis_line_takes_no_code(client_for):
    amy, draft = client_for("amy"), builders.make_draft()
    amy.post(f"/requests/{draft.key}/lines/diagnosis/1/remove", htmx=True)
    for what in ("code", "primary"):
        assert amy.post(f"/requests/{draft.key}/lines/diagnosis/1/{what}", {"code": "M17.11"}, htmx=True).status == 404
