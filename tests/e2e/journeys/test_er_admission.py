"""Admitted through the ER: an Expedited stay, extended twice while it runs, and the discharge."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from casework import clock
from tests.e2e.conftest import axe
from tests.e2e.journeys.pages import CasePage, ReviewPage
from tests.e2e.journeys.steps import day, made, member, newest_request, record
from tests.e2e.pages import CheckPage, Dashboard, RequestForm


@pytest.fixture
def number(server):
    """Yesterday through the ER; three days are asked for, until tomorrow."""
    admitted = {
        "patient_status": "admitted",
        "through_er": "yes",
        "admission_type": "emergency",
        "admission_date": day(-1),
        "days_requested": "3",
        "expected_discharge": "",
    }
    urgent = {"urgency": "expedited", "criterion_er_admission": "1"}
    return made(server, inpatient=True, **admitted, **urgent, **member("Erlington"))


def choose_what_ends_soon(page: Page, number: str) -> None:
    """From the list of what ends within three days, with one click."""
    dashboard = Dashboard(page).open("accepted")
    page.get_by_role("navigation", name="Show only").get_by_role("link", name="Ending within 3 days").click()
    dashboard.row(number).get_by_role("button", name="Extend", exact=True).click()


def send_extension(page: Page, case: CasePage, days: int, note) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Extension")
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Erlington")
    form = RequestForm(page)
    form.fill({"days_requested": str(days), "clinical_summary": "Still needs oxygen.", "benefits_verified": "1"})
    form.fill({"certified": "1"})
    form.attach(note)
    form.submit()
    assert CheckPage(page).submit() == case.number


def decide(page: Page, number: str, by_intake: Page) -> None:
    ReviewPage(by_intake, number).open().accept()
    ReviewPage(page, number).open().approve()


def is_due_within_a_day(server, number: str) -> bool:
    with server.inside():
        asked = newest_request(number)
        return asked.due_at - asked.submitted_at == timedelta(hours=24)


def test_a_stay_from_the_er_to_the_discharge(server, as_, number, tmp_path):
    amy, ian, nia = as_("amy"), as_("ian"), as_("nia")
    case = CasePage(amy, number)
    decide(nia, number, ian)
    expect(case.open().line("Stay")).to_contain_text("3 days approved")
    case.choose("Extend")
    send_extension(amy, case, 2, record(tmp_path, "Progress notes day 3.pdf"))
    assert is_due_within_a_day(server, number), "asked for in time: the 24-hour rule"
    case.open()
    days = amy.get_by_role("region", name="Over the whole case")
    expect(days.get_by_role("row", name="Days 1–3")).to_contain_text("approved")
    expect(days.get_by_role("row", name="Days 4–5")).to_contain_text("pending")
    expect(case.offers().get_by_text("Extend", exact=True)).to_have_count(0)
    assert axe(amy) == []
    decide(nia, number, ian)
    choose_what_ends_soon(amy, number)
    send_extension(amy, case, 1, record(tmp_path, "Progress notes day 5.pdf"))
    decide(nia, number, ian)
    case.open()
    expect(days.get_by_role("row", name="Days 1–6")).to_contain_text("approved")
    expect(amy.get_by_text(f"6 days approved, through {day(4)}; 1 used until today.")).to_be_visible()
    discharge(amy, case)


def discharge(page: Page, case: CasePage) -> None:
    case.choose("Discharge")
    page.get_by_label("Date of discharge").fill(day(1))
    page.get_by_label("Where the patient went").select_option(label="Home with home health")
    page.get_by_role("button", name="Record the discharge").click()
    expect(page.get_by_role("alert")).to_contain_text("not after today")
    page.get_by_label("Date of discharge").fill(clock.show_date(clock.today()))
    page.get_by_role("button", name="Record the discharge").click()
    expect(case.what_happened()).to_contain_text("Discharge reported")
    expect(page.get_by_text("1 used until the discharge on")).to_be_visible()
    case.choose("Extend")
    expect(page.get_by_role("radio", name="Retro", exact=True)).to_be_checked()
