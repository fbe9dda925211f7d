"""Under a path prefix no address leaves it: no link, form, attribute or redirect on a walk through the pages."""

import re
from collections import Counter, deque
from urllib.parse import urlsplit

import pytest

from models import Status
from tests.builders import make_draft, make_request
from tests.client import Client, Form, Page, browser_of

PREFIX = "/apps/portal"
HOME = f"http://localhost{PREFIX}"
ENDS_THE_WALK = ("/sign-out",)
MOST_ALIKE = 2
"""Pages of one shape that are opened."""


class Walk:
    """Opens every page that links lead to, and sends every form that it meets, as it stands."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.outside: set[str] = set()
        self.seen: Counter[str] = Counter()
        self.forms: dict[str, Form] = {}
        self.waiting = deque([f"{PREFIX}/", f"{PREFIX}/dashboard", f"{PREFIX}/queue", f"{PREFIX}/widget"])

    def open_pages(self) -> "Walk":
        while self.waiting:
            address = self.waiting.popleft()
            if self._is_new(address):
                self.look(self.client.get(address))
        return self

    def _is_new(self, address: str) -> bool:
        shape = _shape(address)
        self.seen[shape] += 1
        return self.seen[shape] <= MOST_ALIKE

    def look(self, page: Page) -> None:
        where = page.response.request.path
        if page.location:
            self._note("redirect", page.headers.get("Location") or page.headers["HX-Redirect"], where)
            self.waiting.append(page.location)
        if not page.document:
            return
        for each in page.document.elements:
            for name, value in each.attrib.items():
                if re.match(r"/|https?://", value) and name not in ("xmlns", "value", "content", "data-key"):
                    self._note(name, value, where)
        self.waiting += [each.get("href") for each in page.document.all("a") if each.get("href", "").startswith("/")]
        for form in page.document.all("form", method="post"):
            for button in [each for each in form.iter("button") if each.get("type") != "button"]:
                self._keep(Form(form, button, where))

    def _note(self, name: str, value: str, where: str) -> None:
        parts = urlsplit(value)
        own = parts.netloc in ("", "localhost")
        if not own or not (parts.path == PREFIX or parts.path.startswith(f"{PREFIX}/")):
            self.outside.add(f"{name}={value} on {_shape(where)}")

    def _keep(self, form: Form) -> None:
        self.forms.setdefault(_shape(form.action), form)

    def send_forms(self) -> "Walk":
        for shape, form in list(self.forms.items()):
            if any(each in shape for each in ENDS_THE_WALK):
                continue
            more = {"content_type": "multipart/form-data"} if form.is_multipart else {}
            for htmx in (True, False):
                page = self.client.post(
                    form.action, {**form.values, "csrf_token": self.client.token}, htmx=htmx, **more
                )
                assert page.status < 500, page
                self.look(page)
        return self


def _shape(address: str) -> str:
    path = re.sub(r"/[A-Za-z0-9_-]{16,43}(?=/|$|\?)", "/KEY", urlsplit(address).path)
    return re.sub(r"[WA]\d\d-\d+-\d|\d+", "N", path) + ("?" if urlsplit(address).query else "")


@pytest.fixture
def mounted(make_app):
    app = make_app(public_url=HOME)
    for status in (Status.SUBMITTED, Status.REJECTED, Status.IN_REVIEW, Status.INFO_REQUESTED, Status.DETERMINED):
        make_request(status)
    make_request(Status.DETERMINED, denied=True)
    make_request(Status.WITHDRAWN)
    make_draft()
    return app


@pytest.mark.slow
@pytest.mark.parametrize(("person", "least"), [("nobody", 8), ("amy", 25), ("nia", 10), ("pam", 10), ("ada", 6)])
def test_no_address_leaves_the_prefix(mounted, person, least):
    walk = Walk(browser_of(person, mounted)).open_pages().send_forms().open_pages()
    assert not walk.outside
    assert len(walk.seen) >= least, sorted(walk.seen)


def test_the_prefix_may_be_passed_on_or_taken_off(mounted):
    client = browser_of("amy", mounted)
    for path in (f"{PREFIX}/dashboard", "/dashboard"):
        page = client.get(path)
        assert (page.status, page.links["Add"]) == (200, f"{PREFIX}/requests/new")


def test_cookies_stay_under_the_prefix(mounted):
    page = browser_of("nobody", mounted).get(f"{PREFIX}/sign-in?embed=1")
    cookies = page.headers.getlist("Set-Cookie")
    assert cookies
    assert all(f"Path={PREFIX}/" in each for each in cookies)


def test_after_sign_in_the_wanted_page_opens(mounted):
    client = browser_of("nobody", mounted)
    door = client.follow(client.get(f"{PREFIX}/dashboard?tab=drafts"))
    page = client.submit(door, "Sign in", {"username": "amy", "password": "Lantern-Harbor-47!"})
    assert page.location == f"{PREFIX}/dashboard?tab=drafts"
    elsewhere = browser_of("nobody", mounted)
    door = elsewhere.get(f"{PREFIX}/sign-in?next=/dashboard")
    page = elsewhere.submit(door, "Sign in", {"username": "amy", "password": "Lantern-Harbor-47!"})
    assert page.location == f"{PREFIX}/dashboard", "a next outside the prefix is dropped"
