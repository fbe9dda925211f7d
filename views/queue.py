"""The reviewers' queue, and in whose hands a request is."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, clock
from casework.errors import Refused
from casework.fields.request import INPATIENT_KINDS, KINDS, SERVICE_KINDS, URGENCIES
from casework.lists import queue
from casework.vocabulary import CASE_TYPES
from casework.workflow import claims
from models import CaseType, Request
from views import came_from
from views.dashboard import Item, capped
from views.web import actor, done, is_partial, may, render, row_number

bp = Blueprint("queue", __name__)


@bp.get("/queue")
@may("see_queue")
def show() -> ResponseReturnValue:
    known = request.headers.get("HX-PTag") if is_partial() else None
    if known and known == queue.version():
        return Response(status=304)
    filters = _filters(request.args)
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
        here=_address(filters, after=after),
        first=_address(filters),
        next_page=lambda place: _address(filters, after=place),
        left=clock.left,
        version=version,
        is_later=bool(after),
    )
    response.headers["HX-PTag"] = version
    return came_from.remember(response, **_values(filters, after))


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


def _filters(given: Mapping[str, str]) -> queue.Filters:
    """What an address asks for; what isn't known is all."""

    def known(name: str, values: Container[str]) -> str:
        return given[name] if given.get(name) in values else ""

    age = row_number(given.get("age")) or 0
    return queue.Filters(
        known("show", queue.SHOWS),
        known("urgency", dict(URGENCIES)),
        known("kind", {*KINDS, *CaseType}),
        age if age in queue.AGES else 0,
    )


def _values(filters: queue.Filters, after: str = "") -> dict[str, Any]:
    """What stands in the address of a page of the queue."""
    return {name: value or None for name, value in (*vars(filters).items(), ("after", after))}


def _address(filters: queue.Filters, show: str | None = None, after: str = "") -> str:
    chosen = filters if show is None else replace(filters, show=show)
    return url_for("queue.show", **_values(chosen, after))


def _words(filters: queue.Filters) -> str:
    """The filters in words, '' for none."""
    kinds = {type.value: words for type, words in CASE_TYPES.items()} | KINDS
    said = (
        queue.SHOWS[filters.show][0] if filters.show else "",
        dict(URGENCIES).get(filters.urgency, ""),
        kinds.get(filters.kind, ""),
        f"submitted {queue.AGES[filters.age]} ago" if filters.age else "",
    )
    return ", ".join(filter(None, said))


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
    wanted = access.request_for(actor(), key, "review")
    chosen = request.form.get("hands-to", "")
    if not chosen:
        claims.release(wanted, actor())
        return done("It is back in the queue.", url_for("queue.show", **_seen_last()))
    to = claims.person(chosen)
    if to is None:
        raise Refused("Choose to whom it is handed over.")
    place = queue.place_of(wanted)
    claims.hand_over(wanted, actor(), to)
    return done_with(wanted, place, f"It is in the hands of {to.username} now.")


def _seen_last() -> dict[str, Any]:
    """The values in the address of the queue as this person saw it last."""
    return came_from.visited().get("queue.show", {})


def done_with(asked: Request, place: str, message: str) -> ResponseReturnValue:
    """After what ends the actor's turn: the request's page, which says what stands next in the queue they came from.

    `place`: where it stood in the queue before (`queue.place_of`).
    """
    filters = _filters(_seen_last())
    following = queue.following(actor(), filters, place, asked)
    onward = {
        "said": message,
        "where": _words(filters),
        "back": url_for("queue.show", **_seen_last()),
        "number": following.case.webcert_number if following else "",
        "href": url_for("review.show", key=following.key) if following else "",
        "due": clock.left(following.queue_at) if following else "",
    }
    flash(onward, "onward")  # type: ignore[arg-type]  # whatever JSON holds, for the template of this category
    return done("", url_for("review.show", key=asked.key))
