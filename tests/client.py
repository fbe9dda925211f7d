"""A browser without scripts for the tests: it fills forms, keeps cookies, and checks every page that it is given."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

import config
from casework.accounts import sessions
from tests import personas
from tests.html import Document, complaints, words
from views import web

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": "http://localhost/"}


class Page:
    """An answer of the portal, and what a person sees in it."""

    def __init__(self, response: TestResponse, is_fragment: bool) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.is_html = response.mimetype == "text/html" and self.status not in (204, 304)
        self.text = response.get_data(as_text=True) if self.is_html else ""
        self.data = response.get_data()
        self.document = Document(self.text, not is_fragment) if self.text else None

    def __repr__(self) -> str:
        return f"<{self.status} {self.response.request.path} {self.location or self.heading!r}>"

    @property
    def location(self) -> str:
        """Where a redirect or HX-Redirect leads, as path and query."""
        address = self.headers.get("Location") or self.headers.get("HX-Redirect") or ""
        parts = urlsplit(address)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def heading(self) -> str:
        return words(next(iter(self.document.all("h1")), None)) if self.document else ""

    @property
    def words(self) -> str:
        """All the text that is on the page, white space folded."""
        return words(self.document.root) if self.document else ""

    @property
    def problems(self) -> dict[str, str]:
        """The list at the top of a refused form: id of the field to message."""
        summary = self.document.by_id("problems") if self.document else None
        return {} if summary is None else {each.get("href", "")[1:]: words(each) for each in summary.iter("a")}

    @property
    def links(self) -> dict[str, str]:
        """Name of a link, as a screen reader says it, to its address."""
        return {name_of(each): each.get("href", "") for each in self._all("a")}

    def _all(self, tag: str, **attributes: str) -> list[Element]:
        return self.document.all(tag, **attributes) if self.document else []

    def by_id(self, identifier: str) -> str:
        """The text of the element with this id; '' when there is none."""
        return words(self.document.by_id(identifier)) if self.document else ""

    def form(self, button: str) -> "Form":
        """The form that has a button of this name."""
        for form in self._all("form"):
            for each in form.iter("button"):
                if name_of(each) == button:
                    return Form(form, each, self.response.request.path)
        outside = {name_of(each): each for each in self._all("button") if each.get("form")}
        if button in outside:
            form = self.document.by_id(outside[button].get("form", "")) if self.document else None
            if form is not None:
                return Form(form, outside[button], self.response.request.path)
        names = sorted({name_of(each) for each in self._all("button")})
        raise AssertionError(f"no form with a button {button!r} on {self!r}; its buttons: {names}")


class Form:
    """A form as it stands on the page: where it goes, and what it would send if this button were pressed."""

    def __init__(self, element: Element, button: Element, path: str) -> None:
        self.action = button.get("formaction") or element.get("action") or path
        self.method = (button.get("formmethod") or element.get("method") or "get").lower()
        self.is_multipart = element.get("enctype") == "multipart/form-data"
        self.values: MultiDict[str, Any] = MultiDict(_values(element))
        if button.get("name"):
            self.values.add(button.get("name", ""), button.get("value", ""))

    def fill(self, answers: Mapping[str, Any]) -> "Form":
        """Sets controls by their names; a list sets several of one name. A name that is not in the form is an error."""
        for name, value in answers.items():
            self.values.setlist(name, value if isinstance(value, list) else [value])
        return self


def _values(form: Element) -> list[tuple[str, str]]:
    found = []
    for each in form.iter():
        name = each.get("name")
        if not name or each.get("disabled") is not None:
            continue
        if each.tag == "select":
            found += [(name, value) for value in _chosen(each)]
        elif each.tag == "textarea":
            found.append((name, (each.text or "").removeprefix("\n")))
        elif each.tag == "input" and _is_sent(each):
            found.append((name, each.get("value", "on" if each.get("type") == "checkbox" else "")))
    return found


def _is_sent(control: Element) -> bool:
    if control.get("type") in ("checkbox", "radio"):
        return control.get("checked") is not None
    return control.get("type") not in ("submit", "button", "file", "image")


def _chosen(select: Element) -> list[str]:
    options = list(select.iter("option"))
    chosen = [each for each in options if each.get("selected") is not None]
    if not chosen and select.get("multiple") is None:
        chosen = options[:1]
    return [each.get("value") if each.get("value") is not None else words(each) for each in chosen]


def name_of(element: Element) -> str:
    """The name of a control as a screen reader says it, nearly: aria-label, else its words."""
    return element.get("aria-label") or words(element) or element.get("title") or ""


class Client:
    """One person's browser. `get` and `post` give a Page that has been checked."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.flask = app.test_client()
        self.token = ""

    def get(self, path: str, *, htmx: bool = False, headers: Mapping[str, str] | None = None, **options: Any) -> Page:
        return self._checked(self.flask.get(path, headers=_headers(htmx, headers), **options), htmx)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        htmx: bool = False,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Page:
        """Posts `data` with the token of the last page, as its form would; `csrf_token=None` in data leaves it out."""
        values = MultiDict(data or {})
        if "csrf_token" not in values:
            values["csrf_token"] = self.token or self._fresh_token()
        elif values["csrf_token"] is None:
            del values["csrf_token"]
        return self._checked(self.flask.post(path, data=values, headers=_headers(htmx, headers), **options), htmx)

    def submit(self, page: Page, button: str, answers: Mapping[str, Any] | None = None, *, htmx: bool = False) -> Page:
        """Presses `button` on `page` after filling in `answers`; what the page held already is sent along."""
        form = page.form(button).fill(answers or {})
        if form.method == "get":
            return self.get(form.action, query_string=form.values)
        more: dict[str, Any] = {"content_type": "multipart/form-data"} if form.is_multipart else {}
        return self.post(form.action, form.values, htmx=htmx, **more)

    def follow(self, page: Page) -> Page:
        """The page that a redirect leads to."""
        assert page.location, f"{page!r} is no redirect: {page.problems or page.words[:300]}"
        return self.get(page.location)

    def send(self, page: Page, button: str, answers: Mapping[str, Any] | None = None) -> Page:
        """As `submit`, and follows the redirect of a form that was taken."""
        return self.follow(self.submit(page, button, answers))

    def sign_in(self, username: str, password: str) -> Page:
        """By the real form; gives its answer."""
        return self.submit(self.get("/sign-in"), "Sign in", {"username": username, "password": password})

    def _fresh_token(self) -> str:
        self.get("/sign-in")
        return self.token

    def _checked(self, response: TestResponse, htmx: bool) -> Page:
        is_fragment = (
            htmx and "<html" not in response.get_data(as_text=True)[:300] if response.mimetype == "text/html" else htmx
        )
        page = Page(response, is_fragment)
        found = list(_header_complaints(page))
        if page.document:
            found += complaints(page.document)
        where = f"{response.request.method} {response.request.path} ({page.status})"
        assert not found, f"{where}:\n" + "\n".join(f"  - {each}" for each in found)
        if token := TOKEN.search(page.text):
            self.token = token[1]
        return page


