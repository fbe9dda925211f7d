"""The portal inside an intranet's page: what works in which arrangement, and what is said where it can't."""

import re

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from casework.demo.people import PASSWORD
from tests.e2e.conftest import ARGUMENTS, axe
from tests.e2e.ways import NO_AUTOFOCUS
from tools import browser as chromium

REFUSED = r"frame-ancestors|ERR_BLOCKED_BY_RESPONSE|[Rr]efused to (frame|display)|chrome-error"


@pytest.fixture(autouse=True)
def _expects(watch):
    watch.allow(NO_AUTOFOCUS)


def inside(page: Page, address: str) -> Frame:
    """Opens the intranet's page and gives what its frame shows."""
    page.goto(address)
    frame = page.get_by_title("Portal").element_handle().content_frame()
    assert frame is not None
    return frame


def sign_in(place: Page | Frame, username: str = "amy") -> None:
    place.get_by_label("Username", exact=True).fill(username)
    place.get_by_label("Password", exact=True).fill(PASSWORD)
    place.get_by_role("button", name="Sign in", exact=True).click()


def work(place: Page | Frame) -> None:
    """A list, a plain POST, and an htmx POST with its swap."""
    expect(place.get_by_role("heading", level=1)).to_have_text("Authorization requests")
    place.get_by_role("link", name="Add", exact=True).click()
    place.get_by_role("button", name="Physical therapy", exact=True).click()
    place.get_by_role("button", name="Add diagnosis line", exact=True).click()
    expect(place.get_by_role("group", name="Diagnosis line 2")).to_be_visible()
    page = place.page if isinstance(place, Frame) else place
    with page.expect_response("**/autosave") as answer:
        place.get_by_label("Last name", exact=True).fill("Framed")
    assert answer.value.ok


def test_another_sites_frame_with_partitioned_cookies(open_page, street, framed):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("portal.test", "/dashboard")))
    sign_in(frame)
    work(frame)
    cookies = [each for each in page.context.cookies() if each["name"].startswith("__Host-portal_session")]
    assert [(each["sameSite"], each["secure"]) for each in cookies] == [("None", True)]
    assert all(each.get("partitionKey") for each in cookies)


def test_the_same_where_the_browser_blocks_other_sites_cookies(street, framed, browser: Browser):
    blocking = browser.browser_type.launch(
        executable_path=chromium.find(), args=[*ARGUMENTS, "--test-third-party-cookie-phaseout"]
    )
    page = blocking.new_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("portal.test", "/dashboard")))
    sign_in(frame)
    work(frame)
    blocking.close()


@pytest.mark.parametrize(
    ("host", "path"), [("home.apps.test", "/apps/portal/dashboard"), ("apps.test", "/apps/portal/dashboard")]
)
def test_a_frame_of_the_same_site_with_plain_cookies(open_page, street, prefixed, host, path):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame(host, street.address("apps.test", path)))
    sign_in(frame)
    work(frame)
    assert not page.context.cookies(street.address("apps.test", "/other")), "the cookies stay under the prefix"


def test_plain_cookies_in_another_sites_frame_say_what_to_do(open_page, street, prefixed):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("apps.test", "/apps/portal/dashboard")))
    sign_in(frame)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Cookies are blocked here")
    assert axe(frame) == []
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the portal in a new window").click()
    sign_in(opened.value)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Authorization requests")


@pytest.mark.parametrize(("parent", "home"), [("evil.test", "portal.test"), ("evil.test", "apps.test")])
def test_a_parent_that_is_not_listed_is_refused(open_page, street, framed, prefixed, watch, parent, home):
    watch.allow(REFUSED)
    page = open_page(ignore_https_errors=True)
    prefix = "/apps/portal" if home == "apps.test" else ""
    frame = inside(page, street.frame(parent, street.address(home, f"{prefix}/sign-in")))
    expect(page.get_by_role("heading", name="Intranet")).to_be_visible()
    assert frame.get_by_label("Username").count() == 0
    assert frame.url.startswith("chrome-error:")


def test_nobody_frames_it_when_no_setting_says_so(open_page, street, server, watch):
    watch.allow(REFUSED)
    street.proxy("closed.test", server.port)
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", f"{server.url}/sign-in"))
    assert frame.url.startswith("chrome-error:")


def test_single_sign_on_leaves_the_frame(open_page, street, framed):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("portal.test", "/")))
    frame.get_by_role("link", name="Single Sign-On (SSO)").click()
    page.wait_for_url(street.address("portal.test", "/sso"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Single Sign-On (SSO)")


def test_the_look_without_its_own_head(open_page, street, framed):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("portal.test", "/dashboard?embed=1")))
    expect(frame.get_by_role("banner")).to_have_count(0)
    sign_in(frame)
    expect(frame.get_by_role("link", name="Add", exact=True)).to_be_visible()
    expect(frame.get_by_role("link", name=re.compile("Provider Portal"))).to_have_count(0)
    assert axe(frame) == []


PREFILLED = """
<form method="post" action="{}" target="_blank">
  <input type="hidden" name="care_kind" value="physical_therapy">
  <input type="hidden" name="last_name" value="Prefilled">
  <input type="hidden" name="service-1-code" value="97110">
  <button>Request authorization</button>
</form>
"""


@pytest.mark.parametrize("home", ["portal.test", "apps.test/apps/portal"])
def test_an_intranet_sends_a_request_that_it_has_filled_in(open_page, street, framed, prefixed, home):
    host, _, prefix = home.partition("/")
    page = open_page(ignore_https_errors=True)
    target = street.address(host, f"/{prefix}/prefill".replace("//", "/"))
    page.goto(street.page("intra.test", f"/prefill-{host}", PREFILLED.format(target)))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Request authorization").click()
    window = opened.value
    sign_in(window)
    expect(window.get_by_role("heading", level=1)).to_have_text("A request from your intranet")
    assert axe(window) == []
    window.get_by_role("button", name="Make a draft of it").click()
    expect(window.get_by_label("Last name", exact=True)).to_have_value("Prefilled")
    expect(window.get_by_label("CPT / HCPCS code 1", exact=True)).to_have_value("97110")
    with page.context.expect_page() as again:
        page.get_by_role("button", name="Request authorization").click()
    expect(again.value.get_by_role("heading", level=1)).to_have_text("A request from your intranet")


def test_an_intranet_that_is_not_listed_sends_nothing(open_page, street, framed):
    page = open_page(ignore_https_errors=True)
    page.goto(street.page("evil.test", "/", PREFILLED.format(street.address("portal.test", "/prefill"))))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Request authorization").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Not open to your account")


def test_the_widget_in_a_frame(open_page, street, framed):
    page = open_page(ignore_https_errors=True)
    frame = inside(page, street.frame("intra.test", street.address("portal.test", "/sign-in?next=/widget")))
    sign_in(frame)
    expect(frame.get_by_role("link", name="Drafts")).to_be_visible()
    assert axe(frame) == []
