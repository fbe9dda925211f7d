"""The session ends after 15 minutes without activity: a warning two minutes before, told by the server's clock."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import axe
from tests.e2e.journeys.steps import come_back_to

WARNED = "Are you still there?"


@pytest.fixture
def idle_for(server):
    """Makes every session of the server this old since its last activity, and has the page look."""

    def idle_for(page, **age):
        seen = datetime.now(UTC) - timedelta(**age)
        with sqlite3.connect(server.folder / "portal.db", timeout=10) as database:
            database.execute("UPDATE session SET seen_at = ?", [f"{seen:%Y-%m-%d %H:%M:%S.%f}"])
        database.close()
        come_back_to(page)

    return idle_for


def test_a_warning_counts_down_and_staying_is_one_click(as_, idle_for):
    page = as_("amy")
    idle_for(page, minutes=13, seconds=30)
    dialog = page.get_by_role("dialog", name=WARNED)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("seconds")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert axe(page) == []
    page.get_by_role("button", name="Stay signed in").click()
    expect(dialog).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Authorization requests")


def test_escape_stays_signed_in(as_, idle_for):
    page = as_("amy")
    idle_for(page, minutes=14)
    expect(page.get_by_role("dialog", name=WARNED)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name=WARNED)).to_be_hidden()
    page.wait_for_timeout(1500)
    expect(page.get_by_role("dialog", name=WARNED)).to_be_hidden()


def test_staying_in_one_window_closes_the_warning_in_the_other(as_, idle_for):
    page = as_("amy")
    idle_for(page, minutes=14)
    expect(page.get_by_role("dialog", name=WARNED)).to_be_visible()
    other = page.context.new_page()
    other.goto("/dashboard")
    come_back_to(page)
    expect(page.get_by_role("dialog", name=WARNED)).to_be_hidden()


def test_at_the_end_the_door_opens_and_leads_back(as_, idle_for):
    page = as_("amy")
    page.goto("/dashboard?tab=rejected")
    idle_for(page, minutes=14, seconds=58)
    page.wait_for_url(re.compile(r"/sign-in\?next="))
    page.get_by_label("Username", exact=True).fill("amy")
    page.get_by_label("Password", exact=True).fill("Lantern-Harbor-47!")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(r"/dashboard\?tab=rejected$"))
