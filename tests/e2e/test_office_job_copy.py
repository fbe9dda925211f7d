"""An old request again, for another date: copied, and sent with few touches. And lines that are filled from others."""

import pytest
from playwright.sync_api import Page, expect

from models import Status
from tests import answers, builders
from tests.e2e.journeys.steps import day, member, record
from tests.e2e.pages import CheckPage, RequestForm

MOST_TOUCHES = 25
"""Clicks and fields, from the case page to the next WebCert #."""


class Touches:
    """A person who counts: each click, each field and each choice of files is one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, role: str, name: str) -> None:
        self.count += 1
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]  # a literal there

    def write(self, label: str, words: str) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).fill(words)

    def tick(self, label: str) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).check()


def is_seen(page: Page, name: str) -> float:
    """Where the button with this name stands in the window, in pixels from its top."""
    box = page.get_by_role("button", name=name, exact=True).bounding_box()
    assert box is not None
    return box["y"]


@pytest.fixture
def old(server):
    """WebCert # of an approved request with three service lines."""
    with server.inside():
        return str(builders.make_request(Status.DETERMINED, lines=3, **member("Copywell")).case.webcert_number)


def test_a_copy_is_sent_with_few_touches(as_, old, tmp_path):
    page = as_("amy")
    page.goto(f"/cases/{old}")
    hand = Touches(page)
    hand.press("link", "Copy this request")
    hand.press("button", "Copy this request")
    expect(page.get_by_text("A copy, without dates, files and statements.")).to_be_visible()
    hand.tick("Benefits and eligibility verified with the plan administrator or fund")
    hand.write("From 1", day(40))
    hand.write("To 1", day(60))
    hand.press("button", "Fill empty fields from the line above")
    expect(page.get_by_label("To 3", exact=True)).to_have_value(day(60))
    RequestForm(page).attach(record(tmp_path, "New order.pdf"))
    hand.tick("I certify that the attached records are complete")
    hand.press("button", "Submit")
    expect(page.get_by_text("Nothing is sent yet.")).to_be_visible()
    assert CheckPage(page).submit() != old
    assert hand.count + 2 <= MOST_TOUCHES, "with the files and the last Submit"


def test_lines_are_filled_where_the_person_is(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.fill({name: value for name, value in answers.service(1).items() if name.startswith("service-")})
    form.add_line("service")
    fill = "Fill empty fields from the line above"
    expect(page.get_by_role("button", name=fill)).to_be_visible()
    form.add_line("service")
    for label in ("From 2", "To 2", "From 3", "To 3"):
        page.get_by_label(label, exact=True).fill("")
    page.get_by_label("For weeks 3", exact=True).fill("9")
    page.get_by_role("heading", name="F. Diagnosis lines").scroll_into_view_if_needed()
    before = is_seen(page, fill)
    page.get_by_role("button", name=fill).click()
    expect(
        page.get_by_role("region", name="E. Service lines").get_by_text("2 service lines filled in.")
    ).to_be_visible()
    expect(page.get_by_label("From 3", exact=True)).to_have_value(answers.service(1)["service-1-from"])
    expect(page.get_by_label("For weeks 3", exact=True)).to_have_value("9")
    expect(page.get_by_role("button", name=fill)).to_be_focused()
    assert abs(is_seen(page, fill) - before) < 40, "the page stays where it is"


def test_a_pasted_list_leads_to_its_first_line_and_costs_nothing(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"service-1-code": "97110", "service-1-modifiers": "GP"})
    page.get_by_text("Paste a list", exact=True).click()
    page.get_by_label("Codes with their quantities", exact=True).fill("97140-GP x12, 97112-GP x6")
    page.get_by_label("Quantity 1", exact=True).fill("12")
    page.get_by_role("button", name="Add these lines").click()
    expect(page.get_by_role("region", name="E. Service lines").get_by_text("2 service lines added.")).to_be_visible()
    expect(page.get_by_label("CPT / HCPCS code 2", exact=True)).to_be_focused()
    expect(page.get_by_label("Quantity 1", exact=True)).to_have_value("12")
    page.reload()
    expect(page.get_by_label("Quantity 1", exact=True)).to_have_value("12")
    expect(page.get_by_label("Quantity 3", exact=True)).to_have_value("6")
