"""In whose hands a request is: claim it, hand it over, put it back.

`Request.reviewer` is the person who works on it now. In physician review that person is its physician too: from then
on nobody takes it back.
"""

from casework import access, again
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.workflow import table
from models import Request, RequestType, Role, Status, User, UserState


def check_fit(user: User, request: Request, status: Status | None = None) -> None:
    """Raises Refused unless this person can have this request in hand, as it stands or once it has `status`."""
    if user not in people_for(request, status):
        is_decider = user.id in deciders_before(request)
        why = "decided before what is reconsidered here" if is_decider else "can't take this request as it stands"
        raise Refused(f"{user.username} {why}: choose somebody else.")


def deciders_before(request: Request) -> set[int]:
    """Ids of the people who made the determinations that a reconsideration takes up, back to the first one.

    They neither decide it nor have it in hand.
    """
    found: set[int] = set()
    earlier = request.builds_on if request.request_type == RequestType.RECONSIDERATION else None
    while earlier is not None:
        found |= {each.decided_by_id for each in earlier.determinations}
        earlier = earlier.builds_on if earlier.request_type == RequestType.RECONSIDERATION else None
    return found


def person(key: str | None) -> User | None:
    """The person with this key, as a form names them; None for nobody."""
    return User.by_key(key) if key else None


def people_for(request: Request, status: Status | None = None) -> list[User]:
    """The active people who can have this request in hand, as it stands or once it has `status`, by name."""
    fit = User.role.in_(list(access.HANDS.get(status or request.status, ())))
    before = deciders_before(request)
    found = User.select().where(fit, User.state == UserState.ACTIVE).order_by(User.username)
    return [user for user in found if user.id not in before]


def is_free_for(request: Request, actor: Actor) -> bool:
    """Whether this person is offered to claim it: nobody has it in hand, and it is for theirs."""
    is_free = request.reviewer_id is None and access.can(actor, "claim", request)
    return is_free and actor.user.id not in deciders_before(request)


def claim(request: Request, actor: Actor) -> Request:
    """Takes an open request that nobody has into the actor's hands; in physician review as its physician.

    Claiming one's own again changes nothing. Raises NotAllowed, Refused (who decided before what is reconsidered), and
    Stale when somebody else has it by now.
    """
    access.require(actor, "claim", request)
    check_fit(actor.user, request)
    if request.reviewer_id == actor.user.id and _is_held(request):
        return request
    if request.reviewer_id not in (None, actor.user.id):
        raise Stale(f"{holder_of(request)} has claimed this request already. It can be handed over to you.")
    try:
        return _give(request, actor, actor.user, "claimed")
    except Stale:
        now: Request = Request.get_by_id(request.id)
        if now.reviewer_id != actor.user.id:
            raise
        return now


def hand_over(request: Request, actor: Actor, to: User, words: str = "") -> Request:
    """Gives an open request, whoever has it, into another person's hands, with words for them.

    In whose hands it is already, there it stays, without another event. Raises NotAllowed, Refused (that person can't
    take it as it stands) and Stale.
    """
    with again.once(actor, "handed_over", request, words.strip(), to=to.username):
        access.require(actor, "hand_over", request)
        check_fit(to, request)
        _give(request, actor, to, "handed_over", words.strip())
    return request


def release(request: Request, actor: Actor) -> Request:
    """Puts a request back into the queue. Raises NotAllowed and Stale."""
    with again.once(actor, "released", request):
        access.require(actor, "hand_over", request)
        _give(request, actor, None, "released")
    return request


def holder_of(request: Request) -> str:
    """The username of the person who has it in hand; '' when nobody does."""
    return request.reviewer.username if request.reviewer else ""


def _is_held(request: Request) -> bool:
    return request.status != Status.PHYSICIAN_REVIEW or request.physician_id is not None


def _give(request: Request, actor: Actor, to: User | None, event: str, words: str = "") -> Request:
    columns: dict[str, User | None] = {"reviewer": to}
    is_asking = request.status == Status.INFO_REQUESTED and request.physician_id is not None
    if request.status == Status.PHYSICIAN_REVIEW or (is_asking and to is not None and to.role == Role.PHYSICIAN):
        columns["physician"] = to
    if all(getattr(request, name) == person for name, person in columns.items()):
        return request
    return table.keep(
        request,
        event,
        actor,
        words,
        data={"to": to.username} if to else {},
        internal=True,
        unchanged=("reviewer_id", "physician_id"),
        **columns,
    )
