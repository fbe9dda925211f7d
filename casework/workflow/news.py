"""What the office added since somebody looked: a decision must not be made over records that nobody has seen."""

from peewee import fn

from casework.errors import Stale
from models import Event, Request, Role, User

NEWS = (
    "The office added something while you worked on this: nothing was sent, and what you typed is still here. "
    "Look at what is new, then send it again."
)


def newest(request: Request) -> int:
    """The id of the newest event of this request, for a form to carry as what its reader has seen; 0 for none."""
    return Event.select(fn.MAX(Event.id)).where(Event.request == request).scalar() or 0


def nothing_new_since(request: Request, seen: int | None) -> None:
    """Raises Stale when an office user did something on this request after the event `seen`; None compares nothing."""
    if seen is None:
        return
    later = Event.select().join(User, on=Event.actor).where(Event.request == request, Event.id > seen)
    if later.where(User.role == Role.PROVIDER).exists():
        raise Stale(NEWS)
