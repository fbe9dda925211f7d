"""axe-core finds nothing: on every page, in every state, and in other looks."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from casework.accounts import sessions
from tests import personas
from tests.e2e import states
from tests.e2e.conftest import Watch, axe
from tests.e2e.states import State
from tests.serving import Server

WIDE: ViewportSize = {"width": 1280, "height": 900}
LOOKS: dict[str, states.Act] = {
    "dark": lambda page: page.emulate_media(color_scheme="dark"),
    "forced colors": lambda page: page.emulate_media(color_scheme="light", forced_colors="active"),
    "narrow": lambda page: page.set_viewport_size({"width": 320, "height": 900}),
}

OUTSIDE = """() => [...document.querySelectorAll("main .card table, main .card form, main .card dl")]
  .filter(each => !each.closest(".scroll, .picture") && each.getBoundingClientRect().width > 0
    && each.getBoundingClientRect().right > each.closest(".card").getBoundingClientRect().right + 1)
  .map(each => each.tagName + " " + each.className)"""


@pytest.fixture(scope="session")
def world(server: Server) -> dict[str, str]:
    with server.inside():
        return states.make_world()


@pytest.fixture(scope="module")
def window(browser: Browser, server: Server) -> Iterator[Page]:
    """One for all states: a fresh one for each would take longer than what is looked at in it."""
    with browser.new_context(base_url=server.url, locale="en-US", timezone_id="America/Chicago") as context:
        context.set_default_timeout(10_000)
        yield context.new_page()


@pytest.fixture
def shown(window: Page, server: Server, world: dict[str, str], watch: Watch) -> Iterator[Callable[[State], Page]]:
    """The page in this state, before a person who is signed in already."""

    def shown(state: State) -> Page:
        if state.person:
            with server.inside():
                token = sessions.start(personas.user(state.person), "127.0.0.1", "test")
            window.context.add_cookies([{"name": "portal_session", "value": token, "url": server.url}])
        window.goto(state.path.format(**world))
        if state.act:
            state.act(window)
        return window

    watch.over(window)
    window.set_viewport_size(WIDE)
    window.emulate_media(color_scheme="light", forced_colors="none")
    window.context.clear_cookies()
    yield shown
    window.goto("about:blank")
    watch.leave(window)


def test_there_are_enough_states():
    assert len(states.EVERY) + len(LOOKS) * len(states.MAIN) >= 60


@pytest.mark.parametrize("state", states.EVERY, ids=str)
def test_every_page_in_every_state(shown: Callable[[State], Page], state: State):
    page = shown(state)
    assert axe(page) == []
    if state in states.MAIN:
        for look, take in LOOKS.items():
            take(page)
            assert axe(page) == [], look


@pytest.mark.parametrize("state", states.MAIN, ids=str)
def test_nobody_scrolls_sideways(shown: Callable[[State], Page], state: State):
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
    const isOurs = word.parentElement.matches(".nowrap");
    if (word.data.trim() && !isOurs) word.data = `Wolfeschlegelsteinhausenbergerdorff${word.data}`;
  }
}"""


@pytest.mark.parametrize(("person", "path"), [("amy", "/dashboard?tab=accepted"), ("ian", "/queue")])
def test_long_names_stay_on_a_narrow_page(shown: Callable[[State], Page], person: str, path: str):
    page = shown(State("with long words", person, path))
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate(LONGER)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
