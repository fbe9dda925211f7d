"""The office withdraws while a nurse has the request open: she is told, and nothing of hers is lost or overwritten."""

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, made, member, newest_request
from tests.e2e.pages import Dashboard

REASON = "The member has moved and changes the plan."


def test_a_nurse_with_the_page_open_is_told(server, as_):
    number = made(server, Status.IN_REVIEW, **member("Withdrawn"))
    amy, nia = as_("amy"), as_("nia")
    review = ReviewPage(nia, number).open()
    form = review.unfold("Ask for information")
    form.get_by_label("Why it is needed").fill("The plan of care is not signed.")
    case = CasePage(amy, number).open()
    case.choose("Withdraw")
    amy.get_by_label("Reason", exact=True).fill(REASON)
    amy.get_by_role("button", name="Withdraw the request").click()
    expect(amy.get_by_text("The request is withdrawn.")).to_be_visible()
    come_back_to(nia)
    expect(nia.get_by_text("Something happened on this request since you opened it.")).to_be_visible()
    form.get_by_label("Other items, in your own words").fill("Plan of care, signed")
    form.get_by_role("button", name="Ask the office").click()
    expect(nia.get_by_role("alert")).to_contain_text("Withdrawn")
    expect(nia.get_by_text("What you typed, so that nothing is lost")).to_be_visible()
    expect(nia.get_by_text("The plan of care is not signed.")).to_be_visible()
    expect(review.part("What happened")).to_contain_text(REASON)
    expect(nia.get_by_role("button", name="Approve as asked")).to_have_count(0)
    assert axe(nia) == []
    nia.goto("/queue")
    expect(nia.get_by_role("link", name=number, exact=True)).to_have_count(0)


def test_a_decision_in_the_hand_comes_too_late(server, as_):
    number = made(server, Status.IN_REVIEW, **member("Tooquick"))
    amy, nia = as_("amy"), as_("nia")
    ReviewPage(nia, number).open()
    nia.get_by_role("button", name="Approve as asked").click()
    expect(nia.get_by_text("Nothing is decided yet.")).to_be_visible()
    CasePage(amy, number).open().choose("Withdraw")
    amy.get_by_role("button", name="Withdraw the request").click()
    expect(amy.get_by_text("The request is withdrawn.")).to_be_visible()
    nia.get_by_role("button", name="Issue the letter").click()
    expect(nia.get_by_role("alert")).to_contain_text("Withdrawn")
    with server.inside():
        assert newest_request(number).status == Status.WITHDRAWN
    row = Dashboard(amy).open("closed").row(number)
    expect(row).to_contain_text("Withdrawn")


def test_of_two_reviewers_the_later_one_is_told(server, as_):
    number = made(server, Status.IN_REVIEW, **member("Twofold"))
    nia, pam = as_("nia"), as_("pam")
    for page in (nia, pam):
        ReviewPage(page, number).open()
        page.get_by_role("button", name="Approve as asked").click()
        expect(page.get_by_text("Nothing is decided yet.")).to_be_visible()
    ReviewPage(nia, number).issue()
    pam.get_by_role("button", name="Issue the letter").click()
    expect(pam.get_by_role("alert")).to_contain_text("Approved")
    expect(ReviewPage(pam, number).part("Determination")).to_contain_text("by nia")
