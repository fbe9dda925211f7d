"""The office's dashboard: tabs with counts, what needs action, rows by page. Statements don't grow with rows.

Flat at any number of requests: a page is merged from one run along the index (office, status, id) for each office and
status, and every count stops at MOST_COUNTED.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peewee import SQL, Expression, ModelSelect, Select, Value, fn

from casework import access, clock
from casework.actor import Actor
from casework.standing import Standing, Turn, standing, turn
from models import OPEN, Case, CaseType, Office, Outcome, Request, RequestType, Status, Urgency, database

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


def ending() -> Expression:
    """Approved care that ends within three days: nothing later is approved or asked for, and nobody is discharged."""
    today = clock.today()
    later = Request.alias()
    goes_on = later.select(Value(1)).where(
        (later.case == Request.case)
        & (later.id != Request.id)
        & (
            (later.request_type == RequestType.EXTENSION) & later.status.in_(OPEN)
            | (later.status == Status.DETERMINED)
            & (later.outcome != Outcome.DENIAL)
            & ((later.valid_to > Request.valid_to) | (later.valid_to == Request.valid_to) & (later.id > Request.id))
        )
    )
    stays = Case.select(Value(1)).where(Case.id == Request.case, Case.discharge_date.is_null())
    ends: Expression = (
        Request.valid_to.between(today, today + timedelta(days=ENDING_WITHIN))
        & (Request.outcome != Outcome.DENIAL)
        & fn.EXISTS(stays)
        & ~fn.EXISTS(goes_on)
    )
    return ends


CONDITIONS = {"new": new_determination, "ending": ending}


@dataclass(frozen=True, slots=True)
class Row:
    """One request as lists show it; everything a row needs, so that no row asks the database again."""

    key: str
    webcert_number: str
    authorization_number: str
    member_name: str
    birth_date: date | None
    case_type: CaseType
    care_kind: str
    request_type: str
    service_from: date | None
    service_to: date | None
    urgency_requested: Urgency | None
    urgency_assigned: Urgency | None
    standing: Standing
    turn: Turn
    updated_at: datetime
    office_name: str
    status: Status
    has_letter: bool
    reviewer_id: int | None
    can_add: bool
    """Whether the + icon has something to offer."""
    can_extend: bool = False
    """Approved care that ends soon: Extend stands in the row."""


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    older: int | None = None
    """Id before which the next page goes on; None at the end."""
    newer: int | None = None
    """Id after which the page before goes on; None at the beginning."""


COLUMNS = (
    Request.id, Request.key, Request.status, Request.request_type, Request.care_kind, Request.service_from,
    Request.service_to, Request.urgency_requested, Request.urgency_assigned, Request.missing_count, Request.due_at,
    Request.intake_due_at, Request.reply_by, Request.outcome, Request.decided_at, Request.valid_from, Request.valid_to,
    Request.decision_summary, Request.letter_opened_at, Request.is_void, Request.closing_reason,
    Request.updated_at, Request.reviewer,
    Case.webcert_number, Case.authorization_number, Case.last_name, Case.first_name, Case.birth_date, Case.case_type,
    Office.name,
)  # fmt: skip


def rows_of(query: Iterable[Any], for_staff: bool = False) -> list[Row]:
    """Rows from the objects of a query over Request with Case and Office joined, whose columns are COLUMNS."""
    return [_row(request, for_staff) for request in query]


def _row(request: Any, for_staff: bool, is_ending: bool = False) -> Row:
    sent = request.webcert_number is not None
    gone = request.status in (Status.REJECTED, Status.WITHDRAWN) or request.is_void
    return Row(
        key=request.key,
        webcert_number=request.webcert_number or "",
        authorization_number=request.authorization_number or "",
        member_name=", ".join(part for part in (request.last_name, request.first_name) if part),
        birth_date=request.birth_date,
        case_type=request.case_type,
        care_kind=request.care_kind,
        request_type=request.request_type,
        service_from=request.service_from,
        service_to=request.service_to,
        urgency_requested=request.urgency_requested,
        urgency_assigned=request.urgency_assigned,
        standing=standing(request, for_staff),
        turn=turn(request, for_staff),
        updated_at=request.updated_at,
        office_name=request.name,
        status=request.status,
        has_letter=request.outcome is not None,
        reviewer_id=request.reviewer_id,
        can_add=sent and not gone and request.status not in (Status.DRAFT, Status.ARCHIVED),
        can_extend=is_ending,
    )


def base_query(actor: Actor) -> "ModelSelect[Request]":
    """The requests that this person may see, with the columns of a row."""
    return access.visible_requests(actor, *COLUMNS).join_from(Request, Office)


def page(
    actor: Actor,
    offices: list[int],
    tab: str,
    chosen: str = "",
    before: int | None = None,
    after: int | None = None,
) -> Page:
    """One page of a tab, newest first, in one statement. `offices`: the actor's circle (`access.circle`).

    `chosen`: a quick filter of Accepted; `before` or `after`: an id that another page gave as `older` or `newer`.
    """
    states = FILTERS[chosen][1] if tab == "accepted" and chosen in FILTERS else TABS[tab][1]
    condition = CONDITIONS[chosen]() if tab == "accepted" and chosen in CONDITIONS else None
    ids = _merged(offices, states, condition, before, after)
    found = sorted(base_query(actor).where(Request.id.in_(ids)).objects(), key=lambda each: -each.id)
    has_more = len(found) > PAGE
    shown = found[1:] if has_more and after is not None else found[:PAGE]
    rows = [_row(request, False, chosen == "ending") for request in shown]
    is_forward = after is None
    older = shown[-1].id if shown and (has_more or not is_forward) else None
    newer = shown[0].id if shown and (has_more if not is_forward else before is not None) else None
    return Page(rows, older, newer)


def _merged(
    offices: list[int], states: Iterable[Status], condition: Expression | None, before: int | None, after: int | None
) -> Select:
    """The ids of one page and one more, as a subquery: one run along the index for each office and status."""
    runs: list[Any] = []
    for office in offices:
        for state in states:
            run = Request.select(Request.id.alias("number")).where(Request.office == office, Request.status == state)
            if condition is not None:
                run = run.where(condition)
            if before is not None:
                run = run.where(Request.id < before)
            elif after is not None:
                run = run.where(Request.id > after)
            runs.append(run)
    merged: Any = runs[0]
    for run in runs[1:]:
        merged = merged.union_all(run)
    order = SQL("number") if after is not None else SQL("number").desc()
    numbered = merged.order_by(order).limit(PAGE + 1)
    return Select([numbered.alias("numbered")], [SQL("number")])


def counts(offices: list[int]) -> dict[str, int]:
    """How many requests of these offices are under each tab and quick filter, up to MOST_COUNTED + 1; one statement."""
    wanted = {name: (states, None) for name, (_, states) in TABS.items() if name != "closed"}
    filters = {name: (states, CONDITIONS.get(name)) for name, (_, states) in FILTERS.items()}
    parts = [
        _counted(offices, states, condition() if condition else None).alias(name)
        for name, (states, condition) in (wanted | filters).items()
    ]
    numbers = next(iter(Select(columns=parts).bind(database).tuples()))
    return dict(zip(wanted | filters, numbers, strict=True))


def _counted(offices: list[int], states: Iterable[Status], condition: Expression | None) -> "ModelSelect[Request]":
    some = Request.select(Value(1).alias("one")).where(Request.office.in_(offices), Request.status.in_(list(states)))
    if condition is not None:
        some = some.where(condition)
    return Request.select(fn.COUNT(SQL("one"))).from_(some.limit(MOST_COUNTED + 1))
