"""The office's dashboard: what needs action, the tabs, and the panel that refreshes itself."""

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import access
from casework.fields.request import KINDS
from casework.lists import tabs
from models import Office
from views.web import actor, is_partial, may, render

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
    tab = request.args.get("tab", "accepted")
    tab = tab if tab in tabs.TABS else "accepted"
    chosen = request.args.get("show", "")
    before = request.args.get("before", type=int)
    version = _version()
    if is_partial() and request.headers.get("HX-PTag") == version:
        return Response(status=304)
    counts = tabs.counts(actor())
    response = render(
        "dashboard/show.html",
        block="panel",
        tab=tab,
        chosen=chosen,
        page=tabs.page(actor(), tab, chosen, before),
        kinds=KINDS,
        tab_items=_tab_items(tab, counts),
        chips=_chips(chosen, counts) if tab == "accepted" else [],
        strip=_strip(counts),
        most=tabs.MOST_COUNTED,
        here=url_for("dashboard.show", tab=tab, show=chosen or None, before=before),
        version=version,
    )
    response.headers["HX-PTag"] = version
    return response


def _version() -> str:
    """Changes with every event that this office may see, with the offices linked with it, and with the day."""
    office = actor().user.office
    offices = access.circle(office)
    newest = Office.select(Office.version).where(Office.id.in_(offices)).order_by(Office.id).tuples()
    return ".".join(str(row[0]) for row in newest)


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
    everything = Item(url_for("dashboard.show", tab="accepted"), "All", None, chosen not in tabs.FILTERS)
    return [everything] + [
        Item(url_for("dashboard.show", tab="accepted", show=name), words, capped(counts[name]), name == chosen)
        for name, (words, _) in tabs.FILTERS.items()
    ]


def _strip(counts: dict[str, int]) -> list[Item]:
    """What needs the office's action, the pressing ones first."""
    told = (
        ("turn", "information request", "information requests", "CMSI waits for your answer", False),
        ("new", "new determination", "new determinations", "letters not opened yet", True),
        ("ending", "approval ends within 3 days", "approvals end within 3 days", "extend in one click", False),
    )
    items = [
        Item(
            url_for("dashboard.show", tab="accepted", show=name),
            f"{capped(counts[name])} {one if counts[name] == 1 else many}",
            detail=detail,
            new=new,
        )
        for name, one, many, detail, new in told
        if counts[name]
    ]
    if counts["rejected"]:
        words = "rejected request" if counts["rejected"] == 1 else "rejected requests"
        href = url_for("dashboard.show", tab="rejected")
        items.append(Item(href, f"{capped(counts['rejected'])} {words}", detail="correct and resubmit"))
    return items
