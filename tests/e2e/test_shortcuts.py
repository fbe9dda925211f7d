"""Keys that act: shown by ?, never while typing, and off when switched off."""

from playwright.sync_api import expect

from tests.e2e.pages import RequestForm


def test_a_question_mark_shows_them(as_):
    page = as_("amy")
    page.locator("#keys").wait_for(state="attached")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").focus()
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/dashboard")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_they_are_letters_in_every_field_and_with_control(as_):
    page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    address = page.url
    note = page.get_by_label("Note to the reviewer", exact=True)
    note.press_sequentially("an/?")
    expect(note).to_have_value("an/?")
    page.get_by_label("Accident related").press("n")
    page.get_by_role("link", name="Copy this request").focus()
    page.keyboard.press("Control+/")
    expect(page.get_by_label("Search for")).not_to_be_focused()
    assert page.url == address


def test_they_add_and_search(as_):
    page = as_("amy")
    page.keyboard.press("/")
    expect(page.get_by_label("Search for")).to_be_focused()
    page.keyboard.type("n?")
    expect(page.get_by_label("Search for")).to_have_value("n?")
    page.keyboard.press("Tab")
    page.keyboard.press("n")
    page.wait_for_url("**/requests/new")


def test_they_step_through_the_rows(as_):
    page = as_("amy")
    page.goto("/requests/new")
    page.get_by_role("button", name="Dialysis", exact=True).click()
    page.get_by_role("heading", name="A. Request").wait_for()
    page.goto("/dashboard?tab=drafts")
    page.keyboard.press("j")
    first = page.get_by_role("row").nth(1).get_by_role("link").first
    expect(first).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()


def test_switched_off_they_do_nothing(as_):
    page = as_("amy")
    page.locator("#keys").wait_for(state="attached")
    page.keyboard.press("?")
    page.get_by_label("Use shortcuts on this computer").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("n")
    page.reload()
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/dashboard")
