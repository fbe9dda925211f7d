"""What the office does with its requests: submit, answer, add, withdraw, cancel, take its urgency back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from casework import access, again, clock, completeness, drafts
from casework.actor import Actor
from casework.answers import Answers
from casework.completeness import Typed
from casework.drafts.saving import member_columns
from casework.errors import Incomplete, NotFound, Refused, Stale
from casework.numbers import Kind, next_number
from casework.storage import transaction
from casework.vocabulary import listed
from casework.workflow import after, due, table
from casework.workflow.review.determine import close_questions
from models import (
    Attachment,
    Case,
    DiagnosisLine,
    InformationItem,
    InformationRequest,
    Note,
    Request,
    RequestType,
    ServiceLine,
    Status,
    Stay,
    Urgency,
)


def submit(request: Request, actor: Actor) -> Request:
    """Sends a draft to CMSI: the raw text becomes typed rows, the case gets its WebCert #, the clock starts.

    A request that is submitted already, by a second click or a colleague, is returned as it is: one WebCert #.
    Raises Incomplete with the problems, Refused when its case no longer allows it, NotAllowed when it is no draft.
    """
    try:
        with transaction():
            return _submit(Request.get_by_id(request.id), actor)
    except Stale:
        there = Request.get_by_id(request.id)
        if there.submitted_at is None:
            raise
        return there


def _submit(request: Request, actor: Actor) -> Request:
    if request.submitted_at is not None:
        return request
    access.require(actor, "submit", request)
    answers = drafts.answers(request)
    known = completeness.context(request)
    missing = [each for each in completeness.problems(answers, known) if not each.is_warning]
    if missing:
        raise Incomplete(list(missing))
    _check_still_possible(request)
    at = clock.now()
    typed = completeness.typed(answers, known.approved_through)
    number = request.case.webcert_number or next_number(Kind.WEBCERT, at)
    table.move(
        request,
        "submit",
        actor,
        data={"number": number, "urgency": typed.urgency, "files": answers.files},
        submitted_by=actor.user,
        submitted_at=at,
        care_kind=typed.care_kind,
        urgency_requested=typed.urgency,
        is_attested=typed.is_attested,
        service_from=typed.service_from,
        service_to=typed.service_to,
        missing_count=0,
        **due.start(request, typed.urgency, at),
    )
    _make_rows(request, typed)
    _fill_case(request, answers, number)
    return request


def _check_still_possible(request: Request) -> None:
    before = request.builds_on
    checks = {
        RequestType.EXTENSION: after.extension_possible,
        RequestType.CHANGE: after.change_possible,
        RequestType.RECONSIDERATION: after.reconsideration_possible,
    }
    check = checks.get(request.request_type)
    if check is None or before is None:
        return
    reason = check(before)
    if reason:
        raise Refused(reason)


def _make_rows(request: Request, typed: Typed) -> None:
    if typed.stay is not None:
        Stay.create(request=request, **vars(typed.stay))
    for service in typed.service_lines:
        ServiceLine.create(request=request, **vars(service))
    for diagnosis in typed.diagnosis_lines:
        DiagnosisLine.create(request=request, **vars(diagnosis))


def _fill_case(request: Request, answers: Answers, number: str) -> None:
    """The case has its number; whose it is stands in the initial request; a discharge in whichever tells it first."""
    case = request.case
    columns: dict[str, object] = {"webcert_number": number}
    if request.request_type == RequestType.INITIAL:
        columns |= member_columns(answers)
    discharge = answers.date("discharge_date")
    is_discharged = answers.is_inpatient and answers.text("patient_status") == "discharged"
    if is_discharged and discharge is not None and case.discharge_date is None:
        columns |= {"discharge_date": discharge, "discharge_disposition": answers.text("disposition")}
    Case.update(**columns).where(Case.id == case.id).execute()
    for name, value in columns.items():
        setattr(case, name, value)


def withdraw(request: Request, actor: Actor, reason: str = "") -> Request:
    """Takes a submitted request back before its decision, with a reason if the office gives one.

    Raises NotAllowed and Stale.
    """
    words = reason.strip()
    with again.once(actor, "withdrawn", request, words):
        access.require(actor, "withdraw", request)
        with transaction():
            close_questions(request)
            table.move(request, "withdraw", actor, words, closing_words=words, paused_at=None, reply_by=None)
    return request


def cancel(request: Request, actor: Actor, reason: str) -> Request:
    """Tells CMSI after its decision that the care is not given. Raises NotAllowed, Refused without a reason, Stale."""
    words = reason.strip()
    if not words:
        raise Refused("Say why the care is not given: CMSI reads it.")
    with again.once(actor, "cancelled", request, words):
        access.require(actor, "cancel", request)
        table.move(request, "cancel", actor, words, closing_words=words)
    return request


def take_back_urgency(request: Request, actor: Actor, reason: str = "") -> Request:
    """The office makes its own Expedited request Standard, and takes a physician's statement back with it.

    The request is due as if it had been Standard from submit on. Raises NotAllowed, Refused (not Expedited) and Stale.
    """
    with again.once(actor, "urgency_taken_back", request, reason.strip()):
        _take_back_urgency(request, actor, reason.strip())
    return request


def _take_back_urgency(request: Request, actor: Actor, words: str) -> None:
    access.require(actor, "lower_urgency_self", request)
    if request.urgency != Urgency.EXPEDITED:
        raise Refused("Only an Expedited request can be made less urgent.")
    columns = due.change(request, Urgency.STANDARD, clock.now())
    if request.urgency_assigned is not None:
        columns["urgency_assigned"] = Urgency.STANDARD
    told = " ".join(part for part in ("Expedited to Standard.", words) if part)
    table.keep(
        request,
        "urgency_taken_back",
        actor,
        told,
        data={"before": Urgency.EXPEDITED, "after": Urgency.STANDARD},
        unchanged=("urgency_assigned", "due_at", "paused_at"),
        urgency_requested=Urgency.STANDARD,
        is_attested=False,
        **columns,
    )


def open_question(request: Request) -> InformationRequest | None:
    """The information request that waits for the office's answer, if there is one."""
    is_open = InformationRequest.answered_at.is_null() & InformationRequest.ended_at.is_null()
    found: InformationRequest | None = request.information_requests.where(is_open).first()
    return found


