"""Records added: to an approved case they are filed, no clock starts; to a denied one a reconsideration is offered."""

from playwright.sync_api import expect

from models import Status
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import come_back_to, day, made, member, newest_request, record


def clock_of(server, number: str):
    with server.inside():
        asked = newest_request(number)
        return asked.status, asked.due_at, asked.queue_at, asked.outcome


def test_after_an_approval_they_are_filed_and_no_clock_starts(server, as_, tmp_path):
    number = made(server, Status.DETERMINED, **member("Filer"))
    amy, nia = as_("amy"), as_("nia")
    case, before = CasePage(amy, number).open(), clock_of(server, number)
    nia.goto(f"/cases/{number}")
    note = record(tmp_path, "Progress note.pdf", "Better on stairs.")
    case.choose("Add records")
    expect(amy.get_by_text("No new decision comes of it.")).to_be_visible()
    assert axe(amy) == []
    amy.go_back()
    case.add_records("For your files.", note)
    expect(case.request()).to_contain_text("Progress note.pdf")
    expect(case.request()).to_contain_text("2 File(s) attached")
    expect(case.what_happened()).to_contain_text("Records added (1 file)")
    assert clock_of(server, number) == before
    come_back_to(nia)
    expect(nia.get_by_role("region", name="What happened")).to_contain_text("Records added (1 file)")
    expect(nia.get_by_text("For your files.")).to_be_visible()


def test_to_an_open_request_and_the_reader_of_it_is_told(server, as_, tmp_path):
    number = made(server, Status.IN_REVIEW, **member("Openby"))
    amy, nia = as_("amy"), as_("nia")
    review = ReviewPage(nia, number).open()
    CasePage(amy, number).open().add_records("", record(tmp_path, "MRI reading.pdf"))
    come_back_to(nia)
    expect(nia.get_by_text("Something happened on this request since you opened it.")).to_be_visible()
    nia.get_by_role("button", name="Approve as asked").click()
    nia.get_by_role("button", name="Issue the letter").click()
    expect(nia.get_by_role("alert")).to_contain_text("The office added something while you worked on this")
    expect(review.part("Clinicals")).to_contain_text("MRI reading.pdf")


def test_after_a_denial_a_reconsideration_is_offered_with_its_last_date(server, as_):
    number = made(server, Status.DETERMINED, denied=True, **member("Latecomer"))
    amy = as_("amy")
    offers = CasePage(amy, number).open().offers()
    expect(offers.get_by_text("Add records", exact=True)).to_have_count(0)
    expect(offers).to_contain_text(f"New records for another physician's review, until {day(180)}.")
    offers.get_by_role("button", name="Reconsider").click()
    expect(amy.get_by_text("Attach what was missing, and submit.")).to_be_visible()
    expect(amy.get_by_label("Last name", exact=True)).to_have_value("Latecomer")
