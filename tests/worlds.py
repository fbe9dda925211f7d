"""A request of amy's office in a given status, with everything that a URL can name, on a database that is copied."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework import clock
from casework.lists import search
from casework.workflow import after
from models import Attachment, Determination, Letter, Request, Status, database
from tests import builders, instance, personas

NO_KEY = "NoSuchKeyHere_00"


@dataclass(frozen=True)
class World:
    """What is in it, by the words that URLs use."""

    folder: Path
    request: str
    number: str
    letter: str
    file: str
    talk: str
    token: str
    """Of amy's search for the case."""
    user: str
    """bob, whom keepers of accounts look after."""
    office: str
    """bob's; `other` is amy's."""
    other: str


def make(peopled: Path, folder: Path, status: Status) -> World:
    """A new world; a decided request is partly approved, so that everything that may follow may follow."""
    instance.use(instance.settings_for(folder))
    shutil.copyfile(peopled, folder / "portal.db")
    with database.connection_context(), clock.frozen(instance.NOW):
        request = _request(status)
        made = World(
            folder=folder,
            request=request.key,
            number=request.case.webcert_number or "W26-000999-5",
            letter=_key(Letter.select().join(Determination).where(Determination.request == request)),
            file=_key(Attachment.select().where(Attachment.request == request)),
            talk=_talk(request) if status == Status.DETERMINED else NO_KEY,
            token=search.remember(personas.actor("amy"), request.case.webcert_number or "Hollis"),
            user=personas.user("bob").key,
            office=personas.office("bob").key,
            other=personas.office("amy").key,
        )
    instance.into_one_file()
    return made


def _request(status: Status) -> Request:
    if status == Status.DETERMINED:
        return builders.deny(builders.accept(builders.make_request()), only=1)
    return builders.make_request(status)


def _key(rows: Any) -> str:
    found = rows.first()
    return found.key if found is not None else NO_KEY


def _talk(request: Request) -> str:
    talk = after.ask_peer_to_peer(
        request, personas.actor("amy"), "Iris Calder, MD", "414-555-0110", ["Mondays, 8 to 10"]
    )
    return talk.key


def contents() -> dict[str, list[Any]]:
    """Every row of every table but the codes, to see what a request changed."""
    tables = [name for name in database.get_tables() if not name.startswith(("icd_", "hcpcs", "code_"))]
    return {name: database.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in tables}
