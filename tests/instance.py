"""Folders to run the portal in: a database after `flask init`, the same with the sample people, and their settings."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import cli
import config
from casework import clock, migrating, moving, storage
from casework.codes import icd10
from casework.codes.icd10 import IcdCode
from casework.demo.people import make_people
from models import database

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)
"""Tuesday, November 24, 2026, 9:12 AM in Chicago: when every test without a browser begins."""


def settings_for(folder: Path, **more: Any) -> config.Settings:
    """An installation in this folder."""
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'portal.db'}",
        "files_url": str(folder / "files"),
        "public_url": "http://localhost",
        "secret_key": "k" * 40,
        "audit_key": "a" * 40,
        "file_keys": "test:" + "QUFB" * 10 + "QUE=",
        "instance": folder,
    }
    return config.Settings(**{**values, **more})


def environment(settings: config.Settings) -> dict[str, str]:
    """The same as environment variables, for a process of its own."""
    told = {each.name.upper(): getattr(settings, each.name) for each in fields(settings)}
    return {name: str(int(value)) if isinstance(value, bool) else str(value) for name, value in told.items()}


def initialized(cache: Path) -> Path:
    """A database with tables and all codes. Made once for each shape of it, and kept between runs."""
    folder = cache / _fingerprint("migrations", "casework/codes")
    with _alone(folder.with_suffix(".lock")):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            use(settings_for(folder))
            result = CliRunner().invoke(cli.init)
            assert result.exit_code == 0, f"flask init failed: {result.output} {result.exception!r}"
            into_one_file()
            (folder / "ready").touch()
    return folder / "portal.db"


def peopled(ready: Path, folder: Path, at: datetime | None = None) -> Path:
    """A copy of `ready` in `folder` with the sample people in it, made at this moment (default: now)."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ready, folder / "portal.db")
    use(settings_for(folder))
    with database.connection_context(), clock.frozen(at or datetime.now(UTC)):
        make_people()
    into_one_file()
    return folder / "portal.db"


FEW_CODES = (
    *("C50", "E10", "E11", "F10", "F11", "F32", "F33", "F41", "G35", "G47", "I10", "I50", "I63", "J18", "K35", "M16"),
    *("M17", "M19", "M25", "M51", "M54", "M75", "N18", "O80", "R07", "S52", "S525", "S72", "S7200", "S83", "S8351"),
    *("Z34", "Z47", "Z96"),
)


def with_few_codes(ready: Path) -> Path:
    """The same with the codes of a few categories: a thirtieth of the size, since every test copies it."""
    few = ready.with_name("few.db")
    with _alone(ready.with_name("few.lock")):
        if not few.exists():
            _leave_few_codes(Path(shutil.copyfile(ready, ready.with_name("making.db"))))
            ready.with_name("making.db").rename(few)
    return few


def _leave_few_codes(path: Path) -> None:
    use(settings_for(path.parent, database_url=f"sqlite:///{path}"))
    whole = [each for each in FEW_CODES if not any(each != other and other.startswith(each) for other in FEW_CODES)]
    is_kept = IcdCode.code.in_(FEW_CODES) | reduce(or_, (IcdCode.code.startswith(each) for each in whole))
    with database.connection_context():
        IcdCode.delete().where(~is_kept).execute()
        icd10.renew_search()
        database.execute_sql("VACUUM")
    into_one_file()


def filled(url: str, folder: Path, from_file: Path) -> str:
    """An empty database with the rows of a file of SQLite, as `flask copy-from` brings them over."""
    use(settings_for(folder, database_url=url))
    with database.connection_context():
        moving.copy_from(f"sqlite:///{from_file}")
    disconnect()
    return url


def migrated_with_people() -> None:
    """Makes the tables and the sample people in the database in use; no codes."""
    migrating.migrate()
    with clock.frozen(NOW):
        make_people()


def disconnect() -> None:
    """Lets go of the database, and of the connections that PostgreSQL keeps for others."""
    if hasattr(database.obj, "close_all"):
        database.close_all()
    elif not database.is_closed():
        database.close()


def use(settings: config.Settings) -> None:
    config.use(settings)
    storage.open_database(settings)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One of the parallel test processes at a time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint(*folders: str) -> str:
    """Changes with everything that shapes an empty database."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def into_one_file() -> None:
    """Leaves the whole database in its one file, so that a copy of the file is a copy of the database."""
    database.connect(reuse_if_open=True)
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
