"""A million cases against ten thousand (budget 5), and hot reads against the bare statement (budget 4).

The office that looks has a tenth of them; the others are of offices of their own.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from casework import access, fresh
from casework.lists import queue, search, tabs
from casework.lists.search import Search
from casework.numbers import Kind, format_number
from casework.storage import PRAGMAS
from models import database
from tests import instance, personas
from tools.bench.measure import Seen, at_most, ratio, traced
from tools.bench.world import OFFICE, Portal

FEW = 10_000
MANY = int(os.environ.get("CASES", "1000000"))
SHARE = 10
"""One of so many is of the office that looks."""
OTHERS = 200
HOT = 6
"""So many of what is read, the first, may not even sort."""
LETTERS = str.maketrans("0123456789", "abcdefghij")
NO_TABLE = re.compile(r"SCAN (CONSTANT|numbered|t\d+$)")
"""Tables are searched; what is scanned under such a name is a part of the statement, limited already."""
FIRST = 1_000
"""Ids of the filled-in rows begin here."""


def measure(portal: Portal) -> Iterator[Seen]:
    folder = portal.settings.instance
    for text in SOUGHT.values():
        search.remember(personas.actor(OFFICE), text)
    instance.into_one_file()
    sizes = {}
    for count in (FEW, MANY):
        path = Path(shutil.copyfile(folder / "portal.db", folder / f"{count}.db"))
        _fill(path, count)
        sizes[count] = SqliteDatabase(str(path), pragmas=PRAGMAS)
    before = database.obj
    try:
        yield from _flat(sizes)
        yield from _plans(sizes[MANY])
        yield from _bare(sizes[MANY])
    finally:
        database.initialize(before)
        database.connect(reuse_if_open=True)


def _fill(path: Path, count: int) -> None:
    """Copies the cases and requests that are there until there are so many; every tenth case stays with its office."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA cache_size = -400000")
        db.create_function("name", 1, _name)
        db.create_function("webcert", 1, _webcert)
        db.create_function("authorization", 1, _authorization)
        originals = db.execute("SELECT id, case_id, office_id FROM request WHERE status <> 'draft'").fetchall()[:5]
        home = originals[0][2]
        _offices(db, home)
        for step, (request, case, _) in enumerate(originals):
            office = f"CASE WHEN i % {SHARE * 5} < 5 THEN {home} ELSE {FIRST} + i % {OTHERS} END"
            span = (step, len(originals), count)
            keyed = {"id": f"{FIRST} + i", "key": "printf('k%015d', i)", "office_id": office}
            numbered = {"webcert_number": "webcert(i)", "authorization_number": "authorization(i)"}
            member = {"member_id": "printf('M%09d', i)", "name_folded": "name(i)"}
            _copies(db, "case", case, span, keyed | numbered | member)
            _copies(db, "request", request, span, keyed | {"case_id": f"{FIRST} + i"})
        db.commit()


def _webcert(number: int) -> str:
    return format_number(Kind.WEBCERT, 2026, FIRST + number)


def _authorization(number: int) -> str:
    return format_number(Kind.AUTHORIZATION, 2026, FIRST + number)


def _offices(db: sqlite3.Connection, home: int) -> None:
    named = {"id": f"{FIRST} + i", "key": "printf('o%015d', i)", "name": "printf('Office %d', i)"}
    _copies(db, "office", home, (0, 1, OTHERS), named)


def _copies(db: sqlite3.Connection, table: str, row: int, span: tuple[int, int, int], changed: dict[str, str]) -> None:
    """A row once for each i of a span (first, step, end), with `changed` columns as SQL says."""
    names = [name for _, name, *_ in db.execute(f'PRAGMA table_info("{table}")')]
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    first, step, end = span
    series = f"n(i) AS (VALUES ({first}) UNION ALL SELECT i + {step} FROM n WHERE i + {step} < {end})"  # noqa: S608 - own words
    copied = f'SELECT {values} FROM n JOIN "{table}" t ON t.id = {row}'  # noqa: S608 - own words
    db.execute(f'INSERT INTO "{table}" WITH RECURSIVE {series} {copied}')


def _name(number: int) -> str:
    """Another one for every case of the few, and of a hundred times as many one in a hundred."""
    return f"{number % FEW:05d}, sam".translate(LETTERS)


SOUGHT = {
    "WebCert #": _webcert(FEW // 2),
    "member ID": f"M{FEW // 2:09d}",
    "name": _name(FEW // 2),
}


@contextmanager
def _on(size: SqliteDatabase) -> Iterator[None]:
    database.initialize(size)
    database.connect(reuse_if_open=True)
    yield


def _reads() -> dict[str, tuple[Callable[[int], Any], float]]:
    """What is read, for a number of cases, and how many times slower it may get."""
    bob, nia = personas.actor(OFFICE), personas.actor("nia")
    assert bob.user.office  # noqa: S101 - an office's person
    offices = access.circle(bob.user.office)
    everything = queue.Filters()
    number = _webcert(FEW // 2)
    searches = {f"search by {what}": Search.get(Search.text == text).key for what, text in SOUGHT.items()}
    return {
        "first page": (lambda count: tabs.page(offices, "accepted"), 1.5),
        "page at 90 %": (lambda count: tabs.page(offices, "accepted", before=FIRST + count // 10), 1.5),
        "counts": (lambda count: tabs.counts(offices), 1.5),
        "queue": (lambda count: queue.page(nia, everything), 1.5),
        "queue's counts": (lambda count: queue.counts(nia, everything), 1.5),
        "case by WebCert #": (lambda count: fresh.stamp_of_case(bob, number), 2.5),
        **{name: (lambda count, token=token: search.find(bob, token), 2.5) for name, token in searches.items()},
    }


def _flat(sizes: dict[int, SqliteDatabase]) -> Iterator[Seen]:
    with _on(sizes[MANY]):
        reads = _reads()

    def read(what: Callable[[int], Any], count: int) -> None:
        database.initialize(sizes[count])
        what(count)

    for size in sizes.values():
        size.connect(reuse_if_open=True)
    for name, (what, limit) in reads.items():
        seen = ratio(partial(read, what, MANY), partial(read, what, FEW))
        yield at_most(f"5 {name}: {MANY:,} cases to {FEW:,}", limit, seen, " ×")


def _plans(size: SqliteDatabase) -> Iterator[Seen]:
    with _on(size):
        for name, (what, _) in list(_reads().items())[:HOT]:
            with traced() as trace:
                what(MANY)
            yield at_most(f"5 {name}: steps that scan or sort", 0, sum(map(_slow_steps, trace.statements)))


def _slow_steps(sql: str) -> int:
    """Steps of the plan that look at a whole table or sort; what a part of the statement has limited is no table."""
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
    return sum("TEMP B-TREE" in step or (step.startswith("SCAN") and not NO_TABLE.match(step)) for step in plan)


def _bare(size: SqliteDatabase) -> Iterator[Seen]:
    with _on(size):
        connection = database.connection()
        for name, (what, _) in list(_reads().items())[:3]:
            with traced() as trace:
                what(MANY)
            seen = ratio(partial(what, MANY), partial(_ask, connection, trace.statements[0]))
            yield at_most(f"4 {name}: CPU of the bare statement", 1.6, seen, " ×")


def _ask(connection: sqlite3.Connection, sql: str) -> list[Any]:
    return connection.execute(sql).fetchall()
