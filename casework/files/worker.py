"""The process at the bench (`python -m casework.files.worker`): takes jobs on its standard input until that closes."""

import io
import json
import os
import resource
import select
import signal
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, BinaryIO

from casework.files.bench import HEADER, WANTED
from casework.files.errors import CannotShow, FileRefused
from casework.files.kinds import KINDS

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MEMORY = 1536 * 1024 * 1024
IDLE_SECONDS = 120
BLOCK = 128 * 1024
BLOCKS = 32


class Channel:
    """Messages to and from the portal over two pipes."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._in, self._out = incoming, outgoing
        self.in_step = True
        """False once a message was not read whole: memory ran out in the middle of it."""

    def job(self) -> dict[str, Any] | None:
        """The next job; None when there is none for a while, or never again."""
        if not select.select([self._in], [], [], IDLE_SECONDS)[0]:
            return None
        payload = self._receive()
        return None if payload is None else json.loads(payload)

    def read_at(self, offset: int, length: int) -> bytes:
        self.in_step = False
        self._send(b"R", WANTED.pack(offset, length))
        payload = self._receive()
        if payload is None:
            raise SystemExit
        self.in_step = True
        return payload

    def answer(self, answer: dict[str, Any], data: bytes) -> None:
        self._send(b"A", json.dumps(answer).encode())
        self._send(b"B", data)

    def _send(self, kind: bytes, payload: bytes) -> None:
        self._out.write(HEADER.pack(kind, len(payload)) + payload)
        self._out.flush()

    def _receive(self) -> bytes | None:
        header = self._in.read(HEADER.size)
        if len(header) < HEADER.size:
            return None
        return self._in.read(HEADER.unpack(header)[1])


class Remote(io.RawIOBase):
    """The file of a job; its bytes come from the portal in blocks, the last few of which are remembered."""

    def __init__(self, channel: Channel, size: int) -> None:
        super().__init__()
        self._channel, self._size = channel, size
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if self._position >= self._size:
            return 0
        view = memoryview(buffer).cast("B")
        number, start = divmod(self._position, BLOCK)
        part = self._block(number)[start : start + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def readall(self) -> bytes:
        parts = []
        while self._position < self._size:
            number, start = divmod(self._position, BLOCK)
            parts.append(self._block(number)[start:])
            self._position += len(parts[-1])
        return b"".join(parts)

    def _block(self, number: int) -> bytes:
        if number not in self._blocks:
            self._blocks[number] = self._channel.read_at(number * BLOCK, min(BLOCK, self._size - number * BLOCK))
            if len(self._blocks) > BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        return self._blocks[number]


def work(reader: BinaryIO, job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Does one job: its answer, and the bytes that belong to it."""
    if job["do"] == "check":
        from casework.files.checks import check_content

        found = check_content(reader, KINDS[job["kind"]], job["size"])
        flags = sorted(found.flags)
        return {"kind": found.kind, "media_type": found.media_type, "pages": found.pages, "flags": flags}, b""
    from casework.files import render

    if job["do"] == "page":
        return {}, render.page(reader, job["kind"], job["number"], job["width"])
    if job["do"] == "text":
        return {"text": render.text(reader, job["kind"], job["number"])}, b""
    return {"found": render.find(reader, job["kind"], job["words"], job["seconds"])}, b""


def serve(channel: Channel) -> None:
    """Jobs, one after another, until there are no more."""
    while channel.in_step and (job := channel.job()) is not None:
        signal.alarm(int(job["seconds"]) + 5)  # should the portal die meanwhile
        reader = io.BufferedReader(Remote(channel, job["size"]), BLOCK)
        data = b""
        try:
            answer, data = work(reader, job)
        except FileRefused as refused:
            answer = {"refused": [refused.reason, refused.message]}
        except CannotShow as cannot:
            answer = {"cannot_show": cannot.message}
        except Exception as fault:  # a parser may raise anything over a hostile file
            answer = {"failed": type(fault).__name__}
        signal.alarm(0)
        channel.answer(answer, data)
        del reader


def limit() -> None:
    """No files written, no core dumps, bounded memory: before the first byte of a stranger is read."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)
    outgoing = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b", buffering=0) as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)  # whatever a library prints is no message
    limit()
    serve(Channel(io.BufferedReader(incoming), outgoing))


if __name__ == "__main__":
    main()
