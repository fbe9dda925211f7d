"""Twelve visits asked, eight given: the physician's decision, the letter, and what the office sees of both."""

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, day, letter_text, made, member
from tests.e2e.pages import Dashboard

WHY = "Eight visits reach the goals of the plan of care; the record gives no measure that needs more."
CRITERION = "Sample therapy guideline, section 4.2"


def give_eight_of_twelve(review: ReviewPage) -> None:
    line = review.verdict("97110 GP", "Modified")
    line.get_by_label("Approved visits").fill("8")
    line.get_by_label("To", exact=True).fill(day(26))
    line.get_by_label("Basis").select_option(label="Not medically appropriate")
    line.get_by_label("Criterion used").fill(CRITERION)
    line.get_by_label("Rationale in plain words").fill(WHY)


def test_twelve_visits_are_asked_and_eight_given(server, as_):
    number = made(server, Status.PHYSICIAN_REVIEW, **member("Partley"))
    amy, pam = as_("amy"), as_("pam")
    dashboard = Dashboard(amy).open("accepted")
    expect(dashboard.row(number)).to_contain_text("Physician review")
    amy.evaluate("window.isSamePage = true")
    review = ReviewPage(pam, number).open()
    give_eight_of_twelve(review)
    review.preview()
    assert axe(pam) == []
    review.issue()
    come_back_to(amy)
    expect(dashboard.row(number)).to_contain_text("Partially approved")
    assert amy.evaluate("window.isSamePage"), "the dashboard changed without a reload"
    expect(dashboard.row(number)).to_contain_text("1 of 2 lines, 1 in part · new letter")
    dashboard.row(number).get_by_role("link", name="Determination letter").click()
    said = letter_text(amy)
    assert (
        f"97110 GP 12 visits, {day(7)} – {day(36)} 8 visits approved, {day(7)} – {day(26)} 4 visits not approved"
        in said
    )
    assert f"97140 GP 12 visits, {day(7)} – {day(36)} 12 visits approved, {day(7)} – {day(36)}" in said
    assert "Reason: 97110 GP N1 Not medically appropriate" in said
    assert CRITERION in said
    assert WHY in said


def test_the_case_page_shows_asked_and_decided_side_by_side(server, as_):
    number = made(server, Status.PHYSICIAN_REVIEW, **member("Sidely"))
    amy, pam = as_("amy"), as_("pam")
    review = ReviewPage(pam, number).open()
    give_eight_of_twelve(review)
    review.preview()
    review.issue()
    case = CasePage(amy, number).open()
    line = case.line("97110 GP")
    expect(line).to_contain_text("12 visits")
    expect(line).to_contain_text("8 visits approved")
    expect(line).to_contain_text("4 visits not approved, other dates than asked")
    expect(line).to_contain_text(WHY)
    expect(case.line("97140 GP")).to_contain_text("12 visits approved")
    case.open_letter()
    pam.reload()
    expect(review.part("Determination")).to_contain_text("opened")
