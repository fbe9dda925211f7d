"""The office's dashboard: tabs with counts, what needs action, rows by page. Statements don't grow with rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peewee import SQL, Expression, ModelSelect, Select, Value, fn

from casework import access, clock
from casework.actor import Actor
from casework.standing import Standing, Turn, standing, turn
from models import Case, CaseType, Office, Request, Status, Urgency, database

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


def awaiting() -> Expression:
    return Request.status.in_([Status.IN_REVIEW, Status.PHYSICIAN_REVIEW])


def your_turn() -> Expression:
    return Request.status == Status.INFO_REQUESTED


def new_determination() -> Expression:
    return (Request.status == Status.DETERMINED) & Request.letter_opened_at.is_null()


def ending() -> Expression:
    """Approved care that ends within three days, of a patient who is not discharged."""
    today = clock.today()
    return (
        (Request.status == Status.DETERMINED)
        & Request.valid_to.between(today, today + timedelta(days=ENDING_WITHIN))
        & (Request.outcome != "denial")
        & Case.discharge_date.is_null()
    )


FILTERS = {
    "turn": ("Your turn", your_turn),
    "awaiting": ("Awaiting decision", awaiting),
    "new": ("New determination", new_determination),
    "ending": (f"Ending within {ENDING_WITHIN} days", ending),
}
"""Quick filters of the Accepted tab."""


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    older: int | None
    """Id before which the next page goes on; None at the end."""
    newer: bool = False


COLUMNS = (
    Request.id, Request.key, Request.status, Request.request_type, Request.care_kind, Request.service_from,
    Request.service_to, Request.urgency_requested, Request.urgency_assigned, Request.missing_count, Request.due_at,
    Request.intake_due_at, Request.reply_by, Request.outcome, Request.decided_at, Request.valid_from, Request.valid_to,
    Request.decision_summary, Request.letter_opened_at, Request.is_void, Request.updated_at, Request.reviewer,
    Case.webcert_number, Case.authorization_number, Case.last_name, Case.first_name, Case.birth_date, Case.case_type,
    Office.name,
)  # fmt: skip


def rows_of(query: Iterable[Request], for_staff: bool = False) -> list[Row]:
    """Rows from the objects of a query over Request with Case and Office joined, whose columns are COLUMNS."""
    return [_row(request, for_staff) for request in query]


def _row(request: Request, for_staff: bool) -> Row:
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
        can_add=sent and not gone and request.status != Status.DRAFT,
    )


def base_query(actor: Actor) -> ModelSelect:
    """The requests that this person may see, with the columns of a row."""
    return access.visible_requests(actor, *COLUMNS).join_from(Request, Office)


def page(actor: Actor, tab: str, chosen: str = "", before: int | None = None) -> Page:
    """One page of a tab, newest first. `chosen`: a quick filter of Accepted; `before`: the id that the last page gave."""
    query = base_query(actor).where(Request.status.in_(TABS[tab][1]))
    if tab == "accepted" and chosen in FILTERS:
        query = query.where(FILTERS[chosen][1]())
    if before is not None:
        query = query.where(Request.id < before)
    found = list(query.order_by(Request.id.desc()).limit(PAGE + 1).objects())
    rows = [_row(request, False) for request in found[:PAGE]]
    return Page(rows, found[PAGE - 1].id if len(found) > PAGE else None, before is not None)


def counts(actor: Actor) -> dict[str, int]:
    """How many requests are under each tab and quick filter, counted up to MOST_COUNTED + 1; one statement."""
    wanted: dict[str, Expression] = {name: Request.status.in_(states) for name, (_, states) in TABS.items()}
    wanted |= {name: condition() for name, (_, condition) in FILTERS.items()}
    parts = [_counted(actor, condition).alias(name) for name, condition in wanted.items()]
    numbers = next(iter(Select(columns=parts).bind(database).tuples()))
    return dict(zip(wanted, numbers, strict=True))


def _counted(actor: Actor, condition: Expression) -> ModelSelect:
    some = access.visible_requests(actor, Value(1).alias("one")).where(condition).limit(MOST_COUNTED + 1)
    return Request.select(fn.COUNT(SQL("one"))).from_(some)
