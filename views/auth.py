"""The doors for username and password: sign in, sign out, register, prove who one is, what a session has left."""

from math import ceil

from flask import Blueprint, Response, abort, flash, g, jsonify, redirect, request, url_for
from flask import session as kept_by_browser
from flask.typing import ResponseReturnValue
from flask_login import current_user

from casework import audit, clock
from casework.accounts import doors, password_rules, register, sessions, throttle, tickets
from casework.accounts.doors import Door, Entry, Step
from casework.demo.people import PASSWORD, PEOPLE
from casework.errors import PortalError, Refused, TooMany
from config import current as settings
from forms.auth import ProofForm, RegisterForm, SignInCodeForm, SignInForm
from models import Role, User
from views import intranet
from views.web import (
    actor,
    changes_session,
    cookie_manners,
    csrf_token,
    done,
    errors_of,
    may,
    own_path,
    public,
    render,
    session_cookie,
)

bp = Blueprint("auth", __name__)

HOMES = {Role.PROVIDER: "dashboard.show", Role.ADMIN: "accounts.show"}


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    if current_user.is_authenticated and request.method == "GET":
        return redirect(own_path(request.args.get("next")) or home_of(current_user.user), 303)
    return _at_the_door(Door.OFFICE)


@bp.route("/sign-in/staff", methods=["GET", "POST"])
@public
def staff_sign_in() -> ResponseReturnValue:
    """CMSI's staff, where there is no OpenID provider."""
    if not settings().staff_password:
        abort(404)
    return _at_the_door(Door.STAFF)


def _at_the_door(door: Door) -> ResponseReturnValue:
    form = SignInForm(data={"next": own_path(request.args.get("next"))})
    if not form.validate_on_submit():
        return _sign_in_page(door, form, errors_of(form), 422 if form.errors else 200)
    try:
        entry = doors.by_password(form.username.data, form.password.data, caller(), door)
    except (Refused, TooMany) as refusal:
        return _slowed(_sign_in_page(door, form, [("username", refusal.message)], 422), refusal)
    return _onward(entry, form.next.data)


def _sign_in_page(door: Door, form: SignInForm, errors: list[tuple[str, str]], status: int) -> Response:
    sample = [(person.username, person.role) for person in PEOPLE] if settings().demo else []
    was_signed_in = not form.is_submitted() and session_cookie() in request.cookies
    return render(
        "auth/sign_in.html",
        status=status,
        form=form,
        errors=errors,
        is_staff=door == Door.STAFF,
        was_signed_in=was_signed_in,
        sample=sample,
        password=PASSWORD,
    )


def _slowed(page: Response, refusal: PortalError) -> Response:
    if isinstance(refusal, TooMany):
        page.status_code = 429
        page.headers["Retry-After"] = str(refusal.wait)
    return page


def _onward(entry: Entry, back: str | None) -> ResponseReturnValue:
    """What follows the right password: in, the code of the app, or the page that says what to do."""
    if entry.step == Step.IN:
        return _welcome(entry, back)
    if entry.step == Step.CODE:
        return _code_page(SignInCodeForm(formdata=None, data={"ticket": entry.token, "next": own_path(back)}), [], 200)
    return render("auth/not_active.html", step=entry.step.value, ticket=entry.token)


@bp.post("/sign-in/code")
@public
def sign_in_code() -> ResponseReturnValue:
    form = SignInCodeForm()
    if not form.validate_on_submit():
        return _code_page(form, errors_of(form), 422)
    try:
        entry = doors.by_code(form.ticket.data or "", form.given(), caller())
    except (Refused, TooMany) as refusal:
        if tickets.just_used("code", form.ticket.data or ""):
            return redirect(url_for("auth.sign_in", next=own_path(form.next.data)), 303)
        return _slowed(_code_page(form, [(form.wrong(), refusal.message)], 422), refusal)
    return _welcome(entry, form.next.data)


def _welcome(entry: Entry, back: str | None) -> ResponseReturnValue:
    """In; and a word about a new password, in case it was somebody else who set it, or about codes that run out."""
    answer = let_in(entry.user, entry.token, back)
    if entry.reset_at is not None:
        at, phones = clock.show_moment(entry.reset_at), settings().account_phones
        flash(f"Your password was set anew on {at}, by a link from intake. If that wasn't you, call {phones}.")
    if entry.codes_left is not None:
        flash(
            f"You used a recovery code: {entry.codes_left} left. If your phone is gone, set up another second factor."
        )
    return answer


