"""Keys that act: shown by ?, never while typing, and off when switched off."""

from playwright.sync_api import expect


def test_a_question_mark_shows_them(as_):
    page = as_("amy")
    page.locator("#keys").wait_for(state="attached")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


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
