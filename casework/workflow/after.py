"""After the submit of a case: what the + icon offers now, discharge, and the talk between physicians."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework import access, again, audit, clock
from casework.actor import Actor
from casework.approved import admission_date
from casework.codes.identifiers import clean_phone
from casework.errors import Refused, Stale
from casework.fields.stay import DISPOSITIONS
from casework.storage import transaction
from models import Case, CaseType, Letter, PeerToPeer, Request, RequestType, Status

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
    return _no_extension(request, _sent(request.case))


def _no_extension(request: Request, sent: list[Request]) -> str | None:
    granted = [each for each in sent if each.is_granted]
    if request.id not in [each.id for each in granted]:
        return "Nothing is approved that could be extended. Ask for a reconsideration, or start a new request."
    if max(granted, key=_decided).id != request.id:
        return "A later request of this case was approved since: extend that one."
    if any(each.is_open and each.request_type == RequestType.EXTENSION for each in sent):
        return "An extension of this case is open already. Add records to it, or wait for its decision."
    return None


def change_possible(request: Request) -> str | None:
    """Why no change of this request can be asked for, in words; None when it can: accepted, none other open."""
    return _no_change(request, _sent(request.case))


def _no_change(request: Request, sent: list[Request]) -> str | None:
    if request.accepted_at is None or request.status in (Status.WITHDRAWN, Status.CANCELLED, Status.ARCHIVED):
        return "Only an accepted request can be changed. Withdraw it before, or wait until intake has accepted it."
    if any(each.is_open and each.request_type == RequestType.CHANGE for each in sent):
        return "A change of this case is open already. Add records to it, or wait for its decision."
    return None


def reconsideration_possible(request: Request) -> str | None:
    """Why this request can't be reconsidered, in words; None when it can: denied or partly approved, and in time."""
    return _no_reconsideration(request, _sent(request.case))


def _no_reconsideration(request: Request, sent: list[Request]) -> str | None:
    if not request.is_adverse:
        return "Only a denied or partly approved request is reconsidered."
    last = reconsider_by(request)
    if last is not None and clock.today() > last:
        return f"The last date for a reconsideration was {clock.show_date(last)}."
    taken_up = (each for each in sent if each.builds_on_id == request.id)
    again = [each for each in taken_up if each.request_type == RequestType.RECONSIDERATION]
    if any(each.status == Status.DETERMINED for each in again):
        return "This request was reconsidered: what counts is that decision."
    if any(each.is_open for each in again):
        return "This request is being reconsidered already. Add records there, or wait for the decision."
    return None


def discharge_possible(case: Case) -> str | None:
    """Why no discharge can be recorded, in words; None when it can: an Inpatient case, admitted, not discharged yet."""
    return _no_discharge(case, _sent(case))


def _no_discharge(case: Case, sent: list[Request]) -> str | None:
    if case.case_type != CaseType.INPATIENT:
        return "Only an Inpatient case has a discharge."
    if case.discharge_date is not None:
        return f"The discharge on {clock.show_date(case.discharge_date)} is recorded already."
    admitted = admission_date(case)
    if admitted is None or admitted > clock.today():
        return "The patient is not admitted yet."
    if not _alive(sent):
        return "No request of this case is open or decided: there is no stay to end."
    return None


def reconsider_by(request: Request) -> date | None:
    """The last day for a reconsideration, 180 days from the letter (29 CFR 2560.503-1(h)(3)(i)); None: undecided."""
    letters = Letter.select().where(Letter.determination.in_(request.determinations))
    issued = max((letter.issued_at for letter in letters), default=request.decided_at)
    return clock.chicago(clock.appeal_by(issued)).date() if issued else None


def _sent(case: Case) -> list[Request]:
    """What was ever submitted in this case, newest first."""
    sent = list(case.requests.where(Request.submitted_at.is_null(False)).order_by(Request.id.desc()))
    for request in sent:
        request.case = case
    return sent


def _alive(sent: list[Request]) -> list[Request]:
    return [each for each in sent if each.is_open or each.status == Status.DETERMINED]


def _decided(request: Request) -> tuple[datetime, int]:
    return request.decided_at or clock.now(), request.id


def offers(case: Case, actor: Actor) -> list[Offer]:
    """What the + icon of this case offers the office now, in the order of its menu; nothing to CMSI's people.

    The case is one that the actor sees. One home for the list, the case page and the verbs behind them.
    """
    sent = _sent(case)
    alive = _alive(sent)
    if actor.is_staff or not alive:
        return []
    again = list(_reconsider(alive, sent))
    return [
        *_records(alive, again),
        *_change(alive, sent),
        *_extend(alive, sent),
        *again,
        *_discharge(case, alive, sent),
    ]


