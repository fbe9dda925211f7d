"""The door for CMSI's staff: single sign-on. Started by a link, because a form may not lead to another site."""

import logging

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from casework import audit
from casework.accounts.sso import flow
from casework.accounts.sso.errors import SsoRefused, SsoUnreachable
from casework.errors import Refused
from config import current as settings
from views.auth import caller, let_in
from views.web import own_path, public, public_address, render, visit

bp = Blueprint("sso", __name__)
log = logging.getLogger("portal")


@bp.get("/sso")
@public
def show() -> ResponseReturnValue:
    """What single sign-on is for, and where everybody else signs in."""
    return _page()


@bp.get("/sso/start")
@public
def start() -> ResponseReturnValue:
    """To the OpenID provider; with ?prove=1 for a fresh proof, with ?invitation=… to bind an identity."""
    if not flow.is_set_up():
        return _page()
    session = current_user.session if current_user.is_authenticated and "prove" in request.args else None
    invitation = request.args.get("invitation", "")
    back = own_path(request.args.get("next"))
    try:
        return redirect(flow.start(visit(), _way_back(), back, session=session, invitation=invitation), 303)
    except Refused as refusal:
        return _refused(refusal)


@bp.get("/sso/callback")
@public
def callback() -> ResponseReturnValue:
    """Back from the provider."""
    if not flow.is_set_up():
        return _page()
    try:
        arrival = flow.finish(request.args, visit(), caller())
    except Refused as refusal:
        return _refused(refusal)
    return let_in(arrival.user, arrival.token, arrival.back)


@bp.post("/sso/back-channel")
@public
def back_channel() -> ResponseReturnValue:
    """The provider says that somebody's session there is over (OpenID Connect Back-Channel Logout)."""
    try:
        flow.sign_out_by_provider(request.form.get("logout_token", "") if flow.is_set_up() else "")
    except SsoRefused as refusal:
        log.warning("back-channel sign-out refused", extra={"why": refusal.why})
        return Response("{}", 400, mimetype="application/json")
    return Response("", 200, mimetype="text/plain")


back_channel.takes_no_token = True  # type: ignore[attr-defined]  # it carries the provider's signature instead


@bp.get("/sso/signed-out")
@public
def signed_out() -> ResponseReturnValue:
    """After sign-out: the session at the provider is another one, and may go on."""
    try:
        address = flow.sign_out_address(settings().public_url) if flow.is_set_up() else None
    except Refused:
        address = None
    return render("auth/signed_out.html", provider=address)


def _way_back() -> str:
    """The callback's full address, as it is registered with the provider: from PUBLIC_URL alone."""
    return public_address(url_for("sso.callback"))


def _refused(refusal: Refused) -> ResponseReturnValue:
    why = refusal.why if isinstance(refusal, SsoRefused) else "link"
    log.warning("single sign-on refused", extra={"why": why})
    audit.write("sign_in_refused", address=caller().address, door="sso", why=why)
    status = 503 if isinstance(refusal, SsoUnreachable) else 403
    return _page(refusal.message, status)


def _page(message: str = "", status: int = 200) -> ResponseReturnValue:
    by_password = settings().staff_password
    return render(
        "auth/sso.html", status=status, has_provider=flow.is_set_up(), message=message, by_password=by_password
    )
