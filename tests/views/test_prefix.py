"""Under a path prefix no address leaves it: no link, form, attribute or redirect on a walk through the pages."""

import re
from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from flask import Flask

from models import Status
from tests.builders import make_draft, make_request
from tests.client import Client, Form, Page, browser_of
from tests.test_routes import COLUMNS, lines, routes

PREFIX = "/apps/portal"
HOME = f"http://localhost{PREFIX}"
ENDS_THE_WALK = ("/sign-out",)
FIRST = ("/requests/KEY submit", "/check ")
"""Sent while the draft is whole: the other forms take away of it."""
MOST_ALIKE = 4
"""Pages of one shape that are opened."""


class Walk:
    """Opens every page that links lead to, and sends every form that it meets, as it stands."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.outside: set[str] = set()
        self.asked: set[str] = set()
        self.opened: Counter[str] = Counter()
        self.forms: dict[str, Form] = {}
        self.sent: set[str] = set()
        self.waiting = deque(
            f"{PREFIX}/{page}" for page in ("", "dashboard?tab=pending", "dashboard", "queue", "widget")
        )

    def walk(self) -> "Walk":
        """To the end: what a form leads to has pages and forms of its own, and the next form may put an end to them."""
        self._open_pages()
        while unsent := [each for each in self.forms if each not in self.sent]:
            self._send(min(unsent, key=lambda shape: not shape.endswith(FIRST)))
            self._open_pages()
        return self

    def _open_pages(self) -> None:
        while self.waiting:
            address = self.waiting.popleft()
            if address not in self.asked and self.opened[_shape(address)] < MOST_ALIKE:
                self.asked.add(address)
                page = self.client.get(address)
                assert page.status != 405, f"a link or redirect to what has no page: {page}"
                self.opened[_shape(address)] += not page.location  # a redirect shows nothing of where it leads
                self.look(page)

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
        self.waiting += [each.get("src") for each in page.document.all("img")]
        self.waiting += [f"{each.get('action')}?q=Northgate" for each in page.document.all("form", method="get")]
        for form in page.document.all("form", method="post"):
            for button in [each for each in form.iter("button") if each.get("type") != "button"]:
                self._keep(Form(form, button, where), button.get("value", ""))

    def _note(self, name: str, value: str, where: str) -> None:
        parts = urlsplit(value)
        own = parts.netloc in ("", "localhost")
        if not own or not (parts.path == PREFIX or parts.path.startswith(f"{PREFIX}/")):
            self.outside.add(f"{name}={value} on {_shape(where)}")

    def _keep(self, form: Form, button: str) -> None:
        if not form.action.endswith(ENDS_THE_WALK):
            self.forms.setdefault(f"{_shape(form.action)} {button}", form)
            if "q" in form.values:
                form.fill({"q": "Hollis"})

    def _send(self, shape: str) -> None:
        self.sent.add(shape)
        form = self.forms[shape]
        more = {"content_type": "multipart/form-data"} if form.is_multipart else {}
        for htmx in (True, False):
            values = {**form.values.to_dict(flat=False), "csrf_token": self.client.token}
            page = self.client.post(form.action, values, htmx=htmx, **more)
            assert page.status < 500, page
            self.look(page)


def _shape(address: str) -> str:
    parts = urlsplit(address)
    path = re.sub(r"/[A-Za-z0-9_-]{16,43}(?=/|$|\.)", "/KEY", parts.path)
    query = re.sub(r"=(?!(drafts|pending|rejected|accepted|closed)\b)[^&]*", "=", parts.query)
    return re.sub(r"[WA]\d\d-\d+-\d|\d+", "N", path) + (f"?{query}" if query else "")


@pytest.fixture
def mounted(make_app):
    app = make_app(public_url=HOME)
    for status in (Status.SUBMITTED, Status.REJECTED, Status.IN_REVIEW, Status.INFO_REQUESTED, Status.DETERMINED):
        make_request(status)
    make_request(Status.DETERMINED, denied=True)
    make_request(Status.WITHDRAWN)
    make_request(urgency="expedited", criterion_infusion="1")
    make_draft()
    return app


NOT_LINKED = {"/healthz", "/readyz", "/metrics", "/session", "/prove", "/sso/start", "/sso/callback", "/sso/signed-out"}
"""What scripts and machines ask for, and redirects at sign-in."""
SIGNED_OUT = {"/register", "/sso"}
STAFF = SIGNED_OUT | {"/search", "/requests/<key>/sent"}
"""What these people get by its address alone: what is for others, and a search for nothing."""


def unopened(person: str, walk: Walk, app: Flask) -> set[str]:
    """Pages that the table of routes opens to this person, and that the walk has not come to."""
    there = {(method, route): rule.endpoint for method, route, rule in routes(app)}
    paths = app.url_map.bind("localhost")
    asked = {paths.match(urlsplit(each).path.removeprefix(PREFIX) or "/")[0] for each in walk.asked}
    own = COLUMNS.index(person)
    table = {route for method, route, _, answers in lines() if method == "GET" and answers[own] == 200}
    return {each for each in table - NOT_LINKED if there["GET", each] not in asked}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("person", "besides"),
    [("nobody", set()), ("amy", {*SIGNED_OUT, "/search"}), ("nia", STAFF), ("pam", STAFF), ("ada", SIGNED_OUT)],
)
def test_no_address_leaves_the_prefix(mounted, person, besides):
    walk = Walk(browser_of(person, mounted)).walk()
    assert not walk.outside
    assert unopened(person, walk, mounted) == besides


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
