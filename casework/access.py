"""Who may see and do what. A right has one home: the table MAY.

Seeing comes first: what a person can't see does not exist for them (NotFound), whatever the verb. An office user sees
the drafts and cases of the own office and of the offices linked with it; CMSI's reviewers see every submitted case;
admins see no clinical pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from peewee import SQL, Expression, ModelSelect, NodeList

from casework.actor import Actor
from casework.errors import NotAllowed, NotFound, NotNow
from casework.ready import MARK_TEXT, Ready, marks, models_of
from casework.storage import rows
from models import IN_CLINICAL_REVIEW, OPEN, Case, EnumField, Event, Letter, Office, Request, RequestType, Role, Status

OFFICE = frozenset({Role.PROVIDER})
INTAKE = frozenset({Role.INTAKE, Role.NURSE, Role.PHYSICIAN})
NURSE = frozenset({Role.NURSE, Role.PHYSICIAN})
PHYSICIAN = frozenset({Role.PHYSICIAN})
ADMIN = frozenset({Role.ADMIN})
CLINICAL = OFFICE | INTAKE
STAFF = INTAKE | ADMIN
EVERYONE = CLINICAL | ADMIN

ANY = frozenset(Status)
DRAFT = frozenset({Status.DRAFT})
SENT = ANY - DRAFT - {Status.ARCHIVED}

Predicate = Callable[[Actor, Request], bool]


@dataclass(frozen=True)
class Rule:
    """Who (roles) may do it, to a request in which states, and what else must be true (predicates of one line)."""

    roles: frozenset[Role]
    states: frozenset[Status] = ANY
    predicates: tuple[Predicate, ...] = ()


def is_not_attested(actor: Actor, request: Request) -> bool:
    return not request.is_attested


def did_not_escalate(actor: Actor, request: Request) -> bool:
    """Nor at any earlier time, though somebody else has escalated it again since."""
    return not request.events.where(Event.kind == "escalated", Event.actor == actor.user).exists()


def is_escalation_unclaimed(actor: Actor, request: Request) -> bool:
    return request.physician_id is None


def is_adverse(actor: Actor, request: Request) -> bool:
    return request.is_adverse


def has_approval(actor: Actor, request: Request) -> bool:
    return request.is_granted


def is_reviewable_by(actor: Actor, request: Request) -> bool:
    """In physician review, and while a physician waits for the office's answer, only a physician decides; so he or
    she does with a reconsideration."""
    if request.status == Status.PHYSICIAN_REVIEW or request.request_type == RequestType.RECONSIDERATION:
        return actor.role == Role.PHYSICIAN
    return is_no_physicians_claim(actor, request)


def is_no_physicians_claim(actor: Actor, request: Request) -> bool:
    """What a physician has claimed only a physician gives out of hand."""
    return request.physician_id is None or actor.role == Role.PHYSICIAN


HANDS: dict[Status, frozenset[Role]] = {
    Status.SUBMITTED: INTAKE,
    Status.IN_REVIEW: NURSE,
    Status.INFO_REQUESTED: NURSE,
    Status.PHYSICIAN_REVIEW: PHYSICIAN,
}
"""Who can have an open request of this status in hand."""


def is_for_their_hands(actor: Actor, request: Request) -> bool:
    return actor.role in HANDS.get(request.status, frozenset())


def is_no_physicians(actor: Actor, request: Request) -> bool:
    """In physician review the nurse asks for nothing more: that is the physician's to do."""
    return request.status != Status.PHYSICIAN_REVIEW or actor.role == Role.PHYSICIAN


