"""Virus scan by ClamAV's daemon, where an installation has one."""

import contextlib
import socket
import struct
import time
from pathlib import Path
from typing import BinaryIO, Literal

Verdict = Literal["clean", "infected", "waiting"]
NOT_SCANNED = "not_scanned"
"""The state of files where no scanner is set."""

SECONDS = 30.0
CHUNK = 64 * 1024
MAX_ANSWER = 4096


def scan(reader: BinaryIO, address: str, seconds: float = SECONDS) -> Verdict:
    """What clamd at `address` (`host:port`, or the path of its socket) says of a file.

    Only its plain OK is 'clean'. Scanner down, slow, at its size limit, or saying anything else: 'waiting', to be
    asked again later (OWASP ASVS 5.4.3). Errors of `reader` itself are raised.
    """
    until = time.monotonic() + seconds
    reader.seek(0)
    with contextlib.ExitStack() as open_things:
        try:
            link = open_things.enter_context(_connected(address, until))
        except (OSError, ValueError):
            return "waiting"
        return _verdict(_ask(link, reader, until))


def _connected(address: str, until: float) -> socket.socket:
    left = max(0.1, until - time.monotonic())
    if "/" not in address:
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=min(left, 5.0))
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        link.settimeout(min(left, 5.0))
        link.connect(str(Path(address)))
    except OSError:
        link.close()
        raise
    return link


def _ask(link: socket.socket, reader: BinaryIO, until: float) -> bytes:
    """Sends the file (INSTREAM) and returns the answer, as far as there is one in time."""
    try:
        _send(link, b"zINSTREAM\0", until)
        while data := reader.read(CHUNK):
            try:
                _send(link, struct.pack(">I", len(data)) + data, until)
            except (BrokenPipeError, ConnectionResetError):
                break  # at its limit clamd stops reading; its answer says so
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            _send(link, struct.pack(">I", 0), until)
        return _answer(link, until)
    except (TimeoutError, ConnectionError):
        return b""


def _send(link: socket.socket, data: bytes, until: float) -> None:
    link.settimeout(_left(until))
    link.sendall(data)


def _answer(link: socket.socket, until: float) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MAX_ANSWER:
        link.settimeout(_left(until))
        data = link.recv(MAX_ANSWER)
        if not data:
            break
        answer += data
    return answer


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _verdict(answer: bytes) -> Verdict:
    words = answer.removesuffix(b"\0").strip()
    if words == b"stream: OK":
        return "clean"
    return "infected" if words.startswith(b"stream: ") and words.endswith(b" FOUND") else "waiting"
