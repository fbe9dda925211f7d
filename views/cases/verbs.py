"""Withdraw, cancel, take the urgency back, discharge, ask for a talk: a form, a verb, back to the case."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, clock
from casework.errors import Refused, Stale
from casework.workflow import after, office
from forms.base import PortalForm
from forms.cases import CancelForm, DischargeForm, TalkForm, WithdrawForm
from models import Case, PeerToPeer, Request, Status
from views.cases import bp
from views.web import actor, done, errors_of, may, render

Act = Callable[[Any], object]

VERBS = {
    "withdraw": "withdraw",
    "cancel": "cancel",
    "urgency": "lower_urgency_self",
    "peer_to_peer": "ask_peer_to_peer",
}
"""What each page is for, as `access` says it."""


def _page(name: str, case: Case, form: PortalForm, asked: Request | None = None, trouble: str = "") -> Response:
    """The page of a verb; `trouble` is what the verb itself said."""
    errors = [("", trouble)] if trouble else errors_of(form)
    return render(f"cases/{name}.html", status=422 if errors else 200, case=case, asked=asked, form=form, errors=errors)


def _answer(
    name: str, case: Case, form: PortalForm, act: Act, told: str, asked: Request | None = None
) -> Response | Any:
    """Shows the form, or does the verb, which knows a second click, and goes back to the case."""
    if not form.validate_on_submit():
        if asked is not None:
            access.require(actor(), VERBS[name], asked)
        return _page(name, case, form, asked)
    try:
        act(form)
    except (Refused, Stale) as refusal:
        return _page(name, case, form, asked, refusal.message)
    return _back(case, told)


def _back(case: Case, told: str = "") -> ResponseReturnValue:
    return done(told, url_for("cases.show", number=case.webcert_number))


@bp.route("/requests/<key:key>/withdraw", methods=["GET", "POST"])
@may("withdraw")
def withdraw(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if request.method == "GET" and asked.status == Status.WITHDRAWN:
        return _back(asked.case)

    def act(form: Any) -> None:
        office.withdraw(asked, actor(), form.reason.data or "")

    return _answer("withdraw", asked.case, WithdrawForm(), act, "The request is withdrawn.", asked)


@bp.route("/requests/<key:key>/cancel", methods=["GET", "POST"])
@may("cancel")
def cancel(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if request.method == "GET" and asked.status == Status.CANCELLED:
        return _back(asked.case)

    def act(form: Any) -> None:
        office.cancel(asked, actor(), form.reason.data)

    return _answer("cancel", asked.case, CancelForm(), act, "The request is cancelled.", asked)


@bp.route("/requests/<key:key>/urgency", methods=["GET", "POST"])
@may("lower_urgency_self")
def take_back_urgency(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")

    def act(form: Any) -> None:
        office.take_back_urgency(asked, actor(), form.reason.data or "")

    return _answer("urgency", asked.case, WithdrawForm(), act, "The request is Standard now.", asked)


@bp.route("/cases/<number:number>/discharge", methods=["GET", "POST"])
@may("discharge")
def discharge(number: str) -> ResponseReturnValue:
    case = access.case_for(actor(), number)
    impossible = after.discharge_possible(case)
    if request.method == "GET" and impossible:
        return done(impossible, url_for("cases.show", number=number))

    def act(form: Any) -> None:
        after.discharge(case, actor(), clock.parse_date(form.day.data), form.disposition.data)

    return _answer("discharge", case, DischargeForm(), act, "The discharge is recorded.")


@bp.route("/requests/<key:key>/peer-to-peer", methods=["GET", "POST"])
@may("ask_peer_to_peer")
def peer_to_peer(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "ask_peer_to_peer")
    if request.method == "GET" and asked.peer_to_peer_talks.where(PeerToPeer.talked_at.is_null()).exists():
        return done("A talk is asked for already.", url_for("cases.show", number=asked.case.webcert_number))

    def act(form: Any) -> None:
        after.ask_peer_to_peer(asked, actor(), form.physician_name.data, form.phone.data, form.windows)

    return _answer(
        "peer_to_peer", asked.case, TalkForm(), act, "The talk is asked for. CMSI confirms a time here.", asked
    )
