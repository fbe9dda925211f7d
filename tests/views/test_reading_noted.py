"""Who sees patient data stands in the access log, also when only a part of a page or of a file is asked for."""

from collections.abc import Callable

import pytest

from casework import clock
from casework.audit.access_log import AccessLog
from models import Attachment, Request, Status
from tests import builders, personas
from tests.client import HTMX, Client

ClientFor = Callable[[str], Client]


@pytest.fixture
def asked(app) -> Request:
    return builders.make_request(Status.IN_REVIEW)


def noted(username: str) -> list[tuple[str, str]]:
    """(action, kind of thing) of what this person saw."""
    rows = AccessLog.select().where(AccessLog.actor == personas.user(username)).order_by(AccessLog.id)
    return [(row.action, row.data.get("kind", "case" if row.request_id is None else "request")) for row in rows]


@pytest.mark.parametrize("wanted", ["bytes=0-", "bytes=1-", "bytes=-400", "bytes=100-200"])
def test_any_part_of_a_file_is_a_download(client_for: ClientFor, asked: Request, wanted: str) -> None:
    client, key = client_for("nia"), Attachment.get().key
    for _ in range(3):
        assert client.get(f"/attachments/{key}", headers={"Range": wanted}).status == 206
    assert noted("nia") == [("downloaded", "attachment")] * (3 if wanted == "bytes=0-" else 1)


PARTS = {
    "the case's panel": ("amy", "/cases/{number}", ("opened", "case")),
    "a page's picture": ("nia", "/attachments/{file}/pages/1", ("opened", "attachment")),
    "a file's page in the viewer": ("nia", "/review/{key}?file={file}&page=1", ("opened", "attachment")),
    "the viewer": ("pam", "/review/{key}", ("opened", "attachment")),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_without_its_page_is_noted_once(client_for: ClientFor, asked: Request, part: str) -> None:
    username, path, row = PARTS[part]
    address = path.format(number=asked.case.webcert_number, key=asked.key, file=Attachment.get().key)
    client = client_for(username)
    for _ in range(3):
        assert client.flask.get(address, headers=HTMX).status_code == 200
    assert noted(username) == [row]


@pytest.mark.parametrize("username", ["amy", "ann", "nia"])
def test_the_record_and_the_receipt_are_noted_each_time(client_for: ClientFor, asked: Request, username: str) -> None:
    client = client_for(username)
    for path in ("record", "receipt.pdf", "record"):
        assert client.get(f"/requests/{asked.key}/{path}").status == 200
    assert noted(username) == [("opened", "request"), ("downloaded receipt", "request"), ("opened", "request")]


def test_a_search_in_a_file_is_noted(client_for: ClientFor, asked: Request) -> None:
    client = client_for("nia")
    client.post(f"/review/{asked.key}/find", {"words": "knee", "file": Attachment.get().key}, htmx=True)
    assert noted("nia") == [("opened", "attachment")]


def test_an_open_page_that_refreshes_itself_adds_nothing(
    client_for: ClientFor, asked: Request, the_clock: clock.Frozen
) -> None:
    client, path = client_for("amy"), f"/cases/{asked.case.webcert_number}"
    client.get(path)
    for _ in range(4):
        the_clock.move(minutes=11)
        assert client.get(path, htmx=True).status == 200
    assert noted("amy") == [("opened", "case")]
    the_clock.move(hours=13)
    assert client_for("amy").get(path, htmx=True).status == 200
    assert noted("amy") == [("opened", "case")] * 2


@pytest.mark.parametrize(("username", "status"), [("amy", 200), ("ann", 422), ("nia", 422), ("bob", 404)])
def test_what_waits_for_the_scanner_opens_for_who_brought_it(
    client_for: ClientFor, asked: Request, username: str, status: int
) -> None:
    Attachment.update(scan_state="waiting").execute()
    answer = client_for(username).get(f"/attachments/{Attachment.get().key}")
    assert answer.status == status
    assert answer.data.startswith(b"%PDF") is (status == 200)


@pytest.mark.parametrize(("username", "status"), [("amy", 200), ("ann", 200), ("nia", 404), ("ada", 403)])
def test_a_file_that_was_taken_out_is_nothing_to_reviewers(
    client_for: ClientFor, asked: Request, username: str, status: int
) -> None:
    Attachment.update(removed_at=clock.now()).execute()
    assert client_for(username).get(f"/attachments/{Attachment.get().key}").status == status
