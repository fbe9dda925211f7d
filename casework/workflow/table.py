"""The only writer of a status.

Every change goes through TRANSITIONS, as a compare-and-set on the status, in one transaction with its event.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import Expression

from casework import audit, clock
from casework.actor import Actor
from casework.errors import Stale
from casework.storage import transaction
from models import IN_CLINICAL_REVIEW, OPEN, Request, Status


@dataclass(frozen=True)
class Transition:
    """From which states, to which one, and the event that tells it."""

    sources: tuple[Status, ...]
    target: Status
    event: str


TRANSITIONS: dict[str, Transition] = {
    "submit": Transition((Status.DRAFT,), Status.SUBMITTED, "submitted"),
    "archive": Transition((Status.DRAFT,), Status.ARCHIVED, "archived"),
    "bring_back": Transition((Status.ARCHIVED,), Status.DRAFT, "brought_back"),
    "accept": Transition((Status.SUBMITTED,), Status.IN_REVIEW, "accepted"),
    "reject": Transition((Status.SUBMITTED,), Status.REJECTED, "rejected"),
    "ask_information": Transition(
        (Status.IN_REVIEW, Status.PHYSICIAN_REVIEW), Status.INFO_REQUESTED, "information_requested"
    ),
    "answer_information": Transition((Status.INFO_REQUESTED,), Status.IN_REVIEW, "information_answered"),
    "return_to_physician": Transition((Status.INFO_REQUESTED,), Status.PHYSICIAN_REVIEW, "information_answered"),
    "end_information": Transition((Status.INFO_REQUESTED,), Status.IN_REVIEW, "information_time_over"),
    "end_for_physician": Transition((Status.INFO_REQUESTED,), Status.PHYSICIAN_REVIEW, "information_time_over"),
    "escalate": Transition((Status.IN_REVIEW,), Status.PHYSICIAN_REVIEW, "escalated"),
    "take_back": Transition((Status.PHYSICIAN_REVIEW,), Status.IN_REVIEW, "taken_back"),
    "decide": Transition(IN_CLINICAL_REVIEW, Status.DETERMINED, "determined"),
    "withdraw": Transition(OPEN, Status.WITHDRAWN, "withdrawn"),
    "cancel": Transition((Status.DETERMINED,), Status.CANCELLED, "cancelled"),
    "void": Transition((*OPEN, Status.DETERMINED), Status.CANCELLED, "voided"),
}

TOO_LATE = (
    "Somebody else was faster: this request changed while you worked on it. "
    "Nothing of yours was saved over it. Open it again to see what happened."
)


def move(
    request: Request,
    verb: str,
    actor: Actor | None,
    reason: str = "",
    *,
    data: dict[str, Any] | None = None,
    unchanged: tuple[str, ...] = (),
    **columns: Any,
) -> Request:
    """Changes the status by `verb` of TRANSITIONS, sets `columns` of the request with it, and writes the event.

    The row must still have the status that `request` was read with, and the values of the columns named `unchanged`.
    Its place in the queue follows, unless `queue_at` is among the columns. Returns the request with its new values.
    Raises Stale when somebody else was faster, or when the verb does not start from this status.
    """
    transition = TRANSITIONS[verb]
    if request.status not in transition.sources:
        raise Stale(TOO_LATE)
    before, after = request.status, transition.target
    with transaction():
        _set(request, after, unchanged, {"updated_at": clock.now(), **columns})
        audit.record(
            transition.event, actor, request, from_status=before, to_status=after, reason=reason, **(data or {})
        )
    return request


def keep(
    request: Request,
    event: str,
    actor: Actor | None,
    reason: str = "",
    *,
    data: dict[str, Any] | None = None,
    internal: bool = False,
    unchanged: tuple[str, ...] = (),
    **columns: Any,
) -> Request:
    """Sets `columns` of a request without a change of its status, and writes `event` (past tense).

    Compares and raises as `move` does.
    """
    news = {} if internal else {"updated_at": clock.now()}
    with transaction():
        _set(request, request.status, unchanged, news | columns)
        audit.record(event, actor, request, reason=reason, internal=internal, **(data or {}))
    return request


CLOCK = frozenset({"due_at", "intake_due_at", "reply_by"})


def _set(request: Request, after: Status, unchanged: tuple[str, ...], columns: dict[str, Any]) -> None:
    values = {"status": after, **columns}
    if after != request.status or CLOCK & columns.keys():
        values.setdefault("queue_at", _queue_at(request, after, columns))
    as_read = Request.update(**values).where(Request.id == request.id, *_as_read(request, ("status", *unchanged)))
    if as_read.execute() != 1:
        raise Stale(TOO_LATE)
    for name, value in values.items():
        setattr(request, name, value)


def _as_read(request: Request, names: tuple[str, ...]) -> Iterator[Expression]:
    for name in names:
        column, value = getattr(Request, name), getattr(request, name)
        yield column.is_null() if value is None else column == value


def _queue_at(request: Request, status: Status, columns: dict[str, Any]) -> datetime | None:
    """When the next step is due: intake's, the decision, or the office's answer; None when nothing is open."""

    def of(name: str) -> datetime | None:
        value: datetime | None = columns.get(name, getattr(request, name))
        return value

    if status == Status.SUBMITTED:
        return min((each for each in (of("intake_due_at"), of("due_at")) if each), default=None)
    if status == Status.INFO_REQUESTED:
        return of("reply_by")
    return of("due_at") if status in OPEN else None
