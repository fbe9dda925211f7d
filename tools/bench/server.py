"""The portal as it runs, on granian with its two workers, and clients of it."""

import http.client
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from casework.accounts import sessions
from tests import instance, personas
from tools import serve
from tools.bench.world import ROOT, Portal
from views import web

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Running:
    process: subprocess.Popen[bytes]
    port: int
    cold: float
    """Seconds from its start to its first answer."""

    def memory(self) -> float:
        """MB of all of its processes; what they share is counted once."""
        family = [self.process.pid]
        for each in family:
            with open(f"/proc/{each}/task/{each}/children", encoding="ascii") as children:
                family += map(int, children.read().split())
        return sum(map(_share, family)) / 1000


def _share(process: int) -> int:
    with open(f"/proc/{process}/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))


@contextmanager
def running(portal: Portal, application: str = serve.APPLICATION, path: str = "/healthz") -> Iterator[Running]:
    """The server with this application; ended afterwards."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **instance.environment(portal.settings), "PYTHONPATH": str(ROOT), "PORT": str(port)}
    began = time.monotonic()
    with subprocess.Popen(
        serve.command(application), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as process:
        try:
            while not _answers(port, path):
                time.sleep(0.01)
            yield Running(process, port, time.monotonic() - began)
        finally:
            process.terminate()


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def person(portal: Portal, username: str) -> dict[str, str]:
    """The headers of a signed-in person's browser, with the token of their forms."""
    cookie = f"{web.session_cookie()}={sessions.start(personas.user(username))}"
    with portal.app.test_request_context(headers={"Cookie": cookie}):
        return {"Cookie": cookie, "X-CSRF-Token": web.csrf_token()}


@dataclass
class Times:
    """How long each request of some clients took, in seconds, and how many failed."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    bytes: int = 0
    """Of the largest answer."""

    def at(self, share: float) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


Ask = Callable[[int, int], tuple[str, str, dict[str, str], dict[str, str] | None]]
"""Of a client and the number of its request: method, path, headers, and what is posted."""


def clients(port: int, count: int, duration: float, ask: Ask) -> Times:
    """So many clients that ask without pause for so long."""
    times = Times()
    ends = time.monotonic() + duration
    threads = [threading.Thread(target=_client, args=(port, place, ends, ask, times)) for place in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return times


def _client(port: int, place: int, ends: float, ask: Ask, times: Times) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    number = 0
    while time.monotonic() < ends:
        method, path, headers, posted = ask(place, number)
        if posted is not None:
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.monotonic()
        connection.request(method, path, urlencode(posted) if posted is not None else None, headers)
        answer = connection.getresponse()
        size = len(answer.read())
        times.seconds.append(time.monotonic() - began)
        times.failed += answer.status >= 500
        times.bytes = max(times.bytes, size)
        number += 1
    connection.close()
