"""The pages of a request in every state: what axe-core finds, and what only a person would see."""

import pytest
from playwright.sync_api import expect

from tests import answers, samples
from tests.e2e.conftest import axe
from tests.e2e.pages import CheckPage, RequestForm

LOOKS = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}
EVERY_LINE = ", ".join(f"971{number:02d}-GP x{number}" for number in range(10, 34))


def complete(page, tmp_path, **changes: str) -> RequestForm:
    form = RequestForm.add(page, "Physical therapy")
    every = answers.service(1, **changes)
    form.fill({name: value for name, value in every.items() if name not in ("care_kind", "diagnosis-1-primary")})
    note = tmp_path / "A name of a file that goes on and on without any reason, as names of scans do.pdf"
    note.write_bytes(samples.pdf())
    form.attach(note)
    return form


def is_read_by_all(page):
    for look, media in LOOKS.items():
        page.emulate_media(**media)
        assert axe(page) == [], look


def test_every_state_of_a_request_can_be_read_by_all(as_, tmp_path):
    page = as_("amy")
    page.goto("/requests/new")
    is_read_by_all(page)
    form = complete(page, tmp_path, last_name="Statesman")
    is_read_by_all(page)
    page.get_by_label("ICD-10-CM code 1", exact=True).fill("pain right")
    expect(page.get_by_text("Choose a code:")).to_be_visible()
    is_read_by_all(page)
    form.submit()
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()
    is_read_by_all(page)
    form.fill({"diagnosis-1-code": "M17.11"})
    form.submit()
    CheckPage(page)
    is_read_by_all(page)
    CheckPage(page).submit()
    is_read_by_all(page)


@pytest.mark.parametrize("width", [1280, 320])
def test_twenty_five_lines_fit(as_, width):
    page = as_("amy", width=width)
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"service-1-code": "97110"})
    page.get_by_text("Paste a list").click()
    page.get_by_label("Codes with their quantities").fill(EVERY_LINE)
    page.get_by_role("button", name="Add these lines").click()
    expect(form.lines("service")).to_have_count(25)
    page.get_by_role("button", name="Remove service line 25").click()
    expect(form.lines("service")).to_have_count(24)
    form.add_line("service")
    expect(page.get_by_text("A request holds at most 25 service lines.")).to_be_visible()
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert axe(page) == []


def test_save_stays_where_the_person_is(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    words = page.get_by_label("Clinical summary", exact=True)
    words.fill("Worse on stairs.")
    page.get_by_role("button", name="Save", exact=True).hover()
    before = page.evaluate("scrollY")
    form.save()
    form.wait_until_saved()
    assert before == page.evaluate("scrollY") > 0
    page.reload()
    expect(words).to_have_value("Worse on stairs.")


def test_a_provider_used_before_is_offered_while_typing(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Medical stay")
    form.fill(answers.FACILITY | {"facility_name": "Offered Lake Hospital"})
    form.wait_until_saved()
    form = RequestForm.add(page, "Surgical stay")
    name = page.get_by_label("Facility name", exact=True)
    name.press_sequentially("offered la", delay=20)
    page.get_by_role("button", name="Offered Lake Hospital").click()
    expect(name).to_have_value("Offered Lake Hospital")
    expect(name).to_be_focused()
    expect(page.get_by_label("Facility NPI", exact=True)).to_have_value(answers.FACILITY["facility_npi"])


def test_mixed_therapies_are_split_from_the_form(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"last_name": "Splitter", "service-1-code": "97110", "service-1-modifiers": "GP"})
    form.add_line("service")
    form.fill({"service-2-code": "92507", "service-2-modifiers": "GN"})
    form.submit()
    page.get_by_role("button", name="Split into separate requests").click()
    expect(page.get_by_role("row").filter(has_text="Splitter")).to_have_count(2)
