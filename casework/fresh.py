"""Is an open page up to date? It compares one short stamp, which changes with all that its office may see."""

from casework import access, clock
from casework.actor import Actor
from casework.errors import NotFound
from models import Office, Request

REFRESH_SECONDS = 600
"""An open page is drawn anew at least this often: time alone makes requests overdue and days end."""


def stamp(version: int) -> str:
    """The stamp of pages of an office with this version, now. `Office.version` grows with every event of its circle."""
    return f"{version}.{int(clock.now().timestamp()) // REFRESH_SECONDS}"


def stamp_of_case(actor: Actor, webcert_number: str) -> str:
    """The stamp of a case's page, in one statement. Raises NotFound when there is no such case for this person."""
    versions = access.requests_of_case(actor, webcert_number, Office.version).join_from(Request, Office).limit(1)
    found = versions.tuples().first()
    if found is None:
        raise NotFound
    return stamp(found[0])
