"""The case page of an office, and the queue and review page of CMSI, as people use them: by role and by label."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect


class CasePage:
    """A case as the office has it before its eyes."""

    def __init__(self, page: Page, number: str) -> None:
        self.page = page
        self.number = number

    def open(self) -> "CasePage":
        """By the search box that is on every page."""
        self.page.get_by_label("Search for", exact=True).fill(self.number)
        self.page.get_by_role("button", name="Search", exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"Case {self.number}")
        return self

    def request(self, title: str = "Initial request") -> Locator:
        return self.page.get_by_role("article").filter(
            has=self.page.get_by_role("heading", name=re.compile(f"^{title}"))
        )

    def line(self, words: str, title: str = "Initial request") -> Locator:
        """The row of "Asked and decided" with these words."""
        return self.request(title).get_by_role("row").filter(has_text=words)

    def what_happened(self) -> Locator:
        return self.page.get_by_role("region", name="What happened")

    def offers(self) -> Locator:
        """What the + icon offers now; opens it."""
        self.page.get_by_role("link", name="Add to this case").click()
        return self.page.get_by_role("region", name="What applies now")

    def choose(self, what: str) -> None:
        """Chooses one of the offers: Add records, Extend, Withdraw …"""
        offers = self.offers()
        offers.get_by_role("link", name=what, exact=True).or_(
            offers.get_by_role("button", name=what, exact=True)
        ).click()

    def add_records(self, note: str, *files: Path) -> None:
        self.choose("Add records")
        self.page.get_by_label("Attach clinicals").set_input_files(files)
        for file in files:
            expect(self.page.get_by_label(file.name)).to_be_checked()
        self.page.get_by_label("Note", exact=True).fill(note)
        self.page.get_by_role("button", name="Send to CMSI").click()
        expect(self.page.get_by_text("Sent. The reviewer is told.")).to_be_visible()

    def open_letter(self, of: str = "") -> None:
        """The only letter, or, of several, that of the request with this title."""
        self.page.get_by_role("link", name="Determination letter").first.click()
        if of:
            self.page.get_by_role("listitem").filter(has_text=of).get_by_role("link").click()
        expect(self.page.get_by_role("article", name="Letter")).to_be_visible()


class ReviewPage:
    """A request as CMSI's people have it before their eyes."""

    def __init__(self, page: Page, number: str) -> None:
        self.page = page
        self.number = number

    def open(self) -> "ReviewPage":
        """From the queue."""
        self.page.goto("/queue")
        self.page.get_by_role("link", name=self.number, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(f"Review {self.number}")
        return self

    def part(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=re.compile(f"^{name}"))

    def unfold(self, words: str) -> Locator:
        """Opens what is folded under these words and gives its form."""
        fold = self.page.get_by_role("group").filter(has=self.page.get_by_text(words, exact=True)).last
        fold.get_by_text(words, exact=True).first.click()
        return fold

    def accept(self, reviewer: str = "nia (nurse)") -> None:
        self.page.get_by_label("Reviewer", exact=True).select_option(label=reviewer)
        self.page.get_by_role("button", name="Accept for review").click()
        self.told("Accepted for review.")

    def reject(self, reason: str, words: str) -> None:
        form = self.unfold("Reject")
        form.get_by_label("Reason for the rejection", exact=True).select_option(label=reason)
        form.get_by_label("What is wrong and what to do, for the office", exact=True).fill(words)
        form.get_by_role("button", name="Reject", exact=True).click()
        self.told("Rejected.")

    def escalate(self, reason: str) -> None:
        form = self.unfold("Escalate to a physician")
        form.get_by_label("What the physician should look at").fill(reason)
        form.get_by_role("button", name="Escalate to a physician").click()
        self.told("It waits for a physician now.")

    def approve(self) -> None:
        """As asked: the letter is looked at before it is issued."""
        self.page.get_by_role("button", name="Approve as asked").click()
        self.issue()

    def preview(self) -> None:
        self.page.get_by_role("button", name="Preview letter").click()

    def issue(self) -> None:
        expect(self.page.get_by_text("Nothing is decided yet.")).to_be_visible()
        self.page.get_by_role("button", name="Issue the letter").click()
        self.told("The determination is recorded and its letter issued.")

    def verdict(self, what: str, outcome: str) -> Locator:
        """Chooses Approved, Modified or Denied for the line with this code (or 'Stay'); gives its part of the form."""
        line = self.page.get_by_role("group", name=re.compile(f"^{what} "))
        line.get_by_role("radio", name=outcome, exact=True).check()
        return line

    def told(self, words: str) -> None:
        """What the page says at its top after something was done."""
        expect(self.page.get_by_text(words)).to_be_visible()
