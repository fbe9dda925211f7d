"""The numbered migrations of the tables: what is pending, and how it is applied by one starter at a time."""

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

from casework.storage import only_one
from models import database

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def migrate() -> list[str]:
    """Applies what is pending and returns the names; several starters at once wait for each other."""
    database.connect(reuse_if_open=True)
    with only_one("migrate"):
        applied: list[str] = Runner(database.obj, str(MIGRATIONS)).up()
    return applied


def pending(of: Database | None = None) -> list[str]:
    """Names of migrations that are not applied yet, to the database in use or another one."""
    return [each.name for each in Runner(of or database.obj, str(MIGRATIONS)).status() if each.applied is None]
