"""What is typed into a draft reaches the server by itself, and is never lost on the way."""

import re
from urllib.parse import parse_qs

from playwright.sync_api import Route, expect

from tests.e2e.journeys.steps import come_back_to
from tests.e2e.pages import RequestForm

NO_NETWORK = r"ERR_INTERNET_DISCONNECTED|Failed to fetch"


def draft(page):
    return RequestForm.add(page, "Physical therapy")


def type_and_wait(page, label, words):
    """Types, and waits until the server has said that it has it."""
    with page.expect_response(lambda answer: answer.url.endswith("/autosave") and answer.ok):
        page.get_by_label(label, exact=True).fill(words)


def stored(page, label):
    """What the server has: the page loaded anew, in a window of its own."""
    other = page.context.new_page()
    other.goto(page.url)
    value = other.get_by_label(label, exact=True).input_value()
    other.close()
    return value


def test_what_is_typed_is_on_the_server_without_a_click(as_):
    page = as_("amy")
    draft(page)
    with page.expect_response("**/autosave"):
        page.get_by_label("Last name", exact=True).press_sequentially("Okafor")
    expect(page.get_by_text(re.compile(r"^Saved \d"))).to_be_visible()
    assert stored(page, "Last name") == "Okafor"


TOUCH_ALL = """form => {
  const typed = "input:not([type=hidden], [type=file]), select, textarea";
  const fields = [...form.elements].filter((each) => each.matches(typed));
  fields.forEach((each) => each.dispatchEvent(new Event("input", { bubbles: true })));
  return fields.map((each) => each.name);
}"""


def test_every_field_is_sent(as_):
    page = as_("amy")
    form = draft(page)
    sent: set[str] = set()
    page.on("request", lambda request: sent.update(parse_qs(request.post_data or "", keep_blank_values=True)))
    touched = set(page.locator("#request").evaluate(TOUCH_ALL))
    form.wait_until_saved()
    assert touched - sent == {"pasted"}, "what is pasted becomes lines by its own button"
    assert len(touched) > 40


