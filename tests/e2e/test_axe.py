"""axe-core finds nothing: on every page, in every state, and in other looks."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from casework.accounts import sessions
from tests import personas
from tests.e2e import states
from tests.e2e.conftest import axe
from tests.e2e.states import State
from tests.serving import Server

LOOKS: dict[str, dict[str, object]] = {
    "dark": {"color_scheme": "dark"},
    "narrow": {"width": 320},
    "forced colors": {"forced_colors": "active"},
}

OUTSIDE = """() => [...document.querySelectorAll("main .card table, main .card form, main .card dl")]
  .filter(each => !each.closest(".scroll, .picture") && each.getBoundingClientRect().width > 0
    && each.getBoundingClientRect().right > each.closest(".card").getBoundingClientRect().right + 1)
  .map(each => each.tagName + " " + each.className)"""


@pytest.fixture(scope="session")
def world(server: Server) -> dict[str, str]:
    with server.inside():
        return states.make_world()


@pytest.fixture
def shown(open_page: Callable[..., Page], server: Server, world: dict[str, str]) -> Callable[..., Page]:
    """The page in this state, before a person who is signed in already: shown(state, color_scheme="dark")."""

    def shown(state: State, **look: object) -> Page:
        page = open_page(**look)
        if state.person:
            with server.inside():
                token = sessions.start(personas.user(state.person), "127.0.0.1", "test")
            page.context.add_cookies([{"name": "portal_session", "value": token, "url": server.url}])
        page.goto(state.path.format(**world))
        if state.act:
            state.act(page)
        return page

    return shown


def test_there_are_enough_states():
    assert len(states.EVERY) + len(LOOKS) * len(states.MAIN) >= 60


@pytest.mark.parametrize("state", states.EVERY, ids=str)
def test_every_page_in_every_state(shown: Callable[..., Page], state: State):
    assert axe(shown(state)) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", states.MAIN, ids=str)
def test_in_other_looks(shown: Callable[..., Page], state: State, look: str):
    assert axe(shown(state, **LOOKS[look])) == []


@pytest.mark.parametrize("state", states.MAIN, ids=str)
def test_nobody_scrolls_sideways(shown: Callable[..., Page], state: State):
    page = shown(state)
    for width in (320, 480, 768, 1030, 1100, 1280, 1366, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{over} pixels too wide at {width}"
        out = page.evaluate(OUTSIDE)
        assert not out, f"at {width} these stick out of their box: {out}"


LONGER = """() => {
  const words = document.createTreeWalker(document.querySelector("tbody"), NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const { currentNode: word } = words;
    if (word.data.trim()) word.data = `Wolfeschlegelsteinhausenbergerdorff${word.data}`;
  }
}"""


@pytest.mark.parametrize(("person", "path"), [("amy", "/dashboard?tab=accepted"), ("ian", "/queue")])
def test_long_names_stay_on_a_narrow_page(shown: Callable[..., Page], person: str, path: str):
    page = shown(State("with long words", person, path), width=320)
    page.evaluate(LONGER)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
