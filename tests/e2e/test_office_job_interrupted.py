"""What goes wrong while somebody types: the network, the session, a colleague in the same field."""

import re

from playwright.sync_api import expect

from casework.demo.people import PASSWORD
from tests.e2e.pages import RequestForm


def test_two_people_in_one_draft_do_not_disturb_each_other(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    hers = as_("ann")
    hers.goto(page.url)
    form.fill({"last_name": "Together"})
    RequestForm(hers).fill({"group_number": "22-2"})
    form.wait_until_saved()
    RequestForm(hers).wait_until_saved()
    form.fill({"first_name": "Tina"})
    form.wait_until_saved()
    hers.reload()
    for label, value in (("Last name", "Together"), ("First name", "Tina"), ("Group number", "22-2")):
        expect(hers.get_by_label(label, exact=True)).to_have_value(value)


def test_two_people_in_one_field_see_both_values_and_choose(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    hers = as_("ann")
    hers.goto(page.url)
    RequestForm(hers).fill({"group_number": "22-2"})
    RequestForm(hers).wait_until_saved()
    mine = page.get_by_label("Group number", exact=True)
    mine.fill("33-3")
    told = page.get_by_role("group", name="Changed by two people")
    expect(told).to_contain_text("22-2")
    expect(told).to_contain_text("33-3")
    expect(mine).to_have_value("33-3")
    told.get_by_role("button", name="Use mine").click()
    expect(told).to_have_count(0)
    form.wait_until_saved()
    hers.reload()
    expect(hers.get_by_label("Group number", exact=True)).to_have_value("33-3")


def test_a_lost_network_is_told_and_what_was_typed_is_saved_when_it_is_back(as_, watch):
    watch.allow("ERR_INTERNET_DISCONNECTED")
    page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    page.context.set_offline(True)
    page.get_by_label("Last name", exact=True).fill("Offline")
    expect(page.get_by_text("What you typed is kept here.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("What you typed is kept here.")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Offline")


def test_a_session_that_ended_loses_nothing(as_):
    page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    address = page.url
    page.context.clear_cookies()
    page.get_by_label("Last name", exact=True).fill("Expired")
    expect(page.get_by_text("your session has ended")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("[Ss]ign in")).first.click()
    door = opened.value
    door.get_by_label("Username", exact=True).fill("amy")
    door.get_by_label("Password", exact=True).fill(PASSWORD)
    door.get_by_role("button", name="Sign in", exact=True).click()
    door.wait_for_url(lambda where: "/sign-in" not in where)
    expect(page.get_by_text("What you typed is kept here.")).to_have_count(0, timeout=30_000)
    door.goto(address)
    expect(door.get_by_label("Last name", exact=True)).to_have_value("Expired")
