"""Checking the chain: whether it is whole, and if not, what was done to it and where.

Told apart: a row edited, deleted, inserted, replaced, moved, and a tail cut off. Whoever changes the database without
the audit key can't make a mac; whoever cuts the tail and sets the head back is found by the heads written out before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from casework import audit, storage
from casework.audit import access_log, chain, prune
from casework.audit.access_log import AccessLog
from casework.audit.chain import ChainCheckpoint
from casework.audit.prune import ChainGap
from models import Event

MOST_TOLD = 50
"""So many findings are enough to act on."""


@dataclass(frozen=True)
class Link:
    """One row of the chain as it stands in the database."""

    number: int
    table: str
    row_id: int
    mac: str
    content: dict[str, Any]
    first: int = 0
    """The first number of the rows in whose place a gap stands; 0 for a row, which has one number."""
    seal: str = ""
    """What a gap proves itself by: its mac is that of the last row that went."""

    @property
    def begins(self) -> int:
        return self.first or self.number

    def fits(self, before: str, number: int | None = None) -> bool:
        """Whether the mac is right after a row with mac `before` (and with another number, if one is given)."""
        return chain.link(before, self.table, number or self.number, self.content) == (self.seal or self.mac)


@dataclass(frozen=True)
class Finding:
    """What was done to the chain: edited, deleted, inserted, replaced, moved or cut; `number` is the link's."""

    what: str
    number: int
    words: str


@dataclass(frozen=True)
class Verdict:
    """`count` links were read; without findings the chain is whole up to `mac`."""

    count: int
    mac: str
    findings: list[Finding]

    @property
    def is_whole(self) -> bool:
        return not self.findings


@dataclass
class _Wrong:
    """A link whose mac doesn't fit, with the mac before it."""

    link: Link
    before: str
    next_fits: bool = False


class _Reading:
    """How far the chain has been read, and what was found on the way."""

    def __init__(self, kept: dict[int, str]) -> None:
        self.kept = kept
        self.number = 0
        self.mac = ""
        self.before = ""
        self.findings: list[Finding] = []
        self.wrong: list[_Wrong] = []

    def take(self, each: Link) -> None:
        if each.begins <= self.number:
            self._take_double(each)
            return
        if each.begins > self.number + 1:
            self.tell("deleted", self.number + 1, f"Missing: {_span(self.number + 1, each.begins - 1)}.")
        elif not each.fits(self.mac):
            self.wrong.append(_Wrong(each, self.mac))
        elif self.wrong and self.wrong[-1].link.number == self.number:
            self.wrong[-1].next_fits = True
        if self.kept.get(each.number, each.mac) != each.mac:
            self.tell("replaced", each.number, f"Number {each.number} isn't what was written out for it earlier.")
        self.before, self.number, self.mac = self.mac, each.number, each.mac

    def _take_double(self, each: Link) -> None:
        """Two rows with one number: the one that fits is the portal's own."""
        self.tell("inserted", each.number, f"Two rows carry number {each.number}: one was put in.")
        if each.fits(self.before):
            self.number, self.mac = max(self.number, each.number), each.mac
            self.wrong = [wrong for wrong in self.wrong if wrong.link.number != each.number]

    def tell(self, what: str, number: int, words: str) -> None:
        self.findings.append(Finding(what, number, words))


def verify(heads: Iterable[tuple[int, str]] = ()) -> Verdict:
    """Reads the whole chain, as it is at one moment.

    `heads` are ends written out earlier (count, mac), besides those kept in the database.
    """
    with storage.snapshot():
        kept = {checkpoint.count: checkpoint.mac for checkpoint in ChainCheckpoint.select()} | dict(heads)
        end = chain.head()
        reading = _Reading(kept)
        for each in _links():
            reading.take(each)
    _check_tail(reading, end.count, end.mac)
    _explain(reading, end.count)
    findings = sorted(reading.findings, key=lambda finding: finding.number)
    return Verdict(reading.number, reading.mac, findings[:MOST_TOLD])


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _links() -> Iterator[Link]:
    """All rows of both tables, and the gaps between them, in the order of the chain, read in one pass each."""
    events = Event.select().order_by(Event.chain_number, Event.id).iterator()
    rows = AccessLog.select().order_by(AccessLog.chain_number, AccessLog.id).iterator()
    gaps = ChainGap.select().order_by(ChainGap.first, ChainGap.id).iterator()
    yield from merge(
        (Link(row.chain_number, audit.TABLE, row.id, row.mac, audit.content_of(row)) for row in events),
        (Link(row.chain_number, access_log.TABLE, row.id, row.mac, access_log.content_of(row)) for row in rows),
        (_link_of(gap) for gap in gaps),
        key=lambda link: link.begins,
    )


def _link_of(gap: ChainGap) -> Link:
    return Link(gap.chain_number, prune.TABLE, gap.id, gap.mac, prune.content_of(gap), gap.first, gap.seal)


def _check_tail(reading: _Reading, end: int, end_mac: str) -> None:
    number, last = reading.number, max([end, *reading.kept])
    if number < last:
        reading.tell("cut", number + 1, f"The tail is cut off: {_span(number + 1, last)} missing.")
    elif number > end:
        reading.tell("inserted", end + 1, f"Put in behind the end of the chain: {_span(end + 1, number)}.")
    elif reading.mac != end_mac:
        reading.tell("replaced", number, f"The last row, {number}, isn't the one that the chain ends with.")


def _explain(reading: _Reading, end: int) -> None:
    """Says what happened to each link whose mac doesn't fit."""
    told = {finding.number for finding in reading.findings}
    moved = _moved(reading.wrong)
    for each in reading.wrong:
        number = each.link.number
        where = f"number {number} ({each.link.table} row {each.link.row_id})"
        if number in moved:
            reading.tell("moved", number, f"Moved: {where} belongs to {moved[number]}.")
        elif number in told or number > end:
            continue
        elif each.link.table == prune.TABLE:
            span = _span(each.link.begins, number)
            reading.tell("deleted", each.link.begins, f"Missing: {span}, under a gap that the portal didn't leave.")
        elif each.next_fits or number == end:
            reading.tell("edited", number, f"Edited: {where}.")
        else:
            reading.tell("replaced", number, f"Replaced: {where}, by a row that the portal didn't write.")


def _moved(wrong: list[_Wrong]) -> dict[int, int]:
    """Number of a link to the number under which it would fit: rows that changed places."""
    found: dict[int, int] = {}
    some = wrong[:200]
    for each in some:
        for other in some:
            if each is other:
                continue
            at_other = chain.link(other.before, each.link.table, other.link.number, each.link.content)
            if at_other in (each.link.mac, other.link.mac):
                found[each.link.number] = other.link.number
    return found
