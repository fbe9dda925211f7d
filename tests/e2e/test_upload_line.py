"""Uploads byte by byte, as only a real server meets them: in pieces without a length, cut off, with a false length."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from models import Attachment, Request
from tests import builders
from tests.e2e.line import Line
from tests.personas import PASSWORD
from tests.views.test_upload_transport import END, FORM, ONE

Send = Callable[..., bytes]


@pytest.fixture
def draft(server) -> Request:
    with server.inside():
        return builders.make_draft(files=0)


@pytest.fixture
def send(server, draft: Request) -> Send:
    """Sends these bytes with this line about their length; gives all that is answered.

    `ends`: the sender says that nothing more comes, as one whose connection breaks.
    """
    line = Line(server.url)
    line.sign_in("amy", PASSWORD)
    line.close()
    cookies = "; ".join(f"{name}={value}" for name, value in line.cookies.items())
    head = (
        f"POST /requests/{draft.key}/attachments HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\n"
        f"Connection: close\r\nCookie: {cookies}\r\nX-CSRF-Token: {line.token}\r\nX-Upload: 1\r\n"
        f"Content-Type: {FORM}\r\n"
    )

    def send(body: bytes, length: str, ends: bool = False) -> bytes:
        address = urlsplit(server.url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as link:
            link.sendall(f"{head}{length}\r\n\r\n".encode() + body)
            if ends:
                link.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: link.recv(65536), b""))

    return send


def left(server, draft: Request) -> tuple[list[str], list[Path]]:
    """Rows of files, and what is on its way in, once the server has put away what it got."""
    for _ in range(50):
        if not list(server.folder.glob("files/incoming/*")):
            break
        time.sleep(0.1)
    with server.inside():
        rows = [row.name for row in Attachment.select().where(Attachment.request == draft)]
    return rows, list(server.folder.glob("files/incoming/*"))


def pieces(body: bytes, size: int = 300) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])


def test_in_pieces_without_a_length_it_arrives(server, draft: Request, send: Send) -> None:
    assert send(pieces(ONE + END), "Transfer-Encoding: chunked").startswith(b"HTTP/1.1 200")
    assert left(server, draft) == (["note.pdf"], [])


BROKEN = {
    "cut in the pieces": (pieces(ONE + END)[:700], "Transfer-Encoding: chunked"),
    "cut at half": ((ONE + END)[: len(ONE) // 2], f"Content-Length: {len(ONE + END)}"),
    "a length too small": (ONE + END, f"Content-Length: {len(ONE) // 2}"),
    "a length too large": (ONE[:-100], f"Content-Length: {len(ONE) + 5000}"),
    "two lengths": (ONE + END, f"Content-Length: 10\r\nContent-Length: {len(ONE + END)}"),
    "a length below zero": (ONE + END, "Content-Length: -1"),
    "a length beyond all": (ONE + END, "Content-Length: 99999999999999999999"),
    "a length over the limit": (ONE + END, f"Content-Length: {2**31}"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_did_not_arrive_whole_leaves_nothing(server, draft: Request, send: Send, how: str) -> None:
    body, length = BROKEN[how]
    answer = send(body, length, ends=True)
    assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 5")), answer[:200]
    assert left(server, draft) == ([], [])


def test_both_a_length_and_pieces_are_one_request(server, draft: Request, send: Send) -> None:
    """What a proxy and the server read differently is how requests are smuggled: one answer, one file at most."""
    answer = send(pieces(ONE + END), "Content-Length: 5\r\nTransfer-Encoding: chunked")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert left(server, draft) == (["note.pdf"], [])
