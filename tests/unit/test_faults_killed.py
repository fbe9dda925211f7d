"""A worker is killed in the middle of its work: what it had answered is kept, nothing is half done, others go on."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import config
from casework import attachments, backup, migrating
from casework.audit.verify import verify
from casework.workflow import office, review
from models import Attachment, Determination, Letter, Request, ServiceLine, Status, database
from tests import builders, instance, personas
from tests.racers import Racers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    with Racers(1) as one:
        yield one


@pytest.fixture
def moments(scale: int) -> Iterator[float]:
    """Seconds from the start to the kill: 6 of them, 120 in `make test-all`."""
    chance = Random(5)
    return iter([chance.uniform(0, 0.06) for _ in range(6 * scale)])


@pytest.mark.databases
def test_in_a_submit(db: config.Settings, racers: Racers, moments: Iterator[float]) -> None:
    for after in moments:
        draft = builders.make_draft(lines=2)
        answered = racers.killed(db, ("submit", {"draft": draft.id, "by": "amy"}), after)
        now = Request.get_by_id(draft.id)
        lines = ServiceLine.select().where(ServiceLine.request == draft).count()
        assert (now.status, lines, now.case.webcert_number is None) in (
            (Status.DRAFT, 0, True),
            (Status.SUBMITTED, 2, False),
        )
        assert now.status == Status.SUBMITTED or not answered, "an answered submit is lost"
        assert office.submit(now, personas.actor("amy")).case.webcert_number
    assert verify().is_whole


@pytest.mark.databases
def test_in_a_decision_with_its_letter(db: config.Settings, racers: Racers, moments: Iterator[float]) -> None:
    for after in moments:
        asked = builders.accept(builders.make_request(lines=1))
        answered = racers.killed(db, ("decide", {"request": asked.id, "by": "nia", "adverse": False}), after)
        made = Determination.select().where(Determination.request == asked).count()
        letters = Letter.select().join(Determination).where(Determination.request == asked).count()
        now = Request.get_by_id(asked.id)
        assert (now.status, made, letters) in ((Status.IN_REVIEW, 0, 0), (Status.DETERMINED, 1, 1))
        assert now.status == Status.DETERMINED or not answered, "an answered decision is lost"
        if made == 0:
            review.decide(now, personas.actor("nia"), review.as_asked(now))
    assert verify().is_whole


@pytest.mark.databases
def test_in_an_upload(db: config.Settings, racers: Racers, moments: Iterator[float]) -> None:
    draft = builders.make_draft(files=0)
    for number, after in enumerate(moments):
        before = attachments.count(draft)
        answered = racers.killed(db, ("attach", {"draft": draft.id, "by": "amy", "words": f"no {number}"}), after)
        assert attachments.count(draft) - before in ((1,) if answered else (0, 1))
    for file in Attachment.select().where(Attachment.request == draft):
        with attachments.opened(file) as stream:
            assert stream.read().startswith(b"%PDF-"), "a file is kept whole or not at all"
    attachments.store().sweep()
    builders.attach(draft, number=99)
    assert verify().is_whole


def test_in_the_first_migration(db: config.Settings, racers: Racers, moments: Iterator[float], tmp_path: Path) -> None:
    for number, after in enumerate(moments):
        folder = tmp_path / f"new{number}"
        racers.killed(db, ("start", {"folder": str(folder)}), after * 5)
        instance.use(instance.settings_for(folder))
        with database.connection_context():
            migrating.migrate()
            assert not migrating.pending()
            assert verify().is_whole


def test_in_a_copy(db: config.Settings, racers: Racers, moments: Iterator[float], tmp_path: Path) -> None:
    builders.make_request(Status.DETERMINED)
    files = {each.name for each in (db.instance / "files").rglob("*") if each.is_file()}
    for number, after in enumerate(moments):
        folder = tmp_path / f"copy{number}"
        answered = racers.killed(db, ("back_up", {"folder": str(folder)}), after)
        if not backup.faults(folder):
            assert files <= {each.name for each in (folder / "files").rglob("*")}, "half a copy passes for a whole one"
        else:
            assert not answered, "a copy that was told to be there is not whole"
