"""After the submit of a case: what the + icon offers now, discharge, and the talk between physicians."""

from dataclasses import dataclass
from datetime import date

from casework import clock
from casework.approved import admission_date
from models import (
    OPEN,
    Case,
    CaseType,
    Letter,
    Outcome,
    Request,
    RequestType,
    Status,
)

WINDOWS = 3
"""How many time windows an office may offer for a talk."""


@dataclass(frozen=True)
class Offer:
    """Something that the + icon of a case offers: verb of `access`, label, hint, and the request that it is for."""

    verb: str
    label: str
    hint: str
    request: Request
    last_date: date | None = None


def extension_possible(request: Request) -> str | None:
    """Why this determined request can't be extended, in words; None when it can.

    It needs approved days or units, and no extension of the case may be open.
    """
    if request.status != Status.DETERMINED or request.outcome in (None, Outcome.DENIAL):
        return "Nothing is approved that could be extended. Ask for a reconsideration, or start a new request."
    newest = _newest_approved(request.case)
    if newest is not None and newest.id != request.id:
        return "A later request of this case was approved since: extend that one."
    if _open_ones(request.case, RequestType.EXTENSION):
        return "An extension of this case is open already. Add records to it, or wait for its decision."
    return None


def change_possible(request: Request) -> str | None:
    """Why no change of this request can be asked for, in words; None when it can: accepted, none other open."""
    if request.accepted_at is None or request.status in (Status.WITHDRAWN, Status.CANCELLED, Status.ARCHIVED):
        return "Only an accepted request can be changed. Withdraw it before, or wait until intake has accepted it."
    if _open_ones(request.case, RequestType.CHANGE):
        return "A change of this case is open already. Add records to it, or wait for its decision."
    return None


def reconsideration_possible(request: Request) -> str | None:
    """Why this request can't be reconsidered, in words; None when it can: denied or partly approved, and in time."""
    if request.status != Status.DETERMINED or request.outcome in (None, Outcome.APPROVAL):
        return "Only a denied or partly approved request is reconsidered."
    last = reconsider_by(request)
    if last is not None and clock.today() > last:
        return f"The last date for a reconsideration was {clock.show_date(last)}."
    taken_up = (Request.builds_on == request) & (Request.request_type == RequestType.RECONSIDERATION)
    if Request.select().where(taken_up, Request.status.in_(OPEN)).exists():
        return "This request is being reconsidered already. Add records there, or wait for the decision."
    return None


def discharge_possible(case: Case) -> str | None:
    """Why no discharge can be recorded, in words; None when it can: an Inpatient case, admitted, not discharged yet."""
    if case.case_type != CaseType.INPATIENT:
        return "Only an Inpatient case has a discharge."
    if case.discharge_date is not None:
        return f"The discharge on {clock.show_date(case.discharge_date)} is recorded already."
    admitted = admission_date(case)
    if admitted is None or admitted > clock.today():
        return "The patient is not admitted yet."
    return None


def reconsider_by(request: Request) -> date | None:
    """The last day for a reconsideration, 180 days from the letter (29 CFR 2560.503-1(h)(3)(i)); None: undecided."""
    letters = Letter.select().where(Letter.determination.in_(request.determinations))
    issued = max((letter.issued_at for letter in letters), default=request.decided_at)
    return clock.chicago(clock.appeal_by(issued)).date() if issued else None


def _newest_approved(case: Case) -> Request | None:
    decided = (Request.status == Status.DETERMINED) & (Request.outcome != Outcome.DENIAL)
    newest: Request | None = case.requests.where(decided).order_by(Request.decided_at.desc(), Request.id.desc()).first()
    return newest


def _open_ones(case: Case, request_type: RequestType) -> bool:
    return bool(case.requests.where(Request.request_type == request_type, Request.status.in_(OPEN)).exists())
