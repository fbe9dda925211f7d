"""The second click: what a person asks for once more within a moment was done by the first, and is told as done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from casework import clock
from casework.actor import Actor
from casework.errors import NotNow, Refused, Stale
from models import Event, Request

SECOND_CLICK = timedelta(minutes=1)
"""The same again within it comes from the same person's second click, or from a form that was sent anew."""


def since() -> datetime:
    """What happened after this moment may have been the first click."""
    return clock.now() - SECOND_CLICK


@contextmanager
def once(
    actor: Actor | None, kind: str, request: Request | None = None, words: str = "", **data: Any
) -> Iterator[None]:
    """What is refused inside counts as done when the actor has just done it: see `has_just`. The request is read anew.

    Somebody else's doing, or the actor's own with other words, is refused as ever.
    """
    try:
        yield
    except (Stale, NotNow, Refused):
        if actor is None or not has_just(actor, kind, request, words, **data):
            raise
        if request is not None:
            for name, value in Request.get_by_id(request.id).__data__.items():
                setattr(request, name, value)


def has_just(actor: Actor, kind: str, request: Request | None = None, words: str = "", **data: Any) -> bool:
    """Whether this person did this a moment ago, with these words and data, and the request stands where that led."""
    mine = (Event.kind == kind) & (Event.actor == actor.user.id) & (Event.at >= since())
    if request is not None:
        mine &= Event.request == request.id
    last = Event.select().where(mine).order_by(Event.id.desc()).first()
    if last is None or not last.reason.endswith(words) or any(last.data.get(name) != data[name] for name in data):
        return False
    return last.to_status is None or last.to_status == Request.get_by_id(last.request_id).status
