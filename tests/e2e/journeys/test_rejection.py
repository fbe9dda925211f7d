"""Rejected, since the plan is the member's second one; the office corrects it, and it is a case with a number anew."""

from playwright.sync_api import expect

from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, made, member
from tests.e2e.pages import CheckPage, Dashboard, RequestForm

WORDS = "The member's card names Sample Mutual as the primary plan. Compare the card, please."


def test_a_secondary_plan_is_rejected_corrected_and_sent_again(server, as_):
    number = made(server, **member("Secondson"))
    amy, ian = as_("amy"), as_("ian")
    dashboard = Dashboard(amy).open("pending")
    expect(dashboard.row(number)).to_contain_text("waiting for intake")
    ReviewPage(ian, number).open().reject("Secondary insurance", WORDS)
    assert axe(ian) == []
    ian.get_by_role("link", name="Back to the queue").click()
    expect(ian.get_by_role("heading", level=1)).to_have_text("Queue")
    come_back_to(amy)
    expect(dashboard.row(number)).to_have_count(0)
    dashboard.tab("Rejected")
    expect(dashboard.row(number)).to_contain_text("correct and resubmit")
    case = CasePage(amy, number).open()
    expect(case.request()).to_contain_text("Rejected by intake: nothing was reviewed, so this is no denial")
    expect(case.request()).to_contain_text("Secondary insurance.")
    expect(case.request()).to_contain_text(WORDS)
    assert axe(amy) == []
    newer = correct(amy)
    assert newer != number
    amy.get_by_role("link", name="Open the case").click()
    expect(amy.get_by_text("Takes up the rejected case")).to_contain_text(number)
    amy.get_by_role("link", name=number).first.click()
    expect(amy.get_by_text("Corrected and submitted again as")).to_contain_text(newer)
    ReviewPage(ian, newer).open().accept()
    come_back_to(amy)
    expect(CasePage(amy, newer).open().request()).to_contain_text("In review")


def correct(page) -> str:
    """Takes up the rejected request: everything is there, files too; only the plan is another one."""
    page.get_by_role("button", name="Correct and resubmit").click()
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Secondson")
    expect(page.get_by_label("CPT / HCPCS code 2", exact=True)).to_have_value("97140")
    expect(page.get_by_text("1 File(s) attached")).to_be_visible()
    form = RequestForm(page)
    form.fill({"plan_administrator": "Sample Mutual", "group_number": "88-0001"})
    form.wait_until_saved()
    form.submit()
    return CheckPage(page).submit()


def test_intake_is_told_when_the_plan_is_secondary_by_the_form_already(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"is_secondary": "yes"})
    form.submit()
    expect(page.get_by_role("alert")).to_contain_text("secondary")
