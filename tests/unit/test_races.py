"""Four processes at the same moment on one database, as the workers of a server are: one wins, nothing is doubled."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import config
from casework import attachments, staged
from casework.accounts import links, resets
from casework.accounts.sessions import Session
from casework.audit.verify import verify
from casework.demo.people import PASSWORD
from casework.lists.search import Search
from models import Attachment, Case, Determination, DiagnosisLine, Event, Group, Letter, Office, Request, ServiceLine
from tests import builders, personas
from tests.racers import Racers
from tests.unit.test_accounts_life import CHECKED, NEW_PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.databases]

Answers = list[dict[str, object]]


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    with Racers(4) as four:
        yield four


@pytest.fixture
def rounds(scale: int) -> range:
    """10, and 100 in `make test-all`."""
    return range(10 if scale == 1 else 100)


def won(answers: Answers) -> list[object]:
    """What those said that were not refused."""
    return [each["value"] for each in answers if "value" in each]


def events(request: Request, kind: str) -> list[Event]:
    return list(Event.select().where(Event.request == request, Event.kind == kind))


def test_a_submit_gives_one_number(db: config.Settings, racers: Racers, rounds: range) -> None:
    for _ in rounds:
        draft = builders.make_draft(lines=2)
        people = ("amy", "ann", "amy", "ann")
        answers = racers.together(db, *[("submit", {"draft": draft.id, "by": by}) for by in people])
        assert won(answers) == [Case.get_by_id(draft.case_id).webcert_number] * 4
        assert ServiceLine.select().where(ServiceLine.request == draft).count() == 2
        assert DiagnosisLine.select().where(DiagnosisLine.request == draft).count() == 1
        assert len(events(draft, "submitted")) == 1
    assert verify().is_whole


def test_a_request_is_decided_once(db: config.Settings, racers: Racers, rounds: range) -> None:
    deciders = (("nia", False), ("pam", True), ("paul", True), ("nat", False))
    for _ in rounds:
        asked = builders.accept(builders.make_request(lines=1))
        tasks = [("decide", {"request": asked.id, "by": by, "adverse": adverse}) for by, adverse in deciders]
        answers = racers.together(db, *tasks)
        assert len(won(answers)) == 1, answers
        made = Determination.get(Determination.request == asked)
        assert made.decided_by.username == deciders[["value" in each for each in answers].index(True)][0]
        assert Letter.select().where(Letter.determination == made).count() == 1
        assert len(events(asked, "determined")) == len(events(asked, "letter_issued")) == 1
    stored = len(list(attachments.store().stored()))
    assert stored == Attachment.select().count() + Letter.select().count(), "a loser left its letter behind"
    assert verify().is_whole


def test_two_offices_become_one_group(db: config.Settings, racers: Racers, rounds: range) -> None:
    first, second = personas.office("amy"), personas.office("bob")
    for number in rounds:
        agreed = [each.key for each in links.together(first, second)]
        pairs = ((first, second), (second, first)) * 2
        tasks = [("link", {"first": one.id, "second": other.id, "agreed": agreed}) for one, other in pairs]
        racers.together(db, *tasks)
        assert Event.select().where(Event.kind == "offices_linked").count() == number + 1
        assert Group.select().count() == 1
        assert len(links.linked_with(Office.get_by_id(second.id))) == 2
        links.unlink(second, personas.actor("ian"), "they parted")


def test_a_username_is_given_once(db: config.Settings, racers: Racers, rounds: range) -> None:
    for number in rounds:
        names = [f"zoe{number}", f"Zoe{number}", f"ZOE{number}", f"zoe{number}"]
        tasks = [("sign_up", {"username": name, "password": NEW_PASSWORD}) for name in names]
        answers = racers.together(db, *tasks)
        assert len(won(answers)) == 1
        assert [each["refused"] for each in answers if "refused" in each] == ["Refused"] * 3
        assert Office.select().where(Office.name == "Sample Sleep Center").count() == number + 1


def test_first_starts_on_nothing_agree(db: config.Settings, racers: Racers, rounds: range, tmp_path: Path) -> None:
    for number in rounds:
        folder = tmp_path / f"empty{number}"
        answers = won(racers.together(db, *[("start", {"folder": str(folder)})] * 4))
        secrets = {tuple(each[:3]) for each in answers}  # type: ignore[index]  # it answers with a list
        assert len(answers) == 4
        assert len(secrets) == 1
        assert all(min(map(len, each)) > 40 for each in secrets)
        applied = sorted(each[3] for each in answers)  # type: ignore[index]  # likewise
        assert applied[:3] == [0, 0, 0]
        assert applied[3] > 0
        assert {path.stat().st_mode & 0o077 for path in folder.iterdir() if path.is_file()} == {0}


def test_a_racer_that_breaks_says_why_and_the_others_go_on(db: config.Settings, racers: Racers) -> None:
    with pytest.raises(AssertionError, match="RequestDoesNotExist"):
        racers.together(db, ("submit", {"draft": 0, "by": "amy"}), ("start", {"folder": str(db.instance / "new")}))
    with pytest.raises(AssertionError, match="a racer died"):
        racers.together(db, ("die", {}))
    assert won(racers.together(db, ("start", {"folder": str(db.instance / "newer")})))


def test_a_sent_request_keeps_the_files_that_it_was_sent_with(
    db: config.Settings, racers: Racers, rounds: range
) -> None:
    for number in rounds:
        draft = builders.make_draft(files=2)
        last = Attachment.select().where(Attachment.request == draft).order_by(Attachment.id.desc()).get()
        racers.together(
            db,
            ("attach", {"draft": draft.id, "by": "ann", "words": f"late {number}"}),
            ("submit", {"draft": draft.id, "by": "amy"}),
            ("remove", {"file": last.id}),
            ("attach", {"draft": draft.id, "by": "amy", "words": f"later {number}"}),
        )
        assert [each.data["files"] for each in events(draft, "submitted")] == [attachments.count(draft)]


def test_the_same_file_at_once_waits_once(db: config.Settings, racers: Racers, rounds: range) -> None:
    asked = builders.make_request()
    for number in rounds:
        tasks = [("stage", {"request": asked.id, "by": "amy", "words": f"the same {number}"})] * 4
        kept = set(won(racers.together(db, *tasks)))
        assert [each.key for each in staged.waiting(asked, personas.actor("amy"))][number:] == list(kept)


def test_a_password_that_was_reset_opens_nothing(db: config.Settings, racers: Racers, rounds: range) -> None:
    password = PASSWORD
    for number in rounds:
        token = resets.make_link(personas.user("amy"), personas.actor("ian"), CHECKED, "called")
        fresh = f"{NEW_PASSWORD}{number}"
        guess = {"username": "amy", "password": password, "address": f"198.51.100.{number}"}
        tasks = [("sign_in", guess)] * 3
        answers = racers.together(db, ("reset", {"token": token, "password": fresh}), *tasks)
        assert "value" in answers[0]
        assert Session.select().count() == 0, "somebody came in by the password of before"
        password = fresh


def test_who_asks_many_times_at_once_gets_no_more(install: Callable[..., config.Settings], racers: Racers) -> None:
    """The limits of searches, of files taken out and of bytes a day."""
    db = install(searches_a_minute=2, exports_an_hour=2, upload_mb_a_day=1)
    for number, by in enumerate(("amy", "ann", "bob", "ian", "nia", "nat", "pam", "paul", "ada")):
        assert len(won(racers.together(db, *[("seek", {"by": by, "words": "Hollis"})] * 4))) == 2
        assert len(won(racers.together(db, *[("export", {"by": by})] * 4))) == 2
        draft = builders.make_draft("bob", files=0)
        big = {"draft": draft.id, "by": "bob", "more": 400_000}
        tasks = [("attach", {**big, "words": f"page {number}.{place}"}) for place in range(4)]
        assert len(won(racers.together(db, *tasks))) == attachments.count(draft) == 2
        Attachment.delete().execute()
        Search.delete().execute()
