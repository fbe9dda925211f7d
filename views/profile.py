"""A person's own account: data, password, second factor, sessions, sign-in history."""

from io import BytesIO

import segno
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from casework import access
from casework.accounts import keeping, links, password_rules, profile, recovery, resets, sessions, totp
from casework.errors import NotFound, Refused
from config import current as settings
from forms.accounts import OfficeForm, OwnDataForm
from forms.auth import CodeForm, NewPasswordForm
from models import Role
from views.web import (
    actor,
    changes_session,
    cookie_manners,
    done,
    errors_of,
    may,
    proved,
    render,
    row_number,
    session_cookie,
)

bp = Blueprint("profile", __name__)


@bp.get("/profile")
@may("keep_profile")
def show() -> ResponseReturnValue:
    user = current_user.user
    return render(
        "profile/show.html",
        sessions=sessions.of_user(user),
        own=current_user.session,
        history=keeping.sign_in_history(user, 10),
        linked=links.linked_with(user.office) if user.office else [],
        told=links.told(user.office) if user.office else "",
        may_have_factor=settings().office_totp != "off" or user.is_staff,
        is_due=totp.is_due(user),
        codes_left=recovery.left(user),
    )


@bp.route("/profile/data", methods=["GET", "POST"])
@may("keep_profile")
@proved
def own_data() -> ResponseReturnValue:
    form = OwnDataForm(obj=current_user.user)
    if form.validate_on_submit():
        profile.change_own(form.own_data(), actor())
        return done("Your data are saved.", url_for("profile.show"))
    status = 422 if form.errors else 200
    return render("profile/data.html", status=status, form=form, errors=errors_of(form))


@bp.route("/profile/office", methods=["GET", "POST"])
@may("start_request")
def office() -> ResponseReturnValue:
    """The office's data: what each new request begins with."""
    mine = current_user.user.office
    form = OfficeForm(obj=mine, data={"office_name": mine.name, "office_phone": mine.phone})
    if form.validate_on_submit():
        profile.change_office(form.office_data(), actor())
        return done("Your office's data are saved. New requests begin with them.", url_for("profile.show"))
    status = 422 if form.errors else 200
    return render("profile/office.html", status=status, form=form, errors=errors_of(form))


@bp.route("/profile/password", methods=["GET", "POST"])
@changes_session
@may("keep_profile")
@proved
def password() -> ResponseReturnValue:
    if current_user.user.password_hash is None:
        raise NotFound
    form = NewPasswordForm()
    errors: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            token = resets.change_own(current_user.session, form.password.data, actor())
        except Refused as refusal:
            errors = [("password", refusal.message)]
        else:
            return _with_token("Your password is changed. Sessions elsewhere have ended.", token)
    errors = errors or errors_of(form)
    rules = password_rules.ticks()
    return render("profile/password.html", status=422 if errors else 200, form=form, errors=errors, rules=rules)


def _with_token(message: str, token: str) -> ResponseReturnValue:
    answer = done(message, url_for("profile.show"))
    if isinstance(answer, Response):
        answer.set_cookie(session_cookie(), token, **cookie_manners())
    return answer


@bp.route("/profile/second-factor", methods=["GET", "POST"])
@changes_session
@may("keep_profile")
@proved
def second_factor() -> ResponseReturnValue:
    """Sets up codes from an app: a secret is made, shown as a picture, and in force after its first code."""
    user = current_user.user
    if user.oidc_subject is not None or (user.role == Role.PROVIDER and settings().office_totp == "off"):
        raise NotFound
    form = CodeForm()
    errors: list[tuple[str, str]] = []
    if request.method == "POST" and (request.form.get("begin") or not user.totp_pending):
        totp.begin(user)
        return done("", url_for("profile.second_factor"))
    if form.validate_on_submit():
        try:
            codes = totp.confirm(user, form.code.data, actor())
        except Refused as refusal:
            errors = [("code", refusal.message)]
        else:
            return _shown_once(codes)
    errors = errors or errors_of(form)
    secret = totp.waiting_secret(user) if user.totp_pending else ""
    return render("profile/second_factor.html", status=422 if errors else 200, form=form, errors=errors, secret=secret)


def _shown_once(codes: list[str]) -> Response:
    """The codes, in the answer to what made them, and nowhere else; the session goes on under a new token."""
    answer = render("profile/recovery_codes.html", codes=codes)
    answer.set_cookie(session_cookie(), sessions.renew(current_user.session), **cookie_manners())
    return answer


@bp.post("/profile/recovery-codes")
@changes_session
@may("keep_profile")
@proved
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes; the former ones are worth nothing any more."""
    return _shown_once(recovery.renew(current_user.user, actor()))


@bp.get("/profile/totp.svg")
@may("keep_profile")
@proved
def totp_picture() -> ResponseReturnValue:
    """The secret that waits, as a QR picture for the app."""
    picture = BytesIO()
    segno.make(totp.address_of(current_user.user), error="m").save(
        picture, kind="svg", light="white", scale=5, svgns=True, xmldecl=False
    )
    return Response(picture.getvalue(), mimetype="image/svg+xml")


@bp.post("/profile/second-factor/remove")
@may("keep_profile")
@proved
def remove_second_factor() -> ResponseReturnValue:
    user = current_user.user
    if user.is_staff or settings().office_totp == "required":
        raise Refused("Your account needs a second factor. Set up another one instead.")
    totp.remove(user, actor())
    return done("Your second factor is removed.", url_for("profile.show"))


@bp.post("/profile/sessions/end")
@may("keep_profile")
def end_session() -> ResponseReturnValue:
    """Signs out on another computer."""
    access.require(actor(), "keep_profile")
    number = row_number(request.form.get("session"))
    ended = number is not None and sessions.end_one(current_user.user, number)
    return done("Signed out there." if ended else "That session was over already.", url_for("profile.show"))
