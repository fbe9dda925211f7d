"""The virus scan against a real server that speaks clamd's protocol, well and badly."""

import io
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import config
from casework import attachments, jobs
from casework.files.scan import scan
from models import Attachment
from tests import builders, personas
from tests.corpus import VIRUS_MARK, infected

DATA = b"office note " * 20_000
Serving = Callable[[socket.socket], None]


def received(link: socket.socket) -> bytes:
    """What a client streams, up to its closing empty piece."""
    with link.makefile("rb") as incoming:
        assert incoming.read(10) == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack(">I", incoming.read(4))[0]:
            data += incoming.read(length)
    return data


def honest(link: socket.socket, mark: bytes = VIRUS_MARK) -> None:
    found = mark in received(link)
    link.sendall(b"stream: Portal.Test.Signature FOUND\0" if found else b"stream: OK\0")


def silent(link: socket.socket) -> None:
    received(link)
    time.sleep(3)


def at_its_limit(link: socket.socket) -> None:
    link.recv(1000)
    link.sendall(b"INSTREAM size limit exceeded. ERROR\0")


def answering(answer: bytes) -> Serving:
    def serve(link: socket.socket) -> None:
        received(link)
        link.sendall(answer)

    return serve


def deaf(link: socket.socket) -> None:
    time.sleep(3)


def rude(link: socket.socket) -> None:
    link.recv(20)


class Scanner:
    """A server that does one thing to every client."""

    def __init__(self, server: socket.socket, serve: Serving) -> None:
        self._server, self._serve = server, serve
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(link,), daemon=True).start()

    def _one(self, link: socket.socket) -> None:
        with link:
            try:
                self._serve(link)
            except OSError:
                return


@pytest.fixture
def scanner() -> Iterator[Callable[[Serving], str]]:
    servers = []

    def start(serve: Serving) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        Scanner(server, serve)
        return f"127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def test_clean_and_infected_over_tcp(scanner: Callable[[Serving], str]):
    address = scanner(honest)
    assert scan(io.BytesIO(DATA), address) == "clean"
    assert scan(io.BytesIO(DATA + VIRUS_MARK), address) == "infected"


def test_clean_and_infected_over_a_socket_file(tmp_path: Path):
    path = tmp_path / "clamd.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        Scanner(server, honest)
        assert scan(io.BytesIO(DATA), str(path)) == "clean"
        assert scan(io.BytesIO(VIRUS_MARK), str(path)) == "infected"
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("upload", infected()[:2], ids=lambda upload: upload.name)
def test_mark_is_found_in_plain_text_and_in_a_pdf(scanner: Callable[[Serving], str], upload):
    assert scan(io.BytesIO(upload.make()), scanner(honest)) == "infected"


@pytest.mark.parametrize(
    "serve",
    [
        silent,
        deaf,
        rude,
        at_its_limit,
        answering(b""),
        answering(b"stream: OK FOUND maybe\0"),
        answering(b"stream: something ERROR\0"),
        answering(b"UNKNOWN COMMAND\0"),
        answering(b"x" * 100_000),
    ],
)
def test_anything_but_a_plain_answer_is_waiting(scanner: Callable[[Serving], str], serve: Serving):
    started = time.monotonic()
    assert scan(io.BytesIO(DATA * 10), scanner(serve), seconds=0.5) == "waiting"
    assert time.monotonic() - started < 2.5


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nowhere/clamd.sock", "127.0.0.1:no", "", "clamd"])
def test_no_scanner_there_is_waiting(address: str):
    assert scan(io.BytesIO(DATA), address, seconds=1) == "waiting"


def test_what_waits_is_asked_about_again(install: Callable[..., object], scanner: Callable[[Serving], str]):
    install(clamd=scanner(rude))
    builders.make_draft(files=2)
    first, second = Attachment.select().order_by(Attachment.id)
    assert (first.scan_state, attachments.scan_waiting()) == (attachments.WAITING, 0)
    with attachments.opened(second) as reader:
        finds_the_second = partial(honest, mark=reader.read())
    config.use(replace(config.current(), clamd=scanner(finds_the_second)))
    attachments.store().delete(builders.attach(first.request, number=3).stored_name)
    Attachment.update(scan_state=attachments.WAITING).execute()
    assert jobs.run_due()["waiting scans"] == 2
    states = [each.scan_state for each in Attachment.select().order_by(Attachment.id)]
    assert states == ["clean", "infected", "waiting"]
    assert attachments.closed_to(Attachment.get_by_id(second.id), personas.actor("amy"))
