"""What an intranet's pages may do with the portal: send a request that they have filled in, and show its counts."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from casework import access, clock, completeness, drafts, intranet, reading
from casework.accounts import totp
from casework.errors import Refused
from casework.lists import tabs
from config import current as settings
from views.dashboard import capped
from views.security import cookie_name
from views.web import actor, cookie_manners, done, is_partial, may, public, render

bp = Blueprint("intranet", __name__)

LOST = (
    "Your browser has not kept what your intranet sent; in another site's page browsers often keep nothing. "
    "Send it from there once more, into a window of its own."
)


@bp.post("/prefill")
@public
def receive() -> ResponseReturnValue:
    """From a form on a listed intranet: kept sealed, then shown to a person who is signed in."""
    listed = settings().prefill_origins.split()
    if not listed:
        abort(404)
    origin = request.headers.get("Origin", "")
    if origin not in listed:
        abort(403, "This portal takes requests from its own intranet only. Open it and begin there by Add.")
    if request.content_length is None or request.content_length > intranet.MOST_BYTES:
        raise RequestEntityTooLarge("This is more than a request holds: at most 64 KB.")
    key, secret = intranet.receive(request.form.to_dict(), origin, request.remote_addr or "")
    answer = redirect(url_for("intranet.confirm", key=key), 303)
    answer.set_cookie(_cookie(key), secret, max_age=int(intranet.LIVES.total_seconds()), **cookie_manners())
    return answer


receive.takes_no_token = True  # type: ignore[attr-defined]  # it comes from elsewhere, and changes nothing by itself


def _cookie(key: str) -> str:
    """Each has a cookie of its own, so that two windows don't take each other's."""
    return cookie_name(f"portal_prefill_{key}")


def forget_all(answer: Response) -> None:
    """At sign-out: who signs in next at this computer doesn't see what was sent for the person before."""
    for name in request.cookies:
        if name.startswith(_cookie("")):
            answer.delete_cookie(name, **cookie_manners())


def _secret(key: str) -> str:
    secret = request.cookies.get(_cookie(key))
    if not secret:
        raise Refused(LOST)
    return secret


@bp.get("/prefill/<key:key>")
@may("start_request")
def confirm(key: str) -> ResponseReturnValue:
    sent = intranet.look(key, _secret(key))
    on = completeness.span(sent.answers)[0] or clock.today()
    sections = [each for each in reading.sections(sent.answers, on) if each.lines or any(p.words for p in each.pairs)]
    return render("intranet/confirm.html", key=key, sent=sent, sections=sections)


@bp.post("/prefill/<key:key>")
@may("start_request")
def make_draft(key: str) -> ResponseReturnValue:
    made = drafts.begun(actor(), key) or intranet.make_draft(actor(), key, _secret(key))
    words = "A draft with what your intranet sent. Look it over and add what is missing."
    return _without_cookie(key, done(words, url_for("requests.show", key=made.key)))


@bp.post("/prefill/<key:key>/drop")
@may("start_request")
def drop(key: str) -> ResponseReturnValue:
    intranet.look(key, _secret(key))
    intranet.drop(key)
    return _without_cookie(key, done("Nothing was saved.", url_for("dashboard.show")))


def _without_cookie(key: str, answer: ResponseReturnValue) -> ResponseReturnValue:
    answer.delete_cookie(_cookie(key), **cookie_manners())  # type: ignore[union-attr]  # done() gives a Response
    return answer


@bp.get("/widget")
@public
def widget() -> ResponseReturnValue:
    """Counts and whose turn it is, for a small frame, or as a fragment where the intranet has the same origin."""
    is_in = current_user.is_authenticated and not totp.is_due(current_user.user)
    is_office = is_in and access.can(actor(), "list_requests")
    office = actor().user.office if is_office else None
    offices = access.circle(office) if office else []
    counts = tabs.counts(offices) if is_office else {}
    shown = [
        (words, capped(counts[name]), url_for("dashboard.show", tab=name))
        for name, (words, _) in tabs.TABS.items()
        if name in counts
    ]
    waiting = tabs.page(offices, "accepted", "turn").rows[:5] if counts.get("turn") else []
    as_fragment = is_partial() or request.args.get("fragment") == "1"
    return render(
        "intranet/_widget.html" if as_fragment else "intranet/widget.html",
        is_office=is_office,
        shown=shown,
        waiting=waiting,
        turn=counts.get("turn", 0),
    )


widget.no_activity = True  # type: ignore[attr-defined]  # an intranet's page that reloads itself is nobody at the keys
