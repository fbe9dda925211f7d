"""Commands: flask --app app init | migrate | demo | staff | codes | …"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from casework import attachments, backup, jobs, migrating, moving, rotation
from casework.accounts import staff
from casework.audit import prune, verify
from casework.codes import load
from casework.demo import people
from casework.demo.cases import make_cases
from casework.errors import Refused
from casework.files.errors import StoreFault
from casework.files.keys import KeyRing
from casework.storage import only_one
from config import current as settings
from models import Role, User, database


def init_app(app: Flask) -> None:
    app.cli.add_command(init)
    app.cli.add_command(migrate)
    app.cli.add_command(copy_from)
    app.cli.add_command(codes)
    app.cli.add_command(demo)
    for group in (staff_commands, audit_commands, keys_commands, jobs_command, backup_command, restore):
        app.cli.add_command(group)


@contextmanager
def in_words(*faults: type[Exception]) -> Iterator[None]:
    """Whoever typed a command reads one of these faults as a sentence, and it ends with status 1; in a server they are
    raised as they are."""
    try:
        yield
    except faults as fault:
        if click.get_current_context(silent=True) is None:
            raise
        raise click.ClickException(str(fault)) from fault


@click.command()
def init() -> None:
    """Make the database ready for a first start: tables and codes."""
    migrating.migrate()
    with only_one("codes"):
        click.echo(load.load_package().words)


@click.command()
def migrate() -> None:
    """Bring the tables to the newest shape."""
    for name in migrating.migrate():
        click.echo(f"applied {name}")


@click.command("copy-from")
@click.argument("url")
def copy_from(url: str) -> None:
    """Fill this empty database with all rows of another one, e.g. sqlite:////var/lib/portal/portal.db."""
    try:
        copied = moving.copy_from(url)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    for table, count in copied.items():
        click.echo(f"{table}: {count}")
    click.echo("The chain of events and access log is whole.")


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


@click.group("staff")
def staff_commands() -> None:
    """CMSI's own people."""


@staff_commands.command("add")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role if role != Role.PROVIDER]))
@click.option("--name", default="", help="Name as letters give it; default: the username.")
@click.option("--credentials", default="", help="Licence and specialty, for letters.")
def add_staff(username: str, role: str, name: str, credentials: str) -> None:
    """Add a member of staff and print the one-time link that lets them in: the way to the first admin."""
    database.connect(reuse_if_open=True)
    try:
        _, token = staff.add(staff.NewStaff(username, name or username, Role(role), credentials), None)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    _print_invitation(token)


@staff_commands.command("invite")
@click.argument("username")
def invite_staff(username: str) -> None:
    """Make a new one-time link for a member of staff who is locked out; what they signed in with before ends."""
    database.connect(reuse_if_open=True)
    user = User.get_or_none(username=username)
    if user is None:
        raise click.ClickException("There is no such user.")
    try:
        token = staff.invite_again(user, None)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    _print_invitation(token)


def _print_invitation(token: str) -> None:
    click.echo("This link works once, for 24 hours. Give it to nobody else:")
    click.echo(f"{settings().public_url.rstrip('/')}/invitation/{token}")


@click.group("audit")
def audit_commands() -> None:
    """The chain of events and access log."""


@audit_commands.command("verify")
@click.option("--head", "heads_given", multiple=True, metavar="COUNT:MAC", help="An end of the chain kept elsewhere.")
def verify_audit(heads_given: tuple[str, ...]) -> None:
    """Read the whole chain and tell what was done to it, if anything was: ends with status 1 then."""
    database.connect(reuse_if_open=True)
    pairs = [given.partition(":") for given in heads_given]
    verdict = verify.verify([(int(count), mac) for count, _, mac in pairs])
    for finding in verdict.findings:
        click.echo(f"{finding.what}: {finding.words}")
    if not verdict.is_whole:
        raise click.exceptions.Exit(1)
    click.echo(f"whole: {verdict.count} rows, head {verdict.count}:{verdict.mac}")


@audit_commands.command("prune")
def prune_audit() -> None:
    """Delete the rows of the access log that are older than AUDIT_YEARS; the nightly job does the same."""
    database.connect(reuse_if_open=True)
    with only_one("jobs"):
        click.echo(f"{prune.prune()} rows of the access log deleted")


@click.group("keys")
def keys_commands() -> None:
    """The master keys of the file store."""


@keys_commands.command("new")
@click.argument("key_id")
def new_key(key_id: str) -> None:
    """Print a new master key, to be put first in FILE_KEYS."""
    click.echo(KeyRing.new_entry(key_id))


@keys_commands.command("rotate")
def rotate_keys() -> None:
    """Wrap every file's key with the first master key of FILE_KEYS; the others can go afterwards."""
    database.connect(reuse_if_open=True)
    with in_words(StoreFault), only_one("keys"):
        click.echo(f"{rotation.rotate()} files now under the key {attachments.store().ring.current}.")


@click.command("jobs")
@click.option("--all", "everything", is_flag=True, help="Run all, due or not.")
def jobs_command(everything: bool) -> None:
    """Run the jobs that are due; call it every ten minutes from a timer."""
    database.connect(reuse_if_open=True)
    for name, count in jobs.run_due(everything).items():
        click.echo(f"{name}: {count}")


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--check", "checks", is_flag=True, help="Compare the copy in FOLDER with its hashes; silent if whole.")
def backup_command(folder: Path, checks: bool) -> None:
    """Copy database and files into a new FOLDER, with the hash of each. Nobody has to stop working."""
    if checks:
        if wrong := backup.faults(folder):
            raise click.ClickException("\n".join(wrong))
        return
    try:
        click.echo(f"{backup.back_up(folder)} files in {folder}")
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Even where there is something in the database: it is lost then.")
def restore(folder: Path, overwrite: bool) -> None:
    """Put the copy in FOLDER in the place of this installation, which must stand still. Checks the copy first."""
    database.connect(reuse_if_open=True)
    try:
        count = backup.restore(folder, overwrite)
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(f"{count} files from {folder}. Now: flask migrate, flask audit verify, start the portal.")
