"""The running server: its start and memory, slow clients, sign-ins without pause (budgets 8, 10 and 13)."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tools.bench.measure import Seen, at_least, at_most
from tools.bench.server import HOST, Times, clients, person, running
from tools.bench.world import OFFICE, Portal

SLOW = 200
SECONDS = 4.0
LONG = b"Content-Length: 100000\r\n"
SLOW_CLIENTS = {
    "silent": b"",
    "in the middle of a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "in the middle of a body": b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n" + LONG + b"\r\nusername=",
    "not reading": b"GET /static/htmx-4.0.1.min.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 3,
}
"""What they send before they stop."""


def measure(portal: Portal) -> Iterator[Seen]:
    with running(portal, "tools.bench.bare:create_app", "/") as bare:
        plain = bare.cold
    with running(portal) as server:
        yield at_most("13 cold start: time of a bare application", 2, server.cold / plain, " ×")
        headers = person(portal, OFFICE)
        for name, sent in SLOW_CLIENTS.items():
            before = _others(server.port, headers)
            with _slow(server.port, sent):
                busy = _others(server.port, headers)
            after = _others(server.port, headers)
            quiet = Times(before.seconds + after.seconds)
            rate = 2 * len(busy.seconds) / len(quiet.seconds)
            yield at_least(f"8 others beside {SLOW} clients {name}: rate", 0.8, rate, " ×")
            yield at_most("8 … slowest of a hundred", 1.5, busy.at(0.99) / quiet.at(0.99), " ×")
        yield at_most("13 memory of two workers: MB", 180, server.memory())


def _others(port: int, headers: dict[str, str]) -> Times:
    return clients(port, 2, SECONDS, lambda place, number: ("GET", "/dashboard", headers, None))


@contextmanager
def _slow(port: int, sent: bytes) -> Iterator[None]:
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            client = open_ones.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect((HOST, port))
            client.sendall(sent)
        time.sleep(1)
        yield
