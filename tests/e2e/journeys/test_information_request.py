"""An MRI of the knee: the nurse asks for two things, the office answers item by item, the nurse approves."""

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, letter_text, made, member, record
from tests.e2e.pages import Dashboard

MRI = {
    "care_kind": "imaging",
    "service-1-code": "73721",
    "service-1-modifiers": "RT",
    "service-1-quantity": "1",
    "service-1-unit": "units",
    "service-1-times": "",
    "service-1-period": "",
    "service-1-weeks": "",
}
XRAYS = "Results of imaging already done, with date and reading"
THERAPY = "Notes of the six weeks of physical therapy"
WHY = "The guideline asks for conservative treatment and plain films before an MRI."


def ask(review: ReviewPage) -> None:
    form = review.unfold("Ask for information")
    form.get_by_label(XRAYS).check()
    form.get_by_label("Other items, in your own words").fill(THERAPY)
    form.get_by_label("Why it is needed").fill(WHY)
    form.get_by_role("button", name="Ask the office").click()
    review.told("The office is asked.")
    expect(review.part("Asked of the office")).to_contain_text(THERAPY)


def answer(page, xray, item_two: str) -> None:
    first, second = page.get_by_role("group", name=f"1. {XRAYS}"), page.get_by_role("group", name=f"2. {THERAPY}")
    first.get_by_label("Attach files for item 1").set_input_files(xray)
    expect(first.get_by_label(xray.name)).to_be_checked()
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("alert")).to_contain_text("Answer item 2")
    second.get_by_label("Words on item 2").fill(item_two)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is sent. It is CMSI's turn now.")).to_be_visible()


def test_the_office_answers_item_by_item_and_gets_its_approval(server, as_, tmp_path):
    number = made(server, Status.IN_REVIEW, lines=1, **MRI, **member("Kneely"))
    amy, nia = as_("amy"), as_("nia")
    dashboard = Dashboard(amy).open("accepted")
    expect(dashboard.row(number)).to_contain_text("In review")
    amy.evaluate("window.isSamePage = true")
    review = ReviewPage(nia, number).open()
    ask(review)
    come_back_to(amy)
    expect(dashboard.row(number)).to_contain_text("You · reply by")
    assert amy.evaluate("window.isSamePage"), "the dashboard changed without a reload"
    case = CasePage(amy, number).open()
    expect(amy.get_by_text("The clock stands still until your answer.")).to_be_visible()
    assert axe(amy) == []
    answer(amy, record(tmp_path, "X-ray right knee.pdf", "No fracture."), "Six visits; no relief. Notes follow by fax.")
    expect(case.request()).to_contain_text("In review")
    expect(case.what_happened()).to_contain_text("Information request answered")
    review.open()
    expect(review.part("Clinicals")).to_contain_text("X-ray right knee.pdf")
    expect(nia.get_by_text("Six visits; no relief.")).to_be_visible()
    review.approve()
    amy.reload()
    expect(case.line("73721")).to_contain_text("1 unit approved")
    case.open_letter()
    assert "73721 RT 1 unit" in letter_text(amy)


def test_an_answer_comes_back_to_who_asked_and_to_the_top(server, as_):
    number = made(server, Status.INFO_REQUESTED, lines=1, **MRI, **member("Topmost"))
    later = made(server, Status.IN_REVIEW, lines=1, **MRI, **member("Laterby"))
    amy, nia = as_("amy"), as_("nia")
    CasePage(amy, number).open()
    amy.get_by_label("Words on item 1").fill("It is in the note of the last visit.")
    amy.get_by_role("button", name="Send the answer").click()
    nia.goto("/queue")
    nia.get_by_role("navigation", name="Show only").get_by_role("link", name="Mine").click()
    rows = nia.get_by_role("row").filter(
        has=nia.get_by_role("link", name=number).or_(nia.get_by_role("link", name=later))
    )
    expect(rows.first).to_contain_text(number)
    expect(rows.first).to_contain_text("you")
