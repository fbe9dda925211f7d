"""The pages as a person meets them: by role and by label, never by class or id. A dozen lines each."""

import re
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from casework.fields import BY_NAME, LINE_FIELDS, Field, Kind

DONE = re.compile(r"^Saved\b")


class Dashboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, tab: str = "drafts") -> "Dashboard":
        self.page.goto(f"/dashboard?tab={tab}")
        return self

    def tab(self, name: str) -> "Dashboard":
        """By the tab's name: Drafts, Pending (In Process), Rejected, Accepted."""
        self.page.get_by_role("navigation", name="Requests by state").get_by_role("link", name=name).click()
        return self

    def row(self, words: str) -> Locator:
        """The row with these words: a WebCert #, a name."""
        return self.page.get_by_role("row").filter(has_text=words)

    def search(self, words: str) -> None:
        self.page.get_by_label("Search for").fill(words)
        self.page.get_by_role("button", name="Search", exact=True).click()


class RequestForm:
    """The request form; `answers` are by the names of tests/answers.py, filled in by the labels that they have."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def add(cls, page: Page, what: str) -> "RequestForm":
        """From any page: Add, then what is wanted ('Physical therapy', 'Inpatient', …)."""
        page.get_by_role("link", name="Add", exact=True).click()
        page.get_by_role("button", name=what, exact=True).click()
        page.wait_for_url(re.compile(r"/requests/[\w-]{16}$"))
        return cls(page)

    def fill(self, answers: Mapping[str, str]) -> "RequestForm":
        for name, value in answers.items():
            label, field = _label(name)
            self.answer(label, field, value)
        return self

    def answer(self, label: str, field: Field, value: str) -> None:
        if field.kind == Kind.RADIO:
            group = self.page.get_by_role("radiogroup", name=label, exact=True)
            group.get_by_role("radio", name=field.words(value), exact=True).check()
        elif field.kind == Kind.TICK:
            self.page.get_by_label(label, exact=True).set_checked(value == "1")
        elif field.kind == Kind.CHOICE:
            self.page.get_by_label(label, exact=True).select_option(label=field.words(value))
        else:
            self.page.get_by_label(label, exact=True).fill(value)

    def add_line(self, kind: str) -> None:
        """'service' or 'diagnosis': by the + icon; waits for the new line."""
        before = self.lines(kind).count()
        self.page.get_by_role("button", name=f"Add {kind} line", exact=True).click()
        expect(self.lines(kind)).to_have_count(before + 1)

    def lines(self, kind: str) -> Locator:
        return self.page.get_by_role("group", name=re.compile(f"^{kind.title()} line \\d+$"))

    def attach(self, *files: Path) -> None:
        """By "Attach clinicals"; waits until each has its receipt."""
        self.page.get_by_label("Attach clinicals").set_input_files(files)
        for file in files:
            expect(self.page.get_by_role("link", name=file.name)).to_be_visible()

    def wait_until_saved(self) -> None:
        """What the quiet line at the foot says when everything typed is on the server."""
        expect(self.page.get_by_text(DONE).last).to_be_visible()

    def save(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()

    def submit(self) -> None:
        """To the check page, or back to the form with the list of what is missing."""
        self.page.get_by_role("button", name="Submit", exact=True).click()


class CheckPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.get_by_text("Nothing is sent yet.")).to_be_visible()

    def submit(self) -> str:
        """Sends the request and gives its WebCert #."""
        self.page.get_by_role("button", name="Submit", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Submitted")
        found = re.search(r"W\d\d-\d{6,}-\d", self.page.inner_text("main"))
        assert found, self.page.inner_text("main")
        return found[0]


def _label(name: str) -> tuple[str, Field]:
    """The label of a control and its field, e.g. 'service-2-code' → 'CPT / HCPCS code 2'."""
    prefix, _, rest = name.partition("-")
    if prefix not in LINE_FIELDS:
        return BY_NAME[name].label, BY_NAME[name]
    number, _, own = rest.partition("-")
    field = LINE_FIELDS[prefix][own]
    return f"{field.label} {number}", field
