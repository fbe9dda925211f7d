"""CMSI's own people: added by an admin or on the command line, let in for the first time by a one-time link."""

from dataclasses import dataclass

from casework import access, again, audit, clock
from casework.accounts import passwords, resets, sessions, tickets
from casework.accounts.register import TAKEN, fold, is_taken
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.storage import transaction
from config import current as settings
from models import Role, User


@dataclass(frozen=True)
class NewStaff:
    username: str
    name: str
    role: Role
    credentials: str = ""
    email: str = ""


def add(given: NewStaff, actor: Actor | None) -> tuple[User, str]:
    """Makes the account and its one-time invitation, good for 24 hours; returns the user and the ticket's token.

    `actor` is None on the command line. Added again within a moment it is the same account, with a new invitation.
    Raises Refused for a username that is taken or has spaces, and for the role of an office.
    """
    if actor is not None:
        access.require(actor, "change_role")
    if given.role == Role.PROVIDER:
        raise Refused("Offices register themselves.")
    if not given.username or any(each.isspace() for each in given.username):
        raise Refused("A username has no spaces.")
    at = clock.now()
    with transaction():
        user = _just_added(given, actor) if actor else None
        if user is None:
            if is_taken(given.username):
                raise Refused(TAKEN)
            user = User.create(**vars(given), username_folded=fold(given.username), created_at=at, last_active_at=at)
            audit.record("staff_added", actor, user=user.key, role=given.role)
        return user, tickets.issue("invitation", user, actor.user if actor else None)


def _just_added(given: NewStaff, actor: Actor) -> User | None:
    """The account that the actor's first click has made, as long as nobody has come in by it."""
    user: User | None = User.get_or_none(**vars(given), password_hash=None, oidc_subject=None)
    return user if user is not None and again.has_just(actor, "staff_added", user=user.key) else None


def invite_again(user: User, actor: Actor | None) -> str:
    """A new one-time invitation for a member of staff: it binds an identity or sets a password anew; returns its token.

    Second factor, password and identity of before are gone once it is used. Raises Refused for office users.
    """
    if actor is not None:
        access.require(actor, "change_role")
    if not user.is_staff:
        raise Refused("Office users get a link to set a new password instead.")
    with transaction():
        audit.record("invitation_made", actor, user=user.key)
        return tickets.issue("invitation", user, actor.user if actor else None)


def invited(token: str) -> User:
    """Whose invitation this is; looking changes nothing. Raises Refused when it isn't good any more."""
    user = tickets.look("invitation", token).user
    if user is None:
        raise Refused(tickets.USED_UP)
    return user


def may_set_password() -> bool:
    """Whether staff sign in by password here."""
    return settings().staff_password or settings().demo


def accept_with_password(token: str, password: str, address: str = "") -> User:
    """Takes up an invitation by a password; the second factor is set up at the first sign-in.

    Again within a moment, as `resets.set_password`. Raises Refused where staff don't sign in by password, and with what
    is wrong with the password or the link.
    """
    try:
        return _accept_with_password(token, password, address)
    except (Refused, Stale):
        user = resets.just_set("invitation", token, password)
        if user is None:
            raise
        return user


def _accept_with_password(token: str, password: str, address: str) -> User:
    if not may_set_password():
        raise Refused("Staff sign in by single sign-on here.")
    user = invited(token)
    resets.check(password, user)
    password_hash = passwords.hash_of(password)
    with transaction():
        if tickets.use("invitation", token).user_id != user.id:
            raise Stale(tickets.USED_UP)
        fresh = {"password_hash": password_hash, "totp_secret": None, "oidc_issuer": None, "oidc_subject": None}
        User.update(**fresh, last_active_at=clock.now()).where(User.id == user.id).execute()
        sessions.end_all(user)
        audit.record("invitation_accepted", Actor(user, address), user=user.key)
    return user
