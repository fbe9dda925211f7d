"""What happened to a case, as its time line tells it: to the office, or to CMSI's people, who are told more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN

from casework.actor import Actor
from casework.readable import reads
from casework.vocabulary import counted
from models import Case, Event, Request, Status, User

MOST = 200
"""So many of the newest events are told."""

WORDS = {
    "submitted": "Submitted",
    "accepted": "Accepted for review",
    "rejected": "Rejected",
    "urgency_changed": "Urgency changed",
    "urgency_taken_back": "Urgency taken back by the office",
    "information_requested": "Information requested",
    "information_answered": "Information request answered",
    "information_time_over": "Time for the information request is over",
    "records_added": "Records added",
    "report_added": "Report added by CMSI",
    "escalated": "Physician review",
    "taken_back": "Back in review",
    "determined": "Determination made",
    "letter_issued": "Determination letter issued",
    "determination_corrected": "Determination corrected",
    "withdrawn": "Withdrawn by the office",
    "cancelled": "Cancelled by the office",
    "voided": "Made void",
    "discharged": "Discharge reported",
    "peer_to_peer_asked": "Peer-to-peer talk asked for",
    "peer_to_peer_confirmed": "Peer-to-peer talk confirmed",
    "peer_to_peer_held": "Peer-to-peer talk held",
    "note_added": "Note added",
}
STAFF_WORDS = WORDS | {"claimed": "Claimed", "handed_over": "Handed over", "released": "Put back into the queue"}
"""Events of an office's drafts are told to nobody here."""
BETWEEN_REVIEWERS = frozenset({"escalated", "taken_back"})
"""Their reason is a word from one reviewer to another."""
OF_THE_CASE = frozenset({"discharged"})
"""What happens to the patient, whichever request was the newest then."""


@dataclass(frozen=True)
class Told:
    """One entry of the time line; `who` is '' for the portal itself."""

    text: str
    at: datetime
    who: str
    detail: str


def time_line(case: Case, actor: Actor, titles: Mapping[int, str]) -> list[Told]:
    """The events of a case, newest first, in one statement.

    An office is told nothing internal, nor which person at CMSI it was. `titles` name the further requests of the case
    by id ('Extension'): their events begin with that.
    """
    words = STAFF_WORDS if actor.is_staff else WORDS
    query = (
        Event.select(Event, User)
        .join_from(Event, User, JOIN.LEFT_OUTER, on=Event.actor)
        .where(Event.case == case, Event.kind.in_(list(words)))
        .order_by(Event.id.desc())
        .limit(MOST)
    )
    if not reads(actor, "internal steps"):
        query = query.where(Event.is_internal == False)  # noqa: E712 - SQL
    return [_told(event, actor, words[event.kind], titles) for event in query]


def escalation(request: Request, actor: Actor) -> Told | None:
    """Who of CMSI sent the request to a physician, and why; None when it does not lie with one."""
    if request.status != Status.PHYSICIAN_REVIEW:
        return None
    last = Event.select(Event, User).join_from(Event, User, JOIN.LEFT_OUTER, on=Event.actor)
    event = last.where(Event.request == request, Event.kind == "escalated").order_by(Event.id.desc()).first()
    return _told(event, actor, WORDS["escalated"], {}) if event else None


def _told(event: Event, actor: Actor, text: str, titles: Mapping[int, str]) -> Told:
    title = "" if event.kind in OF_THE_CASE else titles.get(event.request_id or 0, "")
    if title:
        text = f"{title}: {text[0].lower()}{text[1:]}"
    elif "number" in event.data:
        text = f"{text} as {event.data['number']}"
    if event.data.get("files"):
        text = f"{text} ({counted(event.data['files'], 'files')})"
    is_hidden = event.kind in BETWEEN_REVIEWERS and not actor.is_staff
    return Told(text, event.at, _who(event, actor), "" if is_hidden else event.reason)


def _who(event: Event, actor: Actor) -> str:
    if event.actor is None:
        return ""
    return event.actor.username if actor.is_staff or not event.actor.is_staff else "CMSI"
