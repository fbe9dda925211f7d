"""The review page, and what intake, nurses and physicians do on it. Deciding is in views.decisions."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, audit
from casework.errors import NotAllowed, Refused, Stale
from casework.lists import queue
from casework.workflow import claims, intake, news, review
from forms.review import PanelForm
from models import PeerToPeer, Request, Urgency
from views import dossier
from views.queue import done_with
from views.viewer import Viewing, find, viewing
from views.web import actor, done, fragment, is_partial, may, render, row_number

bp = Blueprint("review", __name__)


@bp.get("/review/<key:key>")
@may("review")
def show(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "review")
    if is_partial():
        return _viewer(asked)
    audit.read(actor(), asked)
    return dossier.page(asked)


@bp.post("/review/<key:key>/find")
@may("review")
def find_words(key: str) -> ResponseReturnValue:
    """Searches the words of the file that is shown: posted, since what is searched for may tell about the patient."""
    return _viewer(access.request_for(actor(), key, "review"), request.form.get("words", ""))


def _viewer(asked: Request, words: str = "") -> Response:
    opened = dossier.open_dossier(asked)
    seen = viewing(opened.files)
    if words:
        find(seen, words)
    _note(seen)
    context: dict[str, Any] = {"viewing": seen, "asked": opened.asked, "documents": dossier.DOCUMENT_TYPES_WORDS}
    if not is_partial():
        return render("review/found.html", case=opened.case.case, **context)
    return fragment("review/found.html", "viewer", **context)


def _note(seen: Viewing) -> None:
    """A file that was chosen is opened; turning its pages and searching it is the same opening."""
    if seen.file is None:
        return
    is_chosen = bool(request.args.get("file")) and "page" not in request.args
    (audit.read if is_chosen else audit.read_once)(actor(), seen.file)


@bp.get("/review/<key:key>/news")
@may("review")
def news_since(key: str) -> ResponseReturnValue:
    """Polled by an open review page: whether something happened that its reader has not seen."""
    asked = access.request_for(actor(), key, "review")
    if not is_partial():
        return redirect(url_for("review.show", key=key), 303)
    seen = request.args.get("seen", 0, type=int)
    newest = news.newest(asked)
    if newest <= seen:
        return Response(status=204)
    return render("review/news.html", asked=asked, seen=seen, is_new=True)


ENDS_A_TURN = frozenset({"accept", "reject", "information", "escalate", "void"})
"""Panels after which the next request of the queue is offered."""


def _act(key: str, panel: str, act: Callable[[Request, Any], object], message: str) -> ResponseReturnValue:
    """Validates the form of a panel, does the verb, and goes back to the page; or shows it with what was typed."""
    asked = access.request_for(actor(), key, "review")
    place = queue.place_of(asked)
    form: PanelForm = dossier.posted(panel)
    dossier.fit(form, asked)
    try:
        if not form.validate():
            access.require(actor(), dossier.PANELS[panel][1], asked)
            return dossier.page(asked, 422, dossier.errors_of(form), **{panel: form})
        act(asked, form)
    except (Refused, Stale, NotAllowed) as error:
        return dossier.refused(asked, error, **{panel: form})
    if panel in ENDS_A_TURN:
        return done_with(asked, place, message)
    return done(message, url_for("review.show", key=key))


@bp.post("/review/<key:key>/accept")
@may("accept")
def accept(key: str) -> ResponseReturnValue:
    def act(asked: Request, form: Any) -> None:
        reviewer = claims.person(form.reviewer.data)
        intake.accept(asked, actor(), Urgency(form.urgency.data), form.reason.data or "", reviewer)

    return _act(key, "accept", act, "Accepted for review. The office sees the Authorization # now.")


@bp.post("/review/<key:key>/reject")
@may("reject")
def reject(key: str) -> ResponseReturnValue:
    def act(asked: Request, form: Any) -> None:
        intake.reject(asked, actor(), form.reason.data, form.words.data or "", row_number(form.seen.data))

    return _act(key, "reject", act, "Rejected. The office sees the reason and what to do.")


@bp.post("/review/<key:key>/urgency")
@may("raise_urgency")
def change_urgency(key: str) -> ResponseReturnValue:
    def act(asked: Request, form: Any) -> None:
        intake.change_urgency(asked, actor(), Urgency(form.urgency.data), form.reason.data)

    return _act(key, "urgency", act, "Urgency changed; the due time follows.")


@bp.post("/review/<key:key>/information")
@may("ask_information")
def ask_information(key: str) -> ResponseReturnValue:
    def act(asked: Request, form: Any) -> None:
        until = review.reply_moment(form.reply_within.data or "")
        review.ask_information(asked, actor(), form.wanted(), form.reason.data, until)

    return _act(key, "information", act, "The office is asked. The request comes back to you with the answer.")


@bp.post("/review/<key:key>/information/end")
@may("end_information")
def end_information(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "review")
    review.end_information(asked, actor())
    return done("The review goes on without the answer.", url_for("review.show", key=key))


@bp.post("/review/<key:key>/escalate")
@may("escalate")
def escalate(key: str) -> ResponseReturnValue:
    return _act(
        key,
        "escalate",
        lambda asked, form: review.escalate(asked, actor(), form.reason.data or ""),
        "It waits for a physician now.",
    )


@bp.post("/review/<key:key>/take-back")
@may("take_back")
def take_back(key: str) -> ResponseReturnValue:
    return _act(
        key,
        "take_back",
        lambda asked, form: review.take_back(asked, actor(), form.reason.data or ""),
        "It is back in your hands.",
    )


@bp.post("/review/<key:key>/void")
@may("void")
def void(key: str) -> ResponseReturnValue:
    return _act(
        key, "void", lambda asked, form: review.void(asked, actor(), form.reason.data or ""), "The request is void."
    )


@bp.post("/review/<key:key>/notes")
@may("note_internally")
def add_note(key: str) -> ResponseReturnValue:
    """Two buttons, so that an internal note never becomes one to the office by a choice left as it was."""
    for_office = request.form.get("for") == "office"
    return _act(
        key,
        "note",
        lambda asked, form: review.add_note(asked, actor(), form.text.data, internal=not for_office),
        "Sent to the office." if for_office else "Internal note kept: no office sees it.",
    )


@bp.post("/talks/<key:key>/confirm")
@may("manage_peer_to_peer")
def confirm_talk(key: str) -> ResponseReturnValue:
    talk = access.child_for(actor(), PeerToPeer, key, "manage_peer_to_peer")
    review.confirm_talk(talk, actor(), request.form.get("window", ""))
    return done("The talk is confirmed; the office sees the time.", url_for("review.show", key=talk.request.key))


@bp.post("/talks/<key:key>/outcome")
@may("manage_peer_to_peer")
def note_talk(key: str) -> ResponseReturnValue:
    talk = access.child_for(actor(), PeerToPeer, key, "manage_peer_to_peer")
    review.note_talk(talk, actor(), request.form.get("outcome", ""))
    return done("What came of the talk is noted.", url_for("review.show", key=talk.request.key))
