"""Statements, commits, CPU and bytes of pages (budgets 1, 2, 3, 7 and 12)."""

import gzip
import re
from collections.abc import Iterator

from models import Request, Status
from tests import builders
from tools.bench.bare import create_app
from tools.bench.measure import Seen, at_most, ratio, traced
from tools.bench.world import OFFICE, Call, Portal, caller
from views.rows import _kept

PARTIAL = {"HX_Request": "true", "HX_Request_Type": "partial", "X_Background": "1"}
STATIC = re.compile(rb'(?:href|src)="(/static/[^"]+)"')


def measure(portal: Portal) -> Iterator[Seen]:
    yield from _statements(portal)
    yield from _cpu(portal)
    yield from _polls(portal)
    yield from _wire(portal)


def _statements(portal: Portal) -> Iterator[Seen]:
    draft, sent, decided = (_newest(status) for status in (Status.DRAFT, Status.IN_REVIEW, Status.DETERMINED))
    number = decided.case.webcert_number
    pages = (
        ("dashboard, 50 rows", "/dashboard", OFFICE, 4, 0),
        ("queue, 30 rows", "/queue", "nia", 4, 0),
        ("request form", f"/requests/{draft.key}", OFFICE, 14, 0),
        ("check page", f"/requests/{draft.key}/check", OFFICE, 14, 0),
        ("case", f"/cases/{number}", OFFICE, 14, 1),
        ("review", f"/review/{sent.key}", "nia", 14, 1),
    )
    for name, path, username, statements, commits in pages:
        call = portal.call(path, username)
        _well(call)
        with traced() as trace:
            _well(call)
        yield at_most(f"1 statements: {name}", statements, len(trace.statements))
        yield at_most(f"2 commits: {name}", commits, trace.commits)


def _newest(status: Status) -> Request:
    if status == Status.DRAFT:
        return builders.make_draft(by=OFFICE)
    found: Request = Request.select().where(Request.status == status).order_by(Request.id).get()
    return found


def _well(call: Call) -> bytes:
    answer = call()
    assert answer.status == 200, answer  # noqa: S101 - nothing else is worth measuring
    return answer.body


def _cpu(portal: Portal) -> Iterator[Seen]:
    page = portal.call("/dashboard", OFFICE)
    assert _well(page).count(b"data-row") == 50  # noqa: S101 - as above

    bare = caller(create_app(), "/", {})

    def anew() -> None:
        _kept.cache_clear()
        page()

    yield at_most("3 dashboard, 50 rows: CPU of a bare page", 7, ratio(page, bare), " ×")
    yield at_most("3 the same, every row new", 7, ratio(anew, bare), " ×")


def _polls(portal: Portal) -> Iterator[Seen]:
    number = _newest(Status.DETERMINED).case.webcert_number
    for name, path, username in (
        ("dashboard", "/dashboard", OFFICE),
        ("case", f"/cases/{number}", OFFICE),
        ("queue", "/queue", "nia"),
    ):
        full = portal.call(path, username, **PARTIAL)
        poll = portal.call(path, username, **PARTIAL, HX_PTag=full().header("HX-PTag"))
        with traced() as trace:
            answer = poll()
        assert answer.status == 304, answer  # noqa: S101 - as above
        yield at_most(f"7 poll of the {name}: CPU of its fragment", 0.2, ratio(poll, full), " ×")
        yield at_most(f"7 poll of the {name}: statements", 2, len(trace.statements))
        yield at_most(f"7 poll of the {name}: bytes", 200, answer.wire)


def _wire(portal: Portal) -> Iterator[Seen]:
    packed = {"Accept_Encoding": "gzip"}
    first = portal.call("/sign-in", **packed)()
    assets = sorted({each.decode() for each in STATIC.findall(gzip.decompress(first.body))})
    loaded = [portal.call(each, **packed)() for each in assets]
    yield at_most("12 first visit: KB", 30, (first.wire + sum(each.wire for each in loaded)) / 1000)
    yield at_most("12 first visit: requests", 5, 1 + len(loaded))
    yield at_most(
        "12 dashboard of 50 rows after that: KB", 6, portal.call("/dashboard", OFFICE, **packed)().wire / 1000
    )
    texts = {each: portal.call(each, **packed)().body for each in assets}
    yield at_most("12 scripts: KB", 20, sum(len(body) for name, body in texts.items() if ".js" in name) / 1000)
    yield at_most("12 style sheet: KB", 8, sum(len(body) for name, body in texts.items() if ".css" in name) / 1000)
