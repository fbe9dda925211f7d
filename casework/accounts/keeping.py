"""What intake and admins see of accounts: find one, who is new, who waits."""

from datetime import timedelta

from peewee import JOIN, ModelSelect

from casework import access, clock
from casework.actor import Actor
from casework.audit.access_log import AccessLog
from casework.errors import NotFound
from models import Office, Role, User, UserState

NEW_DAYS = 30
MOST = 50
SIGN_INS = (
    "signed_in",
    "sign_in_refused",
    "sign_in_slowed",
    "proof_refused",
    "password_set",
    "password_reset",
    "signed_out",
)

LISTS = {
    "new": "New",
    "waiting": "Waiting for approval",
    "asking": "Asking for reactivation",
    "inactive": "Inactive",
    "staff": "Staff",
}


def accounts(actor: Actor, words: str = "", which: str = "new") -> list[User]:
    """Up to 50 accounts that this person keeps, with their offices: those found by `words`, or one of LISTS."""
    query = _kept_by(actor).order_by(User.id.desc())
    if words.strip():
        for word in words.split()[:6]:
            query = query.where(_holds(word))
        return list(query.limit(MOST))
    return list(query.where(_in_list(which)).limit(MOST))


def counts(actor: Actor) -> dict[str, int]:
    """How many accounts wait for somebody, by list."""
    return {which: _kept_by(actor).where(_in_list(which)).count() for which in ("waiting", "asking")}


def account_for(actor: Actor, key: str) -> User:
    """The account with this key, if this person keeps it. Raises NotFound."""
    user: User | None = _kept_by(actor).where(User.key == key).first()
    if user is None:
        raise NotFound
    return user


def office_for(actor: Actor, key: str) -> Office:
    """The office with this key. Raises NotFound, and NotAllowed for who keeps no accounts."""
    access.require(actor, "keep_accounts")
    office = Office.by_key(key)
    if office is None:
        raise NotFound
    return office


def offices_named(actor: Actor, words: str) -> list[Office]:
    """Up to 20 offices by name, physician or NPI."""
    access.require(actor, "keep_accounts")
    query = Office.select().order_by(Office.name)
    for word in words.split()[:6]:
        query = query.where(
            Office.name.contains(word) | Office.physician_name.contains(word) | Office.npi.startswith(word)
        )
    return list(query.limit(20)) if words.strip() else []


def sign_in_history(user: User, most: int = 20) -> list[AccessLog]:
    """The person's latest sign-ins and refused tries, newest first."""
    own = (AccessLog.actor == user) | (AccessLog.subject == user.key)
    rows = AccessLog.select().where(own, AccessLog.action.in_(SIGN_INS))
    return list(rows.order_by(AccessLog.id.desc()).limit(most))


def _kept_by(actor: Actor) -> "ModelSelect[User]":
    access.require(actor, "keep_accounts")
    query = User.select(User, Office).join(Office, JOIN.LEFT_OUTER)
    return query if actor.role == Role.ADMIN else query.where(User.role == Role.PROVIDER)


def _holds(word: str) -> object:
    return (
        User.username.contains(word)
        | User.name.contains(word)
        | User.email.contains(word)
        | Office.name.contains(word)
        | Office.physician_name.contains(word)
        | Office.npi.startswith(word)
    )


def _in_list(which: str) -> object:
    since = clock.now() - timedelta(days=NEW_DAYS)
    return {
        "waiting": User.state == UserState.WAITING,
        "asking": (User.state == UserState.INACTIVE) & User.wants_reactivation_at.is_null(False),
        "inactive": User.state == UserState.INACTIVE,
        "staff": User.role != Role.PROVIDER,
    }.get(which, (User.role == Role.PROVIDER) & (User.created_at > since))
