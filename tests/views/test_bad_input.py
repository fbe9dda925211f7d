"""Ten thousand bad inputs (in `make test-all`; here a tenth): none is answered by a failure, none by a trace.

Every route is asked by people who may use it, with ids, fields and bodies that no honest browser sends. What is drawn
is drawn from a seed, so that a failure can be repeated; a failure says the seed and what was sent.
"""

import random
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from casework import fields
from models import Status
from tests import worlds
from tests.client import browser_of
from tests.test_routes import address, routes, status_for, verb_of

ROUND = 1000
LONG = "x" * 1_000_000
NASTY = (
    "", " ", "0", "-1", "1", "9" * 19, str(2**63), "1.9e19", "１２３４５", "NaN", "null", "true", "[]",
    "{}", "{{7*7}}", "${7*7}",
    "<script>alert(1)</script>", "'; DROP TABLE request; --", "%00", "\x00", "a\x00b", "\ud800",
    "\u202etxt", "\ufeff",
    "../../etc/passwd", "..%2f..%2f", "C:\\x", "=cmd|' /C calc'!A0", "\r\nSet-Cookie: a=b", "\x1b[31m", "é" * 5000,
    "line\n" * 10_000, "13/45/2026", "02/29/2027", "00/00/0000", "12/31/9999", "01/01/0001",
    "99999", "W26-000001-9", "A26-999999-0",
    "amy", "Lantern-Harbor-47!", "http://evil.example/", "//evil.example", "\U0001f9ff" * 300, "١٢٣",
    "none", "?", "-", "1" * 400,
)  # fmt: skip
IDS = ("0", "-1", "x", "9" * 19, str(2**63), "..", "%00", "%ff", "%C3%28", "AAAAAAAAAAAAAAAA", "W26-000000-0", "é")
GENERIC = (
    "key", "q", "tab", "show", "before", "after", "reason", "words", "urgency", "reviewer",
    "items-0", "line-0-outcome", "reply_by",
    "line-0-quantity", "username", "password", "next", "email", "phone", "name", "note", "files",
    "day", "disposition", "windows-0",
    "page", "from", "to", "first", "last", "month", "who", "what", "number", "since", "until",
    "log", "action", "removed", "code",
    "rationale", "outcome", "hands-to", "embed", "physician_name", "window", "text", "token",
    "secret", "state", "case_type", "kind",
)  # fmt: skip
EVERYBODY = ("nobody", "amy", "bob", "ian", "nia", "pam", "ada")


class Thrower:
    """Draws requests from a seed and throws them at the portal."""

    def __init__(self, app: Flask, seed: int) -> None:
        self.app = app
        self.chance = random.Random(seed)
        self.seed = seed
        self.rules = [(method, rule) for method, _, rule in routes(app)]
        self.names = [*GENERIC, *fields.BY_NAME, "service-1-code", "service-0-from", "diagnosis-1-code"]

    def text(self) -> str:
        drawn = self.chance.random()
        if drawn < 0.02:
            return LONG
        if drawn < 0.8:
            return self.chance.choice(NASTY)
        return "".join(chr(self.chance.choice((65, self.chance.randrange(1, 0xD7FF)))) for _ in range(20))

    def body(self, names: list[str]) -> MultiDict[str, str]:
        body: MultiDict[str, str] = MultiDict()
        for name in self.chance.choices(names, k=self.chance.randrange(1, 12)):
            for _ in range(self.chance.choice((1, 1, 1, 2, 5))):
                body.add(name, _sendable(self.text()))
        return body

    def path(self, rule: Rule, world: worlds.World) -> str:
        path = address(rule, world)
        if rule.arguments and self.chance.random() < 0.3:
            bad = self.chance.choice(IDS)
            parts = [part for part in path.split("/") if part]
            parts[self.chance.randrange(len(parts))] = bad
            path = "/" + "/".join(parts)
        if self.chance.random() < 0.4:
            names = self.chance.choices(self.names, k=2)
            pairs = [f"{quote(name)}={quote(_sendable(self.text())[:2000])}" for name in names]
            path += "?" + "&".join([*pairs, self.chance.choice(("", "%ff=%fe", "before=x&before=y", "a[]=1"))])
        return path


def _sendable(text: str) -> str:
    """Lone surrogates can't be encoded by any client: their bytes go by `broken`."""
    return text.encode("utf-8", "replace").decode()


