"""Look-ups while typing. They are posted, so that no diagnosis and no name stands in an address."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from casework import access, clock, completeness, drafts
from casework.errors import NotFound
from casework.fields import BY_NAME
from forms import lines
from views.web import actor, may

bp = Blueprint("codes", __name__)


@bp.post("/requests/<key:key>/codes/icd10/<int:number>")
@may("edit")
def icd10(key: str, number: int) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    on = completeness.span(drafts.answers(asked))[0] or clock.today()
    means, sought, choices = lines.found(request.form.get("q", "")[:80], on)
    context = {"number": number, "means": means, "sought": sought, "choices": choices}
    return render_template("requests/_looked_up.html", asked=asked, **context)


@bp.post("/codes/service")
@may("start_request")
def service() -> ResponseReturnValue:
    means = lines.service_means(request.form.get("q", "")[:12], clock.today())
    return render_template("requests/_means.html", means=means)


@bp.post("/requests/<key:key>/codes/providers/<control>")
@may("edit")
def providers(key: str, control: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "edit")
    kind = BY_NAME[control].suggest if control in BY_NAME else ""
    if not kind:
        raise NotFound
    offered = drafts.suggestions(actor(), kind, request.form.get("q", "")[:200])
    return render_template("requests/_providers.html", asked=asked, control=control, offered=offered)
