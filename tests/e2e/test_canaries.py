"""Planted patient values on their whole way through the portal, and where none of them may be found afterwards."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from playwright.sync_api import Request as Fetched

from casework.workflow import office, review
from models import Attachment, Case, Letter, Request
from tests import answers, builders, deciding, instance, samples
from tests.e2e import sweep
from tests.e2e.line import Answer, Line, to_each_worker
from tests.e2e.pages import CheckPage, RequestForm
from tests.personas import PASSWORD, actor
from tests.serving import Server

TYPED = answers.service(1) | {"relationship": "spouse", **sweep.PLANTED}
SET_BY_ITSELF = ("care_kind", "diagnosis-1-primary")


@dataclass
class Walk:
    """What the walk left behind, by place."""

    addresses: list[str] = field(default_factory=list)
    titles: list[bytes] = field(default_factory=list)
    storage: list[bytes] = field(default_factory=list)
    problems: list[bytes] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    places: dict[str, bytes] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _asked(self, request: Fetched) -> None:
        self.addresses += [request.url, request.headers.get("referer", ""), request.headers.get("hx-current-url", "")]

    def _answered(self, response: Response) -> None:
        told = response.headers
        self.addresses += [told.get(name, "") for name in ("location", "hx-redirect", "hx-push-url", "set-cookie")]
        self.addresses.append(told.get("hx-trigger", ""))

    def note(self, answer: Answer) -> Answer:
        """An answer that may tell nothing: a refusal, an error."""
        self.statuses.add(answer.status)
        self.problems.append(answer.body)
        return answer


@pytest.fixture(scope="module")
def own(ready_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this module's own, that logs all it can and has a temporary folder of its own."""
    folder = tmp_path_factory.mktemp("canaries")
    instance.peopled(ready_database, folder / "home")
    server = Server(folder / "home", log_level="DEBUG")
    (folder / "tmp").mkdir()
    server.environment["TMPDIR"] = str(folder / "tmp")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(own: Server) -> Iterator[list[Line]]:
    """amy, nia and ada, not signed in yet."""
    lines = [Line(own.url) for _ in range(3)]
    yield lines
    for line in lines:
        line.close()


@pytest.fixture(scope="module")
def walk(own: Server, browser: Browser, people: list[Line]) -> Walk:
    walk, temporary = Walk(), own.folder.parent / "tmp"
    lurker = sweep.Lurker(temporary, own.folder / "files" / "incoming")
    lurker.start()
    number = by_office(walk, own, browser)
    for line, username in zip(people, ("amy", "nia", "ada"), strict=True):
        line.sign_in(username, PASSWORD)
    amy, nia, ada = people
    by_staff(own, nia, number)
    answer_and_decide(own, amy, number)
    read_all(own, amy, nia, number)
    refuse(walk, own, amy, number)
    fail(walk, own, amy, nia, number)
    own.flask("jobs", "--all")
    walk.places["admin pages"] = as_admin(ada)
    for line in people:
        walk.storage += [sweep.readings(value) for value in line.kept]
        walk.titles += [title for each in line.seen for title in re.findall(b"<title>(.*?)</title>", each.body)]
        walk.addresses += [value for each in line.seen for name, value in each.headers if name != "content-disposition"]
    lurker.stop()
    walk.places |= left_behind(own, lurker)
    return walk


def left_behind(own: Server, lurker: sweep.Lurker) -> dict[str, bytes]:
    lines = to_each_worker(own.url)
    metrics = [line.get("/metrics").body for line in lines]
    for line in lines:
        line.close()
    stored = {path: path.read_bytes() for path in (own.folder / "files").rglob("*") if path.is_file()}
    return {
        "log": own.log.read_bytes(),
        "metrics": b"".join(metrics),
        "temporary files": whole(lurker.seen),
        "file store": whole(stored),
    }


def whole(files: dict[Path, bytes]) -> bytes:
    """Names and contents."""
    return b"\n".join(str(path).encode() + b"\n" + content for path, content in files.items())


