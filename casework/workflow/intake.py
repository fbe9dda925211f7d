"""Intake: accept a submitted request for review, or reject it with a reason; and its urgency until it is decided."""

from dataclasses import dataclass
from datetime import datetime

from casework import access, again, clock
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.numbers import Kind, next_number
from casework.storage import transaction
from casework.workflow import claims, due, table
from casework.workflow.news import nothing_new_since
from models import Case, Request, Status, Stay, Urgency, User


@dataclass(frozen=True)
class Reason:
    """Why intake rejects: the words for it, and what the office should do."""

    label: str
    cure: str
    needs_words: bool = False


REASONS: dict[str, Reason] = {
    "duplicate": Reason(
        "Duplicate of another request",
        "Follow the request that is here already; records and extensions are added to its case by the + icon.",
    ),
    "not_our_plan": Reason(
        "Not a plan we review for", "Ask the plan administrator or health fund who reviews requests for this plan."
    ),
    "secondary": Reason(
        "Secondary insurance",
        "No authorization is given for a secondary plan. If this plan is the primary one, correct that and resubmit.",
    ),
    "wrong_case_type": Reason(
        "Wrong case type", "Correct and resubmit as the other case type: Inpatient or Service Procedure."
    ),
    "several_therapies": Reason(
        "Several therapies in one request",
        "Enter physical, occupational and speech therapy and skilled nursing as a request each.",
    ),
    "clinicals": Reason(
        "Clinicals missing or unreadable", "Attach complete and readable records, then correct and resubmit."
    ),
    "placeholder": Reason(
        "Placeholder or contradictory data",
        "Enter the real values in the fields named below, then correct and resubmit.",
        needs_words=True,
    ),
    "member": Reason(
        "Member not identified",
        "Compare member ID, name, date of birth and group number with the member's card, then correct and resubmit.",
    ),
    "other": Reason("Other reason", "Read the words of the intake team below.", needs_words=True),
}


def accept(
    request: Request, actor: Actor, urgency: Urgency, urgency_reason: str = "", reviewer: User | None = None
) -> Request:
    """Accepts a submitted request for review: the case gets its Authorization # unless it has one already.

    `urgency` confirms the requested one, or changes it with a reason that the office reads. Without `reviewer` (a
    nurse or physician) the request waits in the queue. Returns the request, now in review.
    Raises NotAllowed, Refused (urgency, reviewer) and Stale.
    """
    with again.once(actor, "accepted", request, urgency=urgency):
        _accept(request, actor, urgency, urgency_reason, reviewer)
    return request


def _accept(request: Request, actor: Actor, urgency: Urgency, urgency_reason: str, reviewer: User | None) -> None:
    access.require(actor, "accept", request)
    if reviewer is not None:
        claims.check_fit(reviewer, request, Status.IN_REVIEW)
    at = clock.now()
    with transaction():
        if urgency != request.urgency:
            change_urgency(request, actor, urgency, urgency_reason)
        number = _authorization_number(request, at)
        table.move(
            request,
            "accept",
            actor,
            data={"number": number, "urgency": urgency},
            unchanged=("urgency_assigned", "due_at"),
            urgency_assigned=urgency,
            accepted_at=at,
            reviewer=reviewer,
        )


def _authorization_number(request: Request, at: datetime) -> str:
    case = Case.get_by_id(request.case_id)
    if case.authorization_number is None:
        number = next_number(Kind.AUTHORIZATION, at)
        has_none = Case.authorization_number.is_null()
        if Case.update(authorization_number=number).where(Case.id == case.id, has_none).execute() != 1:
            raise Stale(table.TOO_LATE)
        request.case.authorization_number = number
        return number
    return case.authorization_number


def reject(request: Request, actor: Actor, reason_code: str, words: str = "", seen: int | None = None) -> Request:
    """Sends a submitted request back, unreviewed: `reason_code` of REASONS, and words for the office.

    `seen` is the newest event that the person had before their eyes (see casework.workflow.news); None: not compared.
    Raises NotAllowed, Refused (unknown reason, words missing) and Stale (also when the office added something since).
    """
    reason = REASONS.get(reason_code)
    told = ". ".join(part for part in (reason.label if reason else "", words.strip()) if part)
    with again.once(actor, "rejected", request, told):
        access.require(actor, "reject", request)
        if reason is None:
            raise Refused("Choose why the request is rejected.")
        if reason.needs_words and not words.strip():
            raise Refused("Tell the office in words what is wrong and what to do.", "words")
        with transaction():
            nothing_new_since(request, seen)
            table.move(
                request, "reject", actor, told, closing_reason=reason_code, closing_words=words.strip(), reviewer=None
            )
    return request


def change_urgency(request: Request, actor: Actor, urgency: Urgency, reason: str) -> Request:
    """Assigns another urgency to an open request, with a reason that the office reads; its clock follows.

    A physician's attestation is not overruled: an attested urgency can't be lowered here. Retro is for care that is
    over. Raises NotAllowed, Refused and Stale.
    """
    with again.once(actor, "urgency_changed", request, reason.strip(), after=urgency):
        _change_urgency(request, actor, urgency, reason)
    return request


def _change_urgency(request: Request, actor: Actor, urgency: Urgency, reason: str) -> None:
    before = request.urgency
    if before is None or urgency == before:
        raise Refused(f"This request is {urgency.capitalize()} already.")
    is_raised = clock.is_raised(before, urgency)
    if not is_raised and request.is_attested:
        raise Refused(
            "A physician who knows the patient's condition states that this is urgent. "
            "Only the office can take that back."
        )
    access.require(actor, "raise_urgency" if is_raised else "lower_urgency", request)
    if not reason.strip():
        raise Refused("Give the reason for the other urgency: the office reads it.", "reason")
    if urgency == Urgency.RETRO:
        _check_care_is_over(request)
    table.keep(
        request,
        "urgency_changed",
        actor,
        f"{before.capitalize()} to {urgency.capitalize()}. {reason.strip()}",
        data={"before": before, "after": urgency},
        unchanged=("urgency_assigned", "due_at", "paused_at"),
        urgency_assigned=urgency,
        **due.change(request, urgency, clock.now()),
    )


def _check_care_is_over(request: Request) -> None:
    """The patient is discharged, however many days were asked for; without a stay, all its dates are past."""
    stay = Stay.get_or_none(Stay.request == request)
    if stay is None:
        is_over = request.service_to is not None and request.service_to < clock.today()
    else:
        is_over = stay.patient_status == "discharged" or request.case.discharge_date is not None
    if not is_over:
        raise Refused("Retro is for care that is over. This care is still running or lies ahead: choose Standard.")
