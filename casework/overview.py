"""A case on one page: its requests with what was asked and decided side by side, files, letters, notes, time line.

A fixed number of statements, however many requests, lines and files there are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peewee import JOIN

from casework import access, clock
from casework.actor import Actor
from casework.compared import Compared, compared
from casework.errors import NotFound
from casework.fields.request import KINDS
from casework.readable import reads
from casework.standing import Standing, Turn, standing, turn
from casework.told import Told, time_line
from casework.vocabulary import REQUEST_TYPES
from casework.whole_case import Part, WholeCase, whole_case
from models import (
    Attachment,
    Case,
    Determination,
    DiagnosisLine,
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
    Status,
    Stay,
    User,
)

UNDECIDED = {
    Status.DRAFT: "not sent yet",
    Status.REJECTED: "not reviewed",
    Status.WITHDRAWN: "withdrawn before a decision",
    Status.CANCELLED: "made void before a decision",
}
"""What stands in place of a decision where none will come."""


@dataclass
class RequestView:
    """One request of the case with everything that hangs on it; determinations and letters newest first."""

    request: Request
    standing: Standing
    turn: Turn
    title: str
    kind: str
    lines: list[Compared]
    services: list[ServiceLine]
    diagnoses: list[DiagnosisLine]
    stay: Stay | None
    files: list[Attachment]
    cmsi_files: list[Attachment]
    notes: list[Note]
    information: list[InformationRequest]
    determinations: list[Determination]
    letters: list[Letter]
    talks: list[PeerToPeer]

    @property
    def determination(self) -> Determination | None:
        """The one that counts."""
        return self.determinations[0] if self.determinations else None

    @property
    def open_question(self) -> InformationRequest | None:
        """The information request that waits for the office."""
        is_waiting = self.request.status == Status.INFO_REQUESTED
        return next(
            (each for each in self.information if is_waiting and not each.answered_at and not each.ended_at), None
        )

    @property
    def open_talk(self) -> PeerToPeer | None:
        """The peer-to-peer talk that is asked for and not held yet."""
        return next((talk for talk in self.talks if talk.talked_at is None), None)

    @property
    def appeal_by(self) -> date | None:
        """The last day to appeal, and to ask for a reconsideration: counted from the letter that counts."""
        issued = self.letters[0].issued_at if self.letters else self.request.decided_at
        return clock.chicago(clock.appeal_by(issued)).date() if issued else None

    def files_of(self, item: InformationItem) -> list[Attachment]:
        """The files that answer this item of an information request."""
        return [file for file in self.files if file.information_item_id == item.id]


@dataclass
class Overview:
    case: Case
    views: list[RequestView]
    """Requests that were submitted, newest first."""
    drafts: list[RequestView]
    """Further requests of this case that the office is writing: never there for CMSI's people."""
    whole: WholeCase
    told: list[Told] = field(default_factory=list)
    corrects: str = ""
    """WebCert # of the rejected case that this one takes up again, and of the one that takes up this one."""
    corrected_by: str = ""

    @property
    def newest(self) -> RequestView:
        return self.views[0]

    @property
    def waiting(self) -> RequestView | None:
        """The request that waits for the office's answer, if there is one."""
        return next((view for view in self.views if view.open_question), None)

    @property
    def takes_more(self) -> bool:
        """Whether "Add to this case" applies: not when all that was asked is rejected, withdrawn or void."""
        gone = (Status.REJECTED, Status.WITHDRAWN, Status.ARCHIVED)
        return any(view.request.status not in gone and not view.request.is_void for view in self.views)

    @property
    def letters(self) -> list[Letter]:
        """All letters of the case, newest first."""
        return sorted(
            (letter for view in self.views for letter in view.letters), key=lambda x: x.issued_at, reverse=True
        )

    @property
    def replaced_letters(self) -> set[int | None]:
        """Ids of the letters in whose place a later one counts."""
        return {letter.supersedes_id for letter in self.letters}

    def follower(self, view: RequestView, request_type: RequestType) -> RequestView | None:
        """The newest request or draft of this type that takes up the request of `view`."""
        return next(
            (
                each
                for each in (*self.drafts, *self.views)
                if each.request.builds_on_id == view.request.id and each.request.request_type == request_type
            ),
            None,
        )


def overview(actor: Actor, webcert_number: str) -> Overview:
    """The case with this WebCert # as this person may see it: an office sees no internal notes and no other drafts.

    Raises NotFound when there is none for this person.
    """
    requests = _requests(actor, webcert_number)
    if not requests:
        raise NotFound
    case = requests[0].case
    shelf = _Shelf(requests, actor)
    views = [_view(request, shelf, actor) for request in requests]
    sent = [view for view in views if view.request.submitted_at is not None]
    drafts = [view for view in views if view.request.status == Status.DRAFT]
    called = titles(view.request for view in sent)
    for view in sent:
        view.title = called[view.request.id]
    parts = [Part(v.request, v.stay, shelf.lines[v.request.id], _decisions(v.determinations)) for v in sent]
    further = {v.request.id: v.title for v in sent if v.request.request_type != RequestType.INITIAL}
    told = time_line(case, actor, further)
    return Overview(case, sent, drafts, whole_case(case, parts), told, *_corrections(case, sent))


