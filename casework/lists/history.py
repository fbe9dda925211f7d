"""What lies around a case: the requests of the same member's other cases, and who has opened it."""

from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from casework import access
from casework.actor import Actor
from casework.audit.access_log import AccessLog
from casework.standing import Standing, standing
from casework.storage import rows
from models import Case, Office, Request, Role, User

MOST = 20


@dataclass(frozen=True)
class Earlier:
    """A request of another case of this member."""

    request: Request
    webcert_number: str
    office_name: str
    standing: Standing


def of_member(request: Request, actor: Actor) -> list[Earlier]:
    """The newest requests of other cases with this member ID and birth date that the person may see."""
    case = request.case
    if not case.member_id or case.birth_date is None:
        return []
    same = (Case.member_id == case.member_id) & (Case.birth_date == case.birth_date) & (Request.case != case)
    found = access.visible_among(actor, Request, Case, Office).join_from(Request, Office).where(same)
    return [
        Earlier(each, each.case.webcert_number or "", each.office.name, standing(each, for_staff=True))
        for each in found.order_by(Request.id.desc()).limit(MOST)
    ]


@dataclass(frozen=True)
class Reader:
    """Somebody who opened the case, or a file or letter of it: how often, and when last."""

    username: str
    is_staff: bool
    times: int
    last_at: datetime


def readers(case: Case) -> list[Reader]:
    """Who has opened this case, the latest first."""
    last = fn.MAX(AccessLog.at)
    found = (
        AccessLog.select(User.username, User.role, fn.COUNT(AccessLog.id), last)
        .join(User, on=AccessLog.actor)
        .where(AccessLog.case == case, AccessLog.action.in_(["opened", "downloaded"]))
        .group_by(User.id, User.username, User.role)
        .order_by(last.desc())
        .limit(MOST)
    )
    return [Reader(name, role != Role.PROVIDER, times, at) for name, role, times, at in rows(found)]
