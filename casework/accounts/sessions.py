"""Sessions on the server: the browser holds a random token, the table its hash.

Ending a row ends the session everywhere, at once.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from peewee import JOIN, BooleanField, CharField, ForeignKeyField

from casework import clock
from models import Base, MomentField, Office, User, UserState

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
TOUCH = timedelta(minutes=1)


class Session(Base):
    token_hash = CharField(64, unique=True)
    user = ForeignKeyField(User, backref="sessions")
    address = CharField(60, default="")
    browser = CharField(200, default="")
    is_embedded = BooleanField(default=False)
    created_at = MomentField()
    seen_at = MomentField()
    proved_at = MomentField()
    """When the person last proved who they are (password, TOTP or identity provider)."""


def start(user: User, address: str = "", browser: str = "") -> str:
    """Starts a session and returns its token, 256 random bits; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    Session.create(
        token_hash=hash_of(token),
        user=user,
        address=address,
        browser=browser[:200],
        created_at=at,
        seen_at=at,
        proved_at=at,
    )
    return token


def find(token: str) -> Session | None:
    """The living session of this token with its user and office, or None: ended, idle too long, too old, user gone."""
    at = clock.now()
    session: Session | None = (
        Session.select(Session, User, Office)
        .join(User)
        .join(Office, JOIN.LEFT_OUTER)
        .where(Session.token_hash == hash_of(token))
        .first()
    )
    if session is None or session.user.state != UserState.ACTIVE:
        return None
    return session if at < ends_at(session) else None


def ends_at(session: Session) -> datetime:
    """When the session ends if nothing is done any more."""
    return min(session.seen_at + IDLE, session.created_at + LONGEST)


def touch(session: Session, at_once: bool = False) -> None:
    """Notes activity; writes at most once a minute, unless `at_once`."""
    at = clock.now()
    if at_once or at - session.seen_at >= TOUCH:
        Session.update(seen_at=at).where(Session.id == session.id).execute()
        session.seen_at = at


def end(session: Session) -> None:
    session.delete_instance()


def end_all(user: User, but: Session | None = None) -> int:
    """Ends all sessions of this user at once, on every worker; returns how many."""
    ended = Session.delete().where(Session.user == user, Session.id != (but.id if but else 0)).execute()
    return int(ended)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
