"""Pages of a tab by keyset, counts that stop, and plans that run along an index."""

import pytest

from casework import access, clock
from casework.lists import tabs
from casework.workflow import after
from models import Case, Office, Request, Status, User, database
from tests import builders, following, personas
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("db")


def circle(username: str = "amy") -> list[int]:
    return access.circle(personas.office(username))


def page(username: str = "amy", tab: str = "pending", chosen: str = "", **where: int | None) -> tabs.Page:
    return tabs.page(circle(username), tab, chosen, **where)


def fill(status: Status, wanted: int, office: Office) -> None:
    """So many bare requests of an office, the quick way."""
    user, at = User.get(User.username == "amy"), clock.now()
    for number in range(wanted):
        case = Case.create(office=office, case_type="service", webcert_number=f"W26-7{number:05d}-0", created_at=at)
        Request.create(case=case, office=office, status=status, created_by=user, created_at=at, updated_at=at)


def test_pages_go_on_in_both_directions_and_miss_nothing() -> None:
    fill(Status.SUBMITTED, 120, personas.office("amy"))
    first = page()
    second = page(before=first.older)
    third = page(before=second.older)
    assert [len(each.rows) for each in (first, second, third)] == [50, 50, 20]
    assert (first.newer, third.older) == (None, None)
    assert page(after=third.newer).rows == second.rows
    assert page(after=second.newer).rows == first.rows
    seen = [row.key for each in (first, second, third) for row in each.rows]
    assert len(set(seen)) == 120
    newest_first = Request.select(Request.key).order_by(Request.id.desc()).tuples()
    assert seen == [key for (key,) in newest_first]


def test_the_first_page_has_nothing_newer_however_it_was_reached() -> None:
    fill(Status.SUBMITTED, 60, personas.office("amy"))
    back = page(after=page(before=page().older).newer)
    assert back.newer is None
    assert back.older is not None
    assert len(back.rows) == 50


def test_one_full_page_has_no_next() -> None:
    fill(Status.SUBMITTED, 50, personas.office("amy"))
    assert (page().older, page().newer) == (None, None)


def test_linked_offices_are_merged_by_age() -> None:
    for number in range(6):
        builders.make_draft("amy" if number % 2 else "ann", files=0)
    offices = [row.office_name for row in page(tab="drafts").rows]
    assert offices == ["Lakeside Orthopedics", "Lakeside Therapy"] * 3


def test_counts_stop_where_nobody_counts_any_more() -> None:
    fill(Status.SUBMITTED, 130, personas.office("amy"))
    offices = circle()
    with statements() as sent:
        counted = tabs.counts(offices)
    assert counted["pending"] == tabs.MOST_COUNTED + 1
    assert len(sent) == 1


def test_an_unlinked_office_sees_its_own_at_once() -> None:
    builders.make_draft("ann", files=0)
    assert len(page(tab="drafts").rows) == 1
    Office.update(group=None).where(Office.id == personas.office("amy").id).execute()
    assert not page(tab="drafts").rows


@pytest.mark.parametrize(
    ("tab", "chosen"),
    [(tab, "") for tab in tabs.TABS] + [("accepted", chosen) for chosen in ("turn", "awaiting", "new")],
)
def test_a_page_runs_along_an_index_without_a_sort(tab: str, chosen: str) -> None:
    offices = circle()
    with statements() as sent:
        tabs.page(offices, tab, chosen)
    assert len(sent) == 1
    # EXPLAIN wants the values; any will do for the plan.
    marks = sent[-1].count("?")
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sent[-1]}", [1] * marks).fetchall()]
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step.startswith("SCAN") and "numbered" not in step]


@pytest.mark.parametrize(("days", "is_ending"), [(2, False), (3, True), (4, True), (6, True), (7, False)])
def test_ending_is_today_and_the_three_days_after(the_clock: clock.Frozen, days: int, is_ending: bool) -> None:
    """The stay is approved from Tuesday December 1 to Friday December 4; days count from November 28."""
    builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=days + 4)
    assert clock.today().day == {2: 30, 3: 1, 4: 2, 6: 4, 7: 5}[days]
    assert bool(page(tab="accepted", chosen="ending").rows) == is_ending


def test_what_is_extended_already_does_not_end_soon(the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=8)
    assert page(tab="accepted", chosen="ending").rows[0].can_extend
    draft = following.extension_of(stay)
    assert page(tab="accepted", chosen="ending").rows, "a draft that was not sent extends nothing"
    builders.submit(draft)
    assert not page(tab="accepted", chosen="ending").rows
    assert after.offers(Case.get_by_id(stay.case_id), personas.actor("amy"))
