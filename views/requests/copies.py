"""A draft discarded and brought back, a request copied, corrected or split into several."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, drafts
from models import Status
from views.requests import bp
from views.requests.page import form_page, keep
from views.uploads import takes_files
from views.web import actor, done, may, render


@bp.route("/requests/<key:key>/discard", methods=["GET"])
@may("discard")
def discard(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "discard")
    return render("requests/discard.html", asked=asked)


@bp.post("/requests/<key:key>/discard")
@may("discard")
def put_away(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    drafts.discard(asked, actor())
    return done("The draft is discarded. You find it under Closed.", url_for("dashboard.show", tab="drafts"))


@bp.post("/requests/<key:key>/bring-back")
@may("bring_back")
def bring_back(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    drafts.bring_back(asked, actor())
    return done("This is a draft again.", url_for("requests.show", key=key))


@bp.get("/requests/<key:key>/copy")
@may("copy")
def copy(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "copy")
    return render("requests/copy.html", asked=asked, is_draft=asked.status == Status.DRAFT)


@bp.post("/requests/<key:key>/copy")
@may("copy")
def make_copy(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "copy")
    made = drafts.copy(asked, actor(), request.form.get("draft", ""))
    return done("A copy, without dates, files and statements.", url_for("requests.show", key=made.key))


@bp.post("/requests/<key:key>/correct")
@may("correct")
def correct(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "correct")
    made = drafts.correct(asked, actor())
    return done("This draft holds everything of the rejected request.", url_for("requests.show", key=made.key))


@bp.post("/requests/<key:key>/split")
@may("edit")
@takes_files
def split(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    if trouble:
        return form_page(asked, trouble, status=422)
    made = drafts.split(asked, actor())
    flash(f"There are {len(made)} drafts now, each with its own service lines and a copy of the rest.")
    return redirect(url_for("dashboard.show", tab="drafts"), 303)
