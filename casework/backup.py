"""A copy of the whole installation while it runs: the database and the files, with the hash of each; and the way back.

For SQLite with a folder of files. The secret keys are not in it.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import config
from casework import storage
from casework.errors import Refused
from models import Office, User, database

DATABASE, FILES, MANIFEST = "portal.db", "files", "manifest.json"
ON_THEIR_WAY = shutil.ignore_patterns("incoming*", "*.part")


def back_up(target: Path) -> int:
    """Copies the installation into a new folder while people work in it; returns how many files the copy has.

    The database goes first, so that what a row speaks of is there. The manifest comes last and at once: without it
    nothing passes `faults`, whenever the copying broke off. Raises Refused when the folder can't be made anew, or for
    another kind of installation.
    """
    files = _files()
    try:
        target.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise Refused(f"{target} can't be made: {error.strerror}. Copy into a new folder.") from error
    with storage.only_one("jobs"):  # none of them deletes a file between the two
        with (
            closing(sqlite3.connect(database.obj.database)) as place,
            closing(sqlite3.connect(target / DATABASE)) as copy,
        ):
            place.backup(copy)
        if files.exists():
            shutil.copytree(files, target / FILES, ignore=ON_THEIR_WAY)
    manifest = {name: _hash(target / name) for name in _names(target)}
    beside = target / f"{MANIFEST}.part"
    beside.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    beside.rename(target / MANIFEST)
    return len(manifest)


def faults(folder: Path) -> list[str]:
    """What is wrong with a copy, compared with its manifest; empty when it is whole."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [f"{MANIFEST}: missing or not readable, so this is no whole copy"]
    there = set(_names(folder))
    wrong = [f"{name}: missing" for name in manifest.keys() - there]
    wrong += [f"{name}: not in the manifest" for name in there - manifest.keys()]
    wrong += [f"{name}: changed" for name in manifest.keys() & there if _hash(folder / name) != manifest[name]]
    return sorted(wrong) + _faults_of_rows(folder / DATABASE)


def restore(folder: Path, overwrite: bool = False) -> int:
    """Puts a copy in the place of this installation, whose portal must stand still; returns how many files it had.

    Raises Refused when the copy is not whole, when there is something in the database and `overwrite` is not said, or
    for another kind of installation. The files come first, each at once, and stay beside those that are there; then the
    database, whole or not at all: after a break-off the old one is as it was, and the same may be done again.
    """
    files = _files()
    if wrong := faults(folder):
        raise Refused("\n".join(["This copy is not whole; nothing was changed.", *wrong]))
    if _has_rows() and not overwrite:
        raise Refused("There is something in this database already. To put the copy in its place, say --overwrite.")
    with storage.only_one("jobs"):
        if (folder / FILES).exists():
            shutil.copytree(folder / FILES, files, copy_function=_at_once, dirs_exist_ok=True)
        with closing(_opened(folder / DATABASE)) as copy, closing(sqlite3.connect(database.obj.database)) as place:
            copy.backup(place)
    return len(_names(folder))


def _files() -> Path:
    """The folder of this installation's files. Raises Refused where this way of copying is not the right one."""
    settings = config.current()
    if not storage.is_sqlite():
        raise Refused("This copies SQLite only. With PostgreSQL use pg_dump, then copy the files: docs/operating.md.")
    if settings.files_url.startswith("s3:"):
        raise Refused("This copies a folder of files only. An S3 store keeps versions of its own.")
    return Path(settings.files_url or settings.instance / FILES)


def _has_rows() -> bool:
    return any(database.obj.table_exists(each) and each.select().exists() for each in (User, Office))


def _faults_of_rows(path: Path) -> list[str]:
    try:
        with closing(_opened(path)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    return [] if said == "ok" else [f"{DATABASE}: {said}"]


def _opened(path: Path) -> sqlite3.Connection:
    """A copy's database, only to be read: nothing is left beside it."""
    return sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)


def _at_once(source: str, target: str) -> None:
    beside = f"{target}.part"
    shutil.copy2(source, beside)
    os.replace(beside, target)


def _names(folder: Path) -> list[str]:
    every = (each for each in folder.rglob("*") if each.is_file() and each.name != MANIFEST)
    return sorted(each.relative_to(folder).as_posix() for each in every)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
