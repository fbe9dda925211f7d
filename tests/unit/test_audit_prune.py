"""Old rows of the access log go, the chain stays whole, and tampering around the gaps is told as before."""

import pytest
from flask import Flask
from peewee import DatabaseError

import config
from casework import audit, clock, storage
from casework.actor import Actor
from casework.audit import chain, heads, prune
from casework.audit.access_log import AccessLog
from casework.audit.prune import ChainGap
from casework.audit.verify import verify
from models import Event
from tests import personas
from tests.unit.test_audit_chain import put_in_a_copy, told, without_triggers

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def seven_years(app: Flask, the_clock: clock.Frozen) -> list[Event]:
    """Events and access log of two times, the older ones pruned: four gaps between five events of then."""
    made = _some(5)
    the_clock.move(days=7 * 366)
    made += _some(5)
    assert prune.prune() >= 10
    return made


def _some(number: int) -> list[Event]:
    actor = Actor(personas.user("ian"), "127.0.0.1", "ref")
    made = []
    for each in range(number):
        with storage.transaction():
            made.append(audit.record("noted", actor, reason=f"reason {each}"))
        audit.write("signed_in", actor)
        audit.write("signed_out", actor)
    return made


def gap_after(event: Event) -> ChainGap:
    return ChainGap.get(ChainGap.first == event.chain_number + 1)


def test_old_rows_go_and_the_chain_is_whole(seven_years: list[Event]) -> None:
    verdict = verify()
    assert verdict.is_whole, verdict.findings
    assert verdict.count == chain.head().count
    assert AccessLog.select().count() == 10
    assert Event.select().where(Event.kind == "noted").count() == 10
    assert Event.select().order_by(Event.id.desc()).first().kind == "access_log_pruned"
    assert (gap_after(seven_years[1]).first, gap_after(seven_years[1]).chain_number) == (
        seven_years[1].chain_number + 1,
        seven_years[2].chain_number - 1,
    )


def test_nothing_younger_goes(app: Flask, the_clock: clock.Frozen) -> None:
    _some(2)
    rows = AccessLog.select().count()
    the_clock.move(days=6 * 365)
    assert prune.prune() == 0
    assert AccessLog.select().count() == rows


def test_a_clock_that_is_wrong_takes_a_week_away_at_most(app: Flask, the_clock: clock.Frozen) -> None:
    before = AccessLog.select().count()
    for days in (0, 3, 20):
        the_clock.move(days=days)
        _some(1)
    the_clock.move(days=10 * 366)
    assert [prune.prune() for _ in range(3)] == [before + 4, 2, 0]
    assert verify().is_whole


def test_a_row_that_was_made_too_old_stays_as_long_as_its_neighbours(app: Flask, the_clock: clock.Frozen) -> None:
    _some(1)
    the_clock.move(days=-30 * 366)
    _some(1)
    the_clock.move(days=30 * 366 + 6 * 365)
    rows = AccessLog.select().count()
    assert prune.prune() == 0
    assert AccessLog.select().count() == rows


def test_it_goes_on_where_it_stopped(
    seven_years: list[Event], the_clock: clock.Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prune, "BATCH", 3)
    the_clock.move(days=7 * 366)
    assert prune.prune() == 10
    assert prune.prune() == 0
    assert AccessLog.select().count() == 0
    assert verify().is_whole


def test_an_end_written_out_then_fits(app: Flask, the_clock: clock.Frozen) -> None:
    _some(3)
    kept = heads.write_out()
    assert kept is not None
    the_clock.move(days=7 * 366)
    _some(1)
    prune.prune()
    assert verify([(kept.count, kept.mac)]).is_whole
    assert {each.what for each in verify([(kept.count, "0" * 64)]).findings} == {"replaced"}


def test_edited_deleted_and_inserted_between_gaps_are_told(seven_years: list[Event]) -> None:
    edited, deleted, doubled = seven_years[1], seven_years[2], seven_years[3]
    without_triggers("UPDATE event SET reason = 'nicer' WHERE id = %s", edited.id)
    without_triggers("DELETE FROM event WHERE id = %s", deleted.id)
    put_in_a_copy(edited, gap_after(doubled).first)
    found = {(each.what, each.number) for each in verify().findings}
    assert {("edited", edited.chain_number), ("deleted", deleted.chain_number)} <= found
    assert "inserted" in {what for what, _ in found}


def test_moved_replaced_and_cut_after_gaps_are_told(seven_years: list[Event]) -> None:
    first, second, replaced = seven_years[1], seven_years[3], seven_years[2]
    without_triggers("UPDATE event SET reason = 'forged', mac = %s WHERE id = %s", "f" * 64, replaced.id)
    assert "replaced" in told()
    for event, number in ((first, -1), (second, first.chain_number), (first, second.chain_number)):
        without_triggers("UPDATE event SET chain_number = %s WHERE id = %s", number, event.id)
    assert {first.chain_number, second.chain_number} <= {each.number for each in verify().findings}
    assert "moved" in told()
    without_triggers("DELETE FROM event WHERE chain_number > %s", seven_years[8].chain_number)
    without_triggers("DELETE FROM access_log WHERE chain_number > %s", seven_years[8].chain_number)
    assert "cut" in told()


def test_a_gap_that_is_made_up_is_told(seven_years: list[Event]) -> None:
    """Who may write to the database, but hasn't the key, takes out two rows that tell on him."""
    number = seven_years[7].chain_number + 2
    last = AccessLog.get(AccessLog.chain_number == number)
    ChainGap.create(first=number - 1, chain_number=number, mac=last.mac, seal="a" * 64, at=clock.now())
    assert AccessLog.delete().where(AccessLog.chain_number.between(number - 1, number)).execute() == 2
    assert [(each.what, each.number) for each in verify().findings] == [("deleted", number - 1)]


@pytest.mark.parametrize(
    "change", ["first = first + 1", "mac = seal", "seal = mac", "at = '2020-01-01 00:00:00.000000'"]
)
def test_a_gap_that_was_changed_is_told(seven_years: list[Event], change: str) -> None:
    gap = gap_after(seven_years[2])
    without_triggers(f"UPDATE chain_gap SET {change} WHERE id = %s", gap.id)
    assert "deleted" in told()
    without_triggers("DELETE FROM chain_gap WHERE id = %s", gap.id)
    assert ("deleted", gap.first) in [(each.what, each.number) for each in verify().findings]


def test_rows_that_come_back_are_told(seven_years: list[Event]) -> None:
    put_in_a_copy(seven_years[1], gap_after(seven_years[1]).first)
    assert "inserted" in told()


def test_the_database_keeps_what_no_gap_covers_and_the_gaps(seven_years: list[Event]) -> None:
    for change in (
        lambda: AccessLog.delete().execute(),
        lambda: ChainGap.delete().execute(),
        lambda: ChainGap.update(first=1).execute(),
        lambda: Event.delete().where(Event.id == seven_years[0].id).execute(),
    ):
        with pytest.raises(DatabaseError), storage.transaction():
            change()
    assert verify().is_whole


def test_too_short_times_are_refused() -> None:
    with pytest.raises(config.Misconfigured, match="REMOVED_DAYS"):
        config.Settings(removed_days=0).check()
    with pytest.raises(config.Misconfigured, match="AUDIT_YEARS"):
        config.Settings(audit_years=5).check()
