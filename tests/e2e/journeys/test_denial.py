"""Not enough information: the nurse escalates, the physician denies, and the letter says all that it must."""

import re

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import day, letter_text, made, member

CRITERION = "Sample therapy guideline, section 4.2"
WHY = "The records give no functional measures, so nobody can tell whether therapy helps."
MISSING = "Functional measures of the last four weeks: the guideline goes by progress."
ELEMENTS = (
    "Reason: 97110 GP, 97140 GP",
    "N3 Insufficient information",
    "do not hold what is needed",
    f"Criterion used: {CRITERION}",
    f"Information missing, and why it is needed: {MISSING}",
    WHY,
    "Reviewed by Pam Sample, MD, board-certified in internal medicine",
    "contact the plan administrator, Sample Benefit Fund",
    "relied on, is free of charge on request",
    "The diagnosis code and the treatment code of this request, and what they mean, are given on request",
    "How to appeal",
    "180 days",
    day(180),
    "Expedited appeal",
    "External review",
    "502(a)",
    "peer-to-peer",
    "Ayuda gratuita en su idioma",
)


def deny_all(review: ReviewPage, missing: str) -> None:
    line = review.verdict("97110 GP", "Denied")
    line.get_by_label("Basis").select_option(label="Insufficient information")
    line.get_by_label("Criterion used").fill(CRITERION)
    line.get_by_label("Rationale in plain words").fill(WHY)
    line.get_by_label("What is missing, and why it is needed").fill(missing)
    review.verdict("97140 GP", "Denied")
    review.preview()


def test_a_nurse_hands_over_and_a_physician_denies(server, as_):
    number = made(server, Status.IN_REVIEW, **member("Denby"))
    amy, nia, pam = as_("amy"), as_("nia"), as_("pam")
    nurse, physician = ReviewPage(nia, number).open(), ReviewPage(pam, number)
    expect(nia.get_by_role("radio", name="Denied")).to_have_count(0)
    expect(nurse.part("Decide")).to_contain_text("A denial or a partial approval is a physician's")
    nurse.escalate("No functional measures since the evaluation.")
    expect(CasePage(amy, number).open().request()).to_contain_text("That may take additional time.")
    expect(amy.get_by_text("No functional measures")).to_have_count(0)
    physician.open()
    expect(physician.part("What happened")).to_contain_text("No functional measures since the evaluation.")
    deny_all(physician, missing="")
    expect(pam.get_by_role("alert")).to_contain_text("Say what is missing, and why it is needed.")
    deny_all(physician, missing=MISSING)
    assert axe(pam) == []
    physician.issue()
    amy.reload()
    expect(amy.get_by_text("Denied").first).to_be_visible()
    CasePage(amy, number).open_letter()
    assert axe(amy) == []
    said = letter_text(amy)
    assert [each for each in ELEMENTS if each.casefold() not in said.casefold()] == []
    page = " ".join(amy.get_by_role("article", name="Letter").inner_text().split())
    assert [each for each in ELEMENTS if each.casefold() not in page.casefold()] == []


def test_the_page_says_what_the_office_can_do_now(server, as_):
    number = made(server, Status.DETERMINED, denied=True, **member("Nextly"))
    amy = as_("amy")
    case = CasePage(amy, number).open()
    after = case.request().get_by_role("list", name="After this decision")
    expect(after).to_contain_text("Ask for a peer-to-peer talk")
    expect(after).to_contain_text(f"new records for another physician, by {day(180)}")
    after.get_by_role("link", name=re.compile("^Appeal")).click()
    expect(amy).to_have_url(re.compile("#appeal$"))
    expect(amy.get_by_role("heading", name="How to appeal")).to_be_in_viewport()
