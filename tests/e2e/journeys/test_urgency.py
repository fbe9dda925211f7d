"""Expedited is a request: intake lowers it with a reason that the office reads, unless a physician has attested it."""

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import made, member
from tests.e2e.pages import Dashboard

BY_CRITERION = {"urgency": "expedited", "criterion_infusion": "1"}
ATTESTED = {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"}
REASON = "Therapy that begins in a week meets none of the ten criteria."


def test_intake_lowers_the_urgency_and_the_office_reads_why(server, as_):
    number = made(server, **BY_CRITERION, **member("Lowery"))
    amy, ian = as_("amy"), as_("ian")
    review = ReviewPage(ian, number).open()
    reason = ian.get_by_label("Reason for another urgency")
    expect(reason).to_be_hidden()
    ian.get_by_role("radiogroup", name="Urgency assigned").get_by_role("radio", name="Standard").check()
    expect(reason).to_be_visible()
    ian.get_by_role("button", name="Accept for review").click()
    expect(ian.get_by_role("alert")).to_contain_text("Give the reason for the other urgency")
    reason.fill(REASON)
    review.accept()
    row = Dashboard(amy).open("accepted").row(number)
    expect(row).to_contain_text("Standard")
    expect(row).to_contain_text("requested: Expedited")
    case = CasePage(amy, number).open()
    expect(case.request()).to_contain_text("Standard requested: Expedited")
    expect(case.what_happened()).to_contain_text(f"Expedited to Standard. {REASON}")
    assert axe(amy) == []


def test_an_attested_urgency_is_not_lowered_by_intake(server, as_):
    number = made(server, **ATTESTED, **member("Attestor"))
    ian = as_("ian")
    review = ReviewPage(ian, number).open()
    expect(review.part("Intake")).to_contain_text("attested by a physician: it can't be lowered here.")
    assigned = ian.get_by_role("radiogroup", name="Urgency assigned")
    for lower in ("Standard", "Retro"):
        expect(assigned.get_by_role("radio", name=lower)).to_have_count(0)
    review.accept()
    expect(review.part("What happened")).to_contain_text("Accepted for review")


def test_nor_by_a_nurse_but_the_office_takes_it_back(server, as_):
    number = made(server, Status.IN_REVIEW, **ATTESTED, **member("Backer"))
    amy, nia = as_("amy"), as_("nia")
    review = ReviewPage(nia, number).open()
    expect(nia.get_by_text("attested by a physician").first).to_be_visible()
    expect(nia.get_by_text("Change the urgency")).to_have_count(0)
    case = CasePage(amy, number).open()
    case.offers()
    amy.get_by_role("region", name="What applies now").get_by_role("link", name="Take back the urgency").click()
    expect(amy.get_by_text("The physician's statement that it is urgent is taken back with it.")).to_be_visible()
    amy.get_by_role("button", name="Make it Standard").click()
    expect(case.request()).to_contain_text("Standard")
    review.open()
    expect(review.part("What happened")).to_contain_text("Urgency taken back by the office")
