"""Accounts, kept by intake (those of offices) and admins (all): find, reactivate, reset, close, link offices."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework.accounts import keeping, life, links, resets, sessions, staff, totp
from casework.errors import Refused
from forms.accounts import LinkForm, ReasonForm, ResetLinkForm, RoleForm, StaffForm
from models import Role, User
from views.web import actor, done, errors_of, may, proved, public_address, render

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
@may("keep_accounts")
def show() -> ResponseReturnValue:
    words, which = request.args.get("q", "")[:80], request.args.get("list", "new")
    lists = {name: text for name, text in keeping.LISTS.items() if name != "staff" or actor().role == Role.ADMIN}
    which = which if which in lists else "new"
    return render(
        "accounts/show.html",
        block="list",
        users=keeping.accounts(actor(), words, which),
        lists=lists,
        counts=keeping.counts(actor()),
        which=which,
        words=words,
        most=keeping.MOST,
    )


@bp.get("/accounts/<key:key>")
@may("keep_accounts")
def account(key: str) -> ResponseReturnValue:
    user = keeping.account_for(actor(), key)
    return _account_page(user)


def _account_page(user: User, form: ReasonForm | None = None) -> Response:
    form = form or ReasonForm(formdata=None)
    return render(
        "accounts/account.html",
        status=422 if form.errors else 200,
        user=user,
        form=form,
        role_form=RoleForm(formdata=None, data={"role": user.role.value}),
        errors=errors_of(form),
        linked=links.linked_with(user.office) if user.office else [],
        sessions=sessions.of_user(user),
        history=keeping.sign_in_history(user),
    )


@bp.post("/accounts/<key:key>/<any(reactivate, approve, reinstate, remove_factor):verb>")
@may("keep_accounts")
@proved
def change(key: str, verb: str) -> ResponseReturnValue:
    """The changes that need no reason."""
    user = keeping.account_for(actor(), key)
    verbs = {
        "reactivate": life.reactivate,
        "approve": life.approve,
        "reinstate": life.reinstate,
        "remove_factor": totp.remove,
    }
    verbs[verb](user, actor())
    words = {
        "reactivate": "The account is active again.",
        "approve": "The office can sign in now.",
        "reinstate": "The account is open again.",
        "remove_factor": "The second factor is removed.",
    }
    return done(words[verb], url_for("accounts.account", key=key))


@bp.post("/accounts/<key:key>/sign-out")
@may("keep_accounts")
def sign_out(key: str) -> ResponseReturnValue:
    life.sign_out_everywhere(keeping.account_for(actor(), key), actor())
    return done("Signed out everywhere.", url_for("accounts.account", key=key))


@bp.post("/accounts/<key:key>/close")
@may("keep_accounts")
@proved
def close(key: str) -> ResponseReturnValue:
    user = keeping.account_for(actor(), key)
    form = ReasonForm()
    if form.validate_on_submit():
        life.deactivate(user, actor(), form.reason.data)
        return done("The account is closed, and signed out everywhere.", url_for("accounts.account", key=key))
    return _account_page(user, form)


@bp.route("/accounts/<key:key>/reset-link", methods=["GET", "POST"])
@may("keep_accounts")
@proved
def reset_link(key: str) -> ResponseReturnValue:
    """After a check of the caller: a one-time link, shown once, to read out or to send."""
    user = keeping.account_for(actor(), key)
    form = ResetLinkForm()
    if form.validate_on_submit():
        token = resets.make_link(user, actor(), form.checks.data, form.reason.data.strip())
        return render(
            "accounts/link.html", user=user, link=public_address(url_for("tickets.set_password", token=token)), hours=1
        )
    status = 422 if form.errors else 200
    return render("accounts/reset_link.html", status=status, user=user, form=form, errors=errors_of(form))


@bp.post("/accounts/<key:key>/role")
@may("change_role")
@proved
def change_role(key: str) -> ResponseReturnValue:
    form = RoleForm()
    if not form.validate():
        raise Refused("Choose one of the roles.")
    life.change_role(keeping.account_for(actor(), key), Role(form.role.data), actor())
    return done("The role is changed, and the person signed out.", url_for("accounts.account", key=key))


@bp.post("/accounts/<key:key>/invite")
@may("change_role")
@proved
def invite(key: str) -> ResponseReturnValue:
    user = keeping.account_for(actor(), key)
    token = staff.invite_again(user, actor())
    return _invitation(user, token)


def _invitation(user: User, token: str) -> Response:
    """The one-time link, shown once, to read out or to send."""
    link = public_address(url_for("tickets.invitation", token=token))
    return render("accounts/link.html", user=user, link=link, hours=24)


@bp.route("/accounts/staff/new", methods=["GET", "POST"])
@may("change_role")
@proved
def add_staff() -> ResponseReturnValue:
    form = StaffForm()
    if form.validate_on_submit():
        try:
            user, token = staff.add(form.new_staff(), actor())
        except Refused as refusal:
            form.username.errors = [refusal.message]
        else:
            return _invitation(user, token)
    status = 422 if form.errors else 200
    return render("accounts/add_staff.html", status=status, form=form, errors=errors_of(form))


@bp.get("/accounts/offices/<key:key>")
@may("keep_accounts")
def office(key: str) -> ResponseReturnValue:
    """An office, the offices linked with it, and others to link it with."""
    office = keeping.office_for(actor(), key)
    words = request.args.get("q", "")[:80]
    linked = links.linked_with(office)
    found = [
        each
        for each in keeping.offices_named(actor(), words)
        if each.id not in {office.id, *(one.id for one in linked)}
    ]
    users = list(office.users.order_by(User.username))
    return render("accounts/office.html", office=office, linked=linked, found=found, words=words, users=users)


@bp.route("/accounts/offices/<key:key>/link/<key:other>", methods=["GET", "POST"])
@may("keep_accounts")
@proved
def link(key: str, other: str) -> ResponseReturnValue:
    """Shows exactly who will see whose cases, then links."""
    office, partner = keeping.office_for(actor(), key), keeping.office_for(actor(), other)
    members = links.together(office, partner)
    form = LinkForm(data={"agreed": " ".join(each.key for each in members)})
    if form.validate_on_submit():
        links.link(office, partner, actor(), form.reason.data, (form.agreed.data or "").split())
        return done("The offices are linked. They have been told.", url_for("accounts.office", key=key))
    status = 422 if form.errors else 200
    return render(
        "accounts/link_offices.html",
        status=status,
        office=office,
        other=partner,
        members=members,
        form=form,
        errors=errors_of(form),
    )


@bp.route("/accounts/offices/<key:key>/unlink", methods=["GET", "POST"])
@may("keep_accounts")
@proved
def unlink(key: str) -> ResponseReturnValue:
    office = keeping.office_for(actor(), key)
    linked = links.linked_with(office)
    if request.method == "GET" and not linked:
        return redirect(url_for("accounts.office", key=key), 303)
    form = ReasonForm()
    if form.validate_on_submit():
        links.unlink(office, actor(), form.reason.data)
        return done("The office is unlinked, at once. The offices have been told.", url_for("accounts.office", key=key))
    status = 422 if form.errors else 200
    return render(
        "accounts/unlink.html", status=status, office=office, linked=linked, form=form, errors=errors_of(form)
    )
