"""A person's own data, and the office's, which prefill each new request."""

from dataclasses import dataclass

from casework import audit
from casework.actor import Actor
from casework.errors import NotAllowed
from casework.readable import written
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
        changed = _changed("own data", actor.user, vars(given))
        if changed:
            User.update(**{name: getattr(given, name) for name in changed}).where(User.id == actor.user.id).execute()
            audit.record("profile_changed", actor, user=actor.user.key, fields=changed)


def change_office(given: OfficeData, actor: Actor) -> None:
    """Changes the data of the person's own office; requests that exist keep theirs. Raises NotAllowed without one."""
    office = actor.user.office
    if office is None:
        raise NotAllowed("Your account belongs to no office.")
    with transaction():
        changed = _changed("office's data", office, vars(given))
        if changed:
            Office.update(**{name: getattr(given, name) for name in changed}).where(Office.id == office.id).execute()
            audit.record("office_changed", actor, office=office.key, fields=changed)


def _changed(words: str, row: User | Office, given: dict[str, str]) -> list[str]:
    """Names of the columns that would change, of those that a form writes: the event tells these, never the values."""
    names = written(words, type(row).__name__)
    return sorted(name for name in names if name in given and getattr(row, name) != given[name])
