"""Uploads as a broken line, a proxy or an attacker sends them: an honest answer, and nothing half-done is left."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

import config
from casework import attachments
from models import Attachment, Request
from tests import builders, samples
from tests.client import Client

LINE = b"--frontier\r\n"
END = b"--frontier--\r\n"
FORM = "multipart/form-data; boundary=frontier"
PDF = samples.pdf()


def part(disposition: str, content: bytes = PDF, media_type: str = "application/pdf") -> bytes:
    head = f"Content-Disposition: form-data; {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
    return LINE + head.encode() + content + b"\r\n"


ONE = part('name="files"; filename="note.pdf"')


@pytest.fixture
def draft(app) -> Request:
    return builders.make_draft(files=0)


@pytest.fixture
def send(client_for: Callable[[str], Client], draft: Request) -> Callable[..., TestResponse]:
    """Posts these bytes as the page's script does: send(body, content_type=…)."""
    client = client_for("amy")

    def send(body: bytes, *, script: bool = True, content_type: str = FORM, **more: Any) -> TestResponse:
        headers = {"X-CSRF-Token": client.token, **({"X-Upload": "1"} if script else {})}
        path = f"/requests/{draft.key}/attachments"
        return client.flask.post(path, data=body, content_type=content_type, headers=headers, **more)

    return send


def left(settings: config.Settings) -> tuple[list[str], int, int]:
    """Names of rows, how many files are in the store, and how many are on their way in."""
    rows = [row.name for row in Attachment.select().order_by(Attachment.id)]
    return rows, len(list(attachments.store().stored())), len(list(settings.instance.glob("files/incoming/*")))


@pytest.fixture
def store(draft: Request) -> Callable[[], tuple[list[str], int, int]]:
    return lambda: left(config.current())


TAKEN = {
    "two filenames": (part('name="files"; filename="b.exe"; filename="a.pdf"'), "a.pdf"),
    "a coded filename": (part('name="files"; filename="a.exe"; filename*=UTF-8\'\'c.pdf'), "c.pdf"),
    "another content type": (part('name="files"; filename="a.pdf"', media_type="text/html"), "a.pdf"),
    "no content type": (ONE.replace(b"Content-Type: application/pdf\r\n", b""), "note.pdf"),
    "line ends before it": (b"\r\n" + ONE, "note.pdf"),
}


@pytest.mark.parametrize("how", TAKEN)
def test_an_odd_but_whole_form_is_taken(send, store, how: str) -> None:
    body, name = TAKEN[how]
    assert send(body + END).status_code == 200
    assert store() == ([name], 1, 0)
    assert Attachment.get().media_type == "application/pdf"


NO_FILE = {
    "no filename": (part('name="files"') + END, FORM),
    "an empty filename": (part('name="files"; filename=""') + END, FORM),
    "no name of the control": (part('filename="note.pdf"') + END, FORM),
    "another control": (part('name="records"; filename="note.pdf"') + END, FORM),
    "no files": (END, FORM),
    "nothing at all": (b"", FORM),
    "said to be json": (ONE + END, "application/json"),
    "said to be text": (ONE + END, "text/plain"),
}


@pytest.mark.parametrize("how", NO_FILE)
def test_where_no_file_arrived_it_is_said(send, store, how: str) -> None:
    body, content_type = NO_FILE[how]
    answer = send(body, content_type=content_type)
    assert (answer.status_code, answer.text) == (422, "No file arrived. Choose it again and send it once more.")
    assert store() == ([], 0, 0)


CUT = {
    "at half": (ONE + END)[: len(ONE) // 2],
    "before its end": ONE,
    "in its last line": ONE + END[:-5],
    "in the head of a part": ONE[:40],
    "after one of two files": ONE + part('name="files"; filename="second.pdf"')[:300],
}


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("where", CUT)
def test_a_form_that_was_cut_off_is_refused_whole(send, store, where: str, script: bool) -> None:
    answer = send(CUT[where], script=script)
    assert answer.status_code == 400
    assert "did not arrive whole" in answer.text
    assert store() == ([], 0, 0)


@pytest.mark.parametrize("claimed", [10, len(ONE) // 2, len(ONE) + len(END) - 12])
def test_a_length_that_is_too_small_cuts_the_form(send, store, claimed: int) -> None:
    answer = send(ONE + END, environ_overrides={"CONTENT_LENGTH": str(claimed)})
    assert answer.status_code == 400
    assert store() == ([], 0, 0)


def test_a_length_that_is_too_large_is_no_whole_form(send, store) -> None:
    answer = send(ONE[:-200], environ_overrides={"CONTENT_LENGTH": str(len(ONE) + 5000)})
    assert answer.status_code == 400
    assert store() == ([], 0, 0)


MANY = {
    "1,001 parts": b"".join(LINE + b'Content-Disposition: form-data; name="x"\r\n\r\n1\r\n' for _ in range(1001)) + END,
    "41 files": b"".join(part(f'name="files"; filename="{n}.txt"', b"words") for n in range(41)) + END,
    "a boundary line of 2 MB": b"--frontier" + b" " * 2_000_000 + ONE + END,
    "a part's head of 2 MB": part('name="files"; filename="' + "a" * 2_000_000 + '.pdf"') + END,
    "a field of 2 MB": LINE + b'Content-Disposition: form-data; name="note"\r\n\r\n' + b"x" * 2_000_000 + b"\r\n" + END,
}


@pytest.mark.parametrize("what", MANY)
def test_too_much_is_refused(send, store, what: str) -> None:
    assert send(MANY[what]).status_code in (400, 413, 422)
    assert store() == ([], 0, 0)


def test_a_length_beyond_the_limit_is_refused_unread(send, store) -> None:
    answer = send(ONE + END, environ_overrides={"CONTENT_LENGTH": str(300 * 1024 * 1024)})
    assert answer.status_code == 413
    assert store() == ([], 0, 0)


def test_the_same_file_twice_is_kept_once_and_told(send, store) -> None:
    answer = send(ONE + part('name="files"; filename="again.pdf"') + END)
    assert answer.status_code == 422
    assert "the same file as “note.pdf”" in answer.text
    assert store() == (["note.pdf"], 1, 0)
    assert send(ONE + END).status_code == 422
    assert store() == (["note.pdf"], 1, 0)


def test_who_is_not_signed_in_leaves_no_byte(app, draft: Request, store) -> None:
    client = Client(app)
    client.get("/sign-in")
    headers = {"X-CSRF-Token": client.token, "X-Upload": "1"}
    answer = client.flask.post(f"/requests/{draft.key}/attachments", data=ONE + END, content_type=FORM, headers=headers)
    assert answer.status_code == 303
    assert store() == ([], 0, 0)


def test_other_offices_leave_no_byte(client_for: Callable[[str], Client], draft: Request, store) -> None:
    client = client_for("bob")
    headers = {"X-CSRF-Token": client.token, "X-Upload": "1"}
    path = f"/requests/{draft.key}/attachments"
    assert client.flask.post(path, data=ONE + END, content_type=FORM, headers=headers).status_code == 404
    assert store() == ([], 0, 0)
