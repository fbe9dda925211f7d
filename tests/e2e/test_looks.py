"""What axe doesn't see: words that are cut off, and colours that only forced colours take away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from models import Attachment, Status
from tests import builders
from tests.serving import Server

As = Callable[..., Page]

CUT = """() => [...document.querySelectorAll("main select")].filter((each) => {
  const copy = each.cloneNode(true);
  copy.replaceChildren(...[...copy.options].filter((option) => option.index === each.selectedIndex));
  each.after(copy);
  copy.style.width = "max-content";
  const room = copy.offsetWidth;
  copy.remove();
  return each.offsetWidth < room;
}).map((each) => `${each.id}: ${each.selectedOptions[0].label}`)"""
"""The selects whose chosen words are wider than they are."""
INVALID = "getComputedStyle(document.querySelector('[aria-invalid=true] > .seg')).borderTopWidth"
FILLS = "[...document.querySelectorAll('.legend rect')].slice(0, 3).map((each) => getComputedStyle(each).fill)"


@pytest.mark.parametrize("width", [480, 768, 1024, 1360])
def test_chosen_words_are_not_cut_off(as_: As, server: Server, width: int) -> None:
    with server.inside():
        draft = builders.make_draft()
        Attachment.update(document_type="therapy").where(Attachment.request == draft).execute()
    page = as_("amy", width=width)
    page.goto(f"/requests/{draft.key}")
    assert page.evaluate(CUT) == []


def test_a_choice_that_is_missing_is_marked_like_a_field(as_: As, server: Server) -> None:
    with server.inside():
        draft = builders.make_draft(urgency="")
    page = as_("amy")
    page.goto(f"/requests/{draft.key}")
    page.get_by_role("button", name="Submit", exact=True).click()
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()
    assert page.evaluate(INVALID) == "2px"


def test_series_of_a_chart_differ_in_forced_colors(as_: As, server: Server) -> None:
    with server.inside():
        builders.make_request(Status.DETERMINED)
    page = as_("nia", forced_colors="active")
    page.goto("/reports")
    assert len(set(page.evaluate(FILLS))) == 3
