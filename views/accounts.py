"""Accounts, kept by intake and admins."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from models import User
from views.web import may, render

bp = Blueprint("accounts", __name__)


@bp.get("/accounts")
@may("keep_accounts")
def show() -> ResponseReturnValue:
    return render("accounts/show.html", users=User.select().order_by(User.id.desc()).limit(50))
