"""What happened to a case (events), and who saw it (access log): append-only, each row chained to the last.

How the chain is made: casework.audit.chain. How it is checked: casework.audit.verify.
"""

from typing import Any

from casework import clock
from casework.actor import Actor
from casework.audit import chain
from casework.audit.access_log import exported, read, read_once, refused, write
from casework.storage import transaction
from models import Case, Event, Office, Request, Status

__all__ = ["content_of", "exported", "read", "read_once", "record", "refused", "wake", "write"]

TABLE = "event"


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
    event = Event(
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
    with transaction():
        event.chain_number, event.mac = chain.extend(TABLE, content_of(event))
        event.save(force_insert=True)
        if subject is not None:
            wake(subject.office_id)
    return event


def content_of(event: Event) -> dict[str, Any]:
    """What the chain holds of an event."""
    return {
        "kind": event.kind,
        "actor": event.actor_id,
        "request": event.request_id,
        "case": event.case_id,
        "at": chain.stamp(event.at),
        "from": event.from_status,
        "to": event.to_status,
        "reason": event.reason,
        "internal": event.is_internal,
        "data": event.data,
    }


def wake(office_id: int) -> None:
    """Tells the open pages of this office, and of those linked with it, that there is something new."""
    office: Office = Office.get_by_id(office_id)
    mine = Office.id == office_id
    circle = mine if office.group_id is None else (mine | (Office.group == office.group_id))
    Office.update(version=Office.version + 1).where(circle).execute()