def test_it_says_saved_only_when_the_last_keys_are(as_):
    page = as_("amy")
    form = draft(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    def send_next() -> None:
        while not held:
            page.wait_for_timeout(50)
        with page.expect_response("**/autosave"):
            held.pop().continue_()

    page.route("**/autosave", hold)
    page.get_by_label("Last name", exact=True).fill("Oka")
    with page.expect_request("**/autosave"):
        page.get_by_label("Last name", exact=True).press("Tab")
    page.get_by_label("Last name", exact=True).fill("Okafor")
    send_next()
    expect(page.get_by_text(re.compile(r"^(Saved \d|Saving)"))).to_have_text("Saving…")
    send_next()
    form.wait_until_saved()
    assert stored(page, "Last name") == "Okafor"


def test_the_last_keys_before_leaving_are_not_lost(as_):
    page = as_("amy")
    draft(page)
    address = page.url
    page.get_by_label("Last name", exact=True).fill("Lindqvist")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/dashboard")
    name = page.get_by_label("Last name", exact=True)
    for _ in range(50):
        page.goto(address)
        if name.input_value():  # a slow machine may still be saving it
            break
    expect(name).to_have_value("Lindqvist")


def test_without_a_network_it_is_kept_told_and_tried_again(as_, watch):
    watch.allow(NO_NETWORK)
    page = as_("amy")
    draft(page)
    page.context.set_offline(True)
    page.get_by_label("Last name", exact=True).fill("Baptiste")
    expect(page.get_by_text("Not saved – trying again.")).to_be_visible()
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Baptiste")
    page.context.set_offline(False)
    expect(page.get_by_text("Not saved – trying again.")).to_be_hidden()
    assert stored(page, "Last name") == "Baptiste"


def test_submit_without_a_network_sends_nothing_and_loses_nothing(as_, watch):
    watch.allow(NO_NETWORK)
    page = as_("amy")
    form = draft(page)
    address = page.url
    page.context.set_offline(True)
    page.get_by_label("Last name", exact=True).fill("Tran")
    form.submit()
    expect(page.get_by_text("Not saved – trying again.")).to_be_visible()
    assert page.url == address
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Tran")


def test_after_the_session_ended_a_new_sign_in_saves_what_waited(as_):
    page = as_("amy")
    draft(page)
    other = page.context.new_page()
    other.goto("/dashboard")
    other.get_by_role("button", name="Sign out").click()
    page.get_by_label("Last name", exact=True).fill("Whitaker")
    expect(page.get_by_text("your session has ended")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in again").click()
    door = opened.value
    door.get_by_label("Username", exact=True).fill("amy")
    door.get_by_label("Password", exact=True).fill("Lantern-Harbor-47!")
    door.get_by_role("button", name="Sign in", exact=True).click()
    expect(door.get_by_role("heading", level=1)).to_have_text("New authorization request")
    come_back_to(page)
    expect(page.get_by_text("your session has ended")).to_be_hidden()
    assert stored(page, "Last name") == "Whitaker"


def test_two_people_in_different_fields_do_not_disturb_each_other(as_):
    amy, ann = as_("amy"), as_("ann")
    draft(amy)
    ann.goto(amy.url)
    type_and_wait(amy, "Last name", "Okafor")
    type_and_wait(ann, "First name", "Samuel")
    assert (stored(amy, "Last name"), stored(amy, "First name")) == ("Okafor", "Samuel")


def clash(as_):
    """Ann has changed the last name that Amy's page still shows as it was."""
    amy, ann = as_("amy"), as_("ann")
    draft(amy)
    type_and_wait(amy, "Last name", "Okafo")
    ann.goto(amy.url)
    type_and_wait(ann, "Last name", "Okafor")
    amy.get_by_label("Last name", exact=True).fill("Okaforr")
    return amy, amy.get_by_role("group", name="Changed by two people")


def test_two_people_in_one_field_see_both_values_and_who(as_):
    amy, told = clash(as_)
    expect(told).to_contain_text("Changed by Ann Sample")
    expect(told).to_contain_text("Okaforr")
    expect(told).to_contain_text("Theirs: Okafor")
    assert stored(amy, "Last name") == "Okafor"


def test_two_windows_under_one_username_are_told_too(as_):
    first, second = as_("amy"), as_("amy")
    draft(first)
    second.goto(first.url)
    type_and_wait(first, "Last name", "Okafor")
    second.get_by_label("Last name", exact=True).fill("Okaforr")
    told = second.get_by_role("group", name="Changed by two people")
    expect(told).to_contain_text("Theirs: Okafor")
    assert stored(first, "Last name") == "Okafor"


def test_a_choice_made_before_does_not_hide_what_a_colleague_chose(as_):
    amy, ann = as_("amy"), as_("ann")
    draft(amy)
    for choice in ("auto", "work"):
        with amy.expect_response("**/autosave"):
            amy.get_by_label("Accident related").select_option(choice)
    ann.goto(amy.url)
    with ann.expect_response("**/autosave"):
        ann.get_by_label("Accident related").select_option("auto")
    amy.get_by_label("Accident related").select_option("other")
    expect(amy.get_by_role("group", name="Changed by two people")).to_contain_text("Theirs: Auto accident")


def test_a_lost_answer_and_more_typing_is_no_clash(as_, watch):
    watch.allow(NO_NETWORK)
    page = as_("amy")
    form = draft(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("internetdisconnected")

    page.route("**/autosave", lose, times=1)
    page.get_by_label("Last name", exact=True).fill("Oka")
    expect(page.get_by_text("Not saved – trying again.")).to_be_visible()
    page.get_by_label("Last name", exact=True).fill("Okafor")
    form.wait_until_saved()
    assert stored(page, "Last name") == "Okafor"
    expect(page.get_by_role("group", name="Changed by two people")).to_have_count(0)


def test_mine_or_theirs_is_one_click(as_):
    amy, told = clash(as_)
    with amy.expect_response("**/autosave"):
        told.get_by_role("button", name="Use mine").click()
    expect(told).to_have_count(0)
    assert stored(amy, "Last name") == "Okaforr"
    amy, told = clash(as_)
    told.get_by_role("button", name="Use theirs").click()
    expect(amy.get_by_label("Last name", exact=True)).to_have_value("Okafor")
    assert stored(amy, "Last name") == "Okafor"
