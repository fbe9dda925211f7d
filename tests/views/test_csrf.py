"""Every unsafe route refuses what doesn't come from a page of ours: no token, a foreign one, another origin."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from casework import clock
from tests.client import Client, browser_of

WITHOUT_TOKEN = {"sso.back_channel", "intranet.receive"}
"""The one carries the signature of the OpenID provider; the other takes a prefilled draft from named sites."""


def unsafe_routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, a URL of it) of every route that changes something."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}:
            if not getattr(view, "takes_no_token", False):
                yield rule, method, re.sub(r"<any\((\w+)[^>]*>|<int[^>]*>|<number[^>]*>|<[^>]*>", _filled, rule.rule)


def _filled(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return {"<int": "1", "<num": "W26-000001-6"}.get(found[0][:4], "NoSuchKeyHere_00")


def test_only_what_is_known_goes_without_a_token(app: Flask) -> None:
    without = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "takes_no_token", False)
    }
    assert without == WITHOUT_TOKEN


@pytest.mark.slow
@pytest.mark.parametrize("username", ["nobody", "amy", "ian"])
def test_every_unsafe_route_refuses(app: Flask, username: str) -> None:
    client, other = browser_of(username, app), browser_of("bob", app)
    client.get("/sign-in")
    client.get("/profile")
    other.get("/profile")
    own = client.token
    tried = 0
    for rule, method, address in unsafe_routes(app):
        for headers in (
            {},
            {"X-CSRF-Token": ""},
            {"X-CSRF-Token": other.token},
            {"X-CSRF-Token": own, "Origin": "https://evil.example"},
            {"X-CSRF-Token": own, "Origin": "null"},
            {"X-CSRF-Token": own, "Sec-Fetch-Site": "cross-site"},
        ):
            answer = client.flask.open(address, method=method, headers=headers)
            assert answer.status_code == 400, (rule.endpoint, headers)
            tried += 1
    assert tried > 100


def test_the_token_of_a_visitor_is_no_good_after_sign_in(app: Flask) -> None:
    client = Client(app)
    client.get("/sign-in")
    before = client.token
    client.sign_in("amy", "Lantern-Harbor-47!")
    assert client.flask.post("/session", headers={"X-CSRF-Token": before}).status_code == 400


def test_a_token_lives_as_long_as_its_session(client_for: Callable[[str], Client], the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    client.get("/profile")
    for _ in range(30):
        the_clock.move(minutes=14)
        assert client.flask.post("/session", headers={"X-CSRF-Token": client.token}).status_code == 200


def test_our_own_origin_is_welcome(client_for: Callable[[str], Client]) -> None:
    client = client_for("amy")
    client.get("/profile")
    headers = {"X-CSRF-Token": client.token, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.flask.post("/session", headers=headers).status_code == 200


def test_a_browser_without_cookies_is_told_so(app: Flask) -> None:
    client = Client(app)
    client.get("/sign-in")
    answer = app.test_client(use_cookies=False).post("/sign-in", data={"csrf_token": client.token, "username": "amy"})
    assert answer.status_code == 403
    assert "cookies" in answer.get_data(as_text=True)
