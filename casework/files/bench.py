"""Parsers of other people's files run at a bench of their own: a process that holds no key and can write no file.

It asks for the bytes that it needs (they are decrypted here, chunk by chunk), answers, and waits for the next job.
A job that takes too long, too much memory or crashes the parser costs that process, not the portal.
"""

import atexit
import json
import logging
import os
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, BinaryIO

from casework.files.errors import CannotShow, FileRefused

ROOT = Path(__file__).resolve().parents[2]
PLACES = 2
"""Jobs at once in one process of the portal; further ones wait within their time."""

HEADER = struct.Struct(">cI")
"""Kind of message and length of what follows: J job, D data, R read request, A answer, B bytes that belong to it."""
WANTED = struct.Struct(">QI")

log = logging.getLogger("portal.files")


class TooMuch(Exception):
    """The job didn't end in its time and was ended, or it needed too much memory."""


class Broke(Exception):
    """The process ended by itself: no memory left, or a fault in a parser."""


class _Gone(Exception):
    """The process had gone before it took the job."""


class _Child:
    """One process at the bench."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "casework.files.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )
        self._timed_out = False

    def do(self, job: dict[str, Any], reader: BinaryIO, seconds: float) -> tuple[dict[str, Any], bytes]:
        self._timed_out = False
        timer = threading.Timer(seconds, self._end_late)
        timer.daemon = True
        timer.start()
        try:
            return self._talk(job, reader)
        finally:
            timer.cancel()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def _end_late(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _talk(self, job: dict[str, Any], reader: BinaryIO) -> tuple[dict[str, Any], bytes]:
        try:
            self._send(b"J", json.dumps(job).encode())
            kind, payload = self._receive()
        except (EOFError, OSError) as error:
            raise TooMuch if self._timed_out else _Gone from error
        try:
            while kind == b"R":
                offset, length = WANTED.unpack(payload)
                reader.seek(offset)
                self._send(b"D", reader.read(length))
                kind, payload = self._receive()
            return json.loads(payload), self._receive()[1]
        except (EOFError, BrokenPipeError) as error:
            raise TooMuch if self._timed_out else Broke from error

    def _send(self, kind: bytes, payload: bytes) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - opened as PIPE above
        pipe.write(HEADER.pack(kind, len(payload)) + payload)
        pipe.flush()

    def _receive(self) -> tuple[bytes, bytes]:
        pipe = self._process.stdout
        assert pipe is not None  # noqa: S101 - as above
        header = pipe.read(HEADER.size)
        if len(header) < HEADER.size:
            raise EOFError
        kind, length = HEADER.unpack(header)
        payload = pipe.read(length)
        if len(payload) < length:
            raise EOFError
        return kind, payload


class Bench:
    """At most `PLACES` such processes; they start when they are needed and end when they idle."""

    def __init__(self) -> None:
        self._free: list[_Child] = []
        self._places = threading.BoundedSemaphore(PLACES)
        self._owner = os.getpid()

    def run(self, do: str, reader: BinaryIO, given: dict[str, Any], seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer of a job and the bytes that belong to it.

        Raises FileRefused or CannotShow as the job did, TooMuch, Broke; and what `reader` raises while it is read.
        """
        if not self._places.acquire(timeout=seconds):
            raise TooMuch
        try:
            answer, data = self._done({"do": do, "seconds": seconds, **given}, reader, seconds)
        finally:
            self._places.release()
        if "refused" in answer:
            raise FileRefused(*answer["refused"])
        if "cannot_show" in answer:
            raise CannotShow(answer["cannot_show"])
        if "failed" in answer:
            log.warning("a file could not be read", extra={"job": do, "why": answer["failed"]})
            raise TooMuch if answer["failed"] == "MemoryError" else Broke
        return answer, data

    def close(self) -> None:
        """Ends the processes that idle."""
        while self._free:
            self._free.pop().end()

    def _done(self, job: dict[str, Any], reader: BinaryIO, seconds: float) -> tuple[dict[str, Any], bytes]:
        if self._owner != os.getpid():  # after a fork the processes belong to the parent
            self._free, self._owner = [], os.getpid()
        while (child := self._idle()) is not None:
            try:
                return self._by(child, job, reader, seconds)
            except _Gone:
                continue  # it had idled too long
        try:
            return self._by(_Child(), job, reader, seconds)
        except _Gone as error:
            raise Broke from error

    def _idle(self) -> _Child | None:
        """One that idles, taken at once: another thread may look for one in this moment."""
        try:
            return self._free.pop()
        except IndexError:
            return None

    def _by(self, child: _Child, job: dict[str, Any], reader: BinaryIO, seconds: float) -> tuple[dict[str, Any], bytes]:
        try:
            done = child.do(job, reader, seconds)
        except BaseException:
            child.end()
            raise
        if "failed" in done[0]:
            child.end()  # who knows what state its memory is in
        else:
            self._free.append(child)
        return done


BENCH = Bench()
atexit.register(BENCH.close)
