"""Setting a new password: intake makes a one-time link after a check of the caller, the person chooses the password."""

from collections.abc import Collection

from casework import audit
from casework.accounts import life, password_rules, passwords, sessions, throttle, tickets
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from models import User, UserState

CHECKS = (
    ("name", "Name and username of the caller"),
    ("office", "Office name and address"),
    ("npi", "NPI of the primary physician"),
    ("tin", "Last four digits of the TIN"),
    ("call_back", "Called back under the phone number on file"),
)
"""What intake compares with the account before a link is made."""
FEWEST_CHECKS = 3


def make_link(user: User, actor: Actor, checks: Collection[str], reason: str) -> str:
    """Makes a one-time ticket for a new password, good for 60 minutes; an earlier one ends. Returns its token.

    `checks` are names of CHECKS that were made with the caller. Nobody but its holder sees or sets the password; a
    second factor stays. Raises Refused when too little was checked, or the person has no password to set.
    """
    life.require_keeper(actor, user)
    if len(set(checks) & {name for name, _ in CHECKS}) < FEWEST_CHECKS:
        raise Refused(f"Check at least {FEWEST_CHECKS} of the points with the caller first.")
    if user.oidc_subject is not None:
        raise Refused("This person signs in by single sign-on: there is no password to set.")
    if user.state == UserState.DEACTIVATED:
        raise Refused("This account is closed.")
    with transaction():
        token = tickets.issue("reset", user, actor.user)
        audit.record("reset_link_made", actor, user=user.key, checks=sorted(checks), reason=reason)
    return token


def owner_of(token: str) -> User:
    """Whose link this is; looking at it, as a mail scanner does, changes nothing. Raises Refused when it isn't good."""
    user = tickets.look("reset", token).user
    if user is None:
        raise Refused(tickets.USED_UP)
    return user


def set_password(token: str, password: str, address: str = "") -> User:
    """Sets the password by a one-time link and ends all sessions of the person; signs nobody in.

    The same one by the same link again, within a moment, is set already. Raises Refused with what is wrong with the
    password or the link.
    """
    try:
        return _set_password(token, password, address)
    except Refused:
        user = just_set("reset", token, password)
        if user is None:
            raise
        return user


def just_set(purpose: str, token: str, password: str) -> User | None:
    """Whose password this is, set by this link a moment ago."""
    user = tickets.just_used(purpose, token)
    return user if user is not None and passwords.matches(user.password_hash, password) else None


def _set_password(token: str, password: str, address: str) -> User:
    user = owner_of(token)
    check(password, user)
    password_hash = passwords.hash_of(password)
    with transaction():
        tickets.use("reset", token)
        _keep(user, password_hash)
        audit.record("password_reset", Actor(user, address), user=user.key)
        audit.write("password_reset", Actor(user, address))
    return user


def change_own(session: sessions.Session, password: str, actor: Actor) -> str:
    """A signed-in person chooses another password: all other sessions end, this one goes on under a new token.

    Returns the new token. Raises Refused with what is wrong with the password.
    """
    user = actor.user
    check(password, user)
    if passwords.matches(user.password_hash, password):
        raise Refused("This is the password that you have now. Choose another one.")
    password_hash = passwords.hash_of(password)
    with transaction():
        _keep(user, password_hash, but=session)
        audit.record("password_changed", actor, user=user.key)
        audit.write("password_set", actor)
        return sessions.renew(session)


def check(password: str, user: User) -> None:
    """Raises Refused with the first thing that is wrong with this password for this person."""
    office = user.office.name if user.office else ""
    for problem in password_rules.problems(password, user.username, office):
        raise Refused(problem)


def _keep(user: User, password_hash: str, but: sessions.Session | None = None) -> None:
    User.update(password_hash=password_hash).where(User.id == user.id).execute()
    sessions.end_all(user, but)
    tickets.end_all(user)
    throttle.forget(throttle.ACCOUNT, user.username)
