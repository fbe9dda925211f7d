"""New drafts: from nothing, as a copy, or split into several."""

import re
from collections.abc import Mapping

from casework import access, again, audit, clock
from casework.actor import Actor
from casework.answers import Answers, Line
from casework.codes.disciplines import Discipline
from casework.codes.identifiers import show_phone, show_tin
from casework.completeness.service_lines import disciplines
from casework.drafts import reading
from casework.drafts.lines import blank_line, without_removed
from casework.drafts.saving import keep, mirror, recount
from casework.errors import Refused
from casework.fields import Kind, field_of
from casework.fields.request import KINDS, TYPE_OF_KIND
from casework.storage import transaction
from config import current as settings
from models import Attachment, Case, CaseType, Event, Office, Request, RequestType, Status, User, new_key

STATEMENTS = frozenset({"certified", "benefits_verified", "attested", "attesting_physician"})
"""What somebody stated for one request, and has to state anew for another."""


def start(actor: Actor, care_kind: str = "", case_type: CaseType | None = None, key: str = "") -> Request:
    """A new draft for this kind of care, with a case of its own in the actor's office.

    The requesting provider is the office's primary physician, the contact is the actor; one blank service line and one
    blank diagnosis line are there. Without a kind, `case_type` says which type. `key`: as for `begun`. Raises Refused
    for an unknown kind.
    """
    of_kind = TYPE_OF_KIND.get(care_kind, case_type)
    office = actor.user.office
    if of_kind is None or office is None or (care_kind and care_kind not in KINDS):
        raise Refused("Choose what you want to request.")
    values = {
        "care_kind": care_kind,
        **_prefilled(office, actor.user),
        **blank_line("service", 1),
        **blank_line("diagnosis", 1),
    }
    with transaction():
        there = begun(actor, key)
        if there is not None and (there.care_kind, there.case.case_type) == (care_kind, of_kind):
            return there
        case = Case.create(office=office, case_type=of_kind, created_at=clock.now())
        return draft(case, actor, values, kind="draft_started", key=_free(key))


def begun(actor: Actor, key: str) -> Request | None:
    """The draft that this person's first click has begun a moment ago: the page with the button gives it its key."""
    mine = (Request.key == key) & (Request.created_by == actor.user.id) & (Request.status == Status.DRAFT)
    found: Request | None = Request.select().where(mine, Request.created_at >= again.since()).first()
    return found


def _free(key: str) -> str:
    """The key, if it looks like one and nothing has it; else another one."""
    return key if re.fullmatch(r"[\w-]{16}", key, re.ASCII) and Request.by_key(key) is None else new_key()


def _prefilled(office: Office, user: User) -> dict[str, str]:
    values = {
        "contact_name": user.name,
        "contact_phone": show_phone(user.phone or office.phone),
        "contact_email": user.email,
        "contact_fax": show_phone(office.fax),
        "requesting_name": office.physician_name,
        "requesting_npi": office.npi,
        "requesting_tin": show_tin(office.tin),
        "requesting_specialty": office.specialty,
        "requesting_address": office.address,
        "requesting_phone": show_phone(office.phone),
        "requesting_fax": show_phone(office.fax),
        "servicing_same": "yes",
    }
    return {name: value for name, value in values.items() if value}


def draft(
    case: Case,
    actor: Actor,
    values: Mapping[str, str],
    *,
    kind: str,
    request_type: RequestType = RequestType.INITIAL,
    builds_on: Request | None = None,
    key: str = "",
) -> Request:
    """Makes the rows of a draft with these answers, inside the caller's transaction; `kind` is its event's.

    Raises Refused when the office has too many open already.
    """
    _refuse_too_many(case.office_id)
    at = clock.now()
    request: Request = Request.create(
        key=key or new_key(),
        case=case,
        office=case.office_id,
        request_type=request_type,
        builds_on=builds_on,
        created_by=actor.user,
        created_at=at,
        updated_at=at,
    )
    reading.write(request, actor, {name: value for name, value in values.items() if _is_kept(name, value)}, at, {})
    mirror(request, Answers(case.case_type, {}, request_type), dict(values))
    audit.record(kind, actor, request)
    return request


