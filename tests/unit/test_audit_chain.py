"""The chain of events and access log: writing it, and six ways of tampering that the check tells apart."""

import threading
from typing import Any

import pytest
from flask import Flask
from peewee import DatabaseError

from casework import audit, storage
from casework.actor import Actor
from casework.audit import chain, heads
from casework.audit.access_log import AccessLog
from casework.audit.verify import verify
from models import Event, database
from tests import personas

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.databases]


@pytest.fixture
def ten(app: Flask) -> list[Event]:
    """Ten events and five rows of the access log, after what the personas left."""
    actor = Actor(personas.user("ian"), "127.0.0.1", "ref")
    made = []
    for number in range(10):
        with storage.transaction():
            made.append(audit.record("noted", actor, reason=f"reason {number}", count=number, names=("a", "b")))
        if number % 2:
            audit.write("signed_in", actor)
    return made


def without_triggers(statement: str, *values: Any) -> None:
    """What somebody with the database file in hand does."""
    if storage.is_sqlite():
        for (name,) in database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute_sql(f"DROP TRIGGER {name}")
        database.execute_sql(statement.replace("%s", "?"), values)
        return
    database.execute_sql("SET session_replication_role = replica")
    database.execute_sql(statement, values)
    database.execute_sql("SET session_replication_role = DEFAULT")


def told() -> set[str]:
    return {finding.what for finding in verify().findings}


def test_what_is_written_during_the_check_is_no_finding(ten: list[Event]) -> None:
    is_done = threading.Event()

    def keep_writing() -> None:
        with database.connection_context():
            while not is_done.wait(0.001):
                audit.write("signed_out")

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        found = [finding for _ in range(20) for finding in verify().findings]
    finally:
        is_done.set()
        writer.join()
    assert AccessLog.select().where(AccessLog.action == "signed_out").exists()
    assert found == []


def test_what_the_portal_wrote_is_whole(ten: list[Event]) -> None:
    verdict = verify()
    assert verdict.is_whole, verdict.findings
    assert verdict.count == chain.head().count >= 15
    assert verdict.mac == chain.head().mac


def test_an_edited_row_is_told(ten: list[Event]) -> None:
    without_triggers("UPDATE event SET reason = 'nicer' WHERE id = %s", ten[4].id)
    assert [(each.what, each.number) for each in verify().findings] == [("edited", ten[4].chain_number)]


def test_the_last_row_edited_is_told(ten: list[Event]) -> None:
    last = AccessLog.select().order_by(AccessLog.id.desc()).first()
    without_triggers("UPDATE access_log SET address = '10.0.0.9' WHERE id = %s", last.id)
    assert told() == {"edited"}


def test_a_deleted_row_is_told(ten: list[Event]) -> None:
    without_triggers("DELETE FROM event WHERE id = %s", ten[4].id)
    assert [(each.what, each.number) for each in verify().findings] == [("deleted", ten[4].chain_number)]


def put_in_a_copy(event: Event, number: int) -> None:
    columns = "kind, at, reason, data, is_internal, chain_number, mac"
    values = f"kind, at, 'forged', data, is_internal, {number}, mac"
    without_triggers(f"INSERT INTO event ({columns}) SELECT {values} FROM event WHERE id = %s", event.id)


def test_an_inserted_row_is_told(ten: list[Event]) -> None:
    number = AccessLog.select().order_by(AccessLog.id.desc()).first().chain_number
    put_in_a_copy(ten[2], number)
    assert [(each.what, each.number) for each in verify().findings] == [("inserted", number)]


def test_a_row_put_in_behind_the_end_is_told(ten: list[Event]) -> None:
    put_in_a_copy(ten[2], chain.head().count + 1)
    assert told() == {"inserted"}


def test_a_replaced_row_is_told(ten: list[Event]) -> None:
    without_triggers("UPDATE event SET reason = 'forged', mac = %s WHERE id = %s", "f" * 64, ten[4].id)
    findings = verify().findings
    assert ("replaced", ten[4].chain_number) in [(each.what, each.number) for each in findings]
    assert {each.what for each in findings} <= {"replaced", "edited"}


@pytest.mark.parametrize("with_mac", [True, False])
def test_rows_that_changed_places_are_told(ten: list[Event], with_mac: bool) -> None:
    first, second = ten[3], ten[6]
    for event, other in ((first, second), (second, first)):
        without_triggers("UPDATE event SET chain_number = %s WHERE id = %s", -event.chain_number, event.id)
        if not with_mac:
            without_triggers("UPDATE event SET mac = %s WHERE id = %s", other.mac, event.id)
    for event, other in ((first, second), (second, first)):
        without_triggers("UPDATE event SET chain_number = %s WHERE id = %s", other.chain_number, event.id)
    moved = {each.number for each in verify().findings if each.what == "moved"}
    assert moved == {first.chain_number, second.chain_number}


def test_a_tail_cut_off_is_told_by_the_head(ten: list[Event]) -> None:
    without_triggers("DELETE FROM event WHERE id = %s", ten[9].id)
    without_triggers("DELETE FROM access_log WHERE chain_number > %s", ten[9].chain_number)
    assert told() == {"cut"}


def test_a_tail_cut_off_with_its_head_is_told_by_what_was_written_out(ten: list[Event]) -> None:
    heads.write_out()
    before = ten[8]
    without_triggers("DELETE FROM access_log WHERE chain_number > %s", before.chain_number)
    without_triggers("DELETE FROM event WHERE chain_number > %s", before.chain_number)
    without_triggers("UPDATE chain_head SET count = %s, mac = %s", before.chain_number, before.mac)
    assert told() == {"cut"}
    without_triggers("DELETE FROM chain_checkpoint WHERE count > %s", 0)
    assert told() == set()
    assert [each.what for each in verify([(ten[9].chain_number, ten[9].mac)]).findings] == ["cut"]


def test_the_portal_itself_cannot_change_what_was_recorded(ten: list[Event]) -> None:
    for change in (
        lambda: Event.update(reason="nicer").where(Event.id == ten[0].id).execute(),
        lambda: Event.delete().where(Event.id == ten[0].id).execute(),
        lambda: AccessLog.update(address="").execute(),
        lambda: AccessLog.delete().execute(),
        lambda: Event.replace(**{**ten[0].__data__, "reason": "nicer"}).execute(),
    ):
        with pytest.raises((DatabaseError, ValueError)), storage.transaction():  # PostgreSQL knows no REPLACE
            change()
    assert verify().is_whole


def test_a_row_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        chain.extend("event", {})


def test_what_fails_leaves_no_link(ten: list[Event], monkeypatch: pytest.MonkeyPatch) -> None:
    count = chain.head().count
    with pytest.raises(ZeroDivisionError), storage.transaction():
        assert len(audit.record("noted", None).kind) // 0
    assert chain.head().count == count
    assert verify().is_whole
