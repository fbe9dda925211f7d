"""Drafts that nobody wants any more: put away, never deleted, and brought back from "Closed"."""

from datetime import datetime, timedelta

from casework import access, again
from casework.actor import Actor
from casework.storage import transaction
from casework.workflow import table
from models import Request, Status

KEPT = timedelta(days=90)
"""After so long without a change a draft is archived."""


def discard(request: Request, actor: Actor) -> Request:
    """Puts a draft away at once: it moves to Closed with everything in it, and `bring_back` takes it out again.

    Raises NotAllowed when it is no draft, Stale when somebody else was faster.
    """
    with again.once(actor, "archived", request):
        access.require(actor, "discard", request)
        table.move(request, "archive", actor, closing_reason="discarded")
    return request


def bring_back(request: Request, actor: Actor) -> Request:
    """Makes an archived request a draft again, as it was. Raises NotAllowed and Stale."""
    with again.once(actor, "brought_back", request):
        access.require(actor, "bring_back", request)
        table.move(request, "bring_back", actor, closing_reason="")
    return request


def archive_untouched(now: datetime) -> int:
    """Archives the drafts that nobody touched for 90 days before `now`; returns how many. For a nightly job."""
    untouched = (Request.status == Status.DRAFT) & (Request.updated_at < now - KEPT)
    archived = 0
    for request in list(Request.select().where(untouched)):
        with transaction():
            still = Request.select().where(untouched, Request.id == request.id).first()
            if still is not None:
                table.move(still, "archive", None, closing_reason="untouched")
                archived += 1
    return archived
