"""Commands: flask --app app init | migrate | demo | staff | codes | …"""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask
from playhouse.migrations import Runner

from casework.codes import load
from casework.demo import people
from casework.demo.cases import make_cases
from casework.errors import Refused
from casework.storage import only_one
from config import current as settings
from models import database

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def init_app(app: Flask) -> None:
    app.cli.add_command(init)
    app.cli.add_command(migrate)
    app.cli.add_command(codes)
    app.cli.add_command(demo)


@click.command()
def init() -> None:
    """Make the database ready for a first start: tables and codes."""
    _migrate()
    with only_one("codes"):
        click.echo(load.load_package().words)


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


@click.command()
def demo() -> None:
    """Load the sample people and cases once, and print the accounts. Demo mode only."""
    if not settings().demo:
        raise click.ClickException("Sample people have a known password. Set DEMO=1 to try the portal out with them.")
    database.connect(reuse_if_open=True)
    with only_one("demo"):
        made = make_cases(people.make_people())
    if made:
        click.echo(f"made {made} sample cases")
    click.echo(f"Sample accounts, password of all: {people.PASSWORD}")
    for person in people.PEOPLE:
        where = person.office.name if person.office else settings().organisation
        click.echo(f"  {person.username:5} {person.role.value:10} {where}")


@click.group()
def codes() -> None:
    """Diagnosis and service codes."""


@codes.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--from", "valid_from", type=click.DateTime(["%Y-%m-%d"]), help="First day of the release; default: by name."
)
def load_codes(file: Path | None, valid_from: datetime | None) -> None:
    """Load a release from a file of CMS (ICD-10-CM order or codes file, HCPCS); without one, ICD-10-CM as shipped."""
    database.connect(reuse_if_open=True)
    try:
        with only_one("codes"):
            loaded = load.load_file(file, valid_from.date() if valid_from else None) if file else load.load_package()
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(loaded.words)