def _records(alive: list[Request], again: list[Offer]) -> Iterator[Offer]:
    waiting = [each for each in alive if each.is_open]
    newest = (waiting or alive)[0]
    if newest.status == Status.INFO_REQUESTED:
        yield Offer("add_records", "Add records", "Answers what CMSI has asked for.", newest)
    elif newest.is_open:
        yield Offer(
            "add_records", "Add records", "Files and a note for the open request; the reviewer is told.", newest
        )
    elif newest.id not in [each.request.id for each in again]:
        yield Offer("add_records", "Add records", "Filed with the case; the reviewer is told, no new decision.", newest)


def _change(alive: list[Request], sent: list[Request]) -> Iterator[Offer]:
    taken_in = [each for each in alive if each.status != Status.SUBMITTED]
    for request in taken_in[:1]:
        if _no_change(request, sent) is None:
            hint = "Other dates, codes, units, provider or facility; decided by itself."
            yield Offer("change", "Change request", hint, request)


def _extend(alive: list[Request], sent: list[Request]) -> Iterator[Offer]:
    for request in alive:
        if _no_extension(request, sent) is None:
            through = request.valid_to
            hint = f"More days or units after {clock.show_date(through)}." if through else "More days or units."
            yield Offer("extend", "Extend", hint, request, through)
            return


def _reconsider(alive: list[Request], sent: list[Request]) -> Iterator[Offer]:
    for request in alive:
        if _no_reconsideration(request, sent) is None:
            last = reconsider_by(request)
            until = f", until {clock.show_date(last)}" if last else ""
            hint = f"New records for another physician's review{until}."
            yield Offer("reconsider", "Reconsider", hint, request, last)
            return


def _discharge(case: Case, alive: list[Request], sent: list[Request]) -> Iterator[Offer]:
    if _no_discharge(case, sent) is None:
        yield Offer("discharge", "Discharge", "The date of discharge and where the patient went.", alive[0])


def discharge(case: Case, actor: Actor, day: date | None, disposition: str) -> Case:
    """Records that the patient left: `day` from the admission to today, `disposition` one of DISPOSITIONS.

    It ends "ending soon"; what is asked for later is Retro. Raises NotAllowed and Refused (in words what to correct).
    """
    words = f"{clock.show_date(day)}, {dict(DISPOSITIONS).get(disposition, '')}" if day else ""
    with again.once(actor, "discharged", next(iter(_alive(_sent(case))), None), words):
        _discharge_now(case, actor, day, disposition, words)
    return case


def _discharge_now(case: Case, actor: Actor, day: date | None, disposition: str, words: str) -> None:
    sent = _sent(case)
    request = next(iter(_alive(sent)), sent[0])
    access.require(actor, "discharge", request)
    reason = _no_discharge(case, sent)
    if reason:
        raise Refused(reason)
    admitted = admission_date(case)
    if day is None or (admitted is not None and not admitted <= day <= clock.today()):
        raise Refused("Enter the date of discharge: not before the admission and not after today.")
    if disposition not in dict(DISPOSITIONS):
        raise Refused("Choose where the patient went.")
    with transaction():
        stays = (Case.id == case.id) & Case.discharge_date.is_null()
        if Case.update(discharge_date=day, discharge_disposition=disposition).where(stays).execute() != 1:
            raise Stale("A colleague has recorded the discharge meanwhile. Open the case again to see it.")
        audit.record("discharged", actor, request, case, reason=words)
    case.discharge_date, case.discharge_disposition = day, disposition


def ask_peer_to_peer(
    request: Request, actor: Actor, physician_name: str, phone: str, windows: Sequence[str]
) -> PeerToPeer:
    """Asks for a talk with CMSI's physician about a denied or partly approved request; up to three time windows.

    Raises NotAllowed and Refused (in words what is missing, or that a talk is asked for already).
    """
    access.require(actor, "ask_peer_to_peer", request)
    offered = list(dict.fromkeys(" ".join(window.split()) for window in windows if window.strip()))
    digits = clean_phone(phone)
    if not physician_name.strip():
        raise Refused("Enter the name of the physician who wants to talk.")
    if digits is None:
        raise Refused(
            "Enter the phone number under which the physician is reached: 10 digits, for example 262-555-0142."
        )
    if not 1 <= len(offered) <= WINDOWS:
        raise Refused("Offer one to three times for the talk.")
    with transaction():
        waiting: PeerToPeer | None = request.peer_to_peer_talks.where(PeerToPeer.talked_at.is_null()).first()
        if waiting is not None:
            if again.has_just(actor, "peer_to_peer_asked", request, windows=len(offered)):
                return waiting
            raise Refused("A talk is asked for already. CMSI confirms one of its times.")
        talk: PeerToPeer = PeerToPeer.create(
            request=request,
            asked_by=actor.user,
            asked_at=clock.now(),
            physician_name=physician_name.strip()[:200],
            phone=digits,
            windows=[window[:200] for window in offered],
        )
        audit.record("peer_to_peer_asked", actor, request, windows=len(offered))
    return talk


__all__ = [
    "WINDOWS",
    "Offer",
    "ask_peer_to_peer",
    "change_possible",
    "discharge",
    "discharge_possible",
    "extension_possible",
    "offers",
    "reconsider_by",
    "reconsideration_possible",
]
