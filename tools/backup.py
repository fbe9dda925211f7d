"""A copy of the whole installation while it runs: the database and the files, with the hash of each.

python tools/backup.py FOLDER            copies into a new folder: portal.db, files/, manifest.json
python tools/backup.py --check FOLDER    compares a copy with its manifest and looks into its database

For SQLite with a folder of files, by the settings of the environment. The secret keys are not in it: keep them apart,
and keep them as long as the copy. With PostgreSQL or S3 use pg_dump and the store's own versions.
"""

import fcntl
import hashlib
import json
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import config  # noqa: E402 - the line above makes it findable


def back_up(target: Path) -> int:
    """Copies database, then files: what a row speaks of is there. Returns how many files."""
    settings = config.from_env()
    if settings.database_url.startswith("postgresql") or settings.files_url.startswith("s3:"):
        sys.exit("This copies SQLite and a folder of files only. Use pg_dump, and the store's own versions.")
    database = Path(settings.database_url.removeprefix("sqlite:///") or settings.instance / "portal.db")
    files = Path(settings.files_url or settings.instance / "files")
    target.mkdir(mode=0o700, parents=True)
    with open(f"{database}.jobs", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # no job deletes a file between the two
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(target / "portal.db")) as copy:
            source.backup(copy)
        if files.exists():
            shutil.copytree(files, target / "files", ignore=shutil.ignore_patterns("incoming*", "*.part"))
    manifest = {name: _hash(target / name) for name in _names(target)}
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return len(manifest)


def check(folder: Path) -> list[str]:
    """What is wrong with a copy; empty when it is whole."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = set(_names(folder))
    wrong = [f"{name}: missing" for name in manifest.keys() - there]
    wrong += [f"{name}: not in the manifest" for name in there - manifest.keys()]
    wrong += [f"{name}: changed" for name in manifest.keys() & there if _hash(folder / name) != manifest[name]]
    try:
        with closing(sqlite3.connect(f"file:{folder / 'portal.db'}?mode=ro", uri=True)) as copy:
            said = copy.execute("pragma integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        said = str(error)
    return sorted(wrong) + ([] if said == "ok" else [f"portal.db: {said}"])


def _names(folder: Path) -> list[str]:
    every = (each for each in folder.rglob("*") if each.is_file() and each.name != "manifest.json")
    return sorted(each.relative_to(folder).as_posix() for each in every)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    match sys.argv[1:]:
        case ["--check", folder]:
            wrong = check(Path(folder))
            sys.exit("\n".join(wrong) if wrong else 0)
        case [folder]:
            print(f"{back_up(Path(folder))} files in {folder}")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
