"""Sessions on the server: the browser holds a random token, the table its hash.

Ending a row ends the session everywhere, at once.
"""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from peewee import JOIN, CharField, ForeignKeyField

from casework import clock
from casework.ready import MARK_TEXT, Ready, models_of
from casework.storage import DOWN
from models import Base, MomentField, Office, User, UserState

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
TOUCH = timedelta(minutes=1)
PROOF = timedelta(minutes=10)
"""So long a proof of who somebody is counts for what asks for one."""


class Session(Base):
    token_hash = CharField(64, unique=True)
    user = ForeignKeyField(User, backref="sessions")
    form_secret = CharField(64)
    """Keys the tokens of its forms; stays when the session's token is renewed, so that open pages stay good."""
    address = CharField(60, default="")
    browser = CharField(200, default="")
    provider_session = CharField(255, default="")
    """The session at the OpenID provider (sid), for its back-channel sign-out."""
    created_at = MomentField()
    seen_at = MomentField()
    proved_at = MomentField()
    """When the person last proved who they are (password, TOTP or identity provider)."""


def start(user: User, address: str = "", browser: str = "", provider_session: str = "") -> str:
    """Starts a session and returns its token, 256 random bits; only the token's hash is kept."""
    token = secrets.token_urlsafe(32)
    at = clock.now()
    Session.create(
        token_hash=hash_of(token),
        user=user,
        form_secret=secrets.token_urlsafe(32),
        address=address[:60],
        browser=browser[:200],
        provider_session=provider_session[:255],
        created_at=at,
        seen_at=at,
        proved_at=at,
    )
    return token


def find(token: str) -> Session | None:
    """The living session of this token with its user and office, or None: ended, idle too long, too old, user gone.

    One that was used while the clock was well ahead is over too: it would live longer than anybody may.
    """
    found = _find_query().run({MARK_TEXT: hash_of(token)})
    if not found:
        return None
    session, user, office = models_of(found[0], Session, User, Office)
    session.user, user.office = user, office
    return _living(session)


@cache
def _find_query() -> Ready:
    joined = Session.select(Session, User, Office).join(User).join(Office, JOIN.LEFT_OUTER)
    return Ready(joined.where(Session.token_hash == MARK_TEXT))


def _living(session: Session) -> Session | None:
    if session.user.state != UserState.ACTIVE:
        return None
    return session if session.seen_at - IDLE < clock.now() < ends_at(session) else None


def ends_at(session: Session) -> datetime:
    """When the session ends if nothing is done any more."""
    end: datetime = min(session.seen_at + IDLE, session.created_at + LONGEST)
    return end


def is_proved(session: Session) -> bool:
    """Whether the person proved who they are in the last ten minutes."""
    return bool(clock.now() - session.proved_at <= PROOF)


def touch(session: Session, at_once: bool = False) -> None:
    """Notes activity; writes at most once a minute, unless `at_once`.

    What can't be noted keeps nobody from reading: the session ends the earlier.
    """
    at = clock.now()
    if at_once or at - session.seen_at >= TOUCH:
        with suppress(*DOWN):
            Session.update(seen_at=at).where(Session.id == session.id).execute()
            session.seen_at = at


def renew(session: Session, *, is_proof: bool = False) -> str:
    """The session goes on under a new token, returned; the old one is dead. `is_proof`: who it is was proved just now.

    A change that asked for a proof is none itself: else one proof would last as long as the session.
    """
    token = secrets.token_urlsafe(32)
    at = clock.now()
    proved_at = at if is_proof else session.proved_at
    Session.update(token_hash=hash_of(token), proved_at=proved_at, seen_at=at).where(Session.id == session.id).execute()
    return token


def of_user(user: User) -> list[Session]:
    """The person's living sessions, the one used last first."""
    at = clock.now()
    alive = Session.select().where(
        Session.user == user, Session.seen_at.between(at - IDLE, at + IDLE), Session.created_at > at - LONGEST
    )
    return list(alive.order_by(Session.seen_at.desc()))


def end(session: Session) -> None:
    session.delete_instance()


def end_of(token: str) -> None:
    """Ends the session of this token, if it has one."""
    Session.delete().where(Session.token_hash == hash_of(token)).execute()


def end_one(user: User, session_id: int) -> bool:
    """Ends one of this person's sessions; False when there is none of this id."""
    ended = Session.delete().where(Session.user == user, Session.id == session_id).execute()
    return bool(ended)


def end_all(user: User, but: Session | None = None) -> int:
    """Ends all sessions of this user at once, on every worker; returns how many."""
    ended = Session.delete().where(Session.user == user, Session.id != (but.id if but else 0)).execute()
    return int(ended)


def end_at_provider(issuer: str, subject: str, provider_session: str) -> int:
    """Ends the sessions that the OpenID provider says are over: by its session id, or all of the subject."""
    who = User.select(User.id).where(User.oidc_issuer == issuer)
    which = Session.provider_session == provider_session if provider_session else User.oidc_subject == subject
    if not provider_session:
        return int(Session.delete().where(Session.user.in_(who.where(which))).execute())
    return int(Session.delete().where(Session.user.in_(who), which).execute())


def sweep() -> int:
    """Deletes rows of sessions that are over; returns how many."""
    at = clock.now()
    is_used = Session.seen_at.between(at - IDLE, at + IDLE)
    return int(Session.delete().where(~is_used | (Session.created_at < at - LONGEST)).execute())


def count() -> int:
    """How many rows there are, living or not yet swept."""
    return int(Session.select().count())


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
