"""Drafts that take up an earlier request: corrected, extended, changed, reconsidered."""

from collections.abc import Callable
from datetime import timedelta

from casework import access, clock
from casework.actor import Actor
from casework.approved import approved_through
from casework.drafts import reading
from casework.drafts.lines import without_removed
from casework.drafts.saving import recount
from casework.drafts.starting import STATEMENTS, draft, take_files, without_dates
from casework.errors import Refused
from casework.storage import transaction
from casework.workflow import after
from models import Case, Request, RequestType, Status

_NEW_WORDS = frozenset({"note", "clinical_summary", "retro_reason"})
_ADDED = ("quantity", "weeks", "months")


def correct(request: Request, actor: Actor) -> Request:
    """A draft that holds everything of a rejected request, files too.

    An initial request becomes a new case with a link to the old one; any other goes on in its own case and builds on
    what the rejected one built on. Asked again while that draft is still there, it is that draft.
    """
    access.require(actor, "correct", request)
    is_initial = request.request_type == RequestType.INITIAL
    source = request if is_initial else request.builds_on
    with transaction():
        there = _draft_on(source, request.request_type) if source else None
        if there is not None:
            return there
        case = request.case
        if is_initial:
            case = Case.create(office=case.office_id, case_type=case.case_type, corrects=case, created_at=clock.now())
        new = draft(
            case,
            actor,
            without_removed(reading.answers(request)),
            kind="correction_started",
            request_type=request.request_type,
            builds_on=source,
        )
        take_files(request, new)
        recount(new)
    return new


def corrected(draft: Request) -> Request | None:
    """The rejected request that this draft takes up again; None when it is no correction."""
    rejected = Request.select().where(Request.status == Status.REJECTED, Request.request_type == draft.request_type)
    if draft.request_type == RequestType.INITIAL:
        if draft.case.corrects_id is None:
            return None
        rejected = rejected.where(Request.case == draft.case.corrects_id)
    else:
        rejected = rejected.where(Request.case == draft.case_id, Request.builds_on == draft.builds_on_id)
    found: Request | None = rejected.order_by(Request.id.desc()).first()
    return found


def start_extension(request: Request, actor: Actor) -> Request:
    """A draft that extends this determined request: member, providers and lines are carried over.

    What is added (days, quantities, dates), words and records are the office's to give. After a discharge it is Retro.
    Raises Refused with the reason when no extension is after. Asked again, it is the draft that is there.
    """
    access.require(actor, "extend", request)
    return _follow(request, actor, RequestType.EXTENSION, after.extension_possible(request), _extension)


def start_change(request: Request, actor: Actor) -> Request:
    """A draft that asks for other dates, codes, units, provider or facility than this accepted request.

    Raises Refused with the reason when no change is after. Asked again, it is the draft that is there.
    """
    access.require(actor, "change", request)
    return _follow(request, actor, RequestType.CHANGE, after.change_possible(request), _as_it_was)


def start_reconsideration(request: Request, actor: Actor) -> Request:
    """A draft that asks another physician to look again at a denied or partly approved request.

    Raises Refused with the reason when it is not possible (any more). Asked again, it is the draft that is there.
    """
    access.require(actor, "reconsider", request)
    return _follow(request, actor, RequestType.RECONSIDERATION, after.reconsideration_possible(request), _as_it_was)


def _follow(
    request: Request,
    actor: Actor,
    request_type: RequestType,
    impossible: str | None,
    values_of: Callable[[Request], dict[str, str]],
) -> Request:
    with transaction():
        there = _draft_on(request, request_type)
        if there is not None:
            return there
        if impossible:
            raise Refused(impossible)
        kind = f"{request_type}_started"
        return draft(request.case, actor, values_of(request), kind=kind, request_type=request_type, builds_on=request)


def _draft_on(request: Request, request_type: RequestType) -> Request | None:
    """The draft of this type that takes up `request` already."""
    drafts = Request.select().where(
        Request.builds_on == request, Request.request_type == request_type, Request.status == Status.DRAFT
    )
    if request_type == RequestType.INITIAL:
        drafts = drafts.join(Case).where(Case.corrects == request.case_id)
    found: Request | None = drafts.order_by(Request.id.desc()).first()
    return found


def _extension(request: Request) -> dict[str, str]:
    """Member, providers and lines, without what is to be added: days, quantities, dates, words.

    How often a line is given mostly stays; where an approval still runs, its lines go on the day after.
    """
    before = reading.answers(request)
    values = without_dates(without_removed(before))
    values = {
        name: value
        for name, value in values.items()
        if name not in _NEW_WORDS and name != "days_requested" and name.rpartition("-")[2] not in _ADDED
    }
    if before.is_inpatient:
        admission = before.date("admission_date")
        is_ahead = admission is not None and admission > clock.today()
        status = "not_admitted" if is_ahead else "admitted"
        values |= {"admission_date": before.text("admission_date"), "patient_status": status}
    elif (through := approved_through(request.case)) and through >= clock.today():
        first = clock.show_date(through + timedelta(days=1))
        values |= {line.control("from"): first for line in before.filled_lines("service")}
    return _after_discharge(request.case, values)


def _after_discharge(case: Case, values: dict[str, str]) -> dict[str, str]:
    """Once the patient is discharged, the care is over: what is asked for then is Retro."""
    if case.discharge_date is None:
        return {name: value for name, value in values.items() if not (name == "urgency" and value == "retro")}
    return values | {
        "urgency": "retro",
        "patient_status": "discharged",
        "discharge_date": clock.show_date(case.discharge_date),
        "disposition": case.discharge_disposition,
    }


def _as_it_was(request: Request) -> dict[str, str]:
    """Everything but statements and words to the reviewer."""
    values = without_removed(reading.answers(request))
    return {name: value for name, value in values.items() if name not in STATEMENTS and name != "note"}
