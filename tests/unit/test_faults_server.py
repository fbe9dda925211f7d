"""The real server is told to stop, or its log has no room: what was acknowledged is kept, people get their pages."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from casework import drafts
from casework.accounts import sessions
from casework.audit.verify import verify
from models import Request
from tests import builders, instance, personas
from tests.serving import Server, prepared
from tools import serve
from views import web

pytestmark = pytest.mark.slow

GRACE = 25
"""Seconds; granian gives its workers 15, systemd 40."""


class Typist(threading.Thread):
    """Somebody who saves one field of a draft again and again, until an answer doesn't come."""

    def __init__(self, server: Server, draft: Request, cookie: str) -> None:
        super().__init__()
        self.draft, self.acknowledged, self.ended = draft, 0, threading.Event()
        self._page = f"{server.url}/requests/{draft.key}"
        self._browser = requests.Session()
        self._browser.headers = {"Cookie": cookie, "X-Autosave": "1"}
        self._version = drafts.versions(draft).get("note", 0)

    def run(self) -> None:
        found = re.search('name="csrf_token" value="([^"]+)"', self._browser.get(self._page, timeout=30).text)
        assert found is not None
        self._browser.headers["X-CSRF-Token"] = found[1]
        with suppress(requests.ConnectionError), self._browser:
            while not self.ended.is_set() and self._saved(self.acknowledged + 1):
                self.acknowledged += 1

    def _saved(self, number: int) -> bool:
        typed = {"note": f"no {number}", "v-note": str(self._version + number - 1)}
        answer = self._browser.post(f"{self._page}/autosave", typed, timeout=30)
        return answer.status_code == 200 and not answer.json().keys() & {"clash", "refused"}

    def lost_nothing(self) -> bool:
        """The last save may have been kept without its answer having come."""
        kept = drafts.answers(Request.get_by_id(self.draft.id)).values["note"]
        return kept in (f"no {self.acknowledged}", f"no {self.acknowledged + 1}")


@pytest.fixture
def server(ready_database: Path, tmp_path: Path) -> Iterator[Server]:
    made = prepared(instance.with_few_codes(ready_database), tmp_path)
    yield made
    made.stop()


def typists(server: Server, count: int = 4) -> list[Typist]:
    """So many people at work; each has saved something."""
    with server.inside():
        cookie = f"{web.session_cookie()}={sessions.start(personas.user('amy'))}"
        people = [Typist(server, builders.make_draft(files=0), cookie) for _ in range(count)]
    for each in people:
        each.start()
    until(lambda: all(each.acknowledged >= 3 for each in people))
    return people


def until(happened, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, f"it did not come in {seconds} seconds"
        time.sleep(0.05)


def test_a_stop_loses_no_save_and_ends_in_time(server: Server) -> None:
    server.start()
    people = typists(server)
    server.process.terminate()
    assert server.process.wait(GRACE) == 0
    for each in people:
        each.join(GRACE)
    with server.inside():
        assert all(each.lost_nothing() for each in people)
        assert verify().is_whole


def test_a_stop_while_workers_load_waits_for_none_of_them(server: Server) -> None:
    server.begin()
    until(lambda: len(server.workers()) == serve.WORKERS)
    told = time.monotonic()
    server.process.terminate()
    assert server.process.wait(GRACE) == 0
    assert time.monotonic() - told < 10, "granian killed a worker that did not stop"


def test_new_workers_lose_no_save(server: Server) -> None:
    """SIGHUP: granian starts its workers anew."""
    server.start()
    people = typists(server)
    before = server.workers()
    server.process.send_signal(signal.SIGHUP)
    until(lambda: server.workers() and not server.workers() & before)
    for each in people:
        each.ended.set()
        each.join(GRACE)
    with server.inside():
        assert all(each.lost_nothing() for each in people)
        assert verify().is_whole
    for each in typists(server, 1):
        each.ended.set()
        each.join(GRACE)


def test_a_log_that_nobody_reads_any_more_stops_nobody(server: Server) -> None:
    os.mkfifo(server.log)
    reader = os.open(server.log, os.O_RDONLY | os.O_NONBLOCK)
    server.start()
    os.close(reader)
    work_goes_on(server)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this machine has no device that is always full")
def test_a_log_without_room_stops_nobody(server: Server) -> None:
    server.log.symlink_to("/dev/full")
    server.start()
    work_goes_on(server)
    server.log.unlink()


def work_goes_on(server: Server) -> None:
    people = typists(server, 2)
    assert requests.get(f"{server.url}/nowhere", timeout=30).status_code == 404
    assert requests.get(f"{server.url}/readyz", timeout=30).status_code == 200
    for each in people:
        each.ended.set()
        each.join(GRACE)
    with server.inside():
        assert all(each.lost_nothing() for each in people)


def test_a_port_is_not_shared_with_another_portal() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian listens
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = subprocess.run(
            serve.command(),
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert f"Port {port} can't be had" in ended.stderr
