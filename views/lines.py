"""Service and diagnosis lines of a draft: added, removed, brought back, pasted, made primary, a code chosen.

Each button is a submit button of the form: without scripts it posts everything that was typed, which is saved first.
"""

from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from casework import access, drafts
from casework.answers import Line
from casework.errors import NotFound, Refused
from casework.vocabulary import counted
from forms import lines
from models import Request
from views.requests.page import (
    Trouble,
    answer_line,
    form_page,
    keep,
    keep_pasted,
    line_block,
    lines_block,
    told_of_paste,
)
from views.uploads import takes_files
from views.web import actor, is_htmx, may

bp = Blueprint("lines", __name__)


@bp.post("/requests/<key:key>/lines/<any(service, diagnosis):prefix>")
@may("edit")
@takes_files
def add(key: str, prefix: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    try:
        number = drafts.add_line(asked, actor(), prefix)
    except Refused as refusal:
        trouble.errors[f"add-{prefix}"] = refusal.message
        return _again(asked, trouble)
    has_room = lines.has_room(drafts.answers(asked), prefix)
    events = "portal:saved" if has_room else "portal:saved, portal:redraw"
    return answer_line(asked, trouble, line_block(asked, prefix, number), f"{prefix}-{number}-code", events=events)


def _again(asked: Request, trouble: Trouble) -> ResponseReturnValue:
    """The form with what was refused; a script draws its sections anew."""
    if is_htmx():
        return Response(status=204, headers={"HX-Trigger": "portal:redraw"})
    return form_page(asked, trouble, status=422)


@bp.post("/requests/<key:key>/lines/<any(service, diagnosis):prefix>/<int:number>/remove")
@may("edit")
@takes_files
def remove(key: str, prefix: str, number: int) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    drafts.remove_line(asked, actor(), prefix, number)
    gone = _line(asked, prefix, number)
    block = lines_block(asked, prefix, gone=gone)
    return answer_line(asked, trouble, block, f"gone-{prefix}", removed=f"{prefix}-{number}")


def _line(asked: Request, prefix: str, number: int) -> Line:
    line = next((each for each in drafts.answers(asked).all_lines(prefix) if each.number == number), None)
    if line is None:
        raise NotFound
    return line


@bp.post("/requests/<key:key>/lines/<any(service, diagnosis):prefix>/<int:number>/restore")
@may("edit")
@takes_files
def restore(key: str, prefix: str, number: int) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    try:
        drafts.restore_line(asked, actor(), prefix, number)
    except Refused as refusal:
        trouble.errors[f"add-{prefix}"] = refusal.message
        return _again(asked, trouble)
    return answer_line(asked, trouble, lines_block(asked, prefix, focus=number), f"{prefix}-{number}-code")


@bp.post("/requests/<key:key>/lines/service/paste")
@may("edit")
@takes_files
def paste(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    if not is_htmx():
        return answer_line(asked, trouble, "", "section-E")
    pasted = keep_pasted(asked, trouble, request.form.get("pasted", ""))
    if pasted is None:
        return Response(_all_lines(asked, trouble), status=422, headers={"HX-Trigger": "portal:saved"})
    block = _all_lines(asked, trouble, told=told_of_paste(pasted), focus=next(iter(pasted.numbers), 0))
    return answer_line(asked, trouble, block, "section-E")


def _all_lines(asked: Request, trouble: Trouble, **more: Any) -> str:
    """The service lines, in place of the old ones: with what could not be kept, as it was typed."""
    return lines_block(asked, "service", errors=trouble.errors, typed=trouble.typed, **more)


@bp.post("/requests/<key:key>/lines/service/fill")
@may("edit")
@takes_files
def fill(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    told = f"{counted(drafts.fill_lines(asked, actor()), 'service lines')} filled in."
    return answer_line(asked, trouble, _all_lines(asked, trouble, told=told, focus="fill"), "section-E")


@bp.post("/requests/<key:key>/lines/diagnosis/<int:number>/primary")
@may("edit")
@takes_files
def make_primary(key: str, number: int) -> ResponseReturnValue:
    return _set(key, number, "primary", "1", whole=True)


@bp.post("/requests/<key:key>/lines/diagnosis/<int:number>/code")
@may("edit")
@takes_files
def choose(key: str, number: int) -> ResponseReturnValue:
    return _set(key, number, "code", request.form.get("code", "")[:10])


def _set(key: str, number: int, name: str, value: str, *, whole: bool = False) -> ResponseReturnValue:
    """Sets an answer of a diagnosis line by a button that says so: it counts whatever stood there."""
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    line = _line(asked, "diagnosis", number)
    if line.is_removed:
        raise NotFound
    drafts.save(asked, actor(), {line.control(name): value}, drafts.versions(asked))
    block = lines_block(asked, "diagnosis", focus=number) if whole else line_block(asked, "diagnosis", number)
    return answer_line(asked, trouble, block, f"diagnosis-{number}-code")
