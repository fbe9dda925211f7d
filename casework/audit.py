"""Events: what happened to a case, for its time line, the outbox and the audit. Append-only, each row chained to the last.

`mac` of a row is HMAC-SHA256(audit key, mac of the row before, canonical JSON of this row): see docs/security.md.
"""

from typing import Any

from casework import clock
from casework.actor import Actor
from models import Case, Event, Office, Request, Status


def record(
    kind: str,
    actor: Actor | None,
    request: Request | None = None,
    case: Case | None = None,
    *,
    from_status: Status | None = None,
    to_status: Status | None = None,
    reason: str = "",
    internal: bool = False,
    **data: Any,
) -> Event:
    """Writes one event inside the caller's transaction and wakes the open pages of the case's office.

    `kind` is in the past tense ('accepted'); `data` holds ids, numbers and counts, JSON-able.
    """
    subject = case or (request.case if request else None)
    event = Event.create(
        kind=kind,
        actor=actor.user if actor else None,
        request=request,
        case=subject,
        at=clock.now(),
        from_status=from_status,
        to_status=to_status,
        reason=reason,
        is_internal=internal,
        data=data,
    )
    if subject is not None:
        wake(subject.office_id)
    return event


def wake(office_id: int) -> None:
    """Tells the open pages of this office, and of those linked with it, that there is something new."""
    office = Office[office_id]
    mine = Office.id == office_id
    circle = mine if office.group_id is None else (mine | (Office.group == office.group_id))
    Office.update(version=Office.version + 1).where(circle).execute()
