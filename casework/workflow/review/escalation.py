"""To a physician, and back."""

from casework import access, again
from casework.actor import Actor
from casework.errors import Refused
from casework.workflow import table
from models import Request


def escalate(request: Request, actor: Actor, reason: str) -> Request:
    """Sends a request in review to the physicians; whoever escalates will not be the one who denies it.

    Raises NotAllowed, Refused (no reason) and Stale.
    """
    words = reason.strip()
    with again.once(actor, "escalated", request, words):
        access.require(actor, "escalate", request)
        if not words:
            raise Refused("Say what the physician should look at.")
        table.move(request, "escalate", actor, words, escalated_by=actor.user, reviewer=None, physician=None)
    return request


def take_back(request: Request, actor: Actor, reason: str = "") -> Request:
    """Takes a request back from physician review into the actor's hands, until a physician has claimed it.

    Raises NotAllowed (a physician has it) and Stale.
    """
    words = reason.strip()
    with again.once(actor, "taken_back", request, words):
        access.require(actor, "take_back", request)
        table.move(request, "take_back", actor, words, unchanged=("physician_id",), reviewer=actor.user)
    return request
