"""Who read patient data, who was refused, who signed in: a log of its own, one row each, append-only."""

from datetime import timedelta
from typing import Any

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from casework import clock
from casework.actor import Actor
from casework.audit import chain
from casework.errors import TooMany
from casework.storage import transaction
from config import current as settings
from models import Attachment, Base, Case, Letter, MomentField, Request, User

TABLE = "access_log"
READS = ("opened", "downloaded")
HOUR = timedelta(hours=1)
LATELY = timedelta(hours=12)
"""As long as a session may last."""
Seen = Case | Request | Attachment | Letter


class AccessLog(Base):
    chain_number = IntegerField(unique=True)
    at = MomentField(index=True)
    action = CharField(40)
    """In the past tense: opened, downloaded, exported, refused, signed_in, sign_in_refused …"""
    actor = ForeignKeyField(User, null=True, backref="+")
    actor_id: int | None
    case = ForeignKeyField(Case, null=True, backref="+")
    case_id: int | None
    request = ForeignKeyField(Request, null=True, backref="+")
    request_id: int | None
    subject = CharField(40, default="")
    """Key of the file, letter or account that it was about."""
    address = CharField(60, default="")
    reference = CharField(40, default="")
    """Id of the HTTP request, as in the log lines and on problem pages."""
    data = JSONField(default=dict)
    mac = CharField(64)

    class Meta:
        indexes = ((("actor", "id"), False), (("case", "id"), False), (("action", "id"), False))


def content_of(row: AccessLog) -> dict[str, Any]:
    """What the chain holds of a row."""
    return {
        "at": chain.stamp(row.at),
        "action": row.action,
        "actor": row.actor_id,
        "case": row.case_id,
        "request": row.request_id,
        "subject": row.subject,
        "address": row.address,
        "reference": row.reference,
        "data": row.data,
    }


def write(
    action: str,
    actor: Actor | None = None,
    *,
    case_id: int | None = None,
    request_id: int | None = None,
    subject: str = "",
    address: str = "",
    **data: Any,
) -> AccessLog:
    """Writes one row, in the caller's transaction or in one of its own. `data` holds ids, numbers and counts."""
    row = AccessLog(
        at=clock.now(),
        action=action,
        actor=actor.user.id if actor else None,
        case=case_id,
        request=request_id,
        subject=subject,
        address=(actor.address if actor else address)[:60],
        reference=actor.request_id[:40] if actor else "",
        data=data,
    )
    with transaction():
        row.chain_number, row.mac = chain.extend(TABLE, content_of(row))
        row.save(force_insert=True)
    return row


def read(actor: Actor, thing: Seen, action: str = "opened", **data: Any) -> AccessLog:
    """Notes that this person opened a case, a request, a file or a letter: the one write of such a GET."""
    if isinstance(thing, Attachment | Letter):
        data = {"kind": type(thing).__name__.lower(), **data}
    return write(action, actor, **_about(thing), **data)


def read_once(actor: Actor, thing: Seen, action: str = "opened") -> None:
    """As `read`, for what an open page fetches by and by: its refreshes, the pages and parts of a file.

    Writes a row only if this person has none about this thing in the last twelve hours, so that who fetches the parts
    without the page stands in the log too.
    """
    about = _about(thing)
    named = [getattr(AccessLog, name) == value for name, value in about.items() if value is not None]
    whole_case = [AccessLog.request.is_null()] if about["request_id"] is None else []
    lately = AccessLog.at > clock.now() - LATELY
    own = AccessLog.select().where(AccessLog.actor == actor.user.id, lately, AccessLog.action.in_(READS))
    if not own.where(*named, *whole_case).exists():
        read(actor, thing, action)


def _about(thing: Seen) -> dict[str, Any]:
    """The columns that say what a row is about."""
    if isinstance(thing, Case):
        return {"case_id": thing.id, "request_id": None, "subject": ""}
    if isinstance(thing, Request):
        return {"case_id": thing.case_id, "request_id": thing.id, "subject": ""}
    request: Request = thing.request if isinstance(thing, Attachment) else thing.determination.request
    return {"case_id": request.case_id, "request_id": request.id, "subject": thing.key}


def exported(actor: Actor, what: str, rows: int) -> AccessLog:
    """Notes that this person took data out of the portal, e.g. a report as CSV with so many rows.

    Raises TooMany, and so keeps the data in, when the person has taken out very much in the last hour.
    """
    lately = (AccessLog.action == "exported") & (AccessLog.at > clock.now() - HOUR)
    with transaction():
        if AccessLog.select().where(lately, AccessLog.actor == actor.user.id).count() >= settings().exports_an_hour:
            raise TooMany("You have taken out many files in the last hour. Wait a while, then try again.", 600)
        return write("exported", actor, what=what, rows=rows)


def refused(actor: Actor, endpoint: str, status: int) -> AccessLog:
    """Notes that this person asked for something that isn't theirs."""
    return write("refused", actor, endpoint=endpoint, status=status)
