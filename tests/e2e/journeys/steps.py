"""What a journey begins with, made by the rules of the work; and the letter as its readers get it."""

import io
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page
from pypdf import PdfReader

from casework import clock
from models import Case, Request, Status
from tests import builders, samples
from tests.serving import Server

A_WHILE = 30_000
"""Milliseconds: longer than an open page waits before it asks whether something is new."""


def day(offset: int) -> str:
    """The date so many days from today in Chicago, as it is typed."""
    return clock.show_date(clock.today() + timedelta(days=offset))


def made(server: Server, status: Status = Status.SUBMITTED, **how: object) -> str:
    """WebCert # of a request of amy's in this status, as tests.builders make it."""
    with server.inside():
        return str(builders.make_request(status, **how).case.webcert_number)


def member(last_name: str) -> dict[str, str]:
    """Answers of a member of this journey's own, so that no other request asks for the same."""
    return {"last_name": last_name, "member_id": f"XKM {last_name.upper()} 01"}


def newest_request(webcert_number: str) -> Request:
    """The newest request of this case, as it is now; to be called inside `server.inside()`."""
    of_case = Request.select().join(Case).where(Case.webcert_number == webcert_number)
    found: Request = of_case.order_by(Request.id.desc()).get()
    return found


def record(folder: Path, name: str, *lines: str) -> Path:
    """A small PDF with these words."""
    path = folder / name
    path.write_bytes(samples.pdf(lines=[name, *lines]))
    return path


def letter_text(page: Page) -> str:
    """The words of the PDF behind "Letter as PDF" on the open letter, as a reader of it gets them, on one line."""
    address = page.get_by_role("link", name="Letter as PDF").get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.body())).pages
    return " ".join(" ".join(each.extract_text() for each in pages).split())


def come_back_to(page: Page) -> None:
    """The person comes back to this window: what is shown in it asks at once whether something is new."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
