"""What a page says once after a redirect is nothing that a browser's folder gives away, nor the next person's."""

import base64
import zlib
from collections.abc import Callable

from flask import Flask

from tests.builders import make_draft
from tests.client import Client
from tests.personas import PASSWORD
from views import web

PASTED = "Zebedee Quillfeather, 97110 x12"
NAME = "Quillfeather"


def kept(client: Client) -> str:
    """The cookie of messages, as the browser keeps it."""
    cookie = client.flask.get_cookie("portal_flash")
    return cookie.value if cookie else ""


def paste(client: Client) -> None:
    client.post(f"/requests/{make_draft(files=0).key}", {"pasted": PASTED})


def readings(cookie: str) -> bytes:
    """The cookie and everything that decoding and unpacking make of it."""
    found = [cookie.encode()]
    for part in cookie.split("."):
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        found.append(raw)
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            continue
    return b" ".join(found)


def test_a_message_is_shown_and_its_cookie_tells_nobody(client_for: Callable[[str], Client]) -> None:
    client = client_for("amy")
    paste(client)
    assert len(kept(client)) > 80
    assert NAME.encode() not in readings(kept(client))
    assert NAME in client.get("/dashboard").words


def test_a_cookie_of_somebody_elses_making_says_nothing(client_for: Callable[[str], Client]) -> None:
    client = client_for("amy")
    paste(client)
    for made in ("eyJfZmxhc2hlcyI6W119.aaaa.bbbb", kept(client)[:-4] + "AAAA", "", "é"):
        client.flask.set_cookie("portal_flash", made)
        page = client.get("/dashboard")
        assert page.status == 200
        assert NAME not in page.words


def test_an_earlier_secret_key_still_opens_it(make_app: Callable[..., Flask]) -> None:
    before = Client(make_app(secret_key="o" * 40, demo=True))
    before.follow(before.sign_in("amy", PASSWORD))
    paste(before)
    after = Client(make_app(secret_key="n" * 40, secret_key_fallbacks="o" * 40, demo=True))
    after.flask.set_cookie("portal_flash", kept(before))
    assert NAME in after.get("/sign-in").words


def test_the_next_person_at_this_browser_reads_none_of_it(client_for: Callable[[str], Client]) -> None:
    client = client_for("amy")
    paste(client)
    client.post("/sign-out")
    assert NAME not in client.get("/sign-in").words
    client = client_for("amy")
    paste(client)
    client.flask.delete_cookie("portal_session")
    client.token = ""
    form = {"username": "bob", "password": PASSWORD, "csrf_token": visitor(client)}
    shown = client.follow(client.post("/sign-in", form))
    assert (shown.heading, NAME in shown.words) == ("Authorization requests", False)


def visitor(client: Client) -> str:
    """A token for this browser's sign-in form, from a window whose page shows no messages."""
    with client.app.test_request_context(headers={"Cookie": f"portal_visit={'v' * 40}"}):
        client.flask.set_cookie("portal_visit", "v" * 40)
        return web.csrf_token()
