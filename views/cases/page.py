"""The case page, which refreshes itself, and "Add to this case": everything that applies to it now."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

import config
from casework import access, audit, clock, fresh, notices
from casework.errors import NotFound
from casework.fields.record import DOCUMENT_TYPES
from casework.fields.stay import DISPOSITIONS
from casework.overview import Overview, overview, titles
from casework.vocabulary import REQUEST_TYPES
from casework.workflow import after, intake
from models import Case, Request, Status, Urgency
from views.cases import bp
from views.cases.records import answering
from views.web import actor, is_partial, may, render


@bp.get("/cases/<number:number>")
@may("see")
def show(number: str) -> ResponseReturnValue:
    if is_partial() and request.headers.get("HX-PTag") == fresh.stamp_of_case(actor(), number):
        return Response(status=304)
    case = overview(actor(), number)
    version = fresh.stamp(case.case.office.version)
    noted = audit.read_once if is_partial() else audit.read
    noted(actor(), case.case)
    form_for = _form_for(case)
    response = render(
        "cases/show.html",
        block="panel",
        overview=case,
        case=case.case,
        version=version,
        here=url_for("cases.show", number=number, answering=form_for or None),
        form_for=form_for,
        is_refresh=is_partial(),
        documents=dict(DOCUMENT_TYPES),
        dispositions=dict(DISPOSITIONS),
        rejections=intake.REASONS,
        notices=notices.texts(notices.ON_PRINTOUT, config.current().organisation),
        today=clock.today(),
        **({} if is_partial() else answering(case.waiting if form_for else None)),
    )
    response.headers["HX-PTag"] = version
    return response


def _form_for(case: Overview) -> str:
    """Key of the request whose answer form stands above the panel; a refresh knows it from the page's address."""
    if is_partial():
        return request.args.get("answering", "")
    waiting = case.waiting.request if case.waiting else None
    return waiting.key if waiting and access.can(actor(), "answer_information", waiting) else ""


@dataclass(frozen=True)
class Choice:
    """Something that can be done to a case: a link, or (`is_post`) a button that starts a draft."""

    label: str
    hint: str
    href: str
    is_post: bool = False


POSTED = ("change", "extend", "reconsider", "correct")


@bp.get("/cases/<number:number>/add")
@may("add_records")
def add(number: str) -> ResponseReturnValue:
    requests = list(access.requests_of_case(actor(), number).order_by(Request.id.desc()))
    if not requests:
        raise NotFound
    case = requests[0].case
    return render(
        "cases/add.html",
        block="choices",
        case=case,
        offers=[_offered(offer, case) for offer in after.offers(case, actor())],
        drafts=[each for each in requests if each.status == Status.DRAFT],
        others=list(_others([each for each in requests if each.submitted_at])),
        titles=REQUEST_TYPES,
    )


def _offered(offer: after.Offer, case: Case) -> Choice:
    if offer.verb == "discharge":
        return Choice(offer.label, offer.hint, url_for("cases.discharge", number=case.webcert_number))
    if offer.verb == "add_records":
        endpoint = "cases.answer" if offer.request.status == Status.INFO_REQUESTED else "cases.records"
        return Choice(offer.label, offer.hint, url_for(endpoint, key=offer.request.key))
    return Choice(offer.label, offer.hint, url_for(f"cases.{offer.verb}", key=offer.request.key), is_post=True)


OTHERS = {
    "ask_peer_to_peer": ("Ask for a peer-to-peer talk", "cases.peer_to_peer", "Physician to physician, by phone."),
    "lower_urgency_self": ("Take back the urgency", "cases.take_back_urgency", "Makes an Expedited request Standard."),
    "withdraw": ("Withdraw", "cases.withdraw", "Takes the request back before its decision."),
    "cancel": ("Cancel", "cases.cancel", "The care is not given, although it is decided."),
    "correct": ("Correct and resubmit", "requests.correct", "A new draft that holds everything."),
}
"""Verb to label, endpoint and hint: what else can be done, to each request of the case."""


def _others(sent: list[Request]) -> Iterator[Choice]:
    called = titles(sent)
    for verb, (label, endpoint, hint) in OTHERS.items():
        for asked in sent:
            if not access.can(actor(), verb, asked) or not _makes_sense(verb, asked):
                continue
            of = f": {called[asked.id].lower()}" if len(sent) > 1 else ""
            yield Choice(f"{label}{of}", hint, url_for(endpoint, key=asked.key), is_post=verb in POSTED)


def _makes_sense(verb: str, asked: Request) -> bool:
    return verb != "lower_urgency_self" or asked.urgency == Urgency.EXPEDITED
