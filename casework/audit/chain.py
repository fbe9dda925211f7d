"""The chain: every event and every row of the access log carries a keyed hash over itself and the row before.

`mac` of row n is HMAC-SHA256(audit key, mac of row n-1 ‖ canonical JSON of row n with its number). Both tables share
one count, so a row that was edited, taken out, put in, exchanged or moved breaks the chain at a place that can be told.
The end of the chain is kept in one row and written out every hour: cutting off the tail shows against that.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from peewee import CharField, IntegerField

from config import current as settings
from models import Base, MomentField, database


class ChainHead(Base):
    """One row: how many links the chain has, and the mac of the last one."""

    count = IntegerField(default=0)
    mac = CharField(64, default="")


class ChainCheckpoint(Base):
    """A head as it was written out; the same line goes to the log, out of reach of whoever changes the database."""

    at = MomentField()
    count = IntegerField()
    mac = CharField(64)


_moment = MomentField()


def extend(table: str, content: Mapping[str, Any]) -> tuple[int, str]:
    """Adds a link for a row of `table` with this content; returns its number and mac.

    Call it inside the transaction that writes the row: writers queue for it, so the chain never forks.
    """
    if not database.in_transaction():
        raise RuntimeError("an audit row needs the transaction of what it tells")
    last = head()
    number = last.count + 1
    mac = link(last.mac, table, number, content)
    ChainHead.update(count=number, mac=mac).where(ChainHead.id == last.id).execute()
    return number, mac


def head() -> ChainHead:
    """The end of the chain as it is now."""
    found: ChainHead = ChainHead.select().first()
    return found


def link(before: str, table: str, number: int, content: Mapping[str, Any]) -> str:
    """The mac of one row."""
    said = before + canonical({"table": table, "number": number, **content})
    return hmac.new(settings().audit_key.encode(), said.encode(), hashlib.sha256).hexdigest()


def canonical(content: Mapping[str, Any]) -> str:
    """The same text for the same content, whichever database it was read from."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)


def stamp(at: Any) -> str | None:
    """A moment as it stands in the chain."""
    return _moment.db_value(at)
