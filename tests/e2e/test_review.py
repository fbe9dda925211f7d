"""The review page in a browser: clinicals beside the decision, keys, zoom, search, news; the same without scripts."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from casework import attachments
from casework.workflow import office
from models import Request
from tests import personas, samples
from tests.builders import accept, make_request
from tests.e2e.conftest import axe
from tests.serving import Server


@pytest.fixture
def in_review(server: Server) -> tuple[str, str]:
    """A request in review with a PDF of three pages: its key and WebCert #."""
    with server.inside():
        request = make_request(lines=2)
        three = samples.pdf(pages=3, lines=["Range of motion 90 degrees"])
        attachments.receive(request, personas.actor("amy"), io.BytesIO(three), "three pages.pdf")
        accept(request)
        return request.key, request.case.webcert_number


def opened(page: Page, key: str) -> Page:
    page.goto(f"/review/{key}")
    page.get_by_role("link", name="three pages.pdf").click()
    expect(page.get_by_text("Page 1 of 3", exact=True)).to_be_visible()
    return page


def is_drawn(page: Page) -> bool:
    """Whether the picture of the page has come and is a picture."""
    image = page.get_by_role("img", name=re.compile("of the chosen file"))
    expect(image).to_be_visible()
    return bool(image.evaluate("each => each.decode().then(() => each.naturalWidth > 100)"))


def test_pages_turn_by_key_and_the_decision_stays(in_review: tuple[str, str], as_: Callable[..., Page]) -> None:
    page = opened(as_("pam"), in_review[0])
    assert is_drawn(page)
    requirements = page.get_by_label("Navigation or care requirements of the plan")
    requirements.fill("Half written")
    page.get_by_role("region", name="Page 1 of 3").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Page 2 of 3", exact=True)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Page 3 of 3", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_text("Page 2 of 3", exact=True)).to_be_visible()
    page.get_by_role("link", name="200 %").click()
    assert is_drawn(page)
    expect(requirements).to_have_value("Half written")
    assert "page=" not in page.url


def test_words_are_found_without_leaving_the_page(in_review: tuple[str, str], as_: Callable[..., Page]) -> None:
    page = opened(as_("nia"), in_review[0])
    page.get_by_label("Find in this file").fill("RANGE of motion")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"\d found:"))).to_be_visible()
    page.get_by_role("link", name="Page 3", exact=True).click()
    expect(page.get_by_text("Page 3 of 3", exact=True)).to_be_visible()
    assert "motion" not in page.url
    assert axe(page) == []


def test_an_open_page_tells_of_news_without_touching_what_is_typed(
    in_review: tuple[str, str], server: Server, as_: Callable[..., Page]
) -> None:
    page = as_("pam")
    page.goto(f"/review/{in_review[0]}")
    note = page.get_by_label("New note")
    note.fill("Half written")
    with server.inside():
        office.add_records(Request.by_key(in_review[0]), personas.actor("amy"), "One more page.")
    page.evaluate("document.querySelector('#news').dispatchEvent(new Event('every'))")
    expect(page.get_by_text("Something happened on this request since you opened it.")).to_be_visible()
    expect(note).to_have_value("Half written")


def test_a_line_shows_only_the_fields_of_its_decision(in_review: tuple[str, str], as_: Callable[..., Page]) -> None:
    page = as_("pam")
    page.goto(f"/review/{in_review[0]}")
    line = page.get_by_role("group").filter(has_text="97110 GP").filter(has=page.get_by_label("Basis")).first
    quantity, missing = line.get_by_label("Approved visits"), line.get_by_label("What is missing")
    expect(quantity).to_be_hidden()
    line.get_by_role("radio", name="Modified").check()
    expect(quantity).to_be_visible()
    expect(missing).to_be_hidden()
    line.get_by_label("Basis").select_option(label="Insufficient information")
    expect(missing).to_be_visible()
    line.get_by_role("radio", name="Denied").check()
    expect(quantity).to_be_hidden()
    expect(missing).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_all_of_it_without_scripts(in_review: tuple[str, str], as_: Callable[..., Page], width: int) -> None:
    page = opened(as_("nia", scripts=False, width=width), in_review[0])
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Page 2 of 3", exact=True)).to_be_visible()
    page.get_by_label("Find in this file").fill("motion")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Find in the clinicals of {in_review[1]}")
    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_role("button", name="Approve as asked").click()
    page.get_by_role("button", name="Issue the letter").click()
    expect(page.get_by_text("The determination is recorded and its letter issued.")).to_be_visible()
