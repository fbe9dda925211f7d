"""In whose hands a request is: claim it, hand it over, put it back.

`Request.reviewer` is the person who works on it now. In physician review that person is its physician too: from then
on nobody takes it back.
"""

from casework import access
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.workflow import table
from models import Request, Role, Status, User, UserState


def check_fit(user: User, status: str) -> None:
    """Raises Refused unless this person can have a request of this status in hand."""
    if user.role not in access.HANDS[Status(status)] or user.state != UserState.ACTIVE:
        raise Refused(f"{user.username} can't take this request as it stands: choose somebody else.")


def person(key: str | None) -> User | None:
    """The person with this key, as a form names them; None for nobody."""
    return User.by_key(key) if key else None


def people_for(status: Status) -> list[User]:
    """The active people who can have a request of this status in hand, by name."""
    fit = User.role.in_(list(access.HANDS.get(status, ())))
    return list(User.select().where(fit, User.state == UserState.ACTIVE).order_by(User.username))


def claim(request: Request, actor: Actor) -> Request:
    """Takes an open request that nobody has into the actor's hands; in physician review as its physician.

    Claiming one's own again changes nothing. Raises NotAllowed, and Stale when somebody else has it by now.
    """
    access.require(actor, "claim", request)
    if request.reviewer_id == actor.user.id and _is_held(request):
        return request
    if request.reviewer_id not in (None, actor.user.id):
        raise Stale(f"{holder_of(request)} has claimed this request already. It can be handed over to you.")
    return _give(request, actor, actor.user, "claimed")


def hand_over(request: Request, actor: Actor, to: User, words: str = "") -> Request:
    """Gives an open request, whoever has it, into another person's hands, with words for them.

    Raises NotAllowed, Refused (that person can't take it as it stands) and Stale.
    """
    access.require(actor, "hand_over", request)
    check_fit(to, request.status)
    return _give(request, actor, to, "handed_over", words.strip())


def release(request: Request, actor: Actor) -> Request:
    """Puts a request back into the queue. Raises NotAllowed and Stale."""
    access.require(actor, "hand_over", request)
    return _give(request, actor, None, "released")


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
