"""The reviewers' queue: open requests of all offices, the next step that is due first. Flat at any number of requests.

Order and every filter run along an index over `Request.queue_at` (set by `casework.workflow.table`): the moment at
which the next step is due, None when nothing is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from peewee import JOIN, SQL, Expression, ModelSelect, Select, Value, fn

from casework import access, clock, storage
from casework.actor import Actor
from casework.audit.access_log import AccessLog
from casework.fields.request import TYPE_OF_KIND
from casework.lists.rows import COLUMNS, Row, rows_of
from casework.lists.tabs import MOST_COUNTED, base_query
from casework.ready import Ready
from casework.standing import CMSI_HAS_IT
from casework.workflow import claims
from models import (
    OPEN,
    Case,
    CaseType,
    Event,
    InformationRequest,
    MomentField,
    PeerToPeer,
    Request,
    Status,
    Urgency,
    User,
    database,
)

PAGE = 50
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LATELY = timedelta(days=60)
"""What came to pass longer ago is no news."""
MOST_TO_LOOK_AT = 12
MOST_TRIED = 10
"""So many requests are looked at to find the next one: nearly always the first is it."""
REFRESH_SECONDS = 300
"""An open queue is drawn anew at least this often, since time alone makes requests overdue."""


@dataclass(frozen=True)
class Filters:
    """What the queue shows: `show` is a name of SHOWS, the others narrow it; '' for all."""

    show: str = ""
    urgency: str = ""
    kind: str = ""
    """A kind of care, or 'inpatient' or 'service' for all kinds of the case type."""
    age: int = 0
    """Submitted at least so many days ago."""


@dataclass(frozen=True)
class Happened:
    """What came to pass with a request and no due time tells: `kind` of event, and when last."""

    key: str
    webcert_number: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    people: Mapping[int, str]
    """The usernames of those in whose hands the requests are, by id."""
    after: str = ""
    """Where the next page goes on; '' at the end."""


def everything(actor: Actor) -> Expression:
    return Request.queue_at > BEGINNING


def overdue(actor: Actor) -> Expression:
    at = clock.now()
    is_late = (Request.due_at < at) | (Request.reply_by < at) | (Request.status == Status.SUBMITTED)
    return Request.queue_at.between(BEGINNING, at) & is_late


def mine(actor: Actor) -> Expression:
    return everything(actor) & (Request.reviewer == actor.user.id)


def unassigned(actor: Actor) -> Expression:
    return everything(actor) & Request.reviewer.is_null()


SHOWS = {
    "": ("All open", everything),
    "overdue": ("Overdue", overdue),
    "mine": ("Mine", mine),
    "unassigned": ("Unassigned", unassigned),
    "submitted": ("For intake", lambda actor: everything(actor) & (Request.status == Status.SUBMITTED)),
    "in_review": ("In review", lambda actor: everything(actor) & (Request.status == Status.IN_REVIEW)),
    "physician_review": (
        "Physician review",
        lambda actor: everything(actor) & (Request.status == Status.PHYSICIAN_REVIEW),
    ),
    "info_requested": (
        "Waiting for the office",
        lambda actor: everything(actor) & (Request.status == Status.INFO_REQUESTED),
    ),
}
AGES = {3: "3 days or more", 7: "7 days or more", 14: "14 days or more"}


def page(actor: Actor, filters: Filters, after: str = "") -> Page:
    """One page of the queue; `after` is what the page before gave, '' for the first."""
    found = Ready(_ordered(actor, filters, after).limit(PAGE + 1)).run({})
    rows = rows_of((each[: len(COLUMNS)] for each in found[:PAGE]), for_staff=True)
    people = {each.reviewer_id: plain[-1] for each, plain in zip(rows, found, strict=False) if each.reviewer_id}
    return Page(rows, people, _token(*found[PAGE - 1][-3:-1]) if len(found) > PAGE else "")


def following(actor: Actor, filters: Filters, place: str, besides: Request) -> Request | None:
    """What the actor does next, after a request that stood at `place` (of `place_of`) when it was taken up.

    Of those under the same filters that wait for CMSI and are in the actor's hands or free for them: the first behind
    it, else the first of all. None when nothing is left.
    """
    for start in (place, ""):
        for each in following_query(actor, filters, start, besides):
            if each.reviewer_id == actor.user.id or claims.is_free_for(each, actor):
                return each
    return None


def following_query(actor: Actor, filters: Filters, place: str, besides: Request) -> "ModelSelect[Request]":
    """What `following` tries behind a place, in the order of the queue."""
    own = [status for status in CMSI_HAS_IT if actor.role in access.HANDS[status]]
    reviewer, status = access.checked(Request.reviewer), access.checked(Request.status)
    is_for_them = status.in_(own) & (reviewer.is_null() | (reviewer == actor.user.id)) & (Request.id != besides.id)
    found = _in_order(access.visible_requests(actor), actor, filters, place)
    return found.where(is_for_them).limit(MOST_TRIED)


def place_of(request: Request) -> str:
    """Where the request stands in the queue."""
    return _token(request.queue_at, request.id)


def _ordered(actor: Actor, filters: Filters, after: str) -> "ModelSelect[Request]":
    query = base_query(actor).select_extend(Request.queue_at, Request.id, User.username)
    query = query.join_from(Request, User, JOIN.LEFT_OUTER, on=Request.reviewer)
    return _in_order(query, actor, filters, after)


def _in_order(query: "ModelSelect[Request]", actor: Actor, filters: Filters, after: str) -> "ModelSelect[Request]":
    query = query.where(_condition(actor, filters))
    place = _place(after)
    if place:
        at, number = place
        query = query.where(Request.queue_at >= at, (Request.queue_at > at) | (Request.id > number))
    return query.order_by(Request.queue_at, Request.id)


def _token(queue_at: Any, number: int) -> str:
    """What tells the place of a request in the queue; `queue_at` as the database gives it."""
    at = MomentField().python_value(queue_at) or BEGINNING
    return f"{(at - BEGINNING) // timedelta(microseconds=1)}-{number}"


def _place(after: str) -> tuple[datetime, int] | None:
    microseconds, _, number = after.partition("-")
    if not (after.isascii() and microseconds.isdecimal() and number.isdecimal() and len(after) < 36):
        return None
    if len(microseconds) > 17 or len(number) > 18:
        return None
    return BEGINNING + timedelta(microseconds=int(microseconds)), int(number)


def _condition(actor: Actor, filters: Filters) -> Expression:
    condition = SHOWS[filters.show if filters.show in SHOWS else ""][1](actor)
    if filters.urgency in list(Urgency):
        urgency = Urgency(filters.urgency)
        is_asked = Request.urgency_assigned.is_null() & (Request.urgency_requested == urgency)
        condition &= (Request.urgency_assigned == urgency) | is_asked
    if filters.kind in list(CaseType):
        condition &= Request.care_kind.in_([kind for kind, of in TYPE_OF_KIND.items() if of == filters.kind])
    elif filters.kind in TYPE_OF_KIND:
        condition &= Request.care_kind == filters.kind
    if filters.age:
        condition &= Request.submitted_at <= clock.now() - timedelta(days=min(filters.age, 3650))
    return condition


def counts(actor: Actor, filters: Filters) -> tuple[dict[str, int], str]:
    """How many there are under each of SHOWS, within the other filters, up to MOST_COUNTED + 1; and the version of the
    queue. In one statement: what is read after it is as new at least.
    """
    parts = [
        _counted(actor, Filters(name, filters.urgency, filters.kind, filters.age)).alias(name or "everything")
        for name in SHOWS
    ]
    *numbers, newest = next(iter(Select(columns=[*parts, _newest()]).bind(database).tuples()))
    return dict(zip(SHOWS, numbers, strict=True)), _version(newest)


def _counted(actor: Actor, filters: Filters) -> "ModelSelect[Request]":
    some = access.visible_requests(actor, Value(1).alias("one"))
    return Request.select(fn.COUNT(SQL("one"))).from_(some.where(_condition(actor, filters)).limit(MOST_COUNTED + 1))


def to_look_at(actor: Actor) -> list[Happened]:
    """What lately came to pass and waits for a look, newest first, at most MOST_TO_LOOK_AT; none for admins or offices.

    `records_added`: to a decided request, and no reviewer has opened the case since; no clock runs for them.
    `peer_to_peer_asked`: a talk for which CMSI has confirmed no time yet.
    `information_time_over`: the office let the time for an answer go by; the request can be decided on the record.
    """
    found = storage.rows(to_look_at_query(actor))
    moment = MomentField()
    return [Happened(key, number, kind, moment.python_value(at) or clock.now()) for key, number, kind, at in found]


def to_look_at_query(actor: Actor) -> "ModelSelect[Request]":
    """What `to_look_at` reads, along the index of events by kind."""
    looked = (
        AccessLog.select(AccessLog.id)
        .join(User, on=AccessLog.actor == User.id)
        .where(AccessLog.case == Event.case, AccessLog.at > Event.at, User.role.in_(list(access.INTAKE)))
    )
    is_decided = Request.status == Status.DETERMINED
    is_added = (Event.kind == "records_added") & is_decided & (Event.at > Request.decided_at) & ~fn.EXISTS(looked)
    unconfirmed = PeerToPeer.select(PeerToPeer.id).where(
        PeerToPeer.request == Request.id, PeerToPeer.confirmed_window == "", PeerToPeer.talked_at.is_null()
    )
    is_talk = (Event.kind == "peer_to_peer_asked") & is_decided & fn.EXISTS(unconfirmed)
    asked_again = InformationRequest.select(InformationRequest.id).where(
        InformationRequest.request == Request.id, InformationRequest.asked_at > Event.at
    )
    is_decidable = Request.status.in_([Status.IN_REVIEW, Status.PHYSICIAN_REVIEW])
    is_unanswered = (Event.kind == "information_time_over") & is_decidable & ~fn.EXISTS(asked_again)
    return (
        access.visible_requests(actor, Request.key, Case.webcert_number, Event.kind, fn.MAX(Event.at))
        .join_from(Request, Event, on=Event.request == Request.id)
        .where(
            Event.kind.in_(["records_added", "peer_to_peer_asked", "information_time_over"]),
            Event.at > clock.now() - LATELY,
            is_added | is_talk | is_unanswered,
        )
        .group_by(Request.key, Case.webcert_number, Event.kind)
        .order_by(fn.MAX(Event.at).desc())
        .limit(MOST_TO_LOOK_AT)
    )


def version() -> str:
    """Changes with every event, and every few minutes: what an open queue compares to know that it is up to date."""
    return _version(_newest().scalar())


def _newest() -> Any:
    return Event.select(fn.MAX(Event.id))


def _version(newest: int | None) -> str:
    return f"{newest or 0}.{int(clock.now().timestamp()) // REFRESH_SECONDS}"


def open_by_status() -> dict[Status, int]:
    """How many open requests there are in each open status; 0 where there are none."""
    found = storage.rows(
        Request.select(Request.status, fn.COUNT(Request.id)).where(Request.status.in_(OPEN)).group_by(Request.status)
    )
    return dict.fromkeys(OPEN, 0) | dict(found)
