"""By the keyboard alone: after each swap the focus is where the work goes on, and what happened is said."""

import pytest
from playwright.sync_api import Page, expect

from tests import samples
from tests.e2e.pages import RequestForm


@pytest.fixture
def form(as_) -> Page:
    page: Page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    return page


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).focus()
    page.keyboard.press("Enter")


def focused(page: Page, label: str) -> None:
    expect(page.get_by_label(label, exact=True)).to_be_focused()


def said(page: Page, words: str) -> None:
    """In the region that was there before: a screen reader says nothing of one that comes with its words."""
    expect(page.locator("#live")).to_contain_text(words)


def test_lines(form):
    press(form, "Add service line")
    focused(form, "CPT / HCPCS code 2")
    press(form, "Remove service line 2")
    expect(form.get_by_role("button", name="Undo")).to_be_focused()
    form.keyboard.press("Enter")
    focused(form, "CPT / HCPCS code 2")
    press(form, "Fill empty fields from the line above")
    expect(form.get_by_role("button", name="Fill empty fields from the line above")).to_be_focused()
    said(form, "filled in.")


def test_a_pasted_list(form):
    form.get_by_text("Paste a list").click()
    form.keyboard.press("Tab")
    form.keyboard.type("no code")
    press(form, "Add these lines")
    pasted = form.get_by_label("Codes with their quantities")
    expect(pasted).to_have_attribute("aria-invalid", "true")
    expect(pasted).to_be_focused()
    pasted.fill("97110 x12, 97140-GP x12")
    press(form, "Add these lines")
    focused(form, "CPT / HCPCS code 1")
    said(form, "2 service lines added.")


def test_a_code_that_is_found(form):
    form.get_by_label("ICD-10-CM code 1", exact=True).press_sequentially("pain right shoulder")
    form.get_by_role("button", name="M25.511 Pain in right shoulder").wait_for()
    form.keyboard.press("ArrowDown")
    form.keyboard.press("Enter")
    expect(form.get_by_label("ICD-10-CM code 1", exact=True)).not_to_have_value("pain right shoulder")
    focused(form, "ICD-10-CM code 1")


def test_a_file(form, tmp_path):
    note = tmp_path / "note.pdf"
    note.write_bytes(samples.pdf())
    form.get_by_label("Attach clinicals").set_input_files(note)
    said(form, "note.pdf is attached")
    press(form, "Remove note.pdf")
    expect(form.get_by_role("button", name="Undo")).to_be_focused()
    form.keyboard.press("Enter")
    expect(form.get_by_role("link", name="note.pdf")).to_be_focused()


def test_a_choice_that_draws_the_form_anew(form):
    form.get_by_role("radio", name="Standard").focus()
    form.keyboard.press("ArrowLeft")
    expect(form.get_by_role("group", name="Criteria for Expedited")).to_be_visible()
    expect(form.get_by_role("radio", name="Expedited")).to_be_focused()
