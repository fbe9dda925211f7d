"""One-time links: set a new password, take up an invitation. Opening one changes nothing: mail scanners do it too."""

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from casework.accounts import password_rules, resets, staff, throttle
from casework.accounts.sso import flow
from casework.errors import Refused
from config import current as settings
from forms.auth import NewPasswordForm
from views.auth import caller
from views.web import done, errors_of, public, render

bp = Blueprint("tickets", __name__)


@bp.route("/set-password/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """The person whom intake gave this link chooses a new password."""
    throttle.require_free(throttle.LINKS, caller().address)
    form = NewPasswordForm()
    errors = []
    if form.validate_on_submit():
        try:
            resets.set_password(token, form.password.data, caller().address)
        except Refused as refusal:
            errors = [("password", refusal.message)]
        else:
            return done("Your new password is set. Sign in with it.", url_for("auth.sign_in"))
    try:
        user = resets.owner_of(token)
    except Refused as refusal:
        return _used_up(refusal)
    return _form("auth/set_password.html", form, errors, username=user.username)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> ResponseReturnValue:
    """A new member of staff binds a single sign-on identity, or sets a password where that is the way in."""
    throttle.require_free(throttle.LINKS, caller().address)
    form = NewPasswordForm()
    errors = []
    if form.validate_on_submit():
        try:
            staff.accept_with_password(token, form.password.data, caller().address)
        except Refused as refusal:
            errors = [("password", refusal.message)]
        else:
            door = "auth.staff_sign_in" if settings().staff_password else "auth.sign_in"
            return done("Your password is set. Sign in with it; then set up your second factor.", url_for(door))
    try:
        user = staff.invited(token)
    except Refused as refusal:
        return _used_up(refusal)
    ways = {"by_sso": flow.is_set_up(), "by_password": staff.may_set_password(), "token": token, "user": user}
    return _form("auth/invitation.html", form, errors, **ways)


def _used_up(refusal: Refused) -> ResponseReturnValue:
    throttle.count((throttle.LINKS, caller().address))
    return render("auth/used_up.html", status=404, message=refusal.message)


def _form(template: str, form: NewPasswordForm, errors: list[tuple[str, str]], **more: Any) -> ResponseReturnValue:
    errors = errors or errors_of(form)
    rules = password_rules.ticks()
    return render(template, status=422 if errors else 200, form=form, errors=errors, rules=rules, **more)
