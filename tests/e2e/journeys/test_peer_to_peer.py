"""Denied: the physicians talk, new records are sent, and another physician decides anew."""

from playwright.sync_api import Page, expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, letter_text, made, member, record
from tests.e2e.pages import CheckPage, RequestForm

WINDOWS = ("Mon Nov 30, 1–3 PM Central", "Tue Dec 1, 8–9 AM Central", "Wed Dec 2, noon Central")
OUTCOME = "Dr. Calder will send the functional measures of November."


def ask_for_a_talk(page: Page) -> None:
    page.get_by_role("link", name="Ask for a peer-to-peer talk").click()
    page.get_by_label("Physician who wants to talk").fill("Iris Calder, MD")
    page.get_by_label("Direct phone").fill("414-555-0113")
    for label, window in zip(("First time", "Second time", "Third time"), WINDOWS, strict=True):
        page.get_by_label(label, exact=True).fill(window)
    assert axe(page) == []
    page.get_by_role("button", name="Ask for the talk").click()
    expect(page.get_by_text("The talk is asked for.")).to_be_visible()


def confirm(page: Page) -> None:
    page.get_by_label("Time that suits").select_option(label=WINDOWS[1])
    page.get_by_role("button", name="Confirm this time").click()
    expect(page.get_by_text("The talk is confirmed; the office sees the time.")).to_be_visible()


def send_the_reconsideration(page: Page, note) -> str:
    page.get_by_role("button", name="Reconsider").click()
    form = RequestForm(page)
    form.fill({"benefits_verified": "1", "certified": "1", "note": "The measures that were missing are attached."})
    form.attach(note)
    form.submit()
    return CheckPage(page).submit()


def test_the_physicians_talk_and_another_one_decides_anew(server, as_, tmp_path):
    number = made(server, Status.DETERMINED, denied=True, **member("Talkington"))
    amy, pam, paul = as_("amy"), as_("pam"), as_("paul")
    case = CasePage(amy, number).open()
    ask_for_a_talk(amy)
    pam.goto(f"/cases/{number}")
    pam.get_by_role("link", name="Review", exact=True).click()
    confirm(pam)
    come_back_to(amy)
    expect(case.request()).to_contain_text(f"Peer-to-peer talk confirmed {WINDOWS[1]}")
    pam.get_by_label("What came of the talk").fill(OUTCOME)
    pam.get_by_role("button", name="Note the outcome").click()
    come_back_to(amy)
    expect(case.request()).to_contain_text(OUTCOME)
    assert send_the_reconsideration(amy, record(tmp_path, "Functional measures.pdf")) == number
    who_denied = ReviewPage(pam, number).open()
    expect(pam.get_by_label("Reviewer", exact=True).get_by_role("option", name="pam")).to_have_count(0)
    who_denied.accept("paul (physician)")
    expect(who_denied.part("Decide")).to_contain_text("another physician decides now")
    ReviewPage(paul, number).open().approve()
    case.open()
    expect(case.request("Reconsideration")).to_contain_text("Approved")
    expect(case.request("Initial request")).to_contain_text("Denied")
    case.open_letter("Reconsideration")
    assert "Reconsideration: Physical therapy" in letter_text(amy)
