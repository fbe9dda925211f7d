"""Pictures of every page, to be looked at: wide, at 320 pixels, dark, and as it is printed.

python tools/screenshots.py            into screenshots/, which isn't committed (make screenshots)
python tools/screenshots.py --docs     the few of the README, into docs/pictures/

They are taken from a portal of their own with the sample data, as each of the sample people in turn. Pages are found by
following links, one page of each kind; forms are shown in their further states too.
"""

import io
import os
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from casework.demo.people import PASSWORD  # noqa: E402 - the line above makes it findable
from tools import browser as chromium  # noqa: E402 - as above
from tools import serve  # noqa: E402 - as above

PEOPLE = ("", "amy", "ian", "nia", "pam", "ada")
"""Whose pages; '' has not signed in."""
WAYS: dict[str, dict[str, object]] = {
    "wide": {"viewport": {"width": 1360, "height": 900}},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "print": {"viewport": {"width": 816, "height": 1056}},
}
NO_PAGE = re.compile(r"\.(pdf|csv|png|svg)$|^/attachments/|^/sso/start")
DRAFT = "r.status = 'draft' and r.request_type = 'initial' and r.missing_count > 0 and c.last_name <> ''"
MOST = 60
"""Pages of one person."""
UNSTUCK = "bars => bars.forEach((bar) => { bar.style.position = 'static'; })"
"""The bar at the bottom of a window would cover the middle of a picture of the whole page."""


@dataclass(frozen=True)
class Portal:
    url: str
    folder: Path

    def ask(self, sql: str) -> list[str]:
        """First column of a query on the sample data."""
        with closing(sqlite3.connect(self.folder / "portal.db")) as rows:
            return [row[0] for row in rows.execute(sql)]

    def newest(self, where: str, column: str = "r.key") -> list[str]:
        """Of the newest request of amy's and ann's offices for which this holds; empty when there is none."""
        rows = 'request r join "case" c on r.case_id = c.id join office o on r.office_id = o.id'
        wanted = f"o.name like 'Lakeside%' and {where} order by r.id desc limit 1"
        return self.ask(f"select {column} from {rows} where {wanted}")  # noqa: S608 - own words


