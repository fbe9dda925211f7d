"""How the bench measures: the CPU of this process for two things in turn, so that a busy machine slows down both."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from models import database

ROUNDS = 9
SECONDS = 0.12
"""CPU of one round, of each of both."""


@dataclass(frozen=True)
class Seen:
    """One line of the table. `budget` begins with its number."""

    budget: str
    limit: str
    seen: str
    is_ok: bool


def at_most(budget: str, limit: float, value: float, unit: str = "") -> Seen:
    return Seen(
        budget,
        f"≤ {limit:,.10g}{unit}",
        f"{value:,.3g}{unit}" if value < 100 else f"{value:,.0f}{unit}",
        value <= limit,
    )


def at_least(budget: str, limit: float, value: float, unit: str = "") -> Seen:
    return Seen(budget, f"≥ {limit:,.10g}{unit}", f"{value:,.3g}{unit}", value >= limit)


def ratio(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """How many times the CPU of `theirs` one call of `ours` takes; the quietest of several rounds counts for each."""
    ours_a_round, theirs_a_round = _calls_of(ours), _calls_of(theirs)
    seen = [(cpu(ours, ours_a_round), cpu(theirs, theirs_a_round)) for _ in range(rounds)]
    return min(mine for mine, _ in seen) / min(other for _, other in seen)


def _calls_of(what: Callable[[], Any]) -> int:
    """So many calls as fill a round, once everything is warm."""
    cpu(what, 3)
    return max(1, int(SECONDS / max(cpu(what, 3), 1e-7)))


def cpu(what: Callable[[], Any], times: int) -> float:
    """CPU seconds of this process for one call, over so many."""
    began = time.process_time()
    for _ in range(times):
        what()
    return (time.process_time() - began) / times


def milliseconds(what: Callable[[], Any], times: int = 20) -> float:
    """CPU of one call; the quietest of five rounds."""
    cpu(what, 3)
    return 1000 * min(cpu(what, times) for _ in range(5))


@dataclass
class Trace:
    """What SQLite was asked: statements, without those that begin and end transactions, and commits."""

    statements: list[str] = field(default_factory=list)
    commits: int = 0
    _in_transaction: bool = False

    def note(self, sql: str) -> None:
        word = sql.split(None, 1)[0].upper()
        is_write = word in ("INSERT", "UPDATE", "DELETE")
        if is_write and [sql] == self.statements[-1:]:
            return  # it is told once more for each of its triggers
        if word == "BEGIN":
            self._in_transaction = True
        elif word in ("COMMIT", "ROLLBACK"):
            self.commits += word == "COMMIT"
            self._in_transaction = False
        elif word not in ("SAVEPOINT", "RELEASE", "--"):
            self.statements.append(sql)
            self.commits += is_write and not self._in_transaction


@contextmanager
def traced() -> Iterator[Trace]:
    """Everything that this thread's connection is asked inside."""
    trace = Trace()
    database.connection().set_trace_callback(trace.note)
    try:
        yield trace
    finally:
        database.connection().set_trace_callback(None)