def titles(sent: Iterable[Request]) -> dict[int, str]:
    """What the submitted requests of a case are called, by id; several of one type have numbers: 'Extension 2'."""
    by_type: dict[RequestType, list[Request]] = defaultdict(list)
    for request in sorted(sent, key=lambda each: each.id):
        by_type[request.request_type].append(request)
    return {
        request.id: REQUEST_TYPES[request_type] + (f" {number}" if len(alike) > 1 else "")
        for request_type, alike in by_type.items()
        for number, request in enumerate(alike, 1)
    }


def _corrections(case: Case, sent: list[RequestView]) -> tuple[str, str]:
    """Numbers of the case that this one corrects and of the one that corrects it; asked for only where there may be."""
    older: Case | None = case.corrects
    newer: Case | None = None
    if any(view.request.status == Status.REJECTED for view in sent):
        newer = case.corrected_by.where(Case.webcert_number.is_null(False)).order_by(Case.id.desc()).first()
    return (older.webcert_number or "" if older else ""), (newer.webcert_number or "" if newer else "")


def _requests(actor: Actor, webcert_number: str) -> list[Request]:
    """All requests of the case that this person sees, newest first, with case, office, stay and who has it in hand."""
    query = (
        access.requests_of_case(actor, webcert_number, Request, Case, Office, Stay, User)
        .join_from(Request, Office)
        .join_from(Request, User, JOIN.LEFT_OUTER, on=Request.reviewer)
        .join_from(Request, Stay, JOIN.LEFT_OUTER, on=(Stay.request == Request.id), attr="stay")
        .order_by(Request.id.desc())
    )
    requests = list(query)
    for request in requests:
        request.case.office = request.office
    return requests


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
        self.files = _by_request(
            Attachment.select(Attachment, User)
            .join(User)
            .where(Attachment.request.in_(ids), Attachment.removed_at.is_null())
            .order_by(Attachment.id)
        )
        notes = Note.select(Note, User).join(User).where(Note.request.in_(ids)).order_by(Note.id)
        self.notes = _by_request(notes if reads(actor, "internal notes") else notes.where(Note.is_internal == False))  # noqa: E712 - SQL
        self.information = _by_request(_information(ids))
        decided = [request.id for request in requests if request.decided_at is not None]
        self.determinations = _by_request(_determinations(decided) if decided else ())
        self.talks = _by_request(_talks(decided) if decided else ())


def _by_request(rows: Iterable[Any]) -> dict[int, list[Any]]:
    shelf: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        shelf[row.request_id].append(row)
    return shelf


def _information(ids: list[int]) -> list[InformationRequest]:
    """Information requests, newest first, each with its items as `asked`."""
    found: dict[int, Any] = {}
    items = (
        InformationItem.select(InformationItem, InformationRequest)
        .join(InformationRequest)
        .where(InformationRequest.request.in_(ids))
        .order_by(InformationRequest.id.desc(), InformationItem.position)
    )
    for item in items:
        question = found.setdefault(item.information_request_id, item.information_request)
        question.asked = [*getattr(question, "asked", []), item]
    return list(found.values())


def _determinations(ids: list[int]) -> list[Determination]:
    """Determinations, the last first, each with `decisions` and the letter (one or none) as `issued`."""
    query = (
        Determination.select(Determination, User, Letter)
        .join(User)
        .join_from(Determination, Letter, JOIN.LEFT_OUTER, on=(Letter.determination == Determination.id), attr="letter")
        .where(Determination.request.in_(ids))
        .order_by(Determination.number.desc())
    )
    found: dict[int, Any] = {each.id: each for each in query}
    for each in found.values():
        each.decisions = []
        each.issued = [each.letter] if getattr(each, "letter", None) is not None and each.letter.id else []
    if found:
        for line in LineDecision.select().where(LineDecision.determination.in_(list(found))).order_by(LineDecision.id):
            found[line.determination_id].decisions.append(line)
    return list(found.values())


def _talks(ids: list[int]) -> Iterable[PeerToPeer]:
    """Peer-to-peer talks, newest first."""
    found: Iterable[PeerToPeer] = PeerToPeer.select().where(PeerToPeer.request.in_(ids)).order_by(PeerToPeer.id.desc())
    return found


def _decisions(determinations: list[Any]) -> list[LineDecision]:
    """Those of the determination that counts."""
    return list(determinations[0].decisions) if determinations else []


def _view(request: Request, shelf: _Shelf, actor: Actor) -> RequestView:
    determinations = shelf.determinations[request.id]
    joined = getattr(request, "stay", None)
    stay = joined if joined is not None and joined.id else None
    files = shelf.files[request.id]
    return RequestView(
        request=request,
        standing=standing(request, actor.is_staff),
        turn=turn(request, actor.is_staff),
        title=REQUEST_TYPES[request.request_type],
        kind=KINDS.get(request.care_kind, ""),
        lines=compared(
            shelf.lines[request.id],
            stay,
            _decisions(determinations),
            UNDECIDED.get(request.status, "not decided yet"),
        ),
        services=shelf.lines[request.id],
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


__all__ = ["Overview", "RequestView", "Told", "overview", "titles"]
