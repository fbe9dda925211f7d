"""The office's dashboard: tabs with counts, what needs action, rows by page. Statements don't grow with rows.

Flat at any number of requests: a page is merged from one run along the index (office, status, id) for each office and
status, and every count stops at MOST_COUNTED.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from peewee import SQL, Expression, ModelSelect, Select, Value, fn

from casework import access, clock
from casework.actor import Actor
from casework.approved import INSTEAD
from casework.lists.rows import COLUMNS, Row, rows_of
from casework.ready import MARK_DAYS, Ready, marks
from models import OPEN, Case, Office, Outcome, Request, RequestType, Status

PAGE = 50
MOST_COUNTED = 99
ENDING_WITHIN = 3

TABS: dict[str, tuple[str, tuple[Status, ...]]] = {
    "drafts": ("Drafts", (Status.DRAFT,)),
    "pending": ("Pending (In Process)", (Status.SUBMITTED,)),
    "rejected": ("Rejected", (Status.REJECTED,)),
    "accepted": (
        "Accepted",
        (Status.IN_REVIEW, Status.INFO_REQUESTED, Status.PHYSICIAN_REVIEW, Status.DETERMINED),
    ),
    "closed": ("Closed", (Status.WITHDRAWN, Status.CANCELLED, Status.ARCHIVED)),
}
FILTERS: dict[str, tuple[str, tuple[Status, ...]]] = {
    "turn": ("Your turn", (Status.INFO_REQUESTED,)),
    "awaiting": ("Awaiting decision", (Status.IN_REVIEW, Status.PHYSICIAN_REVIEW)),
    "new": ("New determination", (Status.DETERMINED,)),
    "ending": (f"Ending within {ENDING_WITHIN} days", (Status.DETERMINED,)),
}
"""Quick filters of the Accepted tab: their words, and the states in which there can be some."""


def new_determination() -> Expression:
    """Decided, and its letter not opened yet."""
    return Request.letter_opened_at.is_null()


def ending(first: date, last: date) -> Expression:
    """Approved care that ends from `first` to `last`: nothing later is approved or asked for, nobody is discharged.

    What a change or reconsideration took the place of counts no more, as in casework.approved.
    """
    later = Request.alias()
    goes_on = later.select(Value(1)).where(
        (later.case == Request.case)
        & (later.id != Request.id)
        & (
            (later.request_type == RequestType.EXTENSION) & later.status.in_(OPEN)
            | _is_granted(later)
            & ~_is_replaced(later)
            & ((later.valid_to > Request.valid_to) | (later.valid_to == Request.valid_to) & (later.id > Request.id))
        )
    )
    stays = Case.select(Value(1)).where(Case.id == Request.case, Case.discharge_date.is_null())
    ends: Expression = (
        Request.valid_to.between(first, last)
        & (Request.outcome != Outcome.DENIAL)
        & fn.EXISTS(stays)
        & ~fn.EXISTS(goes_on)
        & ~_is_replaced(Request)
    )
    return ends


def _is_granted(request: Any) -> Any:
    return (request.status == Status.DETERMINED) & (request.outcome != Outcome.DENIAL)


def _is_replaced(request: Any) -> Any:
    instead = Request.alias()
    takes_its_place = (instead.builds_on == request.id) & instead.request_type.in_(INSTEAD) & _is_granted(instead)
    return fn.EXISTS(instead.select(Value(1)).where(takes_its_place))


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    older: int | None = None
    """Id before which the next page goes on; None at the end."""
    newer: int | None = None
    """Id after which the page before goes on; None at the beginning."""


def base_query(actor: Actor) -> "ModelSelect[Request]":
    """The requests that this person may see, with the columns of a row."""
    return access.visible_requests(actor, *COLUMNS).join_from(Request, Office)


@dataclass(frozen=True)
class _Shape:
    """What makes up the SQL of a page, but for its values."""

    states: tuple[Status, ...]
    condition: str
    offices: int
    side: str
    """'before' or 'after' an id, or ''."""


def page(
    offices: list[int],
    tab: str,
    chosen: str = "",
    before: int | None = None,
    after: int | None = None,
) -> Page:
    """One page of a tab, newest first, in one statement. `offices`: the circle of the office (`access.circle`).

    `chosen`: a quick filter of Accepted; `before` or `after`: an id that another page gave as `older` or `newer`.
    """
    chosen = chosen if tab == "accepted" and chosen in FILTERS else ""
    states = FILTERS[chosen][1] if chosen else TABS[tab][1]
    side, bound = ("before", before) if before is not None else ("after", after) if after is not None else ("", 0)
    ready = _page_query(_Shape(states, chosen, len(offices), side))
    found = sorted(ready.run(_values(offices) | {_BOUND: bound}), reverse=True)
    has_more = len(found) > PAGE
    shown = rows_of(found[1:] if has_more and side == "after" else found[:PAGE], is_ending=chosen == "ending")
    older = shown[-1].id if shown and (has_more or side == "after") else None
    newer = shown[0].id if shown and (side == "before" or (has_more and side == "after")) else None
    return Page(shown, older, newer)


_BOUND = marks(1)[0]


def _office_marks(count: int) -> list[int]:
    return marks(count + 1)[1:]


def _values(offices: list[int]) -> dict[Any, Any]:
    """What stands for the marks of offices and days."""
    today = clock.today()
    days = dict(zip(MARK_DAYS, (today, today + timedelta(days=ENDING_WITHIN)), strict=True))
    return {**dict(zip(_office_marks(len(offices)), offices, strict=True)), **days}


def _condition(name: str) -> Expression | None:
    if name == "new":
        return new_determination()
    return ending(*MARK_DAYS) if name == "ending" else None


@lru_cache
def _page_query(shape: _Shape) -> Ready:
    """The ids of one page and one more, merged from a run along the index for each office and status; then the rows."""
    merged: Any = None
    for office in _office_marks(shape.offices):
        for state in shape.states:
            run = Request.select(Request.id.alias("number")).where(Request.office == office, Request.status == state)
            condition = _condition(shape.condition)
            if condition is not None:
                run = run.where(condition)
            if shape.side:
                run = run.where(Request.id < _BOUND if shape.side == "before" else Request.id > _BOUND)
            merged = run if merged is None else merged.union_all(run)
    order = SQL("number") if shape.side == "after" else SQL("number").desc()
    numbered = merged.order_by(order).limit(PAGE + 1).alias("numbered")
    rows = Request.select(*COLUMNS).join(Case).join_from(Request, Office)
    return Ready(rows.where(Request.id.in_(Select([numbered], [SQL("number")]))))


COUNTED = {name: states for name, (_, states) in (*TABS.items(), *FILTERS.items()) if name != "closed"}


def counts(offices: list[int]) -> dict[str, int]:
    """How many requests of these offices are under each tab and quick filter, up to MOST_COUNTED + 1; one statement."""
    numbers = _counts_query(len(offices)).run(_values(offices))[0]
    return dict(zip(COUNTED, numbers, strict=True))


@lru_cache
def _counts_query(offices: int) -> Ready:
    parts = []
    for name, states in COUNTED.items():
        some = Request.select(Value(1).alias("one")).where(
            Request.office.in_(_office_marks(offices)), Request.status.in_(list(states))
        )
        condition = _condition(name)
        if condition is not None:
            some = some.where(condition)
        parts.append(Request.select(fn.COUNT(SQL("one"))).from_(some.limit(MOST_COUNTED + 1)).alias(name))
    return Ready(Select(columns=parts))


__all__ = ["FILTERS", "MOST_COUNTED", "PAGE", "TABS", "Page", "Row", "base_query", "counts", "page"]
