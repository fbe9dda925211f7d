"""In browsers that know text alone: every page of an office reads well, and forms can be sent."""

import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import html5lib
import pytest

from casework import drafts
from casework.accounts import sessions
from models import Request
from tests import builders, personas
from tests.e2e import states
from tests.html import words
from tests.serving import Server

BROWSERS = {
    "w3m": ["w3m", "-T", "text/html", "-dump", "-cols", "100"],
    "lynx": ["lynx", "-stdin", "-dump", "-nolist", "-width=100", "-display_charset=utf-8", "-assume_charset=utf-8"],
}
PAGES = [each for each in (*states.LISTS, *states.FORM, *states.CASES, *states.ACCOUNT) if each.act is None]
needs_lynx = pytest.mark.skipif(not shutil.which("lynx"), reason="no lynx on this machine (apt-get install lynx)")


@pytest.fixture(scope="session")
def world(server: Server) -> dict[str, str]:
    with server.inside():
        return states.make_world()


def token_of(server: Server, username: str) -> str:
    with server.inside():
        return sessions.start(personas.user(username), "127.0.0.1", "test")


def fetch(server: Server, token: str, path: str) -> str:
    request = urllib.request.Request(f"{server.url}{path}", headers={"Cookie": f"portal_session={token}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("username", ["amy", "bob"])
def test_every_page_of_an_office_reads_well(server: Server, world: dict[str, str], browser: str, username: str):
    if not shutil.which(browser):
        pytest.skip(f"no {browser} on this machine (apt-get install {browser})")
    token = token_of(server, username)
    for state in [each for each in PAGES if each.person == username]:
        page = fetch(server, token, state.path.format(**world))
        dump = subprocess.run(BROWSERS[browser], input=page.encode(), capture_output=True, check=True).stdout.decode()
        document = html5lib.parse(page, namespaceHTMLElements=False)
        said = " ".join(dump.split())
        for each in (*document.iter("h1"), *document.iter("h2"), *document.iter("label"), *document.iter("dt")):
            assert _plain(words(each)) in _plain(said), f"{state}: {words(each)!r} is not read"
        assert not re.search(r"\bNone\b(?! added)|undefined|\{\{", said.replace("None yet", "")), state
        assert not re.search("Are you still there|Keyboard shortcuts|Changed by", said), (
            f"{state}: what only scripts show"
        )
        assert not (odd := list(_out_of_order(document))), f"{state}: {odd}"
        assert not (idle := list(_idle(document))), f"{state}: put them into ui.scripted(): {idle}"
        for each in _to_press(document):
            name = words(each).split() or ["(nothing)"]
            lacking = [word for word in name if _plain(word) not in _plain(said)]
            assert not lacking, f"{state}: of {ElementTree.tostring(each)[:200]} this is not read: {lacking}"


def _idle(document) -> Iterator[str]:
    """Buttons that do nothing without a script."""
    for each in document.iter("button"):
        if each.get("type") == "button":
            yield words(each) or each.get("title", "")


def _to_press(document) -> list:
    """Links and buttons, but for those that a script brings to light."""
    hidden = {each for box in document.iter() if box.get("hidden") is not None for each in box.iter()}
    return [each for each in document.iter() if each.tag in ("a", "button", "summary") and each not in hidden]


def _out_of_order(document) -> Iterator[str]:
    """Controls and answers before which no words say what they are: a browser of text shows no other name."""
    place = {each: number for number, each in enumerate(document.iter())}
    told = {each.get("for"): place[each] for each in document.iter("label") if words(each)}
    for each in document.iter():
        is_control = each.tag in ("input", "select", "textarea") and each.get("type") not in (
            "hidden",
            "search",
            "file",
        )
        if is_control and told.get(each.get("id"), len(place)) > place[each]:
            yield f"{each.tag} {each.get('name')}"
        if each.tag == "dl" and [row for row in each if row.tag == "dd" or (row.tag == "div" and row[0].tag != "dt")]:
            yield f"a list of answers: {words(each)[:80]}"


def _plain(text: str) -> str:
    """Letters and digits alone: how a browser sets white space and marks is its own."""
    return re.sub(r"[^a-z0-9]+", "", text.lower())


class Lynx:
    """Drives lynx as a person does: down to each control, what is typed, and to the button."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.script = folder / "lynx.keys"
        self.keys: list[str] = []

    def fill(self, page: str, typed: dict[str, str], button: str) -> None:
        """What is to be done on this page: types into the controls of these names, and presses the button."""
        stops = _stops(html5lib.parse(page, namespaceHTMLElements=False))
        here = 0
        for name, text in typed.items():
            here = self._go(here, next(n for n, each in enumerate(stops) if each.get("name") == name))
            self.keys += [f"key {sign}" for sign in text]
        self._go(here, next(n for n, each in enumerate(stops) if each.tag == "button" and words(each) == button))
        self.keys.append("key ^J")

    def _go(self, here: int, there: int) -> int:
        self.keys += ["key Down Arrow" if there > here else "key Up Arrow"] * abs(there - here)
        return there

    def run(self, path: str) -> None:
        self.script.write_text("\n".join([*self.keys, "key q", "key y"]) + "\n")
        command = [
            "lynx",
            "-accept_all_cookies",
            "-nopause",
            f"-cmd_script={self.script}",
            "-term=vt100",
            f"{self.server.url}{path}",
        ]
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)


def _stops(document) -> list:
    """What lynx stops at, in its order."""
    every = [each for each in document.iter() if each.tag in ("a", "input", "button", "select", "textarea")]
    return [each for each in every if each.get("type") != "hidden" and (each.tag != "a" or words(each))]


@needs_lynx
def test_sign_in_and_save_a_draft_by_lynx(server: Server, tmp_path: Path):
    with server.inside():
        draft = builders.make_draft(member_id="", files=0)
    path = f"/requests/{draft.key}"
    lynx = Lynx(server, tmp_path)
    door = f"/sign-in?next={path}"
    lynx.fill(fetch(server, "", door), {"username": "amy", "password": personas.PASSWORD}, "Sign in")
    lynx.fill(fetch(server, token_of(server, "amy"), path), {"member_id": "XKM44710923"}, "Save what was typed")
    lynx.run(door)
    with server.inside():
        assert drafts.answers(Request.get_by_id(draft.id)).text("member_id") == "XKM44710923"
