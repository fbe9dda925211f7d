"""At 320 pixels what belongs together stays together."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from models import Status
from tests.builders import make_request
from tests.e2e.pages import Dashboard
from tests.serving import Server

STAR = """tick => {
  const words = document.createRange();
  words.selectNodeContents(tick.querySelector("label > span"));
  const last = [...words.getClientRects()].at(-1);
  const star = tick.querySelector(".req").getBoundingClientRect();
  return [star.left - last.right, Math.abs(star.bottom - last.bottom)];
}"""
LABELS = "row => [...row.children].map(cell => getComputedStyle(cell).gridTemplateColumns)"


@pytest.fixture
def amy(as_: Callable[..., Page]) -> Page:
    return as_("amy", width=320)


def box(locator: Locator) -> dict[str, float]:
    expect(locator).to_be_visible()
    found = locator.bounding_box()
    assert found
    return {**found}


@pytest.mark.parametrize("tab", ["drafts", "pending", "rejected", "accepted", "closed"])
def test_the_tabs_take_two_rows_whichever_is_open(amy: Page, tab: str) -> None:
    Dashboard(amy).open(tab)
    tabs = amy.get_by_role("navigation", name="Requests by state").get_by_role("listitem")
    assert len({box(each)["y"] for each in tabs.all()}) == 2


def test_a_long_question_stands_inside_its_box(amy: Page, server: Server) -> None:
    with server.inside():
        request = make_request(Status.INFO_REQUESTED)
    amy.goto(f"/requests/{request.key}/answer")
    item = amy.get_by_role("group", name=re.compile(r"^1\. "))
    item.locator("legend").evaluate("legend => { legend.textContent += ' and of every day before'.repeat(4); }")
    question, around = box(item.locator("legend")), box(item)
    assert around["y"] < question["y"] < question["y"] + question["height"] < box(item.get_by_role("textbox"))["y"]


def test_the_star_of_a_box_to_tick_follows_its_words(open_page: Callable[..., Page]) -> None:
    page = open_page(width=320)
    page.goto("/help/components")
    ticks = page.locator(".tick:has(.req)").all()
    assert ticks
    for tick in ticks:
        beside, below = tick.evaluate(STAR)
        assert 0 <= beside < 10
        assert below < 10


def test_the_cells_of_a_session_begin_at_one_edge(amy: Page) -> None:
    amy.goto("/profile")
    row = amy.get_by_role("region", name="Sessions").get_by_role("row").nth(1)
    assert len(set(row.evaluate(LABELS))) == 1


def test_a_case_has_its_buttons_in_one_row(amy: Page, server: Server) -> None:
    with server.inside():
        number = make_request(Status.IN_REVIEW).case.webcert_number
    amy.goto(f"/cases/{number}")
    add, out = (amy.get_by_role(role, name=name) for role, name in (("link", "Add to this case"), ("button", "Print")))  # type: ignore[arg-type]  # literals
    assert box(add)["y"] == box(out)["y"]


def test_the_remark_of_a_status_stays_on_one_line(amy: Page, server: Server) -> None:
    with server.inside():
        make_request()
    Dashboard(amy).open("pending")
    remark = amy.get_by_role("cell").get_by_text("(In Process)", exact=True).first
    assert remark.evaluate("remark => remark.getClientRects().length") == 1
