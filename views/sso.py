"""The door for CMSI's staff: single sign-on."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from config import current as settings
from views.web import public, render

bp = Blueprint("sso", __name__)


@bp.get("/sso")
@public
def show() -> ResponseReturnValue:
    """What single sign-on is for, and where everybody else signs in."""
    return render("auth/sso.html", has_provider=bool(settings().oidc_issuer))
