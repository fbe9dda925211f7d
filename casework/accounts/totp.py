"""The second factor: time-based one-time codes (RFC 6238) from an app on the person's phone.

The secret is kept encrypted under the portal's secret key, and each code is good for one sign-in.
"""

import base64
import hashlib
from datetime import timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from casework import audit, clock
from casework.accounts import recovery
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from config import current as settings
from models import User, UserState

STEP = timedelta(seconds=30)
WRONG_CODE = "This code is wrong or too old. Enter the one that your app shows now."


def is_due(user: User) -> bool:
    """Whether this person must set up a second factor before anything else."""
    if user.totp_secret or user.oidc_subject is not None or settings().demo:
        return False
    return settings().staff_password if user.is_staff else settings().office_totp == "required"


def begin(user: User) -> None:
    """Makes a secret that waits to be confirmed by a first code; the present one, if any, stays in force until then."""
    fresh = _seal(pyotp.random_base32())
    User.update(totp_pending=fresh).where(User.id == user.id, User.state == UserState.ACTIVE).execute()
    user.totp_pending = fresh


def address_of(user: User) -> str:
    """The otpauth address for the QR picture of the secret that waits. Raises Refused when none does."""
    return pyotp.TOTP(waiting_secret(user)).provisioning_uri(
        name=user.username, issuer_name=f"{settings().organisation} Portal"
    )


def waiting_secret(user: User) -> str:
    """The secret that waits for its first code, to be typed into an app. Raises Refused when none does."""
    secret = _unseal(user.totp_pending)
    if secret is None:
        raise Refused("Begin again: no new code is waiting to be confirmed.")
    return secret


def confirm(user: User, code: str, actor: Actor) -> list[str]:
    """Puts the waiting secret in force when `code` comes from it; returns recovery codes, to be shown this once.

    Raises Refused when the code doesn't come from it.
    """
    secret = waiting_secret(user)
    step = _step_of(secret, code)
    if step is None:
        raise Refused(WRONG_CODE)
    with transaction():
        User.update(totp_secret=user.totp_pending, totp_pending=None, totp_last_step=step).where(
            User.id == user.id
        ).execute()
        audit.record("second_factor_set", actor, user=user.key)
        return recovery.make(user)


def remove(user: User, actor: Actor, reason: str = "") -> None:
    """Takes the second factor away, if there is one."""
    has_one = User.totp_secret.is_null(False) | User.totp_pending.is_null(False)
    with transaction():
        if User.update(totp_secret=None, totp_pending=None).where(User.id == user.id, has_one).execute() != 1:
            return
        recovery.forget(user)
        audit.record("second_factor_removed", actor, user=user.key, reason=reason)


def accept(user: User, code: str) -> bool:
    """Whether this is the person's code of now (or of the step before or after), never used before; uses it up."""
    secret = _unseal(user.totp_secret)
    step = _step_of(secret, code) if secret else None
    if step is None:
        return False
    fresh = User.update(totp_last_step=step).where(User.id == user.id, User.totp_last_step < step).execute()
    return bool(fresh == 1)


def _step_of(secret: str, code: str) -> int | None:
    """The time step that this code belongs to, or None."""
    typed = code.replace(" ", "")
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    now = int(clock.now().timestamp() // STEP.total_seconds())
    generator = pyotp.TOTP(secret)
    matching = [
        step for step in (now - 1, now, now + 1) if pyotp.utils.strings_equal(generator.generate_otp(step), typed)
    ]
    return matching[0] if matching else None


def _cipher() -> MultiFernet:
    keys = (settings().secret_key, *settings().secret_key_fallbacks.split())
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"totp|{key}".encode()).digest())) for key in keys]
    )


def _seal(secret: str) -> str:
    return _cipher().encrypt(secret.encode()).decode()


def _unseal(kept: str | None) -> str | None:
    if not kept:
        return None
    try:
        return _cipher().decrypt(kept.encode()).decode()
    except InvalidToken:
        return None
