"""Asked and decided over the whole case: days of a stay in rows of one state, units by code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.whole_case import APPROVED, PENDING, REFUSED, Part, WholeCase, whole_case
from models import (
    Case,
    CaseType,
    LineDecision,
    LineOutcome,
    Outcome,
    Request,
    RequestType,
    ServiceLine,
    Status,
    Stay,
)

FIRST = date(2026, 12, 1)
INITIAL, EXTENSION = RequestType.INITIAL, RequestType.EXTENSION
CHANGE, AGAIN = RequestType.CHANGE, RequestType.RECONSIDERATION


def days(
    number: int, start: int, count: int, approved: int | None, kind: RequestType = INITIAL, on: int | None = None
) -> Part:
    """A request for `count` days from day `start` on; `approved` of them are, or (None) it is not decided yet."""
    first = FIRST + timedelta(days=start - 1)
    status = Status.IN_REVIEW if approved is None else Status.DETERMINED
    outcome = None if approved is None else Outcome.DENIAL if approved == 0 else Outcome.APPROVAL
    request = Request(id=number, status=status, outcome=outcome, request_type=kind, builds_on=on)
    stay = Stay(
        admission_date=FIRST,
        first_day=first,
        last_day=first + timedelta(days=count - 1),
        days_requested=count,
    )
    return Part(request, stay, [], [] if approved is None else [decision(None, approved, first)])


def decision(line: int | None, quantity: int, first: date) -> LineDecision:
    if quantity == 0:
        return LineDecision(service_line=line, outcome=LineOutcome.DENIED, quantity=0)
    last = first + timedelta(days=quantity - 1)
    return LineDecision(
        service_line=line, outcome=LineOutcome.APPROVED, quantity=quantity, date_from=first, date_to=last
    )


def of(*parts: Part, discharged: date | None = None) -> WholeCase:
    return whole_case(Case(case_type=CaseType.INPATIENT, discharge_date=discharged), parts)


def told(whole: WholeCase) -> list[tuple[str, str]]:
    return [(each.words, each.state) for each in whole.days]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([days(1, 1, 5, None)], [("Days 1–5", PENDING)]),
        ([days(1, 1, 5, 3)], [("Days 1–3", APPROVED), ("Days 4–5", REFUSED)]),
        ([days(1, 1, 3, 3), days(2, 4, 2, None, EXTENSION, 1)], [("Days 1–3", APPROVED), ("Days 4–5", PENDING)]),
        ([days(1, 1, 3, 3), days(2, 4, 2, 1, EXTENSION, 1)], [("Days 1–4", APPROVED), ("Day 5", REFUSED)]),
        ([days(1, 1, 3, 0)], [("Days 1–3", REFUSED)]),
        ([days(1, 1, 3, 0), days(2, 1, 3, None, AGAIN, 1)], [("Days 1–3", REFUSED)]),
        ([days(1, 1, 3, 0), days(2, 1, 3, 2, AGAIN, 1)], [("Days 1–2", APPROVED), ("Day 3", REFUSED)]),
        ([days(1, 1, 5, 5), days(2, 3, 5, 5, CHANGE, 1)], [("Days 1–5", APPROVED)]),
        ([days(1, 1, 5, 5), days(2, 3, 5, 0, CHANGE, 1)], [("Days 1–5", APPROVED)]),
        ([days(1, 1, 2, 2), days(2, 5, 2, 2, EXTENSION, 1)], [("Days 1–2", APPROVED), ("Days 5–6", APPROVED)]),
    ],
)
def test_days_in_rows(parts: list[Part], expected: list[tuple[str, str]]) -> None:
    assert told(of(*parts)) == expected


def test_a_pending_change_is_told_apart() -> None:
    whole = of(days(1, 1, 5, 5), days(2, 3, 5, None, CHANGE, 1))
    assert whole.aside == (CHANGE,)
    assert told(whole) == [("Days 1–5", APPROVED)]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED])
def test_what_is_gone_counts_for_nothing(status: Status) -> None:
    part = days(2, 4, 2, None, EXTENSION, 1)
    part.request.status = status
    assert told(of(days(1, 1, 3, 3), part)) == [("Days 1–3", APPROVED)]


def test_used_days_are_nights_until_the_discharge() -> None:
    whole = of(days(1, 1, 5, 5), discharged=date(2026, 12, 4))
    assert (whole.approved_days, whole.used_days, whole.approved_through) == (5, 3, date(2026, 12, 5))
    assert whole.days_in_words == "5 days approved, through 12/05/2026; 3 used until the discharge on 12/04/2026."
    assert of(days(1, 1, 5, 5), discharged=FIRST).used_days == 1, "the day itself is one"


def visits(number: int, quantity: int, approved: int | None, kind: RequestType = INITIAL) -> Part:
    status = Status.IN_REVIEW if approved is None else Status.DETERMINED
    outcome = None if approved is None else Outcome.DENIAL if approved == 0 else Outcome.APPROVAL
    line = ServiceLine(id=number, code="97110", modifiers="GP", quantity=quantity, unit="visits", date_from=FIRST)
    line.date_to = FIRST + timedelta(days=20)
    request = Request(id=number, status=status, outcome=outcome, request_type=kind, builds_on=None)
    return Part(request, None, [line], [] if approved is None else [decision(number, approved, FIRST)])


def test_units_of_a_code_are_added_up_over_requests() -> None:
    whole = of(visits(1, 12, 8), visits(2, 6, 6, EXTENSION), visits(3, 4, None, EXTENSION))
    (units,) = whole.units
    assert (units.what, units.asked, units.approved, units.refused, units.pending) == ("97110 GP", 22, 14, 4, 4)
    assert units.through == FIRST + timedelta(days=7)
    assert units.words(1) == "1 visit"
    assert whole.used_days is None


def test_a_line_past_the_last_day_of_a_stay_does_not_lengthen_it() -> None:
    stay, line = days(1, 1, 3, 3), visits(1, 1, 6)
    whole = of(Part(stay.request, stay.stay, line.lines, [*stay.decisions, *line.decisions]))
    assert whole.units[0].through == date(2026, 12, 6)
    assert whole.approved_through == date(2026, 12, 3)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 10), st.none() | st.integers(0, 10)), max_size=5))
def test_every_day_asked_for_has_one_state_and_rows_are_in_order(asked: list[tuple[int, int, int | None]]) -> None:
    parts = [
        days(place, start, count, None if approved is None else min(approved, count), EXTENSION if place else INITIAL)
        for place, (start, count, approved) in enumerate(asked, start=1)
    ]
    whole = of(*parts)
    covered = {FIRST + timedelta(days=start - 1 + day) for start, count, _ in asked for day in range(count)}
    told_days = [each.first + timedelta(days=day) for each in whole.days for day in range(each.count)]
    assert told_days == sorted(covered)
    for before, following in zip(whole.days, whole.days[1:], strict=False):
        assert before.last < following.first
        assert before.state != following.state or (following.first - before.last).days > 1