def by_office(walk: Walk, own: Server, browser: Browser) -> str:
    """Writes, attaches, sends and searches in a real browser; gives the WebCert #."""
    context = browser.new_context(base_url=own.url, locale="en-US", timezone_id="America/Chicago")
    page = context.new_page()
    walk.watch(page)
    page.goto("/sign-in")
    page.get_by_label("Username", exact=True).fill("amy")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    form = RequestForm.add(page, "Physical therapy")
    page.get_by_label("ICD-10-CM code 1").press_sequentially(sweep.LOOKED_UP)
    form.wait_until_saved()
    form.fill({name: value for name, value in TYPED.items() if name not in SET_BY_ITSELF})
    attach(page, form, own.folder.parent)
    form.wait_until_saved()
    keep(walk, page)
    form.submit()
    keep(walk, page)
    number = CheckPage(page).submit()
    page.get_by_label("Search for", exact=True).fill(sweep.SEARCHED)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("link", name=number, exact=True)).to_be_visible()
    keep(walk, page)
    page.get_by_role("link", name=number, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Case {number}")
    keep(walk, page)
    context.close()
    return number


def attach(page: Page, form: RequestForm, folder: Path) -> None:
    """A good file, and one that is refused."""
    good, bad = folder / sweep.FILE_NAME, folder / sweep.BAD_NAME
    good.write_text(f"{sweep.FILE_WORDS}. " * 20)
    bad.write_text(sweep.BAD_WORDS)
    form.attach(good)
    page.get_by_label("Attach clinicals").set_input_files(bad)
    expect(page.get_by_text("The name says that this is a PDF").last).to_be_visible()


def keep(walk: Walk, page: Page) -> None:
    """All that the browser keeps beside the page itself."""
    state = page.context.storage_state(indexed_db=True)
    session = page.evaluate("async () => JSON.stringify([{...sessionStorage}, await caches.keys(), history.state])")
    walk.storage += [json.dumps(state).encode(), session.encode()]
    walk.storage += [sweep.readings(each["value"]) for each in state["cookies"]]
    walk.titles.append(page.title().encode())
    walk.addresses.append(page.url)


def newest(number: str) -> Request:
    """The request of this case; inside `own.inside()`."""
    return Request.select().join(Case).where(Case.webcert_number == number).get()


def by_staff(own: Server, nia: Line, number: str) -> None:
    """Accepted; a search in a file, an internal note, a question to the office."""
    with own.inside():
        key = builders.accept(newest(number)).key
        file = Attachment.select().where(Attachment.name == sweep.FILE_NAME).get().key
    assert sweep.FILE_WORDS in nia.get(f"/review/{key}?file={file}").text
    assert nia.post(f"/review/{key}/find", {"words": sweep.FOUND_IN_FILE, "file": file}).status == 200
    assert nia.post(f"/review/{key}/notes", {"note-text": sweep.INTERNAL, "for": "us"}).status == 303
    question = {
        "information-own": sweep.ASKED_FOR,
        "information-reason": sweep.CAUSE,
        "information-reply_within": "60d",
    }
    assert nia.post(f"/review/{key}/information", question).status == 303
    nia.get(nia.post("/search", {"q": sweep.SEARCHED}).location)
    nia.get("/queue")


def file_form(name: str, filename: str, words: str) -> bytes:
    return (
        f'--line\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: text/plain\r\n\r\n{words}\r\n--line--\r\n"
    ).encode()


FORM = "multipart/form-data; boundary=line"


def answer_and_decide(own: Server, amy: Line, number: str) -> None:
    """The office answers with words and a file; a physician denies; the office cancels."""
    with own.inside():
        asked = newest(number)
        item = next(iter(office.open_question(asked).items))
    path = f"/requests/{asked.key}/answer"
    amy.get(path)
    sent = amy.send(
        f"{path}/{item.id}/files", file_form(f"files-{item.id}", sweep.STAGED_NAME, sweep.STAGED_WORDS), FORM
    )
    assert sent.status == 200, sent.text
    with own.inside():
        staged = Attachment.get(Attachment.name == sweep.STAGED_NAME).key
    assert amy.post(path, {f"item-{item.id}": sweep.REPLIED, "staged": staged}).status == 303
    with own.inside():
        asked = newest(number)
        review.decide(asked, actor("pam"), deciding.denial(asked, rationale=sweep.RATIONALE))
    assert amy.post(f"/requests/{asked.key}/cancel", {"reason": sweep.CAUSE}).status == 303


def read_all(own: Server, amy: Line, nia: Line, number: str) -> None:
    """Every page and paper about the case."""
    with own.inside():
        key, letter = newest(number).key, Letter.get().key
        files = [row.key for row in Attachment.select().where(Attachment.request == newest(number))]
    papers = [f"/letters/{letter}", f"/letters/{letter}.pdf", f"/requests/{key}/receipt.pdf", f"/requests/{key}/record"]
    for line in (amy, nia):
        for path in [f"/cases/{number}", *papers, *(f"/attachments/{file}" for file in files)]:
            assert line.get(path).status == 200, path
    for path in ("/dashboard?tab=closed", f"/requests/{key}/copy", f"/cases/{number}/add", f"/cases/{number}/letters"):
        assert amy.get(path).status in (200, 302), path
    assert nia.get(f"/review/{key}").status == 200


def refuse(walk: Walk, own: Server, amy: Line, number: str) -> None:
    """What is refused, with planted values in it."""
    with own.inside():
        sent, draft = newest(number).key, builders.make_draft(files=0).key
    typed = {"last_name": sweep.PLANTED["last_name"], "note": sweep.PLANTED["note"]}
    amy.get(f"/requests/{draft}")
    walk.note(amy.get(f"/requests/NoSuchKeyHere_00?name={typed['last_name']}"))
    walk.note(amy.get(f"/members/{typed['last_name']}"))
    walk.note(amy.post(f"/requests/{sent}/autosave", typed))
    walk.note(amy.post(f"/requests/{draft}", typed | {"csrf_token": "00"}))
    walk.note(amy.post(f"/requests/{draft}", typed | {"first_name": f"{sweep.PLANTED['first_name']}\0"}))
    walk.note(amy.post("/search", {"q": sweep.SEARCHED * 50_000}))
    amy.close()  # the server has closed it: it doesn't read on what is too large
    cut = file_form("files", sweep.BAD_NAME, sweep.BAD_WORDS)[:-12]
    walk.note(amy.send(f"/requests/{draft}/attachments", cut, FORM))
    torn = samples.pdf().replace(b" obj", f" obj {sweep.BAD_WORDS} ".encode(), 1).decode("latin-1")
    for words in (sweep.BAD_WORDS, torn):
        bad = file_form("files", sweep.BAD_NAME, words)
        assert walk.note(amy.send(f"/requests/{draft}/attachments", bad, FORM, X_Upload="1")).status == 422
    assert amy.post(f"/requests/{draft}", {"pasted": f"{sweep.PASTED}, 97110 x12"}).status == 303
    walk.addresses.append(str(amy.cookies))
    assert sweep.PASTED in amy.get("/dashboard").text


def fail(walk: Walk, own: Server, amy: Line, nia: Line, number: str) -> None:
    """Faults in the middle of a work that has planted values in hand."""
    with own.inside():
        sent, draft = newest(number).key, builders.make_draft(files=0).key
    amy.get(f"/requests/{draft}")
    with without_table(own, "draft_answer"):
        walk.note(amy.post(f"/requests/{draft}", {"clinical_summary": sweep.FAULTED}))
        walk.note(amy.post(f"/requests/{draft}/autosave", {"clinical_summary": sweep.FAULTED}))
        walk.note(nia.get(f"/requests/{sent}/record"))
    with without_table(own, "access_log"):
        walk.note(amy.get(f"/cases/{number}"))
        walk.note(amy.get(amy.post("/search", {"q": sweep.SEARCHED}).location + "x"))
    incoming = own.folder / "files" / "incoming"
    incoming.rename(incoming.with_name("away"))
    incoming.write_text("no folder")
    walk.note(amy.send(f"/requests/{draft}/attachments", file_form("files", sweep.FILE_NAME, sweep.FILE_WORDS), FORM))
    incoming.unlink()
    incoming.with_name("away").rename(incoming)


@contextmanager
def without_table(own: Server, table: str) -> Iterator[None]:
    """The portal's database lacks a table, as after a migration that broke."""
    with closing(sqlite3.connect(own.folder / "portal.db", timeout=10)) as database:
        database.execute("PRAGMA legacy_alter_table = ON")
        database.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        yield
        database.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


def as_admin(ada: Line) -> bytes:
    """What admins read, who see no clinical pages."""
    logs = [f"/audit{form}?log={log}" for form in ("", "/export.csv") for log in ("events", "access")]
    answers = [ada.get(path) for path in ("/accounts", "/reports", *logs)]
    assert [each.status for each in answers] == [200] * len(answers)
    return b"".join(each.body for each in answers)


@pytest.mark.parametrize("place", ["log", "metrics", "temporary files", "file store", "admin pages"])
def test_no_trace_in(walk: Walk, place: str) -> None:
    assert sweep.traces(walk.places[place]) == []
    assert len(walk.places[place]) > (0 if place == "temporary files" else 500)


def test_no_trace_in_addresses_and_headers(walk: Walk) -> None:
    assert len(walk.addresses) > 200
    assert [(each, found) for each in walk.addresses if (found := sweep.traces(each))] == []


def test_no_trace_in_what_a_browser_keeps(walk: Walk) -> None:
    assert [found for each in walk.storage if (found := sweep.traces(each))] == []
    assert any(b"portal_session" in each for each in walk.storage)


def test_no_trace_in_titles(walk: Walk) -> None:
    assert len(walk.titles) > 20
    assert [found for each in walk.titles if (found := sweep.traces(each))] == []


def test_no_trace_on_pages_of_refusals_and_errors(walk: Walk) -> None:
    assert {400, 403, 404, 413, 422, 500} <= walk.statuses
    assert [found for each in walk.problems if (found := sweep.traces(each))] == []


def test_they_were_planted(own: Server, walk: Walk) -> None:
    """The database has them: what is found nowhere else was really there."""
    with closing(sqlite3.connect(own.folder / "portal.db")) as database:
        kept = "\n".join(database.iterdump())
    nowhere = {sweep.BAD_NAME, sweep.BAD_WORDS, sweep.FILE_WORDS, sweep.STAGED_WORDS, sweep.PASTED}
    nowhere |= {sweep.LOOKED_UP, sweep.FOUND_IN_FILE, sweep.FAULTED}
    assert [each for each in sweep.CANARIES if each not in kept and each not in nowhere] == []
    assert len(set(sweep.CANARIES)) >= 25


@pytest.mark.parametrize("value", sweep.CANARIES)
def test_a_trace_is_found_in_every_writing(value: str) -> None:
    for way in sweep.writings(value):
        assert value in sweep.traces(b"before " + way + b" after")
    assert sweep.traces("nothing planted here") == []
