"""Serves the portal with granian: `make run`, the tests in the browser and a service manager all start it by this.

    python tools/serve.py        serves on 127.0.0.1:$PORT

Why granian and why these numbers: docs/decisions/002-server.md.
"""

import os
import signal
import socket
import sys
from pathlib import Path

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

ROOT = Path(__file__).resolve().parent.parent

WORKERS = 2
THREADS = 128
"""Each holds one connection that is being answered; an idle or slow client costs none of them."""

APPLICATION = "app:create_app"


def command(application: str = APPLICATION) -> list[str]:
    """The argument list that starts it in a process of its own; PORT of its environment is the port."""
    return [sys.executable, str(ROOT / "tools/serve.py"), application]


def serve(application: str, port: int) -> None:
    """Serves until it is told to stop. `application`: module and factory, as in APPLICATION."""
    _refuse_a_taken_port(port)
    _let_loading_workers_end()
    Granian(
        application,
        factory=True,
        interface=Interfaces.WSGI,
        working_dir=ROOT,
        address="127.0.0.1",
        port=port,
        workers=WORKERS,
        blocking_threads=THREADS,
        backpressure=THREADS,
        http=HTTPModes.http1,
        websockets=False,
        workers_kill_timeout=15,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


def _let_loading_workers_end() -> None:
    """A stop ends a worker that still loads at once.

    Forked, it has its main process's handler of SIGTERM until it serves, which does nothing in a worker: it would be
    waited for until the kill time-out.
    """
    stop = {signal.SIGTERM}

    def end_at_once() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stop)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, stop),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, stop),
        after_in_child=end_at_once,
    )


def _refuse_a_taken_port(port: int) -> None:
    """Ends with a sentence when the port can't be had: two portals would share it, and its visitors, unnoticed."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError as reason:
            sys.exit(f"Port {port} can't be had ({reason.strerror}). Choose another one, for example PORT={port + 80}.")


if __name__ == "__main__":
    serve(sys.argv[1] if len(sys.argv) > 1 else APPLICATION, int(os.environ.get("PORT", "8000")))
