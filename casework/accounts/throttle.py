"""Slowing down those who try passwords: counted by account and by address, in the database, for all hosts alike.

A few tries are free, then each further one makes the next wait longer, never longer than 15 minutes: nobody is locked
out for good, and strangers don't lock out a person at the office's own address, whose tries count apart.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import CharField, IntegerField

from casework import clock
from casework.errors import TooMany
from casework.storage import transaction
from config import current as settings
from models import Base, MomentField

SHORTEST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
"""Without a further try the count begins anew."""
KNOWN_FOR = timedelta(days=30)


class Tries(Base):
    """How often something was tried lately; `name` is a keyed hash, so that no mistyped password is kept in it."""

    name = CharField(64, unique=True)
    count = IntegerField(default=0)
    last_at = MomentField(index=True)
    blocked_until = MomentField(null=True)


@dataclass(frozen=True)
class Limit:
    """So many tries are free of any wait."""

    kind: str
    free: int


ACCOUNT = Limit("account", 5)
ADDRESS = Limit("address", 30)
OFFICE_DESK = Limit("desk", 5)
"""An account at an address from which its owner has signed in before."""
REGISTRATIONS = Limit("register", 10)
CODES = Limit("code", 5)
LINKS = Limit("link", 20)


@contextmanager
def sign_in_tries(username: str, address: str) -> Iterator[None]:
    """Counts a try to sign in before it is made, and takes it back when the block ends without an error.

    The same steps are taken for a username that nobody has. Raises TooMany while the account or the address must wait.
    """
    is_known = _is_known(username, address)
    by_account = (OFFICE_DESK, f"{username}|{address}") if is_known else (ACCOUNT, username)
    count(by_account, (ADDRESS, address))
    yield
    with transaction():
        forget(*by_account)
        _take_back(ADDRESS, address)
        _remember(username, address)


def count(*tries: tuple[Limit, str]) -> None:
    """Counts one try under each of these names; raises TooMany when one of them must still wait, and counts nothing."""
    at = clock.now()
    with transaction():
        rows = [_row(limit, name, at) for limit, name in tries]
        if wait := max(_wait(row, at) for row in rows):
            raise _must_wait(wait)
        for row, (limit, _) in zip(rows, tries, strict=True):
            row.count += 1
            row.last_at = at
            row.blocked_until = at + wait_after(row.count - limit.free) if row.count >= limit.free else None
            row.save(only=[Tries.count, Tries.last_at, Tries.blocked_until])


def require_free(limit: Limit, name: str) -> None:
    """Raises TooMany while this name must wait; counts and writes nothing."""
    at = clock.now()
    row = Tries.get_or_none(name=_hashed(limit.kind, name))
    if row is not None and (wait := _wait(row, at)):
        raise _must_wait(wait)


def _wait(row: Tries, at: datetime) -> timedelta:
    """What is left of its time. One that is longer than any was noted while the clock was ahead, and binds nobody."""
    left = row.blocked_until - at if row.blocked_until else timedelta()
    return left if timedelta() < left <= LONGEST_WAIT else timedelta()


def _must_wait(wait: timedelta) -> TooMany:
    return TooMany(f"Too many tries. Wait {_in_words(wait)}, then try again.", int(wait.total_seconds()) + 1)


def wait_after(excess: int) -> timedelta:
    """How long the next try must wait, `excess` tries after the last free one."""
    doubled = SHORTEST_WAIT * int(2 ** min(max(excess, 0), 10))
    return min(doubled, LONGEST_WAIT)


def forget(limit: Limit, name: str) -> None:
    """The count begins anew."""
    Tries.delete().where(Tries.name == _hashed(limit.kind, name)).execute()


def sweep() -> int:
    """Deletes what no longer counts; returns how many rows."""
    at = clock.now()
    return int(Tries.delete().where(Tries.last_at < at - KNOWN_FOR).execute())


def _row(limit: Limit, name: str, at: datetime) -> Tries:
    row = _own_row(_hashed(limit.kind, name), at)
    if at - row.last_at > FORGOTTEN_AFTER:
        row.count = 0
        row.blocked_until = None
    return row


def _own_row(hashed: str, at: datetime) -> Tries:
    """The row of this name, made where there is none; inside a transaction, whose end others wait for."""
    found: Tries | None = Tries.get_or_none(name=hashed)
    return found or Tries.create(name=hashed, last_at=at)


def _take_back(limit: Limit, name: str) -> None:
    mine = Tries.name == _hashed(limit.kind, name)
    Tries.update(count=Tries.count - 1, blocked_until=None).where(mine, Tries.count > 0).execute()


def _is_known(username: str, address: str) -> bool:
    known = _hashed("known", f"{username}|{address}")
    return Tries.select().where(Tries.name == known, Tries.last_at > clock.now() - KNOWN_FOR).exists()


def _remember(username: str, address: str) -> None:
    at = clock.now()
    row = _own_row(_hashed("known", f"{username}|{address}"), at)
    Tries.update(last_at=at).where(Tries.id == row.id).execute()


def _hashed(kind: str, name: str) -> str:
    return hmac.new(settings().secret_key.encode(), f"{kind}|{name}".encode(), hashlib.sha256).hexdigest()


def _in_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds()) + 1
    return f"{seconds} seconds" if seconds < 60 else f"{-(-seconds // 60)} minutes"