def browser_of(username: str, app: Flask) -> Client:
    """The browser of this persona, with a session that has just begun; of somebody not signed in for "nobody"."""
    client = Client(app)
    if username != personas.NOBODY:
        token = sessions.start(personas.user(username), "127.0.0.1", "test")
        client.flask.set_cookie(web.session_cookie(), token, domain="localhost")
        with app.test_request_context(headers={"Cookie": f"{web.session_cookie()}={token}"}):
            client.token = web.csrf_token()
    return client


def _headers(htmx: bool, more: Mapping[str, str] | None) -> dict[str, str]:
    return {**(HTMX if htmx else {}), **(more or {})}


def _header_complaints(page: Page) -> list[str]:
    """What the headers of every answer must say."""
    found = []
    if page.status >= 500 and page.status != 503:
        found.append("the portal failed: the log below says where.")
    policy = page.headers.get("Content-Security-Policy", "")
    has_body = page.status not in (204, 304)
    if has_body and ("default-src 'none'" not in policy or "unsafe" in policy):
        found.append(f"Content-Security-Policy is {policy!r}. Leave it to app.py, or make it stricter.")
    if page.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("no X-Content-Type-Options: nosniff. Leave it to app.py.")
    if page.response.request.path.startswith("/static/"):
        return found
    if "no-store" not in page.headers.get("Cache-Control", ""):
        found.append("no Cache-Control: no-store. Signed-in pages must not be kept by a browser.")
    if page.is_html and not {"HX-Request", "HX-Request-Type"} <= {
        each.strip() for each in page.headers.get("Vary", "").split(",")
    }:
        found.append("Vary lacks HX-Request, HX-Request-Type: Back would show a bare fragment.")
    return found + _cookie_complaints(page.headers.getlist("Set-Cookie"))


def _cookie_complaints(cookies: list[str]) -> list[str]:
    site = config.current()
    is_elsewhere = site.embed_mode == "cross-site"
    wanted = {"HttpOnly", f"Path={site.prefix}/", f"SameSite={'None' if is_elsewhere else 'Lax'}"}
    wanted |= {each for each, is_due in (("Secure", site.is_https), ("Partitioned", is_elsewhere)) if is_due}
    found = []
    for cookie in cookies:
        name = cookie.split("=")[0]
        if lacking := wanted - set(cookie.split("; ")):
            found.append(f"a cookie without {sorted(lacking)}: {name}. Use views.web.cookie_manners().")
        if name == "remember_token":
            found.append("a remember_token cookie. Never sign in with remember=True.")
        if re.search("Max-Age=[1-9]", cookie) and "portal_prefill" not in name:
            found.append(f"a cookie that outlives the browser: {name}. Let it end with the browser's session.")
    return found
