"""A person's own account."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from views.web import may, render

bp = Blueprint("profile", __name__)


@bp.get("/profile")
@may("keep_profile")
def show() -> ResponseReturnValue:
    return render("profile/show.html")
