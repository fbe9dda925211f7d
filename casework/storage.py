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

from peewee import Database, SqliteDatabase
from playhouse.db_url import connect

from config import Settings
from models import database

PRAGMAS = {
    "synchronous": "full",
    "busy_timeout": 5000,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "mmap_size": 256 * 1024 * 1024,
}

_write_lock = threading.Lock()
_queue_file: IO[bytes] | None = None


def open_database(settings: Settings) -> Database:
    """Binds `models.database` to the database of these settings and returns it, not yet connected."""
    url = settings.database_url or f"sqlite:///{settings.instance / 'portal.db'}"
    if url.startswith("postgresql"):
        pooled = url.replace("postgresql://", "psycopg3+pool://", 1)
        opened: Database = connect(pooled, max_connections=20, stale_timeout=300)
    else:
        opened = _open_sqlite(Path(url.removeprefix("sqlite:///")))
    database.initialize(opened)
    return opened


def _open_sqlite(path: Path) -> SqliteDatabase:
    global _queue_file
    path.parent.mkdir(parents=True, exist_ok=True)
    _close_queue()
    with suppress(FileExistsError):  # SQLite would let everybody on the machine read it
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    _queue_file = open(os.open(f"{path}.queue", os.O_RDWR | os.O_CREAT, 0o600), "r+b")  # noqa: SIM115 - kept open for flock
    with _flocked(), closing(sqlite3.connect(path, timeout=5)) as first:
        first.execute("PRAGMA journal_mode = wal")  # stays with the file; two that switch at once would meet "locked"
    return SqliteDatabase(str(path), pragmas=PRAGMAS, timeout=5)


def rows(query: Any) -> list[Any]:
    """The rows of a query as plain tuples: peewee's types don't tell them from models."""
    return list(query.tuples())


@atexit.register
def _close_queue() -> None:
    if _queue_file is not None:
        _queue_file.close()


def is_sqlite() -> bool:
    return isinstance(database.obj, SqliteDatabase)


def kept(query: Any) -> Any:
    """The query with its rows kept from other writers until the transaction ends (SQLite has one writer anyway)."""
    return query if is_sqlite() else query.for_update()


@contextmanager
def transaction() -> Iterator[None]:
    """One business action, whole or not at all; inside another one it is a savepoint of it.

    On SQLite the writers of all threads and processes queue here (a thread lock, then a file lock) before
    BEGIN IMMEDIATE: fair, and never "database is locked".
    """
    if database.in_transaction():
        with database.atomic():
            yield
        return
    if not is_sqlite():
        with database.atomic():
            yield
        return
    with _write_lock, _flocked(), database.atomic("IMMEDIATE"):
        yield


@contextmanager
def _flocked() -> Iterator[None]:
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
    number = zlib.crc32(task.encode())
    database.execute_sql("SELECT pg_advisory_lock(%s)", (number,))
    try:
        yield
    finally:
        database.execute_sql("SELECT pg_advisory_unlock(%s)", (number,))