MAY: dict[str, Rule] = {
    # the office and its requests
    "list_requests": Rule(OFFICE),
    "see": Rule(CLINICAL),
    "start_request": Rule(OFFICE),
    "edit": Rule(OFFICE, DRAFT),
    "submit": Rule(OFFICE, DRAFT),
    "discard": Rule(OFFICE, DRAFT),
    "bring_back": Rule(OFFICE, frozenset({Status.ARCHIVED})),
    "copy": Rule(OFFICE),
    "correct": Rule(OFFICE, frozenset({Status.REJECTED})),
    "withdraw": Rule(OFFICE, frozenset(OPEN)),
    "cancel": Rule(OFFICE, frozenset({Status.DETERMINED})),
    "lower_urgency_self": Rule(OFFICE, frozenset(OPEN)),
    "add_records": Rule(OFFICE, frozenset(OPEN) | {Status.DETERMINED}),
    "answer_information": Rule(OFFICE, frozenset({Status.INFO_REQUESTED})),
    "extend": Rule(OFFICE, frozenset({Status.DETERMINED}), (has_approval,)),
    "change": Rule(OFFICE, frozenset(IN_CLINICAL_REVIEW) | {Status.DETERMINED}),
    "reconsider": Rule(OFFICE, frozenset({Status.DETERMINED}), (is_adverse,)),
    "discharge": Rule(OFFICE, frozenset(OPEN) | {Status.DETERMINED}),
    "ask_peer_to_peer": Rule(OFFICE, frozenset({Status.DETERMINED}), (is_adverse,)),
    "open_letter": Rule(CLINICAL),
    # CMSI's review
    "see_queue": Rule(INTAKE),
    "review": Rule(INTAKE, SENT),
    "claim": Rule(INTAKE, frozenset(OPEN), (is_for_their_hands,)),
    "hand_over": Rule(INTAKE, frozenset(OPEN), (is_no_physicians_claim,)),
    "accept": Rule(INTAKE, frozenset({Status.SUBMITTED})),
    "reject": Rule(INTAKE, frozenset({Status.SUBMITTED})),
    "raise_urgency": Rule(INTAKE, frozenset(OPEN)),
    "lower_urgency": Rule(INTAKE, frozenset(OPEN), (is_not_attested,)),
    "add_report": Rule(INTAKE, SENT),
    "note_internally": Rule(INTAKE, SENT),
    "note_to_office": Rule(INTAKE, SENT),
    "ask_information": Rule(NURSE, frozenset({Status.IN_REVIEW, Status.PHYSICIAN_REVIEW}), (is_no_physicians,)),
    "end_information": Rule(NURSE, frozenset({Status.INFO_REQUESTED})),
    "escalate": Rule(NURSE, frozenset({Status.IN_REVIEW})),
    "take_back": Rule(NURSE, frozenset({Status.PHYSICIAN_REVIEW}), (is_escalation_unclaimed,)),
    "decide": Rule(NURSE, frozenset(IN_CLINICAL_REVIEW), (is_reviewable_by,)),
    "decide_adversely": Rule(PHYSICIAN, frozenset(IN_CLINICAL_REVIEW) | {Status.DETERMINED}, (did_not_escalate,)),
    "correct_determination": Rule(PHYSICIAN, frozenset({Status.DETERMINED})),
    "void": Rule(INTAKE, SENT - {Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED}),
    "manage_peer_to_peer": Rule(NURSE, frozenset({Status.DETERMINED})),
    "see_readers": Rule(INTAKE, SENT),
    # accounts, reports, audit: no request in hand
    "keep_accounts": Rule(STAFF),
    "change_role": Rule(ADMIN),
    "see_reports": Rule(ADMIN | NURSE),
    "see_audit": Rule(ADMIN),
    "change_settings": Rule(ADMIN),
    "keep_profile": Rule(EVERYONE),
    "get_help": Rule(EVERYONE),
}


def circle(office: Office) -> list[int]:
    """Ids of the offices that work on each other's cases: the own one and those linked with it, read anew each time."""
    if office.group_id is None:
        return [office.id]
    return [row[0] for row in rows(Office.select(Office.id).where(Office.group == office.group_id))]


def linked(office: Office | None) -> Any:
    """The same as part of another statement: ids, or a query for them."""
    if office is None or office.group_id is None:
        return [office.id if office else 0]
    return Office.select(Office.id).where(Office.group == office.group_id)


def _visible(role: Role, office: Office | None, column: Any = Request.office) -> Expression:
    if role == Role.PROVIDER and office is not None:
        seen: Expression = column.in_(linked(office))
        return seen
    if role in INTAKE:
        return Request.status.not_in([Status.DRAFT, Status.ARCHIVED])
    return Request.id == 0


