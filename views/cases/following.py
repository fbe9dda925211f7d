"""Extend, change, reconsider: each starts a draft that carries the earlier request over."""

from collections.abc import Callable

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from casework import access, drafts
from casework.actor import Actor
from casework.errors import NotAllowed, Refused
from models import Request
from views.cases import bp
from views.web import actor, done, may

CARRIED = "Member, providers and codes are carried over. "


@bp.post("/requests/<key:key>/extend")
@may("extend")
def extend(key: str) -> ResponseReturnValue:
    return _start(key, drafts.start_extension, f"{CARRIED}Say what is added, attach new records, and submit.")


@bp.post("/requests/<key:key>/change")
@may("change")
def change(key: str) -> ResponseReturnValue:
    return _start(key, drafts.start_change, f"{CARRIED}Change what is to be different, and submit.")


@bp.post("/requests/<key:key>/reconsider")
@may("reconsider")
def reconsider(key: str) -> ResponseReturnValue:
    return _start(key, drafts.start_reconsideration, f"{CARRIED}Attach what was missing, and submit.")


def _start(key: str, start: Callable[[Request, Actor], Request], words: str) -> ResponseReturnValue:
    """On to the draft; back to the case, with the reason, when nothing can be started any more."""
    asked = access.request_for(actor(), key, "see")
    try:
        draft = start(asked, actor())
    except (Refused, NotAllowed) as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("cases.show", number=asked.case.webcert_number), 303)
    return done(words, url_for("requests.show", key=draft.key))
