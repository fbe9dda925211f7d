"""What an admin may change while the portal runs."""

from dataclasses import asdict

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from casework import settings
from forms.settings import LimitsForm
from views.web import actor, done, errors_of, may, proved, render

bp = Blueprint("settings", __name__)


@bp.route("/settings", methods=["GET", "POST"])
@may("change_settings")
@proved
def show() -> ResponseReturnValue:
    form = LimitsForm(data=asdict(settings.limits()))
    if form.validate_on_submit():
        settings.change_limits(form.values(), actor())
        return done("The limits are saved.", url_for("settings.show"))
    status = 422 if form.errors else 200
    return render(
        "accounts/settings.html", status=status, form=form, names=list(settings.WORDS), errors=errors_of(form)
    )
