"""The doors for username and password: the office's, and the staff's where there is no OpenID provider.

No account goes through both: offices never through the staff's door, staff through the office's in demo mode alone,
and nobody who has an identity at the OpenID provider by a password.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from casework import again, audit, clock
from casework.accounts import life, passwords, recovery, sessions, throttle, tickets, totp
from casework.actor import Actor
from casework.audit.access_log import AccessLog
from casework.errors import Refused, TooMany
from casework.storage import transaction
from config import current as settings
from models import User, UserState

WRONG = "Username or password is wrong. Both are case-sensitive."


class Door(StrEnum):
    OFFICE = "office"
    STAFF = "staff"


class Step(StrEnum):
    """Where a person stands after the right password."""

    IN = "in"
    CODE = "code"
    INACTIVE = "inactive"
    WAITING = "waiting"
    CLOSED = "closed"


_STEP_OF = {
    UserState.WAITING: Step.WAITING,
    UserState.INACTIVE: Step.INACTIVE,
    UserState.DEACTIVATED: Step.CLOSED,
}


@dataclass(frozen=True)
class Entry:
    """The answer at the door. `token` is the session's when `step` is IN, else a ticket for what comes next, or ''."""

    user: User
    step: Step
    token: str = ""
    reset_at: datetime | None = None
    """When a link from intake was used to set the password since the last time the person signed in."""
    codes_left: int | None = None
    """How many recovery codes are left, when the person came in by one."""


@dataclass(frozen=True)
class Caller:
    """Who stands at the door, as far as the connection tells."""

    address: str = ""
    browser: str = ""
    reference: str = ""


def by_password(username: str, password: str, caller: Caller, door: Door = Door.OFFICE) -> Entry:
    """Asks for entry by username and password, both exactly as typed.

    Raises Refused, in the same words and at the same cost whether the username exists or not, and TooMany.
    """
    try:
        with throttle.sign_in_tries(username, caller.address):
            user = _matching(username, password, door)
    except (Refused, TooMany) as refusal:
        what = "sign_in_slowed" if isinstance(refusal, TooMany) else "sign_in_refused"
        known = User.get_or_none(username=username)
        audit.write(what, subject=known.key if known else "", address=caller.address, door=door)
        raise
    return _next_step(user, caller)


def by_code(ticket: str, code: str, caller: Caller) -> Entry:
    """The second step of a person with a second factor: the ticket of the first step, and the code of now, or one of
    the recovery codes.

    Raises Refused when either is wrong, and TooMany.
    """
    user = _owner(tickets.look("code", ticket))
    throttle.count((throttle.CODES, user.key))
    is_from_app = totp.accept(user, code)
    if not is_from_app and not recovery.accept(user, code):
        audit.write("sign_in_refused", subject=user.key, address=caller.address, door="code")
        raise Refused(totp.WRONG_CODE if code.replace(" ", "").isdigit() else recovery.WRONG_CODE)
    with transaction():
        tickets.use("code", ticket)
        throttle.forget(throttle.CODES, user.key)
        entry = _let_in(user, caller)
    return entry if is_from_app else replace(entry, codes_left=recovery.left(user))


def ask_reactivation(ticket: str) -> User:
    """An inactive person, who gave the right password, asks intake to reactivate; Refused for an old ticket."""
    user = _owner(tickets.look("inactive", ticket))
    is_asked = User.wants_reactivation_at >= again.since()
    asks = (
        (User.id == user.id) & (User.state == UserState.INACTIVE) & (User.wants_reactivation_at.is_null() | ~is_asked)
    )
    with transaction():
        if User.update(wants_reactivation_at=clock.now()).where(asks).execute() == 1:
            audit.record("reactivation_asked", None, user=user.key)
    return user


def proves(user: User, password: str, code: str, caller: Caller) -> bool:
    """Whether somebody who is signed in proves again who they are. Raises TooMany."""
    throttle.count((throttle.ACCOUNT, f"proof|{user.key}"))
    if not passwords.matches(user.password_hash, password):
        return False
    if user.totp_secret and not (totp.accept(user, code) or recovery.accept(user, code)):
        return False
    throttle.forget(throttle.ACCOUNT, f"proof|{user.key}")
    return True


def _matching(username: str, password: str, door: Door) -> User:
    user: User | None = User.get_or_none(username=username)
    usable = user if user is not None and _belongs(user, door) else None
    if not passwords.matches(usable.password_hash if usable else None, password) or usable is None:
        raise Refused(WRONG)
    if passwords.is_outdated(usable.password_hash or ""):
        _renew_hash(usable, password)
    return usable


def _renew_hash(user: User, password: str) -> None:
    """The same password under today's parameters; one that was set meanwhile stays."""
    fresh = passwords.hash_of(password)
    as_checked = (User.id == user.id) & (User.password_hash == user.password_hash)
    if User.update(password_hash=fresh).where(as_checked).execute() == 1:
        user.password_hash = fresh


def _belongs(user: User, door: Door) -> bool:
    if user.oidc_subject is not None:
        return False
    if not user.is_staff:
        return door == Door.OFFICE
    return settings().demo or (door == Door.STAFF and settings().staff_password)


def _next_step(user: User, caller: Caller) -> Entry:
    life.note_idleness(user)
    if user.state == UserState.INACTIVE:
        return Entry(user, Step.INACTIVE, tickets.issue("inactive", user))
    if user.state != UserState.ACTIVE:
        return Entry(user, _STEP_OF[user.state])
    if user.totp_secret:
        return Entry(user, Step.CODE, tickets.issue("code", user))
    with transaction():
        return _let_in(user, caller)


def _let_in(user: User, caller: Caller) -> Entry:
    """Inside a transaction. A reset or a closing that came while the password was checked is faster: Refused."""
    as_checked = (User.id == user.id) & (User.password_hash == user.password_hash) & (User.state == UserState.ACTIVE)
    if User.update(last_active_at=clock.now()).where(as_checked).execute() != 1:
        raise Refused(WRONG)
    token = sessions.start(user, caller.address, caller.browser)
    last = AccessLog.select().where(AccessLog.actor == user, AccessLog.action.in_(("signed_in", "password_reset")))
    latest: AccessLog | None = last.order_by(AccessLog.id.desc()).first()
    audit.write("signed_in", Actor(user, caller.address, caller.reference))
    reset_at = latest.at if latest is not None and latest.action == "password_reset" else None
    return Entry(user, Step.IN, token, reset_at)


def _owner(ticket: tickets.Ticket) -> User:
    if ticket.user is None:
        raise Refused(tickets.USED_UP)
    return ticket.user
