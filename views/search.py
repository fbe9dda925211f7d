"""The one search box: what is typed is posted, its answer has a random address, or is the case of a whole number."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework.errors import TooMany
from casework.lists import search
from views import came_from
from views.rows import drawn
from views.web import actor, may, render

bp = Blueprint("search", __name__)


@bp.post("/search")
@may("see")
def ask() -> ResponseReturnValue:
    text = request.form.get("q", "")
    if not text.strip():
        return redirect(url_for("search.start"), 303)
    try:
        token = search.ask(actor(), text)
    except TooMany as refusal:
        page = render("dashboard/search.html", status=429, found=None, errors=[("again", refusal.message)])
        page.headers["Retry-After"] = str(refusal.wait)
        return page
    if number := search.case_of_number(actor(), text):
        return redirect(url_for("cases.show", number=number), 303)
    return redirect(url_for("search.show", token=token), 303)


@bp.get("/search")
@may("see")
def start() -> ResponseReturnValue:
    return render("dashboard/search.html", found=None)


@bp.get("/search/<key:token>")
@may("see")
def show(token: str) -> ResponseReturnValue:
    office = actor().user.office
    found = search.find(actor(), token)
    response = render(
        "dashboard/search.html",
        found=found,
        rows=drawn(found.rows, office.name if office else "", actor().is_staff),
    )
    return came_from.remember(response, token=token)
