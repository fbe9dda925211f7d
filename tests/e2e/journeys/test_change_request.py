"""Other dates and fewer visits for an approved case: a change request, decided by itself, with a letter of its own."""

from playwright.sync_api import Page, expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import day, letter_text, made, member
from tests.e2e.pages import CheckPage, RequestForm

STATED = {"benefits_verified": "1", "certified": "1"}


def ask_for_the_change(page: Page, case: CasePage) -> None:
    case.choose("Change request")
    expect(page.get_by_text("Change what is to be different, and submit.")).to_be_visible()
    expect(page.get_by_label("Quantity 1", exact=True)).to_have_value("12")
    form = RequestForm(page)
    form.fill({"service-1-quantity": "10", "service-1-to": day(50), **STATED})
    form.fill({"note": "The member travels for two weeks."})
    form.submit()
    assert CheckPage(page).submit() == case.number


def test_an_approved_case_is_changed(server, as_):
    number = made(server, Status.DETERMINED, lines=1, **member("Changeling"))
    amy, ian, nia = as_("amy"), as_("ian"), as_("nia")
    case = CasePage(amy, number).open()
    ask_for_the_change(amy, case)
    case.open()
    expect(case.request("Change request")).to_contain_text("Pending (In Process)")
    expect(case.request("Initial request")).to_contain_text("Approved")
    expect(case.offers().get_by_text("Change request", exact=True)).to_have_count(0)
    intake = ReviewPage(ian, number).open()
    expect(intake.part("Other requests of this case")).to_contain_text("Initial request")
    expect(intake.part("What is asked")).to_contain_text("The member travels for two weeks.")
    intake.accept()
    ReviewPage(nia, number).open().approve()
    case.open()
    expect(case.line("97110 GP", "Change request")).to_contain_text("10 visits approved")
    whole = amy.get_by_role("region", name="Over the whole case").get_by_role("row", name="97110 GP")
    expect(whole.get_by_role("cell").nth(2)).to_have_text("10 visits")
    expect(whole.get_by_role("cell").nth(5)).to_have_text(day(50))
    assert axe(amy) == []
    case.open_letter("Change request")
    assert f"97110 GP 10 visits, {day(7)} – {day(50)}" in letter_text(amy)
