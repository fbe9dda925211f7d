"""The life of an account: waiting, active, inactive after 30 days, deactivated. Nothing is ever deleted."""

from datetime import timedelta

from peewee import fn

from casework import access, again, audit, clock
from casework.accounts import sessions, tickets
from casework.actor import Actor
from casework.errors import NotAllowed, Refused, Stale
from casework.storage import transaction
from models import Role, User, UserState

IDLE_DAYS = 30
"""FAQ, "User Access": after 30 days of inactivity access may move to inactive status."""

CHANGED = "This account has changed in the meantime. Look at it once more."


def is_idle(user: User) -> bool:
    """Whether nothing was done with the account for 30 days."""
    return bool(clock.now() - (user.last_active_at or user.created_at) > timedelta(days=IDLE_DAYS))


def note_idleness(user: User) -> None:
    """Makes an active account inactive when its 30 days are over; `user.state` tells."""
    if user.state == UserState.ACTIVE and is_idle(user):
        _become_inactive(user)


def sweep_idle() -> int:
    """The nightly round: makes all idle accounts inactive and ends their sessions; returns how many."""
    before = clock.now() - timedelta(days=IDLE_DAYS)
    idle = User.select().where(
        User.state == UserState.ACTIVE, fn.COALESCE(User.last_active_at, User.created_at) < before
    )
    found = list(idle)
    for user in found:
        _become_inactive(user)
    return len(found)


def reactivate(user: User, actor: Actor) -> None:
    """Intake refreshes an inactive account: 30 new days, all as it was. Raises Stale when it isn't inactive."""
    _change(user, actor, (UserState.INACTIVE, UserState.ACTIVE), "reactivated", wants_reactivation_at=None)


def approve(user: User, actor: Actor) -> None:
    """Lets in an office that registered and waits. Raises Stale when it doesn't wait any more."""
    _change(user, actor, (UserState.WAITING, UserState.ACTIVE), "registration_approved")


def deactivate(user: User, actor: Actor, reason: str) -> None:
    """Closes an account at once, with all its sessions. Raises Refused without a reason or for the own account."""
    if not reason.strip():
        raise Refused("Say why the account is closed.")
    if user.id == actor.user.id:
        raise Refused("You can't close your own account.")
    with again.once(actor, "deactivated", words=reason.strip(), user=user.key), transaction():
        if user.state == UserState.DEACTIVATED:
            raise Stale(CHANGED)
        _change(user, actor, (user.state, UserState.DEACTIVATED), "deactivated", reason=reason.strip())
        tickets.end_all(user)


def reinstate(user: User, actor: Actor) -> None:
    """Opens a closed account again."""
    _change(user, actor, (UserState.DEACTIVATED, UserState.ACTIVE), "reinstated")


def sign_out_everywhere(user: User, actor: Actor) -> int:
    """Ends all sessions of this person; returns how many."""
    with transaction():
        ended = sessions.end_all(user)
        if ended:
            audit.record("signed_out_everywhere", actor, user=user.key, sessions=ended)
    return ended


def change_role(user: User, role: Role, actor: Actor) -> None:
    """Gives a member of staff another role; their sessions end. Raises Refused for office users and for oneself.

    The role that somebody has already changes nothing.
    """
    access.require(actor, "change_role")
    if not user.is_staff or role == Role.PROVIDER:
        raise Refused("Only the role of CMSI's staff can be changed.")
    if user.id == actor.user.id:
        raise Refused("You can't change your own role.")
    if user.role == role:
        return
    with again.once(actor, "role_changed", user=user.key, after=role), transaction():
        changed = User.update(role=role).where(User.id == user.id, User.role == user.role).execute()
        if changed != 1:
            raise Stale(CHANGED)
        sessions.end_all(user)
        audit.record("role_changed", actor, user=user.key, before=user.role, after=role)
    user.role = role


def require_keeper(actor: Actor, user: User) -> None:
    """Intake keeps the accounts of offices, an admin those of staff too. Raises NotAllowed."""
    access.require(actor, "keep_accounts")
    if user.is_staff and actor.role != Role.ADMIN:
        raise NotAllowed("Staff accounts are kept by admins.")


def _change(
    user: User, actor: Actor, move: tuple[UserState, UserState], kind: str, reason: str = "", **columns: object
) -> None:
    """Compare-and-set of an account's state, with its event; ends the sessions of who is no longer active."""
    require_keeper(actor, user)
    before, after = move
    if after == UserState.ACTIVE:
        columns["last_active_at"] = clock.now()
    with again.once(actor, kind, words=reason, user=user.key), transaction():
        changed = User.update(state=after, **columns).where(User.id == user.id, User.state == before).execute()
        if changed != 1:
            raise Stale(CHANGED)
        if after != UserState.ACTIVE:
            sessions.end_all(user)
        audit.record(kind, actor, user=user.key, reason=reason)
    user.state = after


def _become_inactive(user: User) -> None:
    with transaction():
        mine = (User.id == user.id) & (User.state == UserState.ACTIVE)
        if User.update(state=UserState.INACTIVE).where(mine).execute() == 1:
            sessions.end_all(user)
            audit.record("became_inactive", None, user=user.key)
    user.state = UserState.INACTIVE