@pytest.fixture(scope="module")
def world(peopled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Status], worlds.World]:
    made: dict[Status, worlds.World] = {}

    def world(status: Status) -> worlds.World:
        if status not in made:
            made[status] = worlds.make(peopled_database, tmp_path_factory.mktemp(f"bad-{status}"), status)
        return made[status]

    return world


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_bad_input_is_never_answered_by_a_failure(seed, portal, world, install, scale):
    thrower = Thrower(portal, seed)
    by_status = _by_status(thrower)
    for status, rules in by_status.items():
        there = world(status)
        install(there.folder / "portal.db", files_url=str(there.folder / "files"))
        browsers = {who: browser_of(who, portal) for who in EVERYBODY}
        for _ in range(max(1, ROUND * min(scale, 10) // 5 * len(rules) // len(thrower.rules))):
            _throw(thrower, there, browsers, *thrower.chance.choice(rules))


def _by_status(thrower: Thrower) -> dict[Status, list[tuple[str, Rule]]]:
    found: dict[Status, list[tuple[str, Rule]]] = {}
    for method, rule in thrower.rules:
        found.setdefault(status_for(verb_of(thrower.app, rule)), []).append((method, rule))
    return found


def _throw(thrower: Thrower, there: worlds.World, browsers: dict, method: str, rule: Rule) -> None:
    who = thrower.chance.choice(EVERYBODY)
    browser = browsers[who]
    path = thrower.path(rule, there)
    headers = {"X-CSRF-Token": browser.token} if thrower.chance.random() < 0.95 else {}
    if thrower.chance.random() < 0.2:
        headers |= {"HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": "1.2.3"}
    sent: dict = {"headers": headers}
    if method == "POST":
        sent |= _post(thrower)
    response = browser.flask.open(path, method=method, **sent)
    told = f"seed {thrower.seed}: {who} {method} {path[:300]!r} {str(sent)[:600]}"
    assert response.status_code < 500, f"{response.status_code} for {told}"
    assert b"Traceback" not in response.data, told


def _post(thrower: Thrower) -> dict:
    drawn = thrower.chance.random()
    if drawn < 0.08:
        broken = b"name=%ff%fe&\xff\xfe=\x80&username=\xed\xa0\x80"
        return {"data": broken, "content_type": "application/x-www-form-urlencoded"}
    if drawn < 0.12:
        return {"data": b'{"a": [1,', "content_type": "application/json"}
    if drawn < 0.2:
        name = _sendable(thrower.chance.choice(NASTY))[:300].replace("\r", "").replace("\n", "") or "x"
        content = thrower.text().encode("utf-8", "replace")[:5000]
        return {"data": {"files": (BytesIO(content), name), "note": _sendable(thrower.text()[:99])}}
    return {"data": thrower.body(thrower.names)}


@pytest.mark.parametrize("bad", IDS)
def test_foreign_and_unknown_ids_are_answered_alike(bad, client_for):
    browser = client_for("bob")
    for start in ("/requests/", "/cases/", "/letters/", "/attachments/", "/search/"):
        response = browser.flask.get(start + bad)
        assert response.status_code in (301, 302, 303, 308, 404, 400), (start, bad, response.status_code)


@pytest.mark.parametrize(
    ("by", "path"),
    [
        ("amy", f"/dashboard?before={10**30}"),
        ("amy", f"/dashboard?after=-{10**30}"),
        ("ada", "/audit?endpoint=x&self=y"),
        ("ada", "/audit?_method=POST&_external=1&_scheme=javascript&_anchor=x&more=y"),
        ("nia", "/queue?show=foreign&urgency=foreign&kind=foreign&age=5&after=foreign"),
    ],
)
def test_foreign_parts_of_an_address_are_left_out_of_the_page(by, path, client_for):
    page = client_for(by).get(path)
    assert page.status == 200
    assert not any(part in page.text for part in ("javascript:", "export.csv?", "kind=foreign"))


def test_a_foreign_and_an_unknown_id_get_the_same_bytes(portal, world, install):
    there = world(Status.DETERMINED)
    install(there.folder / "portal.db", files_url=str(there.folder / "files"))
    browser = browser_of("bob", portal)
    for foreign, unknown in (
        (f"/requests/{there.request}", f"/requests/{worlds.NO_KEY}"),
        (f"/cases/{there.number}", "/cases/W26-000998-7"),
        (f"/letters/{there.letter}", f"/letters/{worlds.NO_KEY}"),
        (f"/attachments/{there.file}", f"/attachments/{worlds.NO_KEY}"),
        (f"/search/{there.token}", f"/search/{worlds.NO_KEY}"),
    ):
        answers = [browser.flask.get(path) for path in (foreign, unknown)]
        assert [each.status_code for each in answers] == [404, 404], foreign
        first, second = (_without_reference(each.get_data(as_text=True)) for each in answers)
        assert first.replace(foreign, "PATH") == second.replace(unknown, "PATH")


def _without_reference(text: str) -> str:
    """Reference number and token are others each time; the page must not differ in anything else."""
    return re.sub(r"\b[0-9a-f]{12,}\b", "REF", text)
