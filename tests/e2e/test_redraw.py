"""The form is drawn anew under a person's hands: no line, word or focus of theirs is lost, however late it comes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests import samples
from tests.e2e.pages import RequestForm

NAME = "Last name"


class Held:
    """Answers that the server has given, but that have not arrived yet."""

    def __init__(self, page: Page, address: str, method: str) -> None:
        self.page, self.method = page, method
        self.answers: list[Callable[[], None]] = []
        page.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if route.request.method != self.method or "hx-request" not in route.request.headers:
            route.fallback()
            return
        answer = route.fetch()
        self.answers.append(lambda: route.fulfill(response=answer))

    def wait(self) -> None:
        for _ in range(250):
            if self.answers:
                return
            self.page.wait_for_timeout(20)
        raise AssertionError("nothing was asked")

    def arrive(self) -> None:
        self.wait()
        self.answers.pop(0)()


@pytest.fixture
def form(as_) -> RequestForm:
    return RequestForm.add(as_("amy"), "Physical therapy")


def redraw(page: Page) -> None:
    """A choice after which other fields apply."""
    page.get_by_role("radio", name="Expedited").check()


def redrawn(page: Page) -> None:
    expect(page.get_by_role("group", name="Criteria for Expedited")).to_be_visible()


def test_a_line_added_while_the_form_is_drawn_anew_stays(form):
    page = form.page
    held = Held(page, page.url, "GET")
    redraw(page)
    held.wait()
    page.get_by_role("button", name="Add diagnosis line").click()
    page.wait_for_timeout(300)
    held.arrive()
    redrawn(page)
    expect(form.lines("diagnosis")).to_have_count(2)
    expect(page.get_by_label("ICD-10-CM code 2", exact=True)).to_be_focused()


def test_a_form_drawn_anew_while_a_line_is_added_has_it_once(form):
    page = form.page
    held = Held(page, "**/lines/service", "POST")
    page.get_by_role("button", name="Add service line").click()
    held.wait()
    redraw(page)
    page.wait_for_timeout(300)
    held.arrive()
    redrawn(page)
    expect(form.lines("service")).to_have_count(2)


def test_words_typed_while_the_form_is_drawn_anew_stay(form):
    page = form.page
    with page.expect_response("**/autosave"):
        page.get_by_label(NAME, exact=True).fill("Oka")
    held = Held(page, page.url, "GET")
    redraw(page)
    held.wait()
    page.get_by_label(NAME, exact=True).fill("Okafor")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    held.arrive()
    redrawn(page)
    expect(page.get_by_label(NAME, exact=True)).to_have_value("Okafor")
    form.wait_until_saved()


def test_words_typed_while_a_line_is_added_are_no_clash(form):
    page = form.page
    held = Held(page, "**/lines/service", "POST")
    page.get_by_label(NAME, exact=True).fill("Oka")
    page.get_by_role("button", name="Add service line").click()
    held.wait()
    page.get_by_label(NAME, exact=True).fill("Okafor")
    page.keyboard.press("Tab")
    page.wait_for_timeout(300)
    held.arrive()
    expect(form.lines("service")).to_have_count(2)
    form.wait_until_saved()
    expect(page.get_by_role("group", name="Changed by two people")).to_have_count(0)
    page.reload()
    expect(page.get_by_label(NAME, exact=True)).to_have_value("Okafor")


def test_words_typed_into_lines_that_are_being_filled_stay(form):
    page = form.page
    form.fill({"service-1-code": "97110"})
    form.add_line("service")
    form.wait_until_saved()
    held = Held(page, "**/lines/service/fill", "POST")
    page.get_by_role("button", name="Fill empty fields").click()
    held.wait()
    form.fill({"service-2-code": "97140"})
    held.arrive()
    expect(page.locator("#lines-service").get_by_text("filled in.")).to_be_visible()
    expect(page.get_by_label("CPT / HCPCS code 2", exact=True)).to_have_value("97140")
    form.wait_until_saved()
    page.reload()
    expect(page.get_by_label("CPT / HCPCS code 2", exact=True)).to_have_value("97140")


def test_two_in_one_field_are_asked_until_they_answer(form, as_):
    amy, ann = form.page, as_("ann")
    ann.goto(amy.url)
    with ann.expect_response("**/autosave"):
        ann.get_by_label(NAME, exact=True).fill("Okafor")
    amy.get_by_label(NAME, exact=True).fill("Okaforr")
    question = amy.get_by_role("group", name="Changed by two people")
    expect(question).to_be_visible()
    form.add_line("diagnosis")
    redraw(amy)
    redrawn(amy)
    expect(amy.get_by_label(NAME, exact=True)).to_have_value("Okaforr")
    question.get_by_role("button", name="Use theirs").click()
    expect(amy.get_by_label(NAME, exact=True)).to_have_value("Okafor")


def test_files_that_arrive_while_the_form_is_drawn_anew_stay(form):
    page = form.page
    held = Held(page, page.url, "GET")
    redraw(page)
    held.wait()
    pdf = {"mimeType": "application/pdf"}
    with page.expect_response("**/attachments"):
        page.get_by_label("Attach clinicals").set_input_files(
            [{"name": "empty.pdf", "buffer": b"", **pdf}, {"name": "note.pdf", "buffer": samples.pdf(), **pdf}]
        )
    page.wait_for_timeout(100)
    held.arrive()
    redrawn(page)
    held.arrive()
    expect(page.get_by_role("link", name="note.pdf")).to_be_visible()
    expect(page.get_by_text("This file is empty.", exact=True)).to_be_visible()


def test_two_clicks_add_one_line(form):
    form.page.get_by_role("button", name="Add service line").dblclick()
    expect(form.lines("service")).to_have_count(2)
    form.page.wait_for_load_state("networkidle")
    expect(form.lines("service")).to_have_count(2)
