"""The clock of one request: when it is due after a submit, a change of its urgency, an information request.

The figures and the rule behind them (29 CFR 2560.503-1) are in `casework.clock`; here they meet the request's rows.
"""

from datetime import datetime
from typing import Any

from casework import clock
from casework.actor import Actor
from casework.storage import transaction
from casework.workflow import table
from models import InformationRequest, Outcome, Request, RequestType, Urgency


def start(request: Request, urgency: Urgency, at: datetime) -> dict[str, Any]:
    """Columns of the clock that starts at submit, `at`, with the requested urgency."""
    return {
        "clock_started_at": at,
        "due_at": clock.due_at(urgency, at, concurrent_until=concurrent_until(request)),
        "intake_due_at": clock.intake_due(urgency, at),
    }


def concurrent_until(request: Request) -> datetime | None:
    """For an extension of a running stay or course of treatment, the approved end that it goes on from; else None."""
    before = request.builds_on
    if request.request_type != RequestType.EXTENSION or before is None or before.outcome == Outcome.DENIAL:
        return None
    if before.valid_to is None or request.case.discharge_date is not None:
        return None
    return clock.end_of_day(before.valid_to)


def change(request: Request, urgency: Urgency, at: datetime) -> dict[str, Any]:
    """Columns of the clock when CMSI or the office changes the urgency of a submitted request at `at`.

    Raised: the clock starts at the change; lowered: it counts from submit again. An information request that is open
    keeps at least the time to answer that its new urgency gives; when raised to Expedited it ends after that time.
    """
    before, submitted_at, due = request.urgency, request.submitted_at, request.due_at
    if before is None or submitted_at is None or due is None:
        raise ValueError("a request that was never submitted has no clock")
    is_raised = clock.is_raised(before, urgency)
    columns: dict[str, Any] = {
        "clock_started_at": at if is_raised else submitted_at,
        "due_at": clock.due_after_urgency_change(
            before,
            urgency,
            submitted_at=submitted_at,
            changed_at=at,
            due=due,
            pauses=pauses(request),
            concurrent_until=concurrent_until(request),
        ),
    }
    if request.intake_due_at is not None:
        target = clock.intake_due(urgency, at if is_raised else submitted_at)
        columns["intake_due_at"] = min(target, request.intake_due_at) if is_raised else target
    if request.paused_at is not None and request.reply_by is not None:
        columns["reply_by"] = _reply_by(request.reply_by, urgency, request.paused_at, at)
    return columns


def _reply_by(reply_by: datetime, urgency: Urgency, asked_at: datetime, at: datetime) -> datetime:
    if urgency == Urgency.EXPEDITED:
        return min(reply_by, clock.reply_by(urgency, at))
    return max(reply_by, clock.reply_by(urgency, asked_at))


def pauses(request: Request) -> list[clock.Pause]:
    """From when to when the clock stood still for information requests that are over, in their order."""
    asked = request.information_requests.order_by(InformationRequest.asked_at)
    ends = ((each, each.answered_at or each.ended_at) for each in asked)
    return [(each.asked_at, min(end, each.reply_by)) for each, end in ends if end is not None]


def resume(
    request: Request, actor: Actor | None, *, answered: bool, reason: str = "", data: dict[str, Any] | None = None
) -> Request:
    """Ends the open information request: the clock runs again and the request goes back to whoever asked.

    `answered`: the office has answered; else the time to answer is over. An answered request comes to the top of its
    reviewer's queue. The rows of items and answers are the caller's. Raises Stale.
    """
    at = clock.now()
    verbs = ("answer_information", "return_to_physician") if answered else ("end_information", "end_for_physician")
    verb = verbs[1] if request.physician_id is not None else verbs[0]
    columns = resumed(request, at)
    if answered:
        columns["queue_at"] = at
    with transaction():
        open_one = (InformationRequest.request == request) & InformationRequest.answered_at.is_null()
        ends = {"answered_by": actor.user, "answered_at": at} if answered and actor else {"ended_at": at}
        InformationRequest.update(**ends).where(open_one, InformationRequest.ended_at.is_null()).execute()
        return table.move(request, verb, actor, reason, data=data, unchanged=("due_at",), **columns)


def resumed(request: Request, at: datetime) -> dict[str, Any]:
    """Columns of the clock when the information request of a waiting request ends at `at`."""
    urgency, due, asked_at = request.urgency, request.due_at, request.paused_at
    started, reply_by = request.clock_started_at, request.reply_by
    if urgency is None or due is None or asked_at is None or started is None or reply_by is None:
        raise ValueError("this request waits for no answer")
    again = clock.resumed(urgency, due=due, submitted_at=started, asked_at=asked_at, answered_at=at, reply_by=reply_by)
    return {"due_at": again, "paused_at": None, "reply_by": None}
