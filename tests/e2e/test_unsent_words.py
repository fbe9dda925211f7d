"""Words typed and not sent: an answer is kept by itself, for others the browser asks, and Back leads to a form."""

import pytest
from playwright.sync_api import Dialog, Page, expect

from models import Status
from tests import answers
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import made, member, record
from tests.e2e.pages import CheckPage, RequestForm


@pytest.fixture
def asked_whether_to_leave():
    """The questions of the browser, each answered by staying."""
    return []


def listen(page: Page, questions: list[str]) -> Page:
    def stay(dialog: Dialog) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return page


def test_back_and_reload_after_a_refused_submit_show_the_form(as_, tmp_path):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    typed = answers.service(1, last_name="Backer")
    form.fill({name: typed[name] for name in typed if name not in ("care_kind", "diagnosis-1-primary")})
    form.submit()
    problems = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(problems).to_be_visible()
    page.reload()
    expect(problems).to_be_visible()
    form.attach(record(tmp_path, "Order.pdf"))
    form.submit()
    CheckPage(page)
    page.go_back()
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Backer")


def test_an_answer_is_kept_by_itself(server, as_):
    number = made(server, Status.INFO_REQUESTED, **member("Halfway"))
    amy = as_("amy")
    CasePage(amy, number).open()
    amy.get_by_label("Words on item 1").fill("Signed on the 18th.")
    expect(amy.get_by_role("region", name="Your answer to CMSI").get_by_text("Saved")).to_be_visible()
    amy.reload()
    expect(amy.get_by_label("Words on item 1")).to_have_value("Signed on the 18th.")
    amy.get_by_label("Words on item 1").fill("")
    amy.get_by_role("button", name="Send the answer").click()
    expect(amy.get_by_role("alert")).to_contain_text("Answer item 1")
    amy.get_by_label("Words on item 1").fill("Signed on the 19th.")
    amy.get_by_role("button", name="Send the answer").dblclick()
    expect(amy.get_by_text("Your answer is sent. It is CMSI's turn now.")).to_be_visible()
    amy.get_by_text("Information asked").click()
    expect(amy.get_by_text("Signed on the 19th.")).to_be_visible()


def test_the_browser_asks_before_a_note_goes(server, as_, asked_whether_to_leave):
    number = made(server, Status.IN_REVIEW, **member("Unsaid"))
    amy = listen(as_("amy"), asked_whether_to_leave)
    CasePage(amy, number).open().choose("Add records")
    note = amy.get_by_label("Note", exact=True)
    note.press_sequentially("She fell")
    amy.get_by_role("link", name=f"Case {number}").click()
    expect(note).to_have_value("She fell")
    amy.wait_for_timeout(300)
    assert asked_whether_to_leave == ["beforeunload"]
    amy.get_by_role("button", name="Send to CMSI").click()
    expect(amy.get_by_text("Sent. The reviewer is told.")).to_be_visible()
    amy.get_by_role("link", name="Requests", exact=True).first.click()
    expect(amy.get_by_role("heading", level=1)).to_have_text("Authorization requests")
    assert asked_whether_to_leave == ["beforeunload"], "once sent, nobody is asked"


def test_a_decision_does_not_cost_the_note_beside_it(server, as_, asked_whether_to_leave):
    number = made(server, Status.IN_REVIEW, **member("Noteby"))
    nia = listen(as_("nia"), asked_whether_to_leave)
    nia.goto("/queue")
    nia.get_by_role("link", name=number, exact=True).click()
    note = nia.get_by_label("New note")
    note.press_sequentially("Called the office.")
    nia.get_by_role("button", name="Approve as asked").click()
    nia.wait_for_timeout(500)
    assert asked_whether_to_leave == ["beforeunload"]
    expect(note).to_have_value("Called the office.")
    nia.get_by_role("button", name="Keep as internal note").click()
    expect(nia.get_by_text("Called the office.")).to_be_visible()
    nia.get_by_role("button", name="Approve as asked").click()
    expect(nia.get_by_text("Nothing is decided yet.")).to_be_visible()
    assert asked_whether_to_leave == ["beforeunload"]


def test_a_reload_of_a_letter_not_yet_issued_shows_it_again(server, as_):
    nia = as_("nia")
    ReviewPage(nia, made(server, Status.IN_REVIEW, **member("Reloader"))).open()
    nia.get_by_role("button", name="Approve as asked").click()
    expect(nia.get_by_text("Nothing is decided yet.")).to_be_visible()
    nia.keyboard.press("?")
    expect(nia.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    nia.reload()
    expect(nia.get_by_text("Nothing is decided yet.")).to_be_visible()