def _code_page(form: SignInCodeForm, errors: list[tuple[str, str]], status: int) -> Response:
    return render("auth/code.html", status=status, form=form, errors=errors)


@bp.post("/sign-in/reactivation")
@public
def ask_reactivation() -> ResponseReturnValue:
    """A person who gave the right password asks intake to reactivate the account."""
    doors.ask_reactivation(request.form.get("ticket", ""))
    return done("Intake knows that you want your account back. They will reactivate it soon.", url_for("auth.sign_in"))


def caller() -> doors.Caller:
    """Whoever is at the door."""
    return doors.Caller(request.remote_addr or "", request.headers.get("User-Agent", ""), g.get("request_id", ""))


def let_in(user: User, token: str, back: str | None) -> ResponseReturnValue:
    """Hands the session's token to the browser and leads to the page that was wanted, or home.

    What this browser had before, somebody's session and messages that nobody has read, ends with it.
    """
    sessions.end_of(request.cookies.get(session_cookie(), ""))
    kept_by_browser.pop("_flashes", None)
    answer = redirect(own_path(back) or home_of(user), 303)
    answer.set_cookie(session_cookie(), token, **cookie_manners())
    return answer


def home_of(user: User) -> str:
    return url_for(HOMES.get(user.role, "queue.show"))


@bp.post("/sign-out")
@public
@changes_session
def sign_out() -> ResponseReturnValue:
    address = url_for("auth.sign_in")
    if current_user.is_authenticated:
        sessions.end(current_user.session)
        audit.write("signed_out", actor())
        kept_by_browser.pop("_flashes", None)
        flash("You are signed out.")
        address = url_for("sso.signed_out") if current_user.user.oidc_subject else address
    answer = redirect(address, 303)
    answer.delete_cookie(session_cookie(), **cookie_manners())
    intranet.forget_all(answer)
    return answer


@bp.get("/session")
@public
def session_left() -> ResponseReturnValue:
    """How many seconds the session has left without activity (asking is none), and the token for its forms."""
    if not current_user.is_authenticated:
        return jsonify(left=0)
    left = ceil((sessions.ends_at(current_user.session) - clock.now()).total_seconds())
    return jsonify(left=max(0, left), token=csrf_token())


@bp.post("/session")
@may("keep_profile")
def session_stay() -> ResponseReturnValue:
    """The person is still there: the idle time begins again."""
    sessions.touch(current_user.session, at_once=True)
    return session_left()


@bp.route("/prove", methods=["GET", "POST"])
@changes_session
@may("keep_profile")
def prove() -> ResponseReturnValue:
    """Who one is, once more, before something that matters; then back to it."""
    form = ProofForm(data={"next": own_path(request.args.get("next"))})
    errors: list[tuple[str, str]] = []
    if form.validate_on_submit():
        if doors.proves(current_user.user, form.password.data, form.code.data or "", caller()):
            audit.write("proved", actor())
            return let_in(current_user.user, sessions.renew(current_user.session, is_proof=True), form.next.data)
        audit.write("proof_refused", actor())
        errors = [("password", "This isn't right. Enter the password that you signed in with.")]
    errors = errors or errors_of(form)
    return render("auth/prove.html", status=422 if errors else 200, form=form, errors=errors)


@bp.route("/register", methods=["GET", "POST"])
@public
def register_office() -> ResponseReturnValue:
    form = RegisterForm()
    waits = settings().registration == "approval"
    tries = (throttle.REGISTRATIONS, caller().address)
    if request.method == "POST":
        throttle.require_free(*tries)
        if form.validate() or register.TAKEN in form.username.errors:
            throttle.count(tries)  # else usernames could be guessed here without end
        if _registers(form):
            ready = "Your account waits for CMSI's intake team." if waits else "Your account is ready. Sign in with it."
            return done(ready, url_for("auth.sign_in"))
    status = 422 if form.errors else 200
    rules = password_rules.ticks()
    return render("auth/register.html", status=status, form=form, errors=errors_of(form), rules=rules, waits=waits)


def _registers(form: RegisterForm) -> bool:
    """Registers what was entered, or finds it registered by a first click; else the form says what is wrong."""
    if not form.errors:
        try:
            register.register(form.registration(), caller().address)
        except Refused as refusal:
            form.username.errors = [refusal.message]
    if not form.errors:
        return True
    return form.errors == {"username": [register.TAKEN]} and register.has_just_registered(form.registration())
