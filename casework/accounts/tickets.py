"""One-time tickets: a random secret handed to one person for one purpose, of which only the hash is kept."""

import secrets
from datetime import timedelta
from typing import Any

from peewee import CharField, ForeignKeyField, JSONField

from casework import again, clock
from casework.accounts.sessions import hash_of
from casework.errors import Refused
from models import Base, MomentField, User

LIVES = {
    "reset": timedelta(minutes=60),
    "invitation": timedelta(hours=24),
    "code": timedelta(minutes=5),
    "inactive": timedelta(minutes=15),
    "sso": timedelta(minutes=10),
}
"""How long a ticket of each purpose is good."""

USED_UP = "This link has been used or has run out. Ask for a new one."


class Ticket(Base):
    token_hash = CharField(64, unique=True)
    purpose = CharField(20)
    user = ForeignKeyField(User, null=True, backref="+")
    user_id: int | None
    made_by = ForeignKeyField(User, null=True, backref="+")
    made_at = MomentField()
    ends_at = MomentField(index=True)
    used_at = MomentField(null=True)
    data = JSONField(default=dict)


def issue(purpose: str, user: User | None = None, made_by: User | None = None, **data: Any) -> str:
    """Makes a ticket and returns its token, 256 random bits. Earlier ones of the same purpose and user end."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    if user is not None:
        end_all(user, purpose)
    Ticket.create(
        token_hash=hash_of(token),
        purpose=purpose,
        user=user,
        made_by=made_by,
        made_at=at,
        ends_at=at + LIVES[purpose],
        data=data,
    )
    return token


def look(purpose: str, token: str) -> Ticket:
    """The ticket, still good; looking doesn't use it. Raises Refused when it is used, too old or unknown."""
    return _look(purpose, hash_of(token))


def first_time(purpose: str, name: str) -> bool:
    """Whether this name (the jti of a token) is seen for the first time; it is remembered for a day."""
    at = clock.now()
    row = {"token_hash": hash_of(f"{purpose}|{name}"), "purpose": purpose, "made_at": at, "ends_at": at, "used_at": at}
    return bool(Ticket.insert(**row).on_conflict_ignore().as_rowcount().execute())


def _look(purpose: str, token_hash: str) -> Ticket:
    ticket: Ticket | None = Ticket.get_or_none(token_hash=token_hash, purpose=purpose)
    if ticket is None or ticket.used_at is not None or clock.now() >= ticket.ends_at:
        raise Refused(USED_UP)
    return ticket


def use(purpose: str, token: str) -> Ticket:
    """Uses the ticket up, once, whoever else tries at the same time; inside a transaction. Raises Refused as `look`."""
    return use_hashed(purpose, hash_of(token))


def use_hashed(purpose: str, token_hash: str) -> Ticket:
    """As `use`, for who holds the hash of the token."""
    ticket = _look(purpose, token_hash)
    mine = (Ticket.id == ticket.id) & Ticket.used_at.is_null()
    if Ticket.update(used_at=clock.now()).where(mine).execute() != 1:
        raise Refused(USED_UP)
    return ticket


def just_used(purpose: str, token: str) -> User | None:
    """Whose ticket this is, if it was used a moment ago: by a first click, perhaps."""
    mine = (Ticket.token_hash == hash_of(token)) & (Ticket.purpose == purpose) & (Ticket.used_at >= again.since())
    ticket: Ticket | None = Ticket.get_or_none(mine)
    return ticket.user if ticket else None


def end_all(user: User, purpose: str | None = None) -> None:
    """Ends this person's open tickets, of one purpose or of all."""
    which = (Ticket.user == user) & Ticket.used_at.is_null()
    if purpose is not None:
        which &= Ticket.purpose == purpose
    Ticket.delete().where(which).execute()


def sweep() -> int:
    """Deletes tickets that ended more than a day ago; returns how many."""
    return int(Ticket.delete().where(Ticket.ends_at < clock.now() - timedelta(days=1)).execute())
