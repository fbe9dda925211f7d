"""Whom the provider's word lets in: staff, known by issuer and subject, with the role that their groups give."""

import re
from collections.abc import Mapping
from typing import Any

from casework import audit, clock
from casework.accounts import life, sessions, tickets
from casework.accounts.register import fold
from casework.accounts.sso.errors import SsoRefused
from casework.actor import Actor
from casework.storage import rows, transaction
from config import current as settings
from models import Role, User, UserState

NOT_STAFF = (
    "Single sign-on is for CMSI's staff only, and it knows no account for you here. Medical offices sign in with "
    "username and password."
)
NOT_ACTIVE = "Your account isn't active. Ask one of CMSI's admins to reactivate it."
STRONGEST_FIRST = (Role.ADMIN, Role.PHYSICIAN, Role.NURSE, Role.INTAKE)


def role_of(claims: Mapping[str, Any]) -> Role | None:
    """The strongest role that the person's groups give by OIDC_ROLES ('cmsi-intake=intake …'); None when none does."""
    groups = claims.get(settings().oidc_groups_claim)
    listed = groups if isinstance(groups, list) else [groups]
    given = {
        role for group, _, role in (pair.rpartition("=") for pair in settings().oidc_roles.split()) if group in listed
    }
    return next((role for role in STRONGEST_FIRST if role in given), None)


def admit(claims: Mapping[str, Any], address: str, invitation: str = "") -> User:
    """The member of staff that these claims speak of, with the role of today's groups.

    With an invitation (its token's hash) the identity is bound to the invited account, once. Without, the account of
    this (issuer, subject) is taken, or made where a group gives a role. E-mail addresses never tell who somebody is.
    Raises SsoRefused.
    """
    with transaction():
        user = _bound(claims, invitation) if invitation else _found_or_made(claims)
        keeps_role = _follow_groups(user, claims, address)
        life.note_idleness(user)
    if not keeps_role:
        raise SsoRefused("no role", NOT_STAFF)
    if user.state != UserState.ACTIVE:
        raise SsoRefused("state", NOT_ACTIVE)
    return user


def _bound(claims: Mapping[str, Any], invitation: str) -> User:
    """The invited account, from now on known by this identity."""
    ticket = tickets.use_hashed("invitation", invitation)
    user = ticket.user
    if user is None or not user.is_staff or _by_identity(claims) is not None:
        raise SsoRefused("invitation", "This identity belongs to another account already.")
    identity = {"oidc_issuer": settings().oidc_issuer, "oidc_subject": claims["sub"], "password_hash": None}
    User.update(**identity, totp_secret=None).where(User.id == user.id).execute()
    sessions.end_all(user)
    audit.record("identity_bound", Actor(user), user=user.key)
    for name, value in identity.items():
        setattr(user, name, value)
    return user


def _found_or_made(claims: Mapping[str, Any]) -> User:
    user = _by_identity(claims)
    if user is not None:
        return user
    role = role_of(claims)
    if role is None:
        raise SsoRefused("no account", NOT_STAFF)
    at = clock.now()
    username = _free_username(claims)
    made: User = User.create(
        username=username,
        username_folded=fold(username),
        role=role,
        name=_text(claims, "name", 200) or username,
        email=_text(claims, "email", 254),
        oidc_issuer=settings().oidc_issuer,
        oidc_subject=claims["sub"],
        last_active_at=at,
        created_at=at,
    )
    audit.record("staff_added", None, user=made.key, role=role, by="single sign-on")
    return made


def _by_identity(claims: Mapping[str, Any]) -> User | None:
    found: User | None = User.get_or_none(oidc_issuer=settings().oidc_issuer, oidc_subject=claims["sub"])
    return found


def _follow_groups(user: User, claims: Mapping[str, Any], address: str) -> bool:
    """Where groups give roles, they do so at every sign-in: False for who lost them, whose sessions end."""
    if not settings().oidc_roles:
        return True
    role = role_of(claims)
    if role is None:
        sessions.end_all(user)
        return False
    if role != user.role:
        User.update(role=role).where(User.id == user.id).execute()
        sessions.end_all(user)
        audit.record("role_changed", Actor(user, address), user=user.key, before=user.role, after=role)
        user.role = role
    return True


def _text(claims: Mapping[str, Any], name: str, most: int) -> str:
    """A claim as a database keeps it."""
    return "".join(each for each in str(claims.get(name) or "") if each.isprintable())[:most]


def _free_username(claims: Mapping[str, Any]) -> str:
    wished = str(claims.get("preferred_username") or claims.get("email") or "staff").split("@")[0]
    base = re.sub(r"[^\w.-]", "", wished)[:60] or "staff"
    taken = {
        row[0] for row in rows(User.select(User.username_folded).where(User.username_folded.startswith(fold(base))))
    }
    names = (base, *(f"{base}{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if fold(name) not in taken)
