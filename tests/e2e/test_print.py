"""On paper: who printed what, when, page of pages; nothing that only a screen can do, and nothing cut off."""

import io
from collections.abc import Callable

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from casework import attachments
from models import Status
from tests import personas, samples
from tests.builders import deny, make_draft, make_request
from tests.e2e.pages import Dashboard
from tests.serving import Server

CUT = """[...document.querySelectorAll("main *")]
  .filter(each => each.clientHeight > 1 && each.scrollHeight > each.clientHeight + 1 && !each.matches("select, input")
    && getComputedStyle(each).overflowY !== "visible")
  .map(each => each.outerHTML.slice(0, 80))"""
PHONES = "Questions on a submission"
"""Begins the lines at the end of a page."""
BREAKS = "all => all.map(each => getComputedStyle(each).breakInside)"
CONTROLS = "main :is(a.btn, button, select, textarea, input:not([type=hidden])):visible"


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def test_a_case_says_who_printed_it_and_has_no_controls(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        number = deny(make_request(Status.IN_REVIEW)).case.webcert_number
    page = as_("amy")
    page.goto(f"/cases/{number}")
    paper = [each.extract_text() for each in printed(page).pages]
    assert f"Case {number}" in paper[0]
    assert " by amy, Lakeside Orthopedics" in paper[0].partition(f"Case {number}")[0]
    assert all(f"Page {count} of {len(paper)}" in each for count, each in enumerate(paper, 1))
    assert PHONES in paper[-1]
    assert not [words for words in ("Sign out", "Add to this case", "Help") if words in "".join(paper)]


def test_a_list_lies_across_and_names_its_tab(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        number = make_request(Status.IN_REVIEW).case.webcert_number
    page = as_("amy")
    Dashboard(page).open("accepted")
    first, *_ = sheets = printed(page).pages
    words = first.extract_text()
    assert first.mediabox.width > first.mediabox.height
    assert "Accepted" in words.partition("WebCert #")[0]
    assert "Pending (In Process)" not in words.partition("WebCert #")[0]
    assert number in words
    assert page.get_by_text(PHONES).is_visible()
    assert PHONES not in "".join(each.extract_text() for each in sheets)


def test_a_draft_shows_what_was_chosen_and_all_that_was_typed(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        draft = make_draft(clinical_summary="One more day of pain.\n" * 30)
    page = as_("amy")
    page.goto(f"/requests/{draft.key}")
    page.emulate_media(media="print")
    chosen = page.locator(".seg input:checked + span").first
    look = chosen.evaluate("span => [getComputedStyle(span).color, getComputedStyle(span).backgroundColor]")
    assert look == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"], "paper has no background: the words would be white on white"
    assert page.evaluate(CUT) == []
    assert set(page.eval_on_selector_all("main :is(.f, .line)", BREAKS)) == {"avoid"}, "a field leaves its label"


def test_a_review_is_printed_whole_without_its_forms(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        request = make_request(Status.PHYSICIAN_REVIEW)
        attachments.receive(request, personas.actor("amy"), io.BytesIO(samples.pdf(pages=1)), "scan.pdf")
    page = as_("pam")
    page.goto(f"/review/{request.key}")
    file = page.get_by_role("link", name="scan.pdf")
    file.click()
    expect(file).to_have_attribute("aria-current", "true")
    page.get_by_role("img").wait_for()
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.locator(CONTROLS).count() == 0
    assert file.is_visible()


def test_the_confirmation_is_one_sheet(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        request = make_request()
    page = as_("amy")
    page.goto(f"/requests/{request.key}/sent")
    [sheet] = printed(page).pages
    assert "Page 1 of 1" in sheet.extract_text()


def test_paper_is_light_where_the_screen_is_dark(as_: Callable[..., Page], server: Server) -> None:
    with server.inside():
        number = make_request(Status.DETERMINED).case.webcert_number
    page = as_("amy", color_scheme="dark")
    page.goto(f"/cases/{number}")
    ink = "getComputedStyle(document.querySelector('main .tag.good')).color"
    dark = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="dark")
    printed_dark = page.evaluate(ink)
    page.emulate_media(media="print", color_scheme="light")
    assert printed_dark == page.evaluate(ink) != dark
