"""The real server, a real Chromium, and a person in front of it."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Frame,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from casework.demo.people import PASSWORD
from tests import instance
from tests.e2e import ways
from tests.e2e.neighbors import Neighbors
from tests.postgres import Server as Postgres
from tests.serving import Server, running
from tools import browser as chromium

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
AXE_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
)
QUIET = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d|net::ERR_INTERNET_DISCONNECTED"
)
"""Chromium reports every 4xx as an error; a form refused with 422 is none."""
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(ready_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for each test process: what a test makes is there for the next one, so each makes its own."""
    with running(ready_database, tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture(scope="session")
def server_on_postgres(
    ready_database: Path, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The same on PostgreSQL, with a few of the codes."""
    few, url = instance.with_few_codes(ready_database), postgres.url(postgres.new())
    with running(few, tmp_path_factory.mktemp("on_postgres"), database_url=url) as started:
        yield started


@pytest.fixture(scope="session")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbors]:
    """An intranet, and the reverse proxy in front of `framed` and `prefixed`."""
    neighbors = Neighbors(tmp_path_factory.mktemp("street"))
    yield neighbors
    neighbors.close()


PRODUCTION = {"demo": False, "staff_password": True, "proxy_hops": 1}


@pytest.fixture(scope="session")
def framed(ready_database: Path, tmp_path_factory: pytest.TempPathFactory, street: Neighbors) -> Iterator[Server]:
    """The portal as in production on https://portal.test, shown in a frame by another site, https://intra.test."""
    home, intranet = street.address("portal.test"), street.address("intra.test")
    frames = {"embed_mode": "cross-site", "frame_ancestors": intranet, "prefill_origins": intranet}
    folder = tmp_path_factory.mktemp("framed")
    with running(
        ready_database, folder, public_url=home, demo=False, staff_password=True, proxy_hops=1, **frames
    ) as it:
        street.proxy("portal.test", it.port)
        yield it


@pytest.fixture(scope="session")
def prefixed(ready_database: Path, tmp_path_factory: pytest.TempPathFactory, street: Neighbors) -> Iterator[Server]:
    """The portal as in production under https://apps.test/apps/portal, with cookies for frames of the same site."""
    home, intranet = street.address("apps.test", "/apps/portal"), street.address("intra.test")
    own = f"'self' {street.address('home.apps.test')} {intranet}"
    frames = {"embed_mode": "same-site", "frame_ancestors": own, "prefill_origins": intranet}
    folder = tmp_path_factory.mktemp("prefixed")
    with running(
        ready_database, folder, public_url=home, demo=False, staff_password=True, proxy_hops=1, **frames
    ) as it:
        street.proxy("apps.test", it.port, "/apps/portal")
        yield it


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, f"no Chromium. Type: {chromium.BY_HAND}"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


class Watch:
    """What goes wrong in a page without being seen: console, CSP, failed requests, answers 5xx, parts not there."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: list[str] = []
        self._events: dict[str, Callable[[Any], None]] = {
            "console": self._console,
            "pageerror": self._thrown,
            "requestfailed": self._failed,
            "response": self._answered,
        }

    def over(self, page: Page) -> None:
        for event, told in self._events.items():
            page.on(event, told)  # type: ignore[call-overload]  # one literal for each event there

    def leave(self, page: Page) -> None:
        for event, told in self._events.items():
            page.remove_listener(event, told)

    def allow(self, pattern: str) -> None:
        """For a test that wants something to go wrong: problems that match are expected."""
        self.allowed.append(pattern)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not QUIET.search(message.text):
            self.seen.append(f"console {message.type}: {message.text}")

    def _thrown(self, error: Error) -> None:
        self.seen.append(f"script error: {error}")

    def _failed(self, request: Request) -> None:
        failure = request.failure or ""
        if "ERR_ABORTED" not in failure:
            self.seen.append(f"request failed: {request.url} {failure}")

    def _answered(self, response: Response) -> None:
        is_part = response.request.resource_type in ("script", "stylesheet", "image", "font")
        if response.status >= (400 if is_part else 500):
            self.seen.append(f"answer {response.status}: {response.request.method} {response.url}")

    @property
    def problems(self) -> list[str]:
        return [each for each in self.seen if not any(re.search(pattern, each) for pattern in self.allowed)]


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Fails the test when a page that it opened had a problem that nobody would have seen."""
    watching = Watch()
    yield watching
    told = "\n  ".join(watching.problems)
    assert not watching.problems, f"while the test looked elsewhere:\n  {told}\n{server.log.read_text()[-2000:]}"


@pytest.fixture
def open_page(
    browser: Browser, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own, as a person with a browser of their own would.

    open_page(scripts=False), open_page(width=320), open_page(color_scheme="dark"), open_page(at=other_server.url)
    """
    contexts: list[BrowserContext] = []

    def open_page(*, scripts: bool = True, width: int = 1280, at: str = "", **options: Any) -> Page:
        context = browser.new_context(
            base_url=at or server.url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            locale="en-US",
            timezone_id="America/Chicago",
            **options,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        context.on("page", watch.over)
        return page

    yield open_page
    for context in contexts:
        if request.node.stash.get(FAILED, False):
            _keep_pictures(context, request.node.name)
        context.close()


@pytest.fixture
def as_(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """A persona who has just signed in, in a browser of their own: as_("amy"), as_("amy", scripts=False, width=320).

    Other tests sign in by hand.
    """

    def as_(username: str, password: str = PASSWORD, **options: Any) -> Page:
        page = open_page(**options)
        page.goto(_sign_in(page.context, username, password))
        return page

    return as_


def _sign_in(context: BrowserContext, username: str, password: str = PASSWORD, home: str = "") -> str:
    """Posts the form without drawing it, which takes half of the time; gives the address that it leads to."""
    browser = context.request
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(f"{home}/sign-in").text())
    assert token is not None
    sent = {"csrf_token": token[1], "next": "", "username": username, "password": password}
    answer = browser.post(f"{home}/sign-in", form=sent, max_redirects=0)
    assert answer.status == 303, answer.text()
    return answer.headers["location"]


UNTOLD = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)], ids = all("[id]").map((each) => each.id);
  const twice = ids.filter((id, at) => ids.indexOf(id) < at).map((id) => `an id that is there twice: ${id}`);
  const nameless = all("dialog:not([aria-label], [aria-labelledby])").map(({ id }) => `a dialog without a name: ${id}`);
  return [...twice, ...nameless, ...all("form form").map(({ action }) => `a form in a form: ${action}`)];
}"""
"""What axe-core leaves to people: ids and forms as swaps have left them, and the names of dialogs."""


def axe(page: Page | Frame) -> list[str]:
    """What axe-core finds in the page as it is now, one line a finding; evaluated, since the CSP blocks script tags."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})",
        list(AXE_RULES),
    )
    told = [
        f"{each['id']}: {each['help']}: {json.dumps(node['target'])} {node['html'][:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
    return told + list(page.evaluate(UNTOLD))


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _keep_pictures(context: BrowserContext, name: str) -> None:
    """What the person saw when the test failed, in test-results/."""
    folder = ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{number}.png", full_page=True)


@dataclass(frozen=True)
class Way:
    """One way to work, and the portal that is worked with."""

    name: str
    server: Server
    begin: Callable[[], ways.Hands]

    def signed_in(self, username: str = "amy") -> ways.Hands:
        """Somebody who has just signed in: by hand where the browser alone knows the way to the portal."""
        hands = self.begin()
        if self.name in ("frame", "prefix"):
            hands.go("/sign-in")
            hands.sign_in(username)
        else:
            _sign_in(hands.page.context, username, home=hands.home)
            hands.go("/dashboard")
        hands.heading("Authorization requests")
        return hands


@pytest.fixture(params=ways.SERVER_OF)
def way(request: pytest.FixtureRequest, open_page: Callable[..., Page], street: Neighbors, watch: Watch) -> Way:
    """Each of the ways in turn."""
    watch.allow(ways.NO_AUTOFOCUS)
    server = request.getfixturevalue(ways.SERVER_OF[request.param])
    home = server.settings.public_url
    return Way(request.param, server, lambda: ways.begin(request.param, open_page, home, street))
