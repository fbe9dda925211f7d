"""Rows of the access log that are older than they must be kept go, and the chain is anchored anew where they stood.

Each run of rows that goes leaves a gap: its first and last number, the mac of its last row, and a seal over these and
the mac before it, under the audit key. A gap is a link of the chain like any other, so the rows after it still hang on
what was there, and nobody without the key can make one. The database lets a row go only under a gap. Events stay: they
are the record of a case, and a case is never deleted.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import CharField, IntegerField

from casework import audit, clock
from casework.audit import chain
from casework.audit.access_log import AccessLog
from casework.storage import transaction
from config import current as settings
from models import Base, Event, MomentField

TABLE = "chain_gap"
YEAR = timedelta(days=365.25)
BATCH = 2000
"""So many rows go in one transaction: nobody waits long for the writer."""
AT_ONCE = timedelta(days=7)
"""The rows of so many days go in one run: what a clock that is wrong takes away is seen before it is much."""


class ChainGap(Base):
    first = IntegerField()
    chain_number = IntegerField(unique=True)
    """The last number that it covers."""
    mac = CharField(64)
    """That of the last row that it covers, on which the next one hangs."""
    seal = CharField(64)
    at = MomentField()


def content_of(gap: ChainGap) -> dict[str, object]:
    """What the seal holds of a gap."""
    return {"first": gap.first, "mac": gap.mac, "at": chain.stamp(gap.at)}


def prune() -> int:
    """Deletes the rows of the access log that are older than AUDIT_YEARS, of a week at most; returns how many.

    They go in the order of the chain, none before those that were written earlier: a row that a clock which was wrong
    then made old stays as long as its neighbours.
    """
    oldest = AccessLog.select().order_by(AccessLog.chain_number).first()
    if oldest is None:
        return 0
    before = min(clock.now() - settings().audit_years * YEAR, oldest.at + AT_ONCE)
    pruned = 0
    while gone := _prune_some(before):
        pruned += gone
    if pruned:
        with transaction():
            audit.record("access_log_pruned", None, rows=pruned, before=chain.stamp(before))
    return pruned


def _prune_some(before: datetime) -> int:
    with transaction():
        first = AccessLog.select(AccessLog.chain_number, AccessLog.mac, AccessLog.at).order_by(AccessLog.chain_number)
        rows = list(takewhile(lambda row: row.at < before, first.limit(BATCH)))
        for run in _runs(rows):
            _cover(run)
            AccessLog.delete().where(
                AccessLog.chain_number.between(run[0].chain_number, run[-1].chain_number)
            ).execute()
        return len(rows)


def _runs(rows: list[AccessLog]) -> Iterator[list[AccessLog]]:
    """The rows in groups whose numbers follow each other."""
    run: list[AccessLog] = []
    for row in rows:
        if run and row.chain_number != run[-1].chain_number + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _cover(run: list[AccessLog]) -> None:
    gap = ChainGap(first=run[0].chain_number, chain_number=run[-1].chain_number, mac=run[-1].mac, at=clock.now())
    gap.seal = chain.link(_mac_of(gap.first - 1), TABLE, gap.chain_number, content_of(gap))
    gap.save(force_insert=True)


def _mac_of(number: int) -> str:
    """The mac with which the link of this number ends; '' before the first one."""
    for table in (Event, AccessLog, ChainGap):
        row = table.select(table.mac).where(table.chain_number == number).first()
        if row is not None:
            return str(row.mac)
    return ""
