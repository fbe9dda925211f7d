"""Starts the portal on granian: `make run`, the browser tests and a service manager all start it by this.

    python tools/serve.py        serves on 127.0.0.1:$PORT

Why granian and why these numbers: docs/decisions/002-server.md.
"""

import os
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent

WORKERS = 2
THREADS = 128
"""Each holds one connection that is being answered; an idle or slow client costs none of them."""

APPLICATION = "tools.serve:portal"


def command(port: int) -> list[str]:
    """The server's argument list for this port of the loopback address."""
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--factory", APPLICATION, "--working-dir", str(ROOT)),
        *("--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS)),
        *(
            "--http",
            "1",
            "--no-ws",
            "--workers-kill-timeout",
            "15",
            "--respawn-failed-workers",
            "--log-level",
            "warning",
        ),
    ]


def portal() -> "Flask":
    """The portal, as a worker loads it; a stop meanwhile ends the worker at once.

    It has its main process's handler of the signal until it serves, which does nothing in a worker: it would be waited
    for until the kill time-out.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from app import create_app  # what takes its time

    return create_app()


def refuse_a_taken_port(port: int) -> None:
    """Ends with a sentence when the port can't be had: two portals would share it, and its visitors, unnoticed."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as reason:
            sys.exit(f"Port {port} can't be had ({reason.strerror}). Choose another one, for example PORT={port + 80}.")


if __name__ == "__main__":
    wanted = int(os.environ.get("PORT", "8000"))
    refuse_a_taken_port(wanted)
    started = command(wanted)
    os.execv(started[0], started)
