"""Passwords: how they are kept and compared.

Argon2id with the parameters of ASVS 5.0, appendix C (19 MiB, two passes, one lane). One hash at a time in a process,
so that a wave of sign-ins never takes the machine away from everybody else.
"""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_one_at_a_time = threading.Semaphore(1)


def hash_of(password: str) -> str:
    """The Argon2id hash to keep, with its salt and parameters."""
    with _one_at_a_time:
        return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; exactly as typed. Without one to compare with it costs the same time."""
    known = kept if kept is not None else _nobodys_hash()
    try:
        with _one_at_a_time:
            fits = _hasher.verify(known, password[: LONGEST * 8])
    except (VerificationError, InvalidHashError):
        return False
    return fits and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's, and should be made anew at the next sign-in."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys_hash() -> str:
    return hash_of("nobody has this password")
