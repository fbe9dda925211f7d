"""A request of CMSI's work from intake to the letter, with scripts off on both sides, on a narrow screen."""

from playwright.sync_api import expect

from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import letter_text, made, member, record
from tests.e2e.journeys.test_denial import CRITERION, MISSING, deny_all
from tests.e2e.pages import Dashboard

ASKED = "Signed order of the requesting provider"


def take_in_and_ask(ian, nia) -> None:
    ian.open().accept()
    form = nia.open().unfold("Ask for information")
    form.get_by_label(ASKED).check()
    form.get_by_label("Why it is needed").fill("The order is not in the file.")
    form.get_by_role("button", name="Ask the office").click()
    nia.told("The office is asked.")


def answer(amy, number: str, file) -> None:
    row = Dashboard(amy).open("accepted").row(number)
    row.get_by_role("link", name="Answer").click()
    amy.get_by_label("Attach files for item 1").set_input_files(file)
    amy.get_by_label("Words on item 1").fill("Here it is.")
    amy.get_by_role("button", name="Send the answer").click()
    expect(amy.get_by_text("Your answer is sent. It is CMSI's turn now.")).to_be_visible()


def deny(pam) -> None:
    pam.open()
    pam.page.get_by_role("button", name="Claim", exact=True).click()
    deny_all(pam, missing="")
    expect(pam.page.get_by_role("alert")).to_contain_text("Say what is missing, and why it is needed.")
    expect(pam.page.get_by_label("Criterion used").first).to_have_value(CRITERION)
    deny_all(pam, missing=MISSING)
    pam.issue()


def test_from_intake_to_the_letter(server, as_, tmp_path):
    number = made(server, **member("Plainly"))
    amy, ian, nia, pam = (as_(name, scripts=False, width=320) for name in ("amy", "ian", "nia", "pam"))
    nurse = ReviewPage(nia, number)
    take_in_and_ask(ReviewPage(ian, number), nurse)
    answer(amy, number, record(tmp_path, "Order.pdf", "Twelve visits."))
    expect(nurse.open().part("Clinicals")).to_contain_text("Order.pdf")
    nurse.escalate("No functional measures since the evaluation.")
    deny(ReviewPage(pam, number))
    CasePage(amy, number).open().open_letter()
    assert f"Criterion used: {CRITERION}" in letter_text(amy)
