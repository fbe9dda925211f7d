"""The real server for the tests: the portal as `make run` starts it, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from models import database
from tests import instance
from tools import serve


class Server:
    """The portal as `make run` starts it, on a free port, with a folder of its own."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.settings = instance.settings_for(folder, **{"public_url": self.url, "demo": True, **settings})
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
            **instance.environment(self.settings),
            "PORT": str(self.port),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def flask(self, *arguments: str) -> str:
        """Runs a command of the portal on this folder, e.g. server.flask("jobs", "run")."""
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        done = subprocess.run(
            command, cwd=instance.ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The rules of the work on this server's database, in the test's own process: for what a test begins with."""
        instance.use(self.settings)
        with database.connection_context():
            yield

    def begin(self) -> None:
        """Starts it and doesn't wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                serve.command(), cwd=instance.ROOT, env=self.environment, stdout=log, stderr=log
            )

    def start(self) -> None:
        self.begin()
        for _ in range(150):
            if self._answers():
                return
            time.sleep(0.2)
            assert self.process.poll() is None, f"the server ended: {self._told()}"
        self.stop()
        raise AssertionError(f"the server does not answer: {self._told()}")

    def _told(self) -> str:
        return self.log.read_text()[-3000:] if self.log.is_file() else ""

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2):
                return True
        except HTTPError as error:
            return error.code < 500
        except (URLError, OSError):
            return False

    def workers(self) -> set[int]:
        """The processes that answer."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return set(map(int, children.split()))

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepared(ready_database: Path, folder: Path, **settings: Any) -> Server:
    """A server on a fresh database with the sample people, not yet started."""
    peopled = instance.peopled(ready_database, folder)
    if "database_url" in settings:
        instance.filled(settings["database_url"], folder, peopled)
    return Server(folder, **settings)


@contextmanager
def running(ready_database: Path, folder: Path, **settings: Any) -> Iterator[Server]:
    """A server on a fresh database with the sample people, for as long as the block lasts."""
    server = prepared(ready_database, folder, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
