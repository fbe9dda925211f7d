"""Commands: flask --app app init | migrate | demo | staff | codes | …"""

from pathlib import Path

import click
from flask import Flask
from playhouse.migrations import Runner

from casework.storage import only_one
from models import database

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def init_app(app: Flask) -> None:
    app.cli.add_command(init)
    app.cli.add_command(migrate)


@click.command()
def init() -> None:
    """Make the database ready for a first start: tables and codes."""
    _migrate()


@click.command()
def migrate() -> None:
    """Bring the tables to the newest shape."""
    for name in _migrate():
        click.echo(f"applied {name}")


def _migrate() -> list[str]:
    """Applies what is pending; several starters at once wait for each other."""
    database.connect(reuse_if_open=True)
    with only_one("migrate"):
        applied: list[str] = Runner(database.obj, str(MIGRATIONS)).up()
    return applied


def pending() -> list[str]:
    """Names of migrations that are not applied yet."""
    return [each.name for each in Runner(database.obj, str(MIGRATIONS)).status() if each.applied is None]
