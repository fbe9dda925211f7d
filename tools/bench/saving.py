"""What is typed, saved over HTTP by eight clients at once (budget 6)."""

import time
from collections.abc import Iterator

from casework import drafts
from casework.storage import transaction
from models import Request
from tests import builders
from tools.bench.measure import Seen, at_least, at_most
from tools.bench.server import clients, person, running
from tools.bench.world import OFFICE, Portal

CLIENTS = 8
SECONDS = 8.0


def measure(portal: Portal) -> Iterator[Seen]:
    typing = [builders.make_draft(by=OFFICE, files=0) for _ in range(CLIENTS)]
    versions = [drafts.versions(each).get("note", 0) for each in typing]
    headers = {**person(portal, OFFICE), "X-Autosave": "1"}
    bare = _bare_commits()

    def save(place: int, number: int) -> tuple[str, str, dict[str, str], dict[str, str]]:
        typed = {"note": f"Typed {number}", "v-note": str(versions[place] + number)}
        return "POST", f"/requests/{typing[place].key}/autosave", headers, typed

    with running(portal) as server:
        times = clients(server.port, CLIENTS, SECONDS, save)
    saved = sum(drafts.versions(each).get("note", 0) - before for each, before in zip(typing, versions, strict=True))
    yield at_least("6 autosaves a second: part of bare commits", 0.65, len(times.seconds) / SECONDS / bare, " ×")
    yield at_most("6 slowest of a hundred: times the middle one", 6, times.at(0.99) / times.at(0.5), " ×")
    yield at_most(f"6 failed or lost, of {len(times.seconds)}", 0, times.failed + len(times.seconds) - saved)
    yield at_most("6 answer: bytes", 300, times.bytes)


def _bare_commits() -> float:
    """How many changes of one row a second peewee commits, one after the other, with the same care for the disk."""
    request = Request.select().get()
    began, count = time.monotonic(), 0
    while time.monotonic() - began < 2:
        with transaction():
            Request.update(missing_count=count).where(Request.id == request.id).execute()
        count += 1
    return count / (time.monotonic() - began)
