"""The database: opened, and written in one transaction at a time."""

import atexit
import fcntl
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from peewee import Database, InterfaceError, OperationalError, SqliteDatabase
from playhouse.pool import MaxConnectionsExceeded
from playhouse.postgres_ext import PooledPsycopg3Database
from psycopg import IsolationLevel

from config import Settings
from models import database

PRAGMAS = {
    "synchronous": "full",
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "mmap_size": 256 * 1024 * 1024,
}

POOL = {"max_connections": 20, "timeout": 10, "stale_timeout": 300, "connect_timeout": 5, "tcp_user_timeout": 10_000}
"""A process has so many connections; who finds none free, or a server that is silent, waits so long and no longer."""

PATIENCE = 15
"""Seconds that a writer waits in the queue before it is told that nothing can be saved at the moment."""

DOWN = (OperationalError, InterfaceError, MaxConnectionsExceeded)

_write_lock = threading.Lock()
_queue_file: IO[bytes] | None = None


def open_database(settings: Settings) -> Database:
    """Binds `models.database` to the database of these settings and returns it, not yet connected."""
    url = settings.database_url or f"sqlite:///{settings.instance / 'portal.db'}"
    if not url.startswith("postgresql://"):
        _prepare_sqlite(path_of(url))
    _let_go()
    ready = opened(url)
    database.initialize(ready)
    return ready


def _let_go() -> None:
    """Closes what the database in use until now keeps open for others."""
    if isinstance(database.obj, _Pool):
        database.obj.close_all()


def opened(url: str) -> Database:
    """The database under this URL, not yet connected. psycopg reads its own: sslmode, sslrootcert, a socket's host…"""
    if url.startswith("postgresql://"):
        return _Pool(url, **POOL)
    return _Sqlite(str(path_of(url)), pragmas=PRAGMAS, timeout=5)


def path_of(url: str) -> Path:
    """The file of a database of SQLite."""
    return Path(url.removeprefix("sqlite:///"))


class _Queued:
    """Whoever writes waits in the queue, with a single statement outside a transaction too."""

    def execute_sql(self, sql: str, params: Any = None, **options: Any) -> Any:
        run: Any = super().execute_sql  # type: ignore[misc]  # the database that this is mixed into
        if database.in_transaction() or not sql.startswith(("INSERT", "UPDATE", "DELETE")):
            return run(sql, params, **options)
        with transaction():
            return run(sql, params, **options)


class _Sqlite(_Queued, SqliteDatabase):
    """One file."""


class _Pool(_Queued, PooledPsycopg3Database):  # type: ignore[misc]  # playhouse ships no types
    """Connections to PostgreSQL, lent for one request each."""

    def _is_closed(self, conn: Any) -> bool:
        """Whether it is of no use any more: asked before it is lent, since a restart of the server cuts all of them."""
        if super()._is_closed(conn):
            return True
        try:
            conn.execute("SELECT 1")
            conn.rollback()
        except Exception:
            return True
        return False


def give_back() -> None:
    """Ends a request: its connection goes back to the pool of PostgreSQL. SQLite's stays open, one for each thread."""
    if not is_sqlite() and not database.is_closed():
        database.close()


def _prepare_sqlite(path: Path) -> None:
    global _queue_file
    path.parent.mkdir(parents=True, exist_ok=True)
    _close_queue()
    with suppress(FileExistsError):  # SQLite would let everybody on the machine read it
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    _queue_file = open(os.open(f"{path}.queue", os.O_RDWR | os.O_CREAT, 0o600), "r+b")  # noqa: SIM115 - kept open for flock
    with _flocked(), closing(sqlite3.connect(path, timeout=5)) as first:
        first.execute("PRAGMA journal_mode = wal")  # stays with the file; two that switch at once would meet "locked"


def is_down(error: Exception) -> bool:
    """Whether the database doesn't answer, has no room or can't be written: trying again later may work.

    SQLITE_ERROR alone is none of these but a failure of ours (a table is missing); behind a full disk it follows, when
    peewee takes back what SQLite has taken back already.
    """
    return isinstance(error, DOWN) and set(_sqlite_names(error)) != {"SQLITE_ERROR"}


def _sqlite_names(error: BaseException | None) -> Iterator[str]:
    """What SQLite calls this error and those that it came from."""
    while error is not None:
        if isinstance(error, sqlite3.Error):
            yield error.sqlite_errorname
        error = error.__context__


def rows(query: Any) -> list[Any]:
    """The rows of a query as plain tuples: peewee's types don't tell them from models."""
    return list(query.tuples())


@atexit.register
def _close_queue() -> None:
    if _queue_file is not None:
        _queue_file.close()


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)


@contextmanager
def transaction() -> Iterator[None]:
    """One business action, whole or not at all; inside another one it is a savepoint of it.

    One writer at a time, on either database: the others queue before they read what they build on. So nothing that was
    read is changed by somebody else before the end, and nobody meets "database is locked" or a deadlock.
    """
    if database.in_transaction():
        with database.atomic():
            yield
        return
    with _sqlite_turn() if is_sqlite() else _postgres_turn():
        yield


@contextmanager
def _sqlite_turn() -> Iterator[None]:
    """A lock of the threads, one of the processes, then BEGIN IMMEDIATE: fair, where SQLite would let writers poll."""
    if not _write_lock.acquire(timeout=PATIENCE):
        raise OperationalError("the queue of writers does not move")
    try:
        with _flocked(), database.atomic("IMMEDIATE"):
            yield
    finally:
        _write_lock.release()


@contextmanager
def _postgres_turn() -> Iterator[None]:
    """A lock that ends with the transaction, and with the connection of a process that died."""
    with database.atomic():
        database.execute_sql(
            "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)", (f"{PATIENCE}s", _number("write"))
        )
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read inside is of one moment, while others go on writing; for reading alone."""
    with database.atomic(*(() if is_sqlite() else (IsolationLevel.REPEATABLE_READ,))):
        yield


def _number(task: str) -> int:
    """The number of an advisory lock of PostgreSQL."""
    return zlib.crc32(task.encode())


@contextmanager
def _flocked() -> Iterator[None]:
    """The turn of this process, in the kernel's order.

    It waits without a limit, for flock knows none: trying for it again and again took turns out of order, and the
    slowest saves became two to four times slower. Behind a process that hangs one thread waits; the others give up.
    """
    if _queue_file is None:
        yield
        return
    fcntl.flock(_queue_file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(_queue_file, fcntl.LOCK_UN)


@contextmanager
def only_one(task: str) -> Iterator[None]:
    """Lets one process at a time do `task` (a migration, a nightly job) on this database; others wait."""
    if is_sqlite():
        path = f"{database.obj.database}.{task}"
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    number = _number(task)
    database.execute_sql("SELECT pg_advisory_lock(%s)", (number,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (number,))
