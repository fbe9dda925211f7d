"""Void: CMSI takes a request out of the world, with a reason that the office reads."""

from typing import Any

from casework import access, again
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from casework.workflow import table
from casework.workflow.review.determine import close_questions
from models import Request


def void(request: Request, actor: Actor, reason: str) -> Request:
    """Makes an open or determined request void; its letters stay as they are. Raises NotAllowed, Refused and Stale."""
    words = reason.strip()
    with again.once(actor, "voided", request, words):
        access.require(actor, "void", request)
        if not words:
            raise Refused("Say why the request is made void: the office reads it.")
        with transaction():
            close_questions(request)
            gone: dict[str, Any] = {"is_void": True, "closing_reason": "void", "closing_words": words}
            table.move(request, "void", actor, words, **gone, paused_at=None, reply_by=None)
    return request
