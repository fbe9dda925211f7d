"""A request as lists show it. Rows are drawn by the fifty, many times an hour, and few of them change meanwhile.

They are made from plain tuples, and the latest are kept: what the database gives once more gives the same Row.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from casework import clock
from casework.standing import Standing, Turn, standing, turn
from models import Case, CaseType, Office, Outcome, Request, Status, Urgency

COLUMNS = (
    Request.id, Request.key, Request.status, Request.request_type, Request.care_kind, Request.service_from,
    Request.service_to, Request.urgency_requested, Request.urgency_assigned, Request.missing_count, Request.due_at,
    Request.intake_due_at, Request.reply_by, Request.outcome, Request.decided_at, Request.valid_from, Request.valid_to,
    Request.decision_summary, Request.letter_opened_at, Request.is_void, Request.closing_reason,
    Request.updated_at, Request.reviewer,
    Case.webcert_number, Case.authorization_number, Case.last_name, Case.first_name, Case.birth_date, Case.case_type,
    Office.name,
)  # fmt: skip
"""What a row is made from, in this order."""
KEPT = 3000
"""So many rows are kept, of all lists together."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One request as lists show it; everything a row needs, so that no row asks the database again."""

    id: int
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


@dataclass(slots=True)
class Facts:
    """The columns of one row, by their names: for a list it is the request."""

    id: int
    key: str
    status: Status
    request_type: str
    care_kind: str
    service_from: date | None
    service_to: date | None
    urgency_requested: Urgency | None
    urgency_assigned: Urgency | None
    missing_count: int
    due_at: datetime | None
    intake_due_at: datetime | None
    reply_by: datetime | None
    outcome: Outcome | None
    decided_at: datetime | None
    valid_from: date | None
    valid_to: date | None
    decision_summary: str
    letter_opened_at: datetime | None
    is_void: bool
    closing_reason: str
    updated_at: datetime
    reviewer_id: int | None
    webcert_number: str | None
    authorization_number: str | None
    last_name: str
    first_name: str
    birth_date: date | None
    case_type: CaseType
    name: str


_OUTCOME = [each.name for each in fields(Facts)].index("outcome")

Kind = TypeVar("Kind", bound=StrEnum)


def _by_value(kind: type[Kind]) -> dict[Any, Kind]:
    return {each.value: each for each in kind}


_STATUSES, _URGENCIES, _OUTCOMES = _by_value(Status), _by_value(Urgency), _by_value(Outcome)
_CASE_TYPES = _by_value(CaseType)


def _day(value: Any) -> date | None:
    """A date as the databases give it: text from SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).replace(tzinfo=UTC)


def _facts(plain: tuple[Any, ...]) -> Facts:
    """The columns of COLUMNS from a tuple as the database gave it, without the help of peewee."""
    facts = Facts(*plain)
    facts.status, facts.outcome = _STATUSES[facts.status], _OUTCOMES.get(facts.outcome)
    facts.urgency_requested = _URGENCIES.get(facts.urgency_requested)
    facts.urgency_assigned = _URGENCIES.get(facts.urgency_assigned)
    facts.case_type, facts.is_void = _CASE_TYPES[facts.case_type], bool(facts.is_void)
    facts.service_from, facts.service_to = _day(facts.service_from), _day(facts.service_to)
    facts.valid_from, facts.valid_to = _day(facts.valid_from), _day(facts.valid_to)
    facts.birth_date = _day(facts.birth_date)
    facts.due_at, facts.intake_due_at, facts.reply_by = map(
        _moment, (facts.due_at, facts.intake_due_at, facts.reply_by)
    )
    facts.decided_at, facts.letter_opened_at = _moment(facts.decided_at), _moment(facts.letter_opened_at)
    facts.updated_at = _moment(facts.updated_at) or datetime.min.replace(tzinfo=UTC)
    return facts


def rows_of(found: Iterable[tuple[Any, ...]], for_staff: bool = False, is_ending: bool = False) -> list[Row]:
    """Rows from tuples as the database gave them, with COLUMNS; `is_ending`: what is approved ends soon."""
    listed = list(found)
    has_denial = any(plain[_OUTCOME] == Outcome.DENIAL for plain in listed)
    appeal_days = clock.IN_FORCE.appeal_days if has_denial else 0
    return [_row(plain, for_staff, is_ending, appeal_days) for plain in listed]


@lru_cache(maxsize=KEPT)
def _row(plain: tuple[Any, ...], for_staff: bool, is_ending: bool, appeal_days: int) -> Row:
    """`appeal_days`, which an admin may change, only tells one row from the next: its last date for an appeal."""
    request: Any = _facts(plain)
    webcert, status = request.webcert_number, request.status
    gone = status in (Status.REJECTED, Status.WITHDRAWN, Status.DRAFT, Status.ARCHIVED) or request.is_void
    last, first = request.last_name, request.first_name
    return Row(
        id=request.id,
        key=request.key,
        webcert_number=webcert or "",
        authorization_number=request.authorization_number or "",
        member_name=f"{last}, {first}" if last and first else last or first,
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
        status=status,
        has_letter=request.outcome is not None,
        reviewer_id=request.reviewer_id,
        can_add=webcert is not None and not gone,
        can_extend=is_ending,
    )
