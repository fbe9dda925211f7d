"""The ways in which a person works with the portal: each does the same tasks, by its own hands."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import FileChooser, Frame, Locator, Page, expect

from casework.answers import Answers
from casework.demo.people import PASSWORD
from casework.fields import Kind, applying
from models import CaseType
from tests.e2e.neighbors import Neighbors
from tests.e2e.pages import _label

SERVER_OF = {
    "mouse": "server",
    "keyboard": "server",
    "no scripts": "server",
    "narrow and large": "server",
    "frame": "framed",
    "prefix": "prefixed",
}
NO_AUTOFOCUS = "Blocked autofocusing"
"""Chromium tells that it lets no frame of another site take the focus by itself; app.js does it there."""
LARGE_TEXT = "addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%'; });"
NUMBER = re.compile(r"W\d\d-\d{6,}-\d")
MOST_TABS = 400


class Hands:
    """A person with a mouse. `place` is the page, or the frame in it that shows the portal; `home` its address."""

    has_scripts = True

    def __init__(self, page: Page, place: Page | Frame, home: str) -> None:
        self.page = page
        self.place = place
        self.home = home

    def go(self, path: str) -> None:
        self.place.goto(f"{self.home}{path}")

    def press(self, role: str, name: str) -> None:
        """A link or a button, by its name."""
        self.click(self.place.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]  # a literal there

    def write(self, label: str, words: str) -> None:
        self.place.get_by_label(label, exact=True).fill(words)

    def choose(self, label: str, words: str) -> None:
        self.place.get_by_label(label, exact=True).select_option(label=words)

    def pick(self, group: str, words: str) -> None:
        """One of several options that are all seen."""
        self._option(group, words).check()

    def tick(self, label: str) -> None:
        self.place.get_by_label(label, exact=True).check()

    def give_files(self, label: str, *files: Path) -> None:
        self.place.get_by_label(label).set_input_files(files)

    def click(self, target: Locator) -> None:
        target.click()

    def _option(self, group: str, words: str) -> Locator:
        return self.place.get_by_role("radiogroup", name=group, exact=True).get_by_role("radio", name=words, exact=True)

    def heading(self, words: str | re.Pattern[str]) -> None:
        """Waits for the page with this heading."""
        expect(self.place.get_by_role("heading", level=1)).to_have_text(words)

    def sees(self, words: str) -> None:
        expect(self.place.get_by_text(words).first).to_be_visible()

    def sign_in(self, username: str) -> None:
        self.write("Username", username)
        self.write("Password", PASSWORD)
        self.press("button", "Sign in")

    def answer(
        self, typed: Mapping[str, str], case_type: CaseType = CaseType.SERVICE, skip: tuple[str, ...] = ()
    ) -> None:
        """Fills in the request form, in the order of the page; `skip`: answers that are there already."""
        order = [name for name, _ in applying(Answers(case_type, typed))]
        for name in sorted(typed.keys() & set(order) - set(skip), key=order.index):
            label, field = _label(name)
            words = field.words(typed[name])
            if field.kind == Kind.RADIO:
                self.pick(label, words)
            elif field.kind == Kind.TICK:
                self.tick(label)
            elif field.kind == Kind.CHOICE:
                self.choose(label, words)
            else:
                self.write(label, words)

    def add_line(self, kind: str) -> None:
        lines = self.place.get_by_role("group", name=re.compile(f"^{kind.title()} line \\d+$"))
        button = self.place.get_by_role("button", name=f"Add {kind} line", exact=True)
        expect(button).to_be_visible()  # all lines stand before it: a page still arriving has fewer
        before = lines.count()
        self.click(button)
        expect(lines).to_have_count(before + 1)

    def attach(self, *files: Path) -> None:
        self.give_files("Attach clinicals", *files)
        if not self.has_scripts:
            self.press("button", "Upload the chosen files")
        for file in files:
            expect(self.place.get_by_role("link", name=file.name)).to_be_visible()

    def submit(self) -> str:
        """From the form over the check page to the confirmation; gives the WebCert #."""
        self.press("button", "Submit")
        self.sees("Nothing is sent yet.")
        self.press("button", "Submit")
        self.heading("Submitted")
        found = NUMBER.search(self.place.inner_text("main"))
        assert found
        return found[0]


class Keys(Hands):
    """A person with a keyboard and nothing else: everything is reached by Tab."""

    def reach(self, target: Locator) -> None:
        """Tab until the focus is in it."""
        element = target.element_handle()
        for _ in range(MOST_TABS):
            if element.evaluate("element => element.contains(document.activeElement)"):
                return
            if not element.evaluate("element => element.isConnected"):  # drawn anew meanwhile
                element = target.element_handle()
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def click(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, label: str, words: str) -> None:
        self.reach(self.place.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def choose(self, label: str, words: str) -> None:
        target = self.place.get_by_label(label, exact=True)
        self.reach(target)
        self.page.keyboard.type(words)
        expect(target.locator("option:checked")).to_have_text(words)

    def pick(self, group: str, words: str) -> None:
        self.reach(self.place.get_by_role("radiogroup", name=group, exact=True))
        wanted = self._option(group, words)
        self.page.keyboard.press("Space")
        for _ in range(12):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowRight")
        raise AssertionError(f"the keyboard does not choose {words}")

    def tick(self, label: str) -> None:
        target = self.place.get_by_label(label, exact=True)
        self.reach(target)
        if not target.is_checked():
            self.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def give_files(self, label: str, *files: Path) -> None:
        """Space opens the browser's own dialog; pressed once more where a redrawn form has taken the first one."""
        asked: list[FileChooser] = []

        def note(chooser: FileChooser) -> None:
            asked.append(chooser)

        self.page.on("filechooser", note)
        target = self.place.get_by_label(label)
        for _ in range(5):
            self.reach(target)
            self.page.keyboard.press("Space")
            self.page.wait_for_timeout(500)
            if asked:
                asked[0].set_files(files)
                break
        self.page.remove_listener("filechooser", note)
        assert asked, "the keyboard opens no dialog to choose files"


class Plain(Hands):
    """A browser without scripts."""

    has_scripts = False


def begin(way: str, open_page: Callable[..., Page], home: str, street: Neighbors) -> Hands:
    """Somebody in front of the start page, who will work in this way."""
    if way == "frame":
        page = open_page(ignore_https_errors=True)
        page.goto(street.frame("intra.test", f"{home}/"))
        frame = page.get_by_title("Portal").element_handle().content_frame()
        assert frame is not None
        return Hands(page, frame, home)
    options: dict[str, object] = {
        "no scripts": {"scripts": False},
        "narrow and large": {"width": 320},
        "prefix": {"ignore_https_errors": True},
    }.get(way, {})
    page = open_page(**options)
    if way == "narrow and large":
        page.add_init_script(LARGE_TEXT)
    page.goto(f"{home}/")
    return {"keyboard": Keys, "no scripts": Plain}.get(way, Hands)(page, page, home)
