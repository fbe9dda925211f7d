"""The start page, help, and the page that shows every component."""

from datetime import timedelta
from types import SimpleNamespace

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from casework import clock, notices
from config import current as settings
from forms.sample import SampleForm
from views.web import public, render

bp = Blueprint("help", __name__)

PAGES = {
    "instructions": "Instructions",
    "faq": "Frequently asked questions",
    "expedited": "Criteria for Expedited",
    "contact": "Contact",
}


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    """Where everybody arrives: the two ways in, and what to know before a request."""
    return render("start.html", notices=notices.texts(notices.ON_START, settings().organisation))


@bp.get("/help")
@public
def index() -> ResponseReturnValue:
    return render("help/index.html", pages=PAGES)


@bp.get("/help/<any(instructions, faq, expedited, contact):page>")
@public
def show(page: str) -> ResponseReturnValue:
    said = notices.texts(notices.ON_START, settings().organisation)
    return render(f"help/{page}.html", pages=PAGES, page=page, notices=said)


@bp.get("/help/components")
@public
def components() -> ResponseReturnValue:
    """Every macro in all its states; in demo mode only."""
    if not settings().demo:
        abort(404)
    form = SampleForm(data={"member_id": "XKM 4471 0923", "urgency": "standard", "group_number": "?"})
    wrong = SampleForm(data={"group_number": ""}, prefix="wrong-")
    wrong.validate()
    problems = [(field.id, field.errors[0]) for field in wrong if field.errors]
    return render("help/components.html", form=form, wrong=wrong, problems=problems, events=_events())


def _events() -> list[SimpleNamespace]:
    told = [
        ("Determination issued: Partial Approval", "pam", "8 of 12 visits"),
        ("Physician review", "nia", "May take additional time."),
        ("Accepted for review", "ian", ""),
        ("Submitted", "amy", ""),
    ]
    start = clock.now()
    return [
        SimpleNamespace(text=text, who=who, detail=detail, at=start - timedelta(hours=30 * index))
        for index, (text, who, detail) in enumerate(told)
    ]
