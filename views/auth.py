"""The door for username and password: sign in, sign out, register, and how long a session has left."""

from flask import Blueprint, Response, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from casework import clock
from casework.accounts import doors, register, sessions
from casework.demo.people import PASSWORD, PEOPLE
from casework.errors import Refused
from config import current as settings
from forms.auth import RegisterForm, SignInForm
from models import Role, User
from views.web import cookie_manners, csrf_token, done, errors_of, may, own_path, public, render, session_cookie

bp = Blueprint("auth", __name__)

HOMES = {Role.PROVIDER: "dashboard.show", Role.ADMIN: "accounts.show"}


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm(data={"next": own_path(request.args.get("next"))})
    if current_user.is_authenticated and request.method == "GET":
        return redirect(home_of(current_user.user), 303)
    if form.validate_on_submit():
        try:
            entry = doors.by_password(form.username.data, form.password.data, caller())
        except Refused as refusal:
            return _sign_in_page(form, [("username", refusal.message)], 422)
        return let_in(entry.user, entry.token, form.next.data)
    return _sign_in_page(form, errors_of(form), 422 if form.errors else 200)


def _sign_in_page(form: SignInForm, errors: list[tuple[str, str]], status: int) -> Response:
    sample = [(person.username, person.role) for person in PEOPLE] if settings().demo else []
    return render("auth/sign_in.html", status=status, form=form, errors=errors, sample=sample, password=PASSWORD)


def caller() -> doors.Caller:
    """Whoever is at the door."""
    return doors.Caller(request.remote_addr or "", request.headers.get("User-Agent", ""), g.get("request_id", ""))


def let_in(user: User, token: str, back: str | None) -> ResponseReturnValue:
    """Hands the session's token to the browser and leads to the page that was wanted, or home."""
    answer = redirect(own_path(back) or home_of(user), 303)
    answer.set_cookie(session_cookie(), token, **cookie_manners())
    return answer


def home_of(user: User) -> str:
    return url_for(HOMES.get(user.role, "queue.show"))


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        sessions.end(current_user.session)
        flash("You are signed out.")
    answer = redirect(url_for("auth.sign_in"), 303)
    answer.delete_cookie(session_cookie(), **cookie_manners())
    return answer


@bp.get("/session")
@public
def session_left() -> ResponseReturnValue:
    """How many seconds the session has left without activity; asking is none.

    The token lets a page that outlived its session go on after a new sign-in in another window.
    """
    if not current_user.is_authenticated:
        return jsonify(left=0)
    left = max(0, int((sessions.ends_at(current_user.session) - clock.now()).total_seconds()))
    return jsonify(left=left, token=csrf_token())


@bp.post("/session")
@may("keep_profile")
def session_stay() -> ResponseReturnValue:
    """The person is still there: the idle time begins again."""
    sessions.touch(current_user.session, at_once=True)
    return session_left()


@bp.route("/register", methods=["GET", "POST"])
@public
def register_office() -> ResponseReturnValue:
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            register.register(form.registration(), caller().address)
        except Refused as refusal:
            form.username.errors = [refusal.message]
        else:
            if settings().registration == "approval":
                return done(
                    "Your account waits for CMSI's intake team. You will be able to sign in soon.",
                    url_for("auth.sign_in"),
                )
            flash("Your account is ready. Sign in with it.")
            return redirect(url_for("auth.sign_in"), 303)
    return render("auth/register.html", status=422 if form.errors else 200, form=form, errors=errors_of(form))