@contextmanager
def running() -> Iterator[Portal]:
    """A portal with the sample data in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        url = f"http://127.0.0.1:{port}"
        environment = {**os.environ, "INSTANCE": name, "DEMO": "1", "PORT": str(port), "PUBLIC_URL": url}
        for task in ("init", "demo"):
            command = [sys.executable, "-m", "flask", "--app", "app", task]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        with subprocess.Popen(serve.command(), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
            try:
                _wait_for(url)
                yield Portal(url, Path(name))
            finally:
                process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(100):
        try:
            with urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - our own http address
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the portal does not answer")


def context_of(browser: Browser, portal: Portal, person: str, way: str) -> BrowserContext:
    """A browser of this person, signed in."""
    context = browser.new_context(base_url=portal.url, locale="en-US", timezone_id="America/Chicago", **WAYS[way])  # type: ignore[arg-type]  # keyword arguments of several types
    if person:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("Username", exact=True).fill(person)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(lambda address: "/sign-in" not in address)
        page.close()
    return context


def pages_of(context: BrowserContext, seeds: list[str]) -> list[str]:
    """Paths of the pages that this person can reach by links, one of each kind, with all of `seeds`."""
    page = context.new_page()
    found: dict[str, str] = {}
    waiting = [*seeds]
    while waiting and len(found) < MOST:
        path = waiting.pop(0)
        kind = path if path in seeds else _kind(path)
        if kind in found or NO_PAGE.search(path.partition("?")[0]):
            continue
        answer = page.goto(path)
        if answer is None or "html" not in answer.headers.get("content-type", ""):
            continue
        found[kind] = path
        waiting += _links(page)
    page.close()
    return list(dict.fromkeys(found.values()))


def _links(page: Page) -> list[str]:
    own = "/".join(page.url.split("/")[:3])
    addresses = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    return [address.removeprefix(own).partition("#")[0] for address in addresses if address.startswith(f"{own}/")]


def _kind(path: str) -> str:
    parts = urlsplit(path)
    shape = re.sub(r"/[A-Za-z0-9_-]{16,}(?=/|$)", "/KEY", parts.path)
    return re.sub(r"[WA]\d\d-\d+-\d|\d+", "N", shape) + re.sub(r"=[^&]*", "", parts.query)


def amys(portal: Portal) -> list[str]:
    """Pages of the office that no link alone tells apart: tabs, and a case in each state."""
    tabs = [f"/dashboard?tab={tab}" for tab in ("drafts", "pending", "rejected", "accepted", "closed")]
    states = [
        *(f"r.status = '{status}'" for status in ("submitted", "rejected", "in_review", "info_requested", "withdrawn")),
        *(f"r.outcome = '{outcome}'" for outcome in ("approval", "partial_approval", "denial")),
    ]
    cases = [f"/cases/{number}" for state in states for number in portal.newest(state, "c.webcert_number")]
    drafts = [f"/requests/{key}" for key in portal.newest(DRAFT)]
    return [*tabs, *dict.fromkeys(cases), *drafts, "/no-such-page"]


def reviews(portal: Portal) -> list[str]:
    """A review page in each state."""
    states = ("submitted", "in_review", "info_requested", "physician_review", "determined")
    return ["/queue", *(f"/review/{key}" for state in states for key in portal.newest(f"r.status = '{state}'"))]


def seeds_of(person: str, portal: Portal) -> list[str]:
    seeds: dict[str, Callable[[], list[str]]] = {
        "": lambda: ["/", "/sign-in", "/register", "/sso", "/help", "/help/components", "/widget", "/no-such-page"],
        "amy": lambda: amys(portal),
        "ian": lambda: [*reviews(portal), "/accounts"],
        "nia": lambda: [*reviews(portal), "/reports"],
        "pam": lambda: reviews(portal),
        "ada": lambda: ["/accounts", "/audit", "/reports"],
    }
    return seeds[person]()


def shoot(page: Page, path: Path, way: str) -> None:
    page.emulate_media(media="print" if way == "print" else "screen")
    is_whole = page.locator("dialog[open]").count() == 0
    if is_whole:
        page.eval_on_selector_all(".foot", UNSTUCK)
    page.screenshot(path=path, full_page=is_whole)


def refused(page: Page, path: str, button: str) -> None:
    """The form of a page, sent with nothing more typed."""
    page.goto(path)
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("alert").filter(has_text="There is a problem").wait_for()


def nobodys_states(page: Page, portal: Portal) -> Iterator[str]:
    refused(page, "/register", "Register")
    yield "register-refused"
    refused(page, "/sign-in", "Sign in")
    yield "sign-in-refused"
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in", exact=True).click()
    yield "no-cookies"


def amys_states(page: Page, portal: Portal) -> Iterator[str]:
    [draft], [sent] = portal.newest(DRAFT), portal.newest("r.status = 'submitted'")
    refused(page, f"/requests/{draft}", "Submit")
    yield "form-errors"
    verified = page.get_by_label("Benefits and eligibility verified")
    verified.check()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_url("**/check")
    yield "check"
    page.goto(f"/requests/{draft}")
    verified.uncheck()  # for the next way
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"/requests/{sent}/sent")
    yield "sent"
    page.goto("/dashboard?tab=accepted")
    page.keyboard.press("?")
    yield "shortcuts"
    page.goto("/requests/new")
    page.get_by_role("button", name="Durable medical equipment", exact=True).click()
    page.wait_for_url(re.compile(r"/requests/[\w-]{16}$"))
    refused(page, page.url, "Submit")
    yield "empty-form-errors"
    page.locator("#time-out").evaluate("dialog => dialog.showModal()")
    yield "time-out"
    yield from searched(page, portal)
    yield from broken(page, portal, sent)


def searched(page: Page, portal: Portal) -> Iterator[str]:
    """By a name, by one that nobody has, and by more than any form sends."""
    for words, name in ((portal.newest("c.last_name <> ''", "c.last_name")[0], "search"), ("Sample", "search-nothing")):
        page.goto("/dashboard")
        page.get_by_label("Search for").fill(words)
        page.get_by_role("button", name="Search", exact=True).click()
        yield name
    page.eval_on_selector("#q", "field => { field.value = 'x'.repeat(2000000); }")
    page.get_by_role("button", name="Search", exact=True).click()
    yield "problem-413"


def broken(page: Page, portal: Portal, sent: str) -> Iterator[str]:
    """A file that is gone from the store, and a database that another program holds."""
    files, away = portal.folder / "files", portal.folder / "away"
    page.goto(f"/requests/{sent}/record")
    files.rename(away)
    page.get_by_role("listitem").get_by_role("link").first.click()
    yield "problem-500"
    away.rename(files)
    page.goto(f"/requests/{sent}/withdraw")
    with closing(sqlite3.connect(portal.folder / "portal.db")) as other:
        other.execute("begin immediate")
        page.get_by_role("button", name="Withdraw the request", exact=True).click()
        page.get_by_role("alert").wait_for()
        yield "banner"
        page.goto(f"/requests/{sent}/copy")
        page.get_by_role("button", name="Copy this request", exact=True).click()
        page.get_by_role("heading", name="Closed for a moment").wait_for()
        yield "problem-503"


def adas_states(page: Page, portal: Portal) -> Iterator[str]:
    page.goto("/queue")
    yield "problem-403"
    while page.request.get("/audit/export.csv").ok:
        pass
    page.goto("/audit/export.csv")
    yield "problem-429"


def reviewers_states(page: Page, portal: Portal) -> Iterator[str]:
    for status in ("submitted", "physician_review"):
        for key in portal.newest(f"r.status = '{status}'"):
            page.goto(f"/review/{key}")
            page.eval_on_selector_all("main details", "all => all.forEach(each => { each.open = true; })")
            page.set_viewport_size({"width": page.viewport_size["width"], "height": 3200})  # the panels scroll in it
            yield f"all-open-{status}"


FURTHER: dict[str, Callable[[Page, Portal], Iterator[str]]] = {
    "": nobodys_states,
    "amy": amys_states,
    "ian": reviewers_states,
    "pam": reviewers_states,
    "ada": adas_states,
}
"""What forms say when something is missing, and what opens at a click: brings the page there, and gives its name."""


def take_all(browser: Browser, portal: Portal) -> int:
    """Every page of every person in every way; returns how many pictures."""
    count = 0
    for person in PEOPLE:
        with closing(context_of(browser, portal, person, "wide")) as context:
            paths = pages_of(context, seeds_of(person, portal))
        for way in WAYS:
            folder = ROOT / "screenshots" / way / (person or "nobody")
            folder.mkdir(parents=True, exist_ok=True)
            with closing(context_of(browser, portal, person, way)) as context:
                page = context.new_page()
                for number, path in enumerate(paths, 1):
                    page.goto(path)
                    shoot(page, folder / f"{number:02d}-{_file_name(path)}.png", way)
                count += len(paths)
                for state in FURTHER[person](page, portal) if person in FURTHER and way != "print" else ():
                    shoot(page, folder / f"state-{state}.png", way)
                    count += 1
        print(f"{person or 'nobody'}: {len(paths)} pages")
    return count


def _file_name(path: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _kind(path).lower().replace("key", "")).strip("-")[:60] or "start"


def take_for_docs(browser: Browser, portal: Portal) -> int:
    """The pictures of the README: the first screen of four pages, wide and narrow, in few colours."""
    [draft], [case] = portal.newest(DRAFT), portal.newest("r.outcome = 'partial_approval'", "c.webcert_number")
    pages = {"dashboard": "/dashboard", "form": f"/requests/{draft}", "case": f"/cases/{case}"}
    folder = ROOT / "docs/pictures"
    folder.mkdir(exist_ok=True)
    with closing(context_of(browser, portal, "", "wide")) as context:
        _picture(context, "/", folder / "start.png")
    for way, ending in (("wide", ""), ("narrow", "-narrow")):
        with closing(context_of(browser, portal, "amy", way)) as context:
            for name, path in pages.items():
                _picture(context, path, folder / f"{name}{ending}.png")
    return 1 + 2 * len(pages)


def _picture(context: BrowserContext, path: str, target: Path) -> None:
    page = context.new_page()
    page.goto(path)
    image = Image.open(io.BytesIO(page.screenshot()))
    image.convert("RGB").quantize(200, dither=Image.Dither.NONE).save(target, optimize=True)
    page.close()


def main() -> None:
    path = chromium.find()
    if not path:
        sys.exit(f"Pictures need Chromium. Type: {chromium.BY_HAND}")
    with running() as portal, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        take = take_for_docs if "--docs" in sys.argv[1:] else take_all
        print(f"{take(browser, portal)} pictures")
        browser.close()


if __name__ == "__main__":
    main()
