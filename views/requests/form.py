"""Add, and the form of a draft: shown, saved by its button or by itself, and what is still missing."""

from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

import config
from casework import access, attachments, clock, completeness, drafts, notices
from casework.answers import Line
from casework.errors import NotFound
from casework.fields import BY_NAME
from casework.notices import SECONDARY, VERIFY
from casework.vocabulary import CASE_TYPES
from forms.request import offers, panels, typed_into
from models import Attachment, CaseType, Request, Status
from views.requests import bp
from views.requests.page import back_to, form_page, keep
from views.uploads import takes_files
from views.web import actor, done, fragment, is_htmx, is_partial, may, render

_WHAT = {
    CaseType.INPATIENT: "A stay: everything with a bed or a day program in a facility.",
    CaseType.SERVICE: "An outpatient procedure or service: everything that is no stay.",
}


@bp.get("/requests/new")
@may("start_request")
def new() -> ResponseReturnValue:
    types = [(kind.value, CASE_TYPES[kind], _WHAT[kind], offers(kind.value)) for kind in CaseType]
    told = notices.texts((VERIFY, SECONDARY), config.current().organisation)
    return render("requests/new.html", types=types, notices=told)


@bp.post("/requests/new")
@may("start_request")
def start() -> ResponseReturnValue:
    case_type = request.form.get("case_type", "")
    chosen = CaseType(case_type) if case_type in list(CaseType) else None
    begun = drafts.start(actor(), request.form.get("care_kind", ""), chosen, request.form.get("draft", ""))
    return done("", url_for("requests.show", key=begun.key))


@bp.get("/requests/<key:key>")
@may("see")
def show(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if asked.status == Status.DRAFT:
        return form_page(asked, found=_checked(asked), gone=_removed_line(asked), taken_away=_removed_file(asked))
    if asked.case.webcert_number:
        return redirect(url_for("cases.show", number=asked.case.webcert_number), 303)
    return redirect(url_for("requests.record", key=key), 303)


def _checked(asked: Request) -> list[completeness.Problem] | None:
    """After a refused Submit the sections go on saying what is missing when they are drawn anew: `?checked=1`."""
    if request.args.get("checked") != "1":
        return None
    return completeness.problems(drafts.answers(asked), completeness.context(asked))


def _removed_line(asked: Request) -> Line | None:
    """The line that was just removed without scripts: `?removed=service-2`."""
    prefix, _, number = request.args.get("removed", "").partition("-")
    lines = drafts.answers(asked).all_lines(prefix) if prefix in ("service", "diagnosis") else []
    return next((line for line in lines if line.is_removed and str(line.number) == number), None)


def _removed_file(asked: Request) -> Attachment | None:
    key = request.args.get("taken_away", "")
    return attachments.removed(asked, key) if key else None


@bp.post("/requests/<key:key>")
@may("edit")
@takes_files
def save(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    trouble = keep(asked)
    if trouble:
        return form_page(asked, trouble, status=422)
    if request.form.get("action") == "submit":
        return _on_to_check(asked)
    flash(f"Saved {clock.show_time(asked.updated_at)}")
    return back_to(asked)


def _on_to_check(asked: Request) -> ResponseReturnValue:
    answers = drafts.answers(asked)
    found = completeness.problems(answers, completeness.context(asked))
    if any(not each.is_warning for each in found):
        return form_page(asked, found=found, status=422)
    return redirect(url_for("requests.check", key=asked.key), 303)


@bp.post("/requests/<key:key>/autosave")
@may("edit")
def autosave(key: str) -> ResponseReturnValue:
    """Posted: name=value&v-name=version …; answered: {at, v: {name: version}, also: {name: value that followed from
    it}, clash: {name: {value, who, when}}, refused: {name: why}, redraw: other fields apply now}."""
    asked = access.request_for(actor(), key, "edit")
    typed = typed_into(request.form)
    saved = drafts.save(asked, actor(), typed.changes, typed.known)
    answer: dict[str, Any] = {"at": clock.show_time(saved.at), "v": saved.versions}
    if saved.also:
        answer["also"] = saved.also
    if saved.clashes:
        answer["v"] |= {name: clash.version for name, clash in saved.clashes.items()}
        answer["clash"] = {
            name: {"value": clash.value, "who": clash.who, "when": clock.show_recent(clash.at)}
            for name, clash in saved.clashes.items()
        }
    if saved.refused:
        answer["refused"] = saved.refused
    if saved.redraw:
        answer["redraw"] = True
    return jsonify(answer)


@bp.get("/requests/<key:key>/missing")
@may("edit")
def missing(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    if not is_partial():
        return redirect(url_for("requests.show", key=key, _anchor="missing"), 303)
    answers = drafts.answers(asked)
    found = completeness.problems(answers, completeness.context(asked))
    return fragment("requests/form.html", "missing", missing=panels(completeness.by_section(found, answers), answers))


@bp.post("/requests/<key:key>/provider/<control>")
@may("edit")
@takes_files
def choose_provider(key: str, control: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    kind = BY_NAME[control].suggest if control in BY_NAME else ""
    if not kind:
        raise NotFound
    trouble = keep(asked)
    npi, _, name = request.form.get("chosen", "").partition(" ")
    prefix = control.partition("_")[0]
    for each in drafts.suggestions(actor(), kind, name):
        if each.name == name and each.parts.get("npi", "") == npi:
            parts = {f"{prefix}_{part}": words for part, words in {"name": name, **each.parts}.items()}
            changes = {field: words for field, words in parts.items() if field in BY_NAME}
            drafts.save(asked, actor(), changes, drafts.versions(asked))
            break
    if trouble and not is_htmx():
        return form_page(asked, trouble, status=422)
    if is_htmx():
        response = form_page(asked, trouble, focus_on=control)
        response.headers["HX-Trigger"] = "portal:saved"
        return response
    return back_to(asked, control)
