"""The audit log, read by admins: what happened, and who saw what; as a list and as CSV."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework import audit, clock, sheets
from casework.audit import search, verify
from casework.audit.search import Filter
from views.web import actor, done, may, proved, render, row_number

bp = Blueprint("audit", __name__)

ASKED = ("log", "who", "what", "number", "since", "until")
HEAD = ("Number", "When (UTC)", "Who", "What", "WebCert #", "Details", "Address", "Reference")


@bp.get("/audit")
@may("see_audit")
def show() -> ResponseReturnValue:
    wanted = _wanted()
    found = search.rows(wanted, row_number(request.args.get("before")))
    older = found[search.PAGE - 1].number if len(found) > search.PAGE else None
    return render(
        "audit/show.html",
        block="list",
        wanted=wanted,
        rows=found[: search.PAGE],
        logs=search.LOGS,
        kinds=search.kinds(wanted.log),
        typed=request.args,
        older=url_for("audit.show", **_asked(), before=older) if older else None,
        csv=url_for("audit.export", **_asked()),
    )


@bp.get("/audit/export.csv")
@may("see_audit")
@proved
def export() -> ResponseReturnValue:
    """All that the filters find; that it was taken out is itself noted."""
    wanted = _wanted()
    found = list(search.all_rows(wanted))
    audit.exported(actor(), f"audit {wanted.log}", len(found))
    cells = (
        (row.number, row.at.isoformat(), row.who, row.kind, row.webcert_number, row.details, row.address, row.reference)
        for row in found
    )
    name = f"attachment; filename=audit-{wanted.log}-{clock.today():%Y-%m-%d}.csv"
    return Response(sheets.lines(HEAD, cells), mimetype="text/csv", headers={"Content-Disposition": name})


@bp.post("/audit/verify")
@may("see_audit")
def check() -> ResponseReturnValue:
    """Reads the whole chain and says whether it is whole."""
    verdict = verify.verify()
    if verdict.is_whole:
        return done(f"The chain is whole: {verdict.count} rows.", url_for("audit.show"))
    return render("audit/broken.html", verdict=verdict)


def _wanted() -> Filter:
    given = request.args
    log = given.get("log", "events")
    return Filter(
        log=log if log in search.LOGS else "events",
        username=given.get("who", "").strip()[:80],
        kind=given.get("what", "")[:60],
        number=given.get("number", "").strip().upper()[:20],
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _day(typed: str) -> date | None:
    """The day typed, if the portal could have been there on it."""
    day = clock.parse_date(typed)
    return day if day is not None and 2000 <= day.year <= 2200 else None


def _asked() -> dict[str, Any]:
    """What was asked for, as parts of an address; nothing that somebody else put into the link."""
    return {name: request.args[name] for name in ASKED if request.args.get(name)}