def answer_information(request: Request, actor: Actor, answers: Mapping[int, str]) -> Request:
    """Answers an information request item by item: `answers` holds words by the item's id.

    Each item needs words or a file attached to it. The clock runs again, and the request goes back to whoever asked.
    Raises NotAllowed, NotFound (no such item), Refused (an item without an answer) and Stale.
    """
    access.require(actor, "answer_information", request)
    with transaction():
        asked = open_question(request)
        if asked is None:
            raise Stale(table.TOO_LATE)
        items = list(asked.items.order_by(InformationItem.position))
        if answers.keys() - {item.id for item in items}:
            raise NotFound
        _store_answers(items, answers)
        return due.resume(request, actor, answered=True, data={"items": len(items)})


def keep_words(request: Request, actor: Actor, words: Mapping[int, str]) -> None:
    """Keeps words of an answer while they are typed, by the item's id: nothing is sent, and CMSI doesn't see them.

    Raises NotAllowed, NotFound (no such item) and Stale.
    """
    access.require(actor, "answer_information", request)
    with transaction():
        asked = open_question(request)
        if asked is None:
            raise Stale(table.TOO_LATE)
        items = {item.id: item for item in asked.items}
        if words.keys() - items.keys():
            raise NotFound
        for number, text in words.items():
            items[number].answer = text
            items[number].save(only=[InformationItem.answer])


def answered(request: Request) -> dict[int, str]:
    """The words of the last answer that was sent, by the item's id."""
    is_sent = InformationRequest.answered_at.is_null(False)
    last = request.information_requests.where(is_sent).order_by(InformationRequest.id.desc()).first()
    return {item.id: item.answer for item in last.items} if last else {}


def _store_answers(items: Sequence[InformationItem], answers: Mapping[int, str]) -> None:
    with_file = _with_file(items)
    for item in items:
        item.answer = answers.get(item.id, item.answer).strip()
    missing = [str(item.position) for item in items if not item.answer and item.id not in with_file]
    if missing:
        which = f"{'item' if len(missing) == 1 else 'items'} {listed(missing)}"
        raise Refused(f"Answer {which}: attach a file to it, or write a few words, also if there is no such record.")
    for item in items:
        item.save(only=[InformationItem.answer])


def _with_file(items: Sequence[InformationItem]) -> set[int | None]:
    there = Attachment.information_item.in_([item.id for item in items]) & Attachment.removed_at.is_null()
    return {file.information_item_id for file in Attachment.select().where(there)}


def add_records(request: Request, actor: Actor, note: str = "", files: Sequence[Attachment] = ()) -> Request:
    """Files what the office adds to a submitted request: a note, and files that are attached already.

    The reviewer is told by the event; an information request that waits is answered by it; after a decision it is
    filed and no clock starts. Raises NotAllowed, Refused when there is nothing to add, and Stale.
    """
    access.require(actor, "add_records", request)
    words = note.strip()
    if not words and not files:
        raise Refused("Attach a file or write a note.")
    with transaction():
        if words:
            Note.create(request=request, author=actor.user, at=clock.now(), text=words)
        table.keep(request, "records_added", actor, data={"files": len(files)})
        asked = open_question(request)
        if asked is None or request.status != Status.INFO_REQUESTED:
            return request
        _answer_by_records(asked, clock.now())
        return due.resume(request, actor, answered=True, data={"files": len(files)})


def has_just_added(request: Request, actor: Actor, note: str, files: Collection[str]) -> bool:
    """Whether this person added these words and the files with these keys a moment ago: a second click adds nothing."""
    words = note.strip()
    mine = (Note.author == actor.user.id) & (Note.at >= again.since()) & (Note.text == words)
    there = (Attachment.uploaded_by == actor.user.id) & Attachment.key.in_(files) & Attachment.removed_at.is_null()
    return bool(
        (words or files)
        and (not words or request.notes.where(mine).exists())
        and request.attachments.where(there).count() == len(set(files))
    )


def _answer_by_records(asked: InformationRequest, at: datetime) -> None:
    items = list(asked.items)
    with_file = _with_file(items)
    for item in items:  # words that were typed but not sent are none
        item.answer = "" if item.id in with_file else f"See the records added on {clock.show_date(at)}."
        item.save(only=[InformationItem.answer])