def _refuse_too_many(office_id: int) -> None:
    most = settings().drafts_an_office
    if Request.select().where(Request.office == office_id, Request.status == Status.DRAFT).count() >= most:
        raise Refused(f"Your office has {most} drafts open. Send or discard some of them, then begin a new one.")


def _is_kept(name: str, value: str) -> bool:
    return bool(value) or name.endswith("-removed")


def copy(request: Request, actor: Actor, key: str = "") -> Request:
    """A new case of the actor's office with everything of this request but dates, files and statements.

    Statements are the certification, the verified benefits and the attested urgency. `key`: as for `begun`.
    """
    office = actor.user.office
    if office is None:
        raise Refused("Only an office makes requests.")
    values = without_dates(without_removed(reading.answers(request)))
    with transaction():
        there = begun(actor, key)
        if there is not None and there.builds_on_id == request.id:
            return there
        case = Case.create(office=office, case_type=request.case.case_type, created_at=clock.now())
        return draft(case, actor, values, kind="copied", builds_on=request, key=_free(key))


def without_dates(values: Mapping[str, str]) -> dict[str, str]:
    """Answers without dates (the birth date stays) and without statements."""
    return {name: value for name, value in values.items() if not _is_date(name) and name not in STATEMENTS}


def _is_date(name: str) -> bool:
    control = field_of(name)
    return control is not None and control.kind == Kind.DATE and name != "birth_date"


def split(request: Request, actor: Actor) -> list[Request]:
    """Splits a draft by discipline: this one keeps one, each other goes to a new draft beside it.

    Each has its own lines, its kind of care and a copy of the rest; files are there in each, over the same stored
    bytes. Returns all drafts, this one first. Raises Refused when there is nothing to split, Stale when the request is
    no draft any more.
    """
    access.require(actor, "edit", request)
    with again.once(actor, "split", request), transaction():
        held = reading.take(request)
        before = held.before
        parts = _parts(before)
        if len(parts) < 2 or before.request_type != RequestType.INITIAL:
            raise Refused("All service lines are of one discipline: there is nothing to split.")
        (kept, _), *others = parts
        siblings = [_sibling(request, actor, before, discipline, lines) for discipline, lines in others]
        changes = {line.control("removed"): "1" for _, lines in others for line in lines} | _kind(kept, before)
        keep(held, actor, {name: value for name, value in changes.items() if before.text(name) != value})
        audit.record("split", actor, request, count=len(parts))
        return [request, *siblings]
    beside = Request.select().join(Event).where(Request.builds_on == request, Event.kind == "split_off")
    return [request, *beside.where(Request.created_at >= again.since())]


def _parts(answers: Answers) -> list[tuple[Discipline | None, list[Line]]]:
    """Lines by discipline; first the part that fits the kind of care, so that it stays where it is."""
    kind = answers.text("care_kind")
    return sorted(disciplines(answers).items(), key=lambda part: (part[0] or "") != kind)


def _kind(discipline: Discipline | None, answers: Answers) -> dict[str, str]:
    """The kind of care of a part: its discipline's, or as it was for other services under a kind of their own."""
    if discipline is not None:
        return {"care_kind": discipline.value}
    return {}


def _sibling(
    request: Request, actor: Actor, answers: Answers, discipline: Discipline | None, lines: list[Line]
) -> Request:
    own = {(line.prefix, line.number) for line in lines}
    values = {
        name: value
        for name, value in answers.values.items()
        if not name.startswith("service-") or ("service", int(name.split("-")[1])) in own
    }
    values |= _kind(discipline, answers)
    tidy = without_removed(Answers(answers.case_type, values))
    case = Case.create(office=request.office_id, case_type=answers.case_type, created_at=clock.now())
    sibling = draft(case, actor, tidy, kind="split_off", builds_on=request)
    take_files(request, sibling)
    recount(sibling)
    return sibling


def take_files(source: Request, target: Request) -> None:
    """Attaches the office's files of `source` to `target` too: rows of their own over the same stored bytes."""
    kept = Attachment.removed_at.is_null() & (Attachment.by_cmsi == False)  # noqa: E712 - SQL
    own = ("id", "key", "request", "information_item")
    names = [name for name in Attachment._meta.sorted_field_names if name not in own]
    for file in source.attachments.where(kept).order_by(Attachment.id):
        Attachment.create(request=target, **{name: getattr(file, name) for name in names})
