"""The database can't be written: people are told so in words, lists still open, and it goes on by itself."""

import io
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask

import config
from casework import attachments, clock, drafts, storage
from casework.audit.verify import verify
from models import Request, Status, database
from tests import builders, personas
from tests.client import Client, Page


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PRAGMAS", {**storage.PRAGMAS, "busy_timeout": 300})


def withdraw(client: Client, request: Request) -> Page:
    page = client.get(f"/requests/{request.key}/withdraw")
    return client.submit(page, "Withdraw the request", {"reason": "For the test."})


def says_what_to_do(page: Page) -> bool:
    return page.status == 503 and "was not saved" in page.words and "wait a minute" in page.words


def test_another_program_holds_the_database(app: Flask, client_for: Callable[[str], Client]) -> None:
    request, amy = builders.make_request(), client_for("amy")
    with closing(sqlite3.connect(database.obj.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert says_what_to_do(withdraw(amy, request))
        assert amy.get("/dashboard").status == 200
    assert withdraw(amy, request).status == 303
    assert Request.get_by_id(request.id).status == Status.WITHDRAWN
    assert verify().is_whole


def test_the_disk_is_full(app: Flask, client_for: Callable[[str], Client]) -> None:
    """No file of this process may grow: SQLite meets the same end as on a full disk, in the middle of writing."""
    request, amy = builders.make_request(), client_for("amy")
    amy.get("/dashboard")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    page = amy.get(f"/requests/{request.key}/withdraw")
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        answer = amy.submit(page, "Withdraw the request", {"reason": "For the test."})
        assert says_what_to_do(answer)
        assert amy.get("/dashboard").status == 200
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert Request.get_by_id(request.id).status == Status.SUBMITTED
    assert withdraw(amy, request).status == 303
    assert verify().is_whole


def test_there_is_no_room_for_a_file(app: Flask, client_for: Callable[[str], Client]) -> None:
    draft, amy = builders.make_draft(files=0), client_for("amy")
    before = kept_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))  # room for the rows, not for the file
    try:
        answer = attach(amy, draft)
        assert (answer.status, "can't be stored" in answer.words) == (503, True), answer.words
        assert amy.get(f"/requests/{draft.key}").status == 200
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (kept_files(), attachments.count(draft)) == (before, 0)
    assert attach(amy, draft).status == 303
    assert verify().is_whole


def attach(client: Client, draft: Request) -> Page:
    content = [(io.BytesIO(b"records of the visit\n" * 20_000), "records.txt")]
    return client.post(f"/requests/{draft.key}/attachments", {"files": content}, content_type="multipart/form-data")


def kept_files() -> set[str]:
    return {each.name for each in (config.current().instance / "files").rglob("*") if each.is_file()}


def test_the_database_can_only_be_read(
    app: Flask, client_for: Callable[[str], Client], the_clock: clock.Frozen
) -> None:
    request, amy = builders.make_request(), client_for("amy")
    page = amy.get(f"/requests/{request.key}/withdraw")
    database.execute_sql("PRAGMA query_only = 1")
    assert says_what_to_do(amy.submit(page, "Withdraw the request", {"reason": "For the test."}))
    the_clock.move(minutes=2)
    assert amy.get("/dashboard").status == 200, "that she is at work can't be noted, and she reads all the same"
    database.execute_sql("PRAGMA query_only = 0")
    assert amy.submit(page, "Withdraw the request", {"reason": "For the test."}).status == 303
    assert verify().is_whole


def test_a_save_waits_for_its_turn_not_for_ever(db: config.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 0.2)
    draft = builders.make_draft()
    with storage._write_lock, pytest.raises(storage.DOWN):
        drafts.save(draft, personas.actor("amy"), {"last_name": "Other"}, drafts.versions(draft))
    drafts.save(draft, personas.actor("amy"), {"last_name": "Other"}, drafts.versions(draft))
    assert drafts.answers(draft).text("last_name") == "Other"
