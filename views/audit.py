"""The audit log, read by admins."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from models import Event
from views.web import may, render

bp = Blueprint("audit", __name__)


@bp.get("/audit")
@may("see_audit")
def show() -> ResponseReturnValue:
    return render("audit/show.html", events=Event.select().order_by(Event.id.desc()).limit(50))
