"""An open page refreshes itself under a person's hands: focus, what is unfolded and what is half typed stay."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from casework.workflow import office, review
from models import Status
from tests import personas
from tests.e2e.journeys.steps import A_WHILE, come_back_to, made, member, newest_request
from tests.serving import Server


def note(server: Server, number: str, words: str) -> None:
    with server.inside():
        review.add_note(newest_request(number), personas.actor("nia"), words, internal=False)


def test_a_case_refreshes_under_the_hands_of_its_reader(server: Server, as_: Callable[..., Page]) -> None:
    number = made(server, Status.INFO_REQUESTED, **member("Quietly"))
    amy = as_("amy")
    amy.goto(f"/cases/{number}")
    amy.get_by_label("Words on item 1").fill("half ty")
    amy.get_by_role("link", name="note-1.pdf").focus()
    note(server, number, "A first word from the reviewer.")
    come_back_to(amy)
    expect(amy.get_by_text("A first word from the reviewer.")).to_be_visible(timeout=A_WHILE)
    expect(amy.get_by_role("link", name="note-1.pdf")).to_be_focused()
    expect(amy.get_by_label("Words on item 1")).to_have_value("half ty")
    amy.get_by_label("Words on item 1").press_sequentially("ped")
    assert amy.get_by_label("Words on item 1").input_value().endswith("ped")


def test_what_was_unfolded_stays_open(server: Server, as_: Callable[..., Page]) -> None:
    number = made(server, Status.INFO_REQUESTED, **member("Unfolded"))
    with server.inside():
        office.add_records(newest_request(number), personas.actor("amy"), "All in the note.")
    amy = as_("amy")
    amy.goto(f"/cases/{number}")
    question = amy.get_by_text("Information asked")
    answer = amy.get_by_text("See the records added on")
    expect(answer).to_be_hidden()
    question.click()
    note(server, number, "Thank you.")
    come_back_to(amy)
    expect(amy.get_by_text("Thank you.")).to_be_visible(timeout=A_WHILE)
    expect(answer).to_be_visible()


def test_what_can_be_added_opens_in_place(server: Server, as_: Callable[..., Page]) -> None:
    number = made(server, Status.DETERMINED, **member("Inplace"))
    amy = as_("amy")
    amy.goto(f"/cases/{number}")
    amy.get_by_role("link", name="Add to this case").click()
    expect(amy.get_by_role("heading", name="What applies now")).to_be_visible()
    assert amy.url.endswith(f"/cases/{number}"), "the case stays on the screen"
    amy.get_by_role("button", name="Extend").click()
    expect(amy.get_by_role("heading", name=f"Extension of {number}")).to_be_visible()


def test_an_unchanged_page_is_not_sent_again(server: Server, as_: Callable[..., Page]) -> None:
    number = made(server, Status.IN_REVIEW, **member("Unchanged"))
    amy = as_("amy")
    amy.goto(f"/cases/{number}")
    with amy.expect_response(lambda answer: f"/cases/{number}" in answer.url, timeout=A_WHILE) as polled:
        come_back_to(amy)
    assert polled.value.status == 304
