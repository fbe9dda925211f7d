"""Decide by line: preview the letter, then issue it with the determination; and correct a determination."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import access
from casework.errors import NotAllowed, Refused, Stale
from casework.lists import queue
from casework.workflow import review
from casework.workflow.review import Decision, Undecidable
from forms.review import DecisionForm
from models import Request
from views import dossier
from views.queue import done_with
from views.web import actor, may, render, row_number

bp = Blueprint("decisions", __name__)


@bp.post("/review/<key:key>/decision")
@may("decide")
def decide(key: str) -> ResponseReturnValue:
    """`step` says what for: preview (also the way of "Approve as asked", with nothing filled in), issue, or edit."""
    return _decide(access.request_for(actor(), key, "review"), "decision")


@bp.post("/review/<key:key>/correction")
@may("correct_determination")
def correct(key: str) -> ResponseReturnValue:
    return _decide(access.request_for(actor(), key, "review"), "correction")


def _decide(asked: Request, panel: str) -> ResponseReturnValue:
    place = queue.place_of(asked)
    form: DecisionForm = dossier.posted(panel)
    asking = review.asked_of(asked)
    form.match(asking)
    step = request.form.get("step", "preview")
    if step == "edit":
        return dossier.page(asked, **{panel: form})
    if not form.validate():
        return dossier.page(asked, 422, dossier.errors_of(form), **{panel: form})
    decision = form.decision(asking)
    try:
        if step != "issue":
            return _preview(asked, panel, form, decision)
        _issue(asked, panel, form, decision)
    except Undecidable as error:
        return dossier.page(asked, 422, form.blame(error.problems, asking), **{panel: form})
    except (Refused, Stale, NotAllowed) as error:
        return dossier.refused(asked, error, **{panel: form})
    return done_with(asked, place, "The determination is recorded and its letter issued.")


def _preview(asked: Request, panel: str, form: DecisionForm, decision: Decision) -> Response:
    reason = (form.correction.data or "") if panel == "correction" else None
    content, lacking = review.preview(asked, actor(), decision, reason)
    action = url_for("decisions.decide" if panel == "decision" else "decisions.correct", key=asked.key)
    pairs: list[tuple[str, Any]] = list(form.pairs())
    return render(
        "review/preview.html",
        asked=asked,
        case=asked.case,
        content=content,
        errors=[("", f"The letter can't be issued yet. It lacks {words}.") for words in lacking],
        pairs=pairs,
        action=action,
    )


def _issue(asked: Request, panel: str, form: DecisionForm, decision: Decision) -> None:
    if panel == "correction":
        review.correct_determination(asked, actor(), decision, form.correction.data or "")
        return
    review.decide(asked, actor(), decision, row_number(form.seen.data))
