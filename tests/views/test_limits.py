"""How much one person or office may do: more is refused in words, and what others do doesn't count."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from casework import attachments, clock, drafts
from casework.audit.access_log import AccessLog
from casework.errors import Refused
from casework.files.errors import FileRefused
from models import Request, Status
from tests import builders, personas, samples
from tests.client import browser_of

MakeApp = Callable[..., Flask]


def test_searches_a_minute(make_app: MakeApp, the_clock: clock.Frozen) -> None:
    app = make_app(searches_a_minute=3)
    amy, bob = browser_of("amy", app), browser_of("bob", app)
    number = builders.make_request().case.webcert_number
    for text in ("Hollis", number, "1234"):
        assert amy.post("/search", {"q": text}).status == 303
    page = amy.post("/search", {"q": number})
    assert page.status == 429
    assert page.response.headers["Retry-After"] == "60"
    assert page.problems == {"again": "These were many searches in a short time. Wait a minute, then search again."}
    assert bob.post("/search", {"q": "Hollis"}).status == 303
    the_clock.move(seconds=61)
    assert amy.post("/search", {"q": "Hollis"}).status == 303


def test_open_drafts_of_an_office(make_app: MakeApp) -> None:
    app = make_app(drafts_an_office=2)
    amy, bob = browser_of("amy", app), browser_of("bob", app)
    for _ in range(2):
        assert amy.post("/requests/new", {"case_type": "service"}).status == 303
    page = amy.post("/requests/new", {"case_type": "service"})
    assert page.status == 422
    assert "Your office has 2 drafts open. Send or discard some of them" in page.words
    last = Request.select().order_by(Request.id.desc()).get()
    with pytest.raises(Refused):
        drafts.copy(last, personas.actor("amy"))
    assert bob.post("/requests/new", {"case_type": "service"}).status == 303
    drafts.discard(last, personas.actor("amy"))
    assert amy.post("/requests/new", {"case_type": "service"}).status == 303
    assert Request.select().where(Request.status == Status.DRAFT).count() == 3


def test_bytes_a_day_of_an_office(make_app: MakeApp, the_clock: clock.Frozen) -> None:
    make_app(upload_mb_a_day=1)
    draft, other = builders.make_draft(files=0), builders.make_draft("bob", files=0)
    big = samples.pdf() + b"\n%" + b"x" * 700_000
    first = attachments.receive(draft, personas.actor("amy"), io.BytesIO(big + b"\n%%EOF\n"), "one.pdf")
    attachments.remove(first)
    with pytest.raises(FileRefused) as refusal:
        attachments.receive(draft, personas.actor("amy"), io.BytesIO(big + b"y\n%%EOF\n"), "two.pdf")
    assert "in the last 24 hours" in refusal.value.message
    attachments.receive(other, personas.actor("bob"), io.BytesIO(big + b"\n%%EOF\n"), "one.pdf")
    the_clock.move(hours=25)
    attachments.receive(draft, personas.actor("amy"), io.BytesIO(big + b"y\n%%EOF\n"), "two.pdf")


def test_exports_an_hour(make_app: MakeApp, the_clock: clock.Frozen) -> None:
    app = make_app(exports_an_hour=2)
    ada, nia = browser_of("ada", app), browser_of("nia", app)
    answers = [ada.get("/audit/export.csv").status, *(ada.get("/reports/volumes.csv").status for _ in range(2))]
    assert answers == [200, 200, 429]
    assert nia.get("/reports/volumes.csv").status == 200
    assert AccessLog.select().where(AccessLog.action == "exported").count() == 3
    the_clock.move(minutes=61)
    assert browser_of("ada", app).get("/reports/volumes.csv").status == 200
