"""A person's own data, and the office's, which prefill each new request."""

from dataclasses import dataclass

from casework import audit
from casework.actor import Actor
from casework.errors import NotAllowed
from casework.storage import transaction
from models import Office, User


@dataclass(frozen=True)
class OwnData:
    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class OfficeData:
    """Numbers as digits alone."""

    name: str
    physician_name: str
    npi: str
    tin: str
    phone: str
    fax: str
    address: str
    specialty: str


def change_own(given: OwnData, actor: Actor) -> None:
    """Changes the person's name, e-mail address and phone."""
    with transaction():
        changed = _changed(actor.user, vars(given))
        if changed:
            User.update(**{name: getattr(given, name) for name in changed}).where(User.id == actor.user.id).execute()
            audit.record("profile_changed", actor, user=actor.user.key, fields=changed)


def change_office(given: OfficeData, actor: Actor) -> None:
    """Changes the data of the person's own office; requests that exist keep theirs. Raises NotAllowed without one."""
    office = actor.user.office
    if office is None:
        raise NotAllowed("Your account belongs to no office.")
    with transaction():
        changed = _changed(office, vars(given))
        if changed:
            Office.update(**{name: getattr(given, name) for name in changed}).where(Office.id == office.id).execute()
            audit.record("office_changed", actor, office=office.key, fields=changed)


def _changed(row: User | Office, given: dict[str, str]) -> list[str]:
    """Names of the columns that would change: the event tells those, never the values."""
    return sorted(name for name, value in given.items() if getattr(row, name) != value)