def visible_requests(actor: Actor, *columns: Any) -> "ModelSelect[Request]":
    """The requests that this person may see, as a query to go on from; with its case joined."""
    return Request.select(*(columns or (Request, Case))).join(Case).where(_visible(actor.role, actor.user.office))


def visible_among(actor: Actor, *columns: Any) -> "ModelSelect[Request]":
    """As `visible_requests`, where something else leads to the requests, such as their case."""
    found = Request.select(*(columns or (Request, Case))).join(Case)
    return found.where(_visible(actor.role, actor.user.office, checked(Request.office)))


def requests_of_case(actor: Actor, webcert_number: str, *columns: Any) -> "ModelSelect[Request]":
    """Those of the case with this WebCert #, as `visible_requests`."""
    return visible_among(actor, *columns).where(Case.webcert_number == webcert_number)


def checked(column: Any) -> Any:
    """The column to compare what was found by something else: its + keeps databases from running along its index.

    PostgreSQL has no + for words, such as a status: || '' does it. Rows of an office grow with the years; those of one
    member or number don't.
    """
    return NodeList((column, SQL("|| ''")) if isinstance(column, EnumField) else (SQL("+"), column))


def request_for(actor: Actor, key: str, verb: str) -> Request:
    """The request with this key, if the person may see it and do `verb` to it in its state.

    Raises NotFound when it does not exist or not for this person; NotAllowed when it is seen but the verb is not theirs
    or not possible now.
    """
    office = actor.user.office
    group = office.group_id if office else None
    query = _by_key(actor.role, office is not None, group is not None)
    found = query.run({MARK_TEXT: key, _OFFICE: office.id if office else 0, _GROUP: group})
    if not found:
        raise NotFound
    request: Request
    request, request.case = models_of(found[0], Request, Case)
    require(actor, verb, request)
    return request


_OFFICE, _GROUP = marks(2)


@cache
def _by_key(role: Role, has_office: bool, is_linked: bool) -> Ready:
    """The visible request of a key, for people of this kind: asked for by nearly every page."""
    office = Office(id=_OFFICE, group=_GROUP if is_linked else None) if has_office else None
    found = Request.select(Request, Case).join(Case)
    return Ready(found.where(_visible(role, office), Request.key == MARK_TEXT))


def case_for(actor: Actor, webcert_number: str) -> Case:
    """The case with this WebCert #, if the person may see one of its requests; else NotFound."""
    request = requests_of_case(actor, webcert_number).first()
    if request is None:
        raise NotFound
    case: Case = request.case
    return case


def child_for(actor: Actor, model: Any, key: str, verb: str) -> Any:
    """A row that belongs to a request (file, note, letter's determination …), with `row.request` seen by this person.

    `model` has `key` and `request`. Raises like request_for.
    """
    row = model.by_key(key)
    if row is None:
        raise NotFound
    row.request = request_for(actor, row.request.key, verb)
    return row


def letter_for(actor: Actor, key: str) -> Letter:
    """The letter with this key, if the person may see its request; else NotFound."""
    letter = Letter.by_key(key)
    if letter is None:
        raise NotFound
    letter.determination.request = request_for(actor, letter.determination.request.key, "open_letter")
    return letter


def can(actor: Actor, verb: str, request: Request | None = None) -> bool:
    """Whether this person may do `verb` (to this request, which they see)."""
    rule = MAY[verb]
    if actor.role not in rule.roles:
        return False
    if request is None:
        return True
    return request.status in rule.states and all(holds(actor, request) for holds in rule.predicates)


def require(actor: Actor, verb: str, request: Request | None = None) -> None:
    """Raises NotAllowed, in words, unless `can`."""
    rule = MAY[verb]
    if actor.role not in rule.roles:
        raise NotAllowed("Your account can't do this.")
    if not can(actor, verb, request):
        raise NotNow("This can't be done to the request as it stands now. Open it again to see what changed.")
