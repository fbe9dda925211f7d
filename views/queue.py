"""The reviewers' queue, and in whose hands a request is."""

from collections.abc import Container

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, clock
from casework.errors import Refused
from casework.fields.request import INPATIENT_KINDS, KINDS, SERVICE_KINDS, URGENCIES
from casework.lists import queue
from casework.workflow import claims
from models import CaseType
from views.dashboard import Item, capped
from views.web import actor, done, is_partial, may, render

bp = Blueprint("queue", __name__)


@bp.get("/queue")
@may("see_queue")
def show() -> ResponseReturnValue:
    known = request.headers.get("HX-PTag") if is_partial() else None
    if known and known == queue.version():
        return Response(status=304)
    filters = _filters()
    counts, version = queue.counts(actor(), filters)
    after = request.args.get("after", "")[:40]
    response = render(
        "queue/show.html",
        block="panel",
        page=queue.page(actor(), filters, after),
        filters=filters,
        chips=_chips(filters, counts),
        to_look_at=_to_look_at() if not after else [],
        kinds=KINDS,
        choices={"urgency": URGENCIES, "inpatient": INPATIENT_KINDS, "service": SERVICE_KINDS, "age": queue.AGES},
        here=_address(filters, after=after or None),
        first=_address(filters),
        next_page=lambda place: _address(filters, after=place),
        left=clock.left,
        version=version,
        is_later=bool(after),
    )
    response.headers["HX-PTag"] = version
    return response


TO_LOOK_AT = {
    "records_added": ("Records added to {}", "decided already, no clock · {}"),
    "peer_to_peer_asked": ("Peer-to-peer talk on {}", "confirm one of its times · {}"),
    "information_time_over": ("No answer for {}", "time over, decide on the record · {}"),
}


def _to_look_at() -> list[Item]:
    """Records on decided requests that nobody has looked at, talks asked for, questions without an answer."""
    return [
        Item(
            url_for("review.show", key=each.key),
            TO_LOOK_AT[each.kind][0].format(each.webcert_number),
            detail=TO_LOOK_AT[each.kind][1].format(clock.ago(each.at)),
            new=True,
        )
        for each in queue.to_look_at(actor())
    ]


def _filters() -> queue.Filters:
    """What the address asks for; what isn't known is all."""
    age = request.args.get("age", 0, type=int)
    return queue.Filters(
        _known("show", queue.SHOWS),
        _known("urgency", dict(URGENCIES)),
        _known("kind", {*KINDS, *CaseType}),
        age if age in queue.AGES else 0,
    )


def _known(name: str, values: Container[str]) -> str:
    given = request.args.get(name, "")
    return given if given in values else ""


def _address(filters: queue.Filters, show: str | None = None, after: str | None = None) -> str:
    chosen = filters.show if show is None else show
    return url_for(
        "queue.show",
        show=chosen or None,
        urgency=filters.urgency or None,
        kind=filters.kind or None,
        age=filters.age or None,
        after=after,
    )


def _chips(filters: queue.Filters, counts: dict[str, int]) -> list[Item]:
    return [
        Item(_address(filters, show=name), words, capped(counts[name]), name == filters.show)
        for name, (words, _) in queue.SHOWS.items()
    ]


@bp.post("/review/<key:key>/claim")
@may("claim")
def claim(key: str) -> ResponseReturnValue:
    wanted = access.request_for(actor(), key, "claim")
    claims.claim(wanted, actor())
    return done("It is in your hands now.", url_for("review.show", key=key))


@bp.post("/review/<key:key>/hands")
@may("hand_over")
def hand_over(key: str) -> ResponseReturnValue:
    """Gives it to the chosen person, or back to the queue when nobody is chosen."""
    wanted = access.request_for(actor(), key, "hand_over")
    chosen = request.form.get("hands-to", "")
    if not chosen:
        claims.release(wanted, actor())
        return done("It is back in the queue.", url_for("queue.show"))
    to = claims.person(chosen)
    if to is None:
        raise Refused("Choose to whom it is handed over.")
    claims.hand_over(wanted, actor(), to)
    return done(f"It is in the hands of {to.username} now.", url_for("review.show", key=key))
