"""A case on one page: its requests with what was asked and decided side by side, files, letters, notes, time line.

A fixed number of statements, however many requests, lines and files there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN

from casework import access
from casework.actor import Actor
from casework.compared import Compared, compared, counted
from casework.errors import NotFound
from casework.fields.request import KINDS, URGENCIES
from casework.standing import Standing, Turn, standing, turn
from models import (
    Attachment,
    Case,
    Determination,
    DiagnosisLine,
    Event,
    InformationItem,
    InformationRequest,
    Letter,
    LineDecision,
    Note,
    Office,
    PeerToPeer,
    Request,
    RequestType,
    ServiceLine,
    Stay,
    User,
)

REQUEST_TYPE_WORDS = {
    RequestType.INITIAL: "Initial request",
    RequestType.EXTENSION: "Extension",
    RequestType.CHANGE: "Change request",
    RequestType.RECONSIDERATION: "Reconsideration",
}


@dataclass
class RequestView:
    """One request of the case with everything that hangs on it."""

    request: Request
    standing: Standing
    turn: Turn
    title: str
    kind: str
    lines: list[Compared]
    diagnoses: list[DiagnosisLine]
    stay: Stay | None
    files: list[Attachment]
    cmsi_files: list[Attachment]
    notes: list[Note]
    information: list[InformationRequest]
    determinations: list[Determination]
    letters: list[Letter]
    talks: list[PeerToPeer]


@dataclass(frozen=True)
class Told:
    """One entry of the time line."""

    text: str
    at: datetime
    who: str
    detail: str


@dataclass
class Overview:
    case: Case
    views: list[RequestView]
    """Newest request first."""
    told: list[Told] = field(default_factory=list)

    @property
    def newest(self) -> RequestView:
        return self.views[0]

    @property
    def letters(self) -> list[Letter]:
        """All letters of the case, newest first."""
        return sorted(
            (letter for view in self.views for letter in view.letters), key=lambda x: x.issued_at, reverse=True
        )


def overview(actor: Actor, webcert_number: str) -> Overview:
    """The case with this WebCert # as this person may see it: an office sees no internal notes and no other drafts.

    Raises NotFound when there is none for this person.
    """
    seen = access.visible_requests(actor).where(Case.webcert_number == webcert_number).order_by(Request.id.desc())
    requests = list(seen)
    if not requests:
        raise NotFound
    case = requests[0].case
    case.office = Office.get_by_id(case.office_id)
    shelf = _Shelf(requests, actor)
    return Overview(case, [_view(request, shelf, actor) for request in requests], _time_line(case, actor))


class _Shelf:
    """The rows that hang on these requests, fetched table by table and laid out by request."""

    def __init__(self, requests: list[Request], actor: Actor) -> None:
        ids = [request.id for request in requests]
        self.lines = _by_request(
            ServiceLine.select().where(ServiceLine.request.in_(ids)).order_by(ServiceLine.position)
        )
        self.diagnoses = _by_request(
            DiagnosisLine.select().where(DiagnosisLine.request.in_(ids)).order_by(DiagnosisLine.position)
        )
        self.stays = _by_request(Stay.select().where(Stay.request.in_(ids)))
        self.files = _by_request(
            Attachment.select(Attachment, User)
            .join(User)
            .where(Attachment.request.in_(ids), Attachment.removed_at.is_null())
            .order_by(Attachment.id)
        )
        notes = Note.select(Note, User).join(User).where(Note.request.in_(ids)).order_by(Note.id)
        self.notes = _by_request(notes if actor.is_staff else notes.where(~Note.is_internal))
        self.information = _by_request(
            InformationRequest.select()
            .where(InformationRequest.request.in_(ids))
            .order_by(InformationRequest.id.desc())
        )
        _hang(InformationItem, InformationItem.information_request, self.information, "asked")
        self.determinations = _by_request(
            Determination.select(Determination, User)
            .join(User)
            .where(Determination.request.in_(ids))
            .order_by(Determination.number.desc())
        )
        _hang(LineDecision, LineDecision.determination, self.determinations, "decisions")
        _hang(Letter, Letter.determination, self.determinations, "issued")
        self.talks = _by_request(PeerToPeer.select().where(PeerToPeer.request.in_(ids)).order_by(PeerToPeer.id.desc()))


def _by_request(rows: Iterable[Any]) -> dict[int, list[Any]]:
    shelf: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        shelf[row.request_id].append(row)
    return shelf


def _hang(child: Any, column: Any, parents: dict[int, list[Any]], name: str) -> None:
    """Fetches the children of all these parents in one statement and hangs them on each as a list."""
    every = {parent.id: parent for rows in parents.values() for parent in rows}
    for parent in every.values():
        setattr(parent, name, [])
    if every:
        for row in child.select().where(column.in_(list(every))).order_by(child.id):
            getattr(every[getattr(row, column.object_id_name)], name).append(row)


def _view(request: Request, shelf: _Shelf, actor: Actor) -> RequestView:
    determinations = shelf.determinations[request.id]
    stay = next(iter(shelf.stays[request.id]), None)
    files = shelf.files[request.id]
    return RequestView(
        request=request,
        standing=standing(request, actor.is_staff),
        turn=turn(request, actor.is_staff),
        title=REQUEST_TYPE_WORDS[request.request_type],
        kind=KINDS.get(request.care_kind, ""),
        lines=compared(shelf.lines[request.id], stay, determinations[0].decisions if determinations else []),
        diagnoses=shelf.diagnoses[request.id],
        stay=stay,
        files=[file for file in files if not file.by_cmsi],
        cmsi_files=[file for file in files if file.by_cmsi],
        notes=shelf.notes[request.id],
        information=shelf.information[request.id],
        determinations=determinations,
        letters=[letter for each in determinations for letter in each.issued],
        talks=shelf.talks[request.id],
    )


EVENT_WORDS = {
    "submitted": "Submitted",
    "accepted": "Accepted for review",
    "rejected": "Rejected",
    "urgency_changed": "Urgency changed",
    "information_requested": "Information requested",
    "information_answered": "Information request answered",
    "information_time_over": "Time for the information request is over",
    "records_added": "Records added",
    "escalated": "Physician review",
    "taken_back": "Back in review",
    "determined": "Determination made",
    "letter_issued": "Determination letter issued",
    "determination_corrected": "Determination corrected",
    "withdrawn": "Withdrawn by the office",
    "cancelled": "Cancelled by the office",
    "voided": "Made void by CMSI",
    "discharged": "Discharge reported",
    "peer_to_peer_asked": "Peer-to-peer talk asked for",
    "peer_to_peer_confirmed": "Peer-to-peer talk confirmed",
    "peer_to_peer_held": "Peer-to-peer talk held",
    "note_added": "Note added",
}


def _time_line(case: Case, actor: Actor) -> list[Told]:
    """What happened, newest first; an office is not told what is internal, nor which person at CMSI did it."""
    query = (
        Event.select(Event, User)
        .join(User, JOIN.LEFT_OUTER, on=(Event.actor == User.id), attr="actor")
        .where(Event.case == case)
        .order_by(Event.id.desc())
        .limit(200)
    )
    if not actor.is_staff:
        query = query.where(~Event.is_internal)
    return [_told(event, actor) for event in query if event.kind in EVENT_WORDS or actor.is_staff]


def _told(event: Event, actor: Actor) -> Told:
    text = EVENT_WORDS.get(event.kind, event.kind.replace("_", " ").capitalize())
    if "number" in event.data:
        text = f"{text} as {event.data['number']}"
    if "files" in event.data:
        text = f"{text} ({counted(event.data['files'], 'files')})"
    who = ""
    if event.actor is not None:
        who = event.actor.username if actor.is_staff or not event.actor.is_staff else "CMSI"
    return Told(text, event.at, who, event.reason)


URGENCY_WORDS = dict(URGENCIES)
