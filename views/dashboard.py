"""The office's dashboard: what needs action, the tabs, and the panel that refreshes itself."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, fresh
from casework.accounts import links
from casework.lists import tabs
from models import Office
from views import came_from
from views.rows import drawn
from views.web import actor, is_partial, may, render, row_number

bp = Blueprint("dashboard", __name__)


@dataclass(frozen=True)
class Item:
    """A tab, a chip or an entry of the strip, as the macros draw it."""

    href: str
    text: str
    count: str | None = None
    current: bool = False
    aside: bool = False
    detail: str = ""
    new: bool = False


@bp.get("/dashboard")
@may("list_requests")
def show() -> ResponseReturnValue:
    office: Any = actor().user.office
    version = fresh.stamp(office.version)
    if is_partial() and request.headers.get("HX-PTag") == version:
        return Response(status=304)
    response = _page(office, version)
    response.headers["HX-PTag"] = version
    return response


def _page(office: Office, version: str) -> Response:
    tab, chosen = _wanted()
    before, after = row_number(request.args.get("before")), row_number(request.args.get("after"))
    offices = access.circle(office)
    counts = tabs.counts(offices)
    page = tabs.page(offices, tab, chosen, before, after)
    values: dict[str, Any] = {"tab": tab, "show": chosen or None, "before": before, "after": after}
    response = render(
        "dashboard/show.html",
        block="panel",
        tab=tab,
        chosen=chosen,
        page=page,
        rows=drawn(page.rows, office.name),
        told=links.told(office),
        tab_items=_tab_items(tab, counts),
        chips=_chips(chosen, counts) if tab == "accepted" else [],
        strip=_strip(counts),
        here=url_for("dashboard.show", **values),
        version=version,
    )
    return came_from.remember(response, **values)


def _wanted() -> tuple[str, str]:
    """The tab and the quick filter that the address asks for; what isn't known is the plain Accepted tab."""
    tab, chosen = request.args.get("tab", ""), request.args.get("show", "")
    tab = tab if tab in tabs.TABS else "accepted"
    return tab, chosen if tab == "accepted" and chosen in tabs.FILTERS else ""


def capped(count: int) -> str:
    return f"{tabs.MOST_COUNTED}+" if count > tabs.MOST_COUNTED else str(count)


def _tab_items(current: str, counts: dict[str, int]) -> list[Item]:
    return [
        Item(
            url_for("dashboard.show", tab=name),
            words,
            None if name == "closed" else capped(counts[name]),
            name == current,
            name == "closed",
        )
        for name, (words, _) in tabs.TABS.items()
    ]


def _chips(chosen: str, counts: dict[str, int]) -> list[Item]:
    everything = Item(url_for("dashboard.show", tab="accepted"), "All", None, not chosen)
    return [everything] + [
        Item(url_for("dashboard.show", tab="accepted", show=name), words, capped(counts[name]), name == chosen)
        for name, (words, _) in tabs.FILTERS.items()
    ]


ACTIONS = (
    ("turn", "information request", "information requests", "CMSI waits for your answer", False),
    ("ending", "approval ends soon", "approvals end soon", "within 3 days: extend in one click", False),
    ("rejected", "rejected request", "rejected requests", "correct and resubmit", False),
    ("new", "new determination", "new determinations", "letters not opened yet", True),
)
"""What needs the office's action, pressing ones first: count, words for one and for many, what to do, is it news."""


def _strip(counts: dict[str, int]) -> list[Item]:
    return [
        Item(
            url_for("dashboard.show", tab="rejected" if name == "rejected" else "accepted", show=_filter(name)),
            f"{capped(counts[name])} {one if counts[name] == 1 else many}",
            detail=detail,
            new=new,
        )
        for name, one, many, detail, new in ACTIONS
        if counts[name]
    ]


def _filter(name: str) -> str | None:
    return name if name in tabs.FILTERS else None
