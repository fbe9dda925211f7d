"""Recovery codes: each takes the place of the app's code once, for who has lost the phone.

A code is 120 random bits, so that a plain hash keeps it well enough (OWASP ASVS 6.5.2); only the hash is kept.
"""

import base64
import secrets

from peewee import CharField, ForeignKeyField

from casework import audit, clock
from casework.accounts.sessions import hash_of
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from models import Base, MomentField, User

CODES = 8
BYTES = 15
WRONG_CODE = "This recovery code is wrong, or was used already. Try another one."
LOOKS_LIKE = str.maketrans("018", "OIB")
"""The alphabet has neither 0, 1 nor 8: who reads one off a printout means the letter."""


class RecoveryCode(Base):
    user = ForeignKeyField(User, backref="+")
    code_hash = CharField(64, unique=True)
    made_at = MomentField()
    used_at = MomentField(null=True)


def make(user: User) -> list[str]:
    """Makes a new set, to be shown once, inside a transaction; the former ones are worth nothing any more."""
    forget(user)
    codes = [base64.b32encode(secrets.token_bytes(BYTES)).decode() for _ in range(CODES)]
    at = clock.now()
    RecoveryCode.insert_many([{"user": user, "code_hash": hash_of(code), "made_at": at} for code in codes]).execute()
    return ["-".join(code[place : place + 4] for place in range(0, len(code), 4)) for code in codes]


def renew(user: User, actor: Actor) -> list[str]:
    """A new set instead of the one that there is. Raises Refused for who has no second factor."""
    if not user.totp_secret:
        raise Refused("Recovery codes belong to a second factor. Set one up first.")
    with transaction():
        codes = make(user)
        audit.record("recovery_codes_made", actor, user=user.key, count=len(codes))
    return codes


def accept(user: User, typed: str) -> bool:
    """Whether this is one of the person's codes that was never used; uses it up."""
    if not user.totp_secret:
        return False
    code = "".join(each for each in typed.upper() if each.isalnum()).translate(LOOKS_LIKE)
    mine = (RecoveryCode.user == user) & (RecoveryCode.code_hash == hash_of(code)) & RecoveryCode.used_at.is_null()
    with transaction():
        if RecoveryCode.update(used_at=clock.now()).where(mine).execute() != 1:
            return False
        audit.record("recovery_code_used", Actor(user), user=user.key, left=left(user))
    return True


def left(user: User) -> int:
    """How many of the person's codes are still good."""
    return int(RecoveryCode.select().where(RecoveryCode.user == user, RecoveryCode.used_at.is_null()).count())


def forget(user: User) -> None:
    """None of this person's codes counts any more."""
    RecoveryCode.delete().where(RecoveryCode.user == user).execute()
