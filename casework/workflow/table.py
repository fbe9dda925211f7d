"""The only writer of a status.

Every change goes through TRANSITIONS, as a compare-and-set on the status, in one transaction with its event.
"""

from dataclasses import dataclass
from typing import Any

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
    "accept": Transition((Status.SUBMITTED,), Status.IN_REVIEW, "accepted"),
    "reject": Transition((Status.SUBMITTED,), Status.REJECTED, "rejected"),
    "ask_information": Transition(
        (Status.IN_REVIEW, Status.PHYSICIAN_REVIEW), Status.INFO_REQUESTED, "information_requested"
    ),
    "answer_information": Transition((Status.INFO_REQUESTED,), Status.IN_REVIEW, "information_answered"),
    "end_information": Transition((Status.INFO_REQUESTED,), Status.IN_REVIEW, "information_time_over"),
    "escalate": Transition((Status.IN_REVIEW,), Status.PHYSICIAN_REVIEW, "escalated"),
    "take_back": Transition((Status.PHYSICIAN_REVIEW,), Status.IN_REVIEW, "taken_back"),
    "return_to_physician": Transition((Status.INFO_REQUESTED,), Status.PHYSICIAN_REVIEW, "information_answered"),
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
    **columns: Any,
) -> Request:
    """Changes the status by `verb` of TRANSITIONS, sets `columns` of the request with it, and writes the event.

    The row must still have the status that `request` was read with. Returns the request with its new values.
    Raises Stale when it has another one by now, or when the verb does not start from it.
    """
    transition = TRANSITIONS[verb]
    if request.status not in transition.sources:
        raise Stale(TOO_LATE)
    before = request.status
    values = {"status": transition.target, "updated_at": clock.now(), **columns}
    with transaction():
        changed = Request.update(**values).where(Request.id == request.id, Request.status == before).execute()
        if changed != 1:
            raise Stale(TOO_LATE)
        audit.record(
            transition.event,
            actor,
            request,
            from_status=before,
            to_status=transition.target,
            reason=reason,
            **(data or {}),
        )
    for name, value in values.items():
        setattr(request, name, value)
    return request
