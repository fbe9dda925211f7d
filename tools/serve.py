"""Starts the portal on granian: `make run`, the browser tests and a service manager all start it by this.

    python tools/serve.py        serves on 127.0.0.1:$PORT

Why granian and why these numbers: docs/decisions/002-server.md.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

WORKERS = 2
THREADS = 128
"""Each holds one connection that is being answered; an idle or slow client costs none of them."""


def command(port: int) -> list[str]:
    """The server's argument list for this port of the loopback address."""
    return [
        *(sys.executable, "-m", "granian"),
        *("--interface", "wsgi", "--factory", "app:create_app", "--working-dir", str(ROOT)),
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


if __name__ == "__main__":
    started = command(int(os.environ.get("PORT", "8000")))
    os.execv(started[0], started)
