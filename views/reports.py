"""Reports: charts with their tables, each table as CSV, and the yearly public figures."""

from datetime import date

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from casework import audit, clock, reports
from casework.files.names import content_disposition
from casework.reports import Figures, Period, Table
from views.charts import Chart, bars
from views.web import actor, may, render

bp = Blueprint("reports", __name__)

EARLIEST = 2000


@bp.get("/reports")
@may("see_reports")
def show() -> ResponseReturnValue:
    figures = reports.collect(_period())
    if not request.args.get("first"):
        figures = reports.since_first(figures)
    months = figures.period.months
    tables = reports.tables(figures)
    return render(
        "reports/show.html",
        tables=tables,
        charts=_charts({table.name: table for table in tables}),
        tiles=_tiles(figures, tables),
        months=months,
        choices=_choices(months),
        year=_year(),
        export=lambda name: url_for("reports.export", name=name, first=months[0], last=months[-1]),
    )


@bp.get(
    "/reports/<any('volumes','outcomes','turnaround-urgency','turnaround-type','turnaround-request','turnaround-month','information','overdue'):name>.csv"
)
@may("see_reports")
def export(name: str) -> ResponseReturnValue:
    tables = reports.tables(reports.collect(_period()))
    return _csv(next(table for table in tables if table.name == name))


@bp.get("/reports/yearly")
@may("see_reports")
def yearly() -> ResponseReturnValue:
    """The public figures of a calendar year, in the form of CMS-0057-F."""
    return render("reports/yearly.html", tables=_public(), year=_year(), this_year=clock.today().year)


@bp.get("/reports/yearly.csv")
@may("see_reports")
def export_yearly() -> ResponseReturnValue:
    return _csv(_public()[0], f"prior-authorization-{_year()}")


def _period() -> Period:
    return Period.of_months(request.args.get("first", ""), request.args.get("last", ""))


def _choices(months: list[str]) -> list[str]:
    """Months to choose from, newest first: of four calendar years, and those that are shown."""
    today = clock.today()
    return sorted({*Period(date(today.year - 3, 1, 1), today).months, *months}, reverse=True)


def _year() -> int:
    year = request.args.get("year", clock.today().year, type=int)
    if not EARLIEST <= year <= clock.today().year:
        abort(404)
    return year


def _public() -> list[Table]:
    year = _year()
    return reports.public_tables(reports.collect(Period.of_year(year)), year)


def _csv(table: Table, name: str = "") -> Response:
    audit.exported(actor(), table.name, len(table.rows))
    response = Response(reports.as_csv(table), mimetype="text/csv")
    response.headers["Content-Disposition"] = content_disposition(f"{name or table.name}.csv", inline=False)
    return response


def _tiles(figures: Figures, tables: list[Table]) -> list[tuple[str, str]]:
    """The few numbers at the top."""
    decided = len(figures.decided)
    in_time = sum(each.is_in_time for each in figures.decided)
    late = sum(int(row[2] or 0) for row in tables[-1].rows)
    return [
        ("Submitted", f"{sum(each.count for each in figures.sent):,}"),
        ("Decided", f"{decided:,}"),
        ("Decided in time", f"{100 * in_time / decided:.1f} %" if decided else "–"),
        ("Information requests", f"{len(figures.asked):,}"),
        ("Overdue now", f"{late:,}"),
    ]


def _charts(tables: dict[str, Table]) -> dict[str, Chart]:
    """Charts by the name of the table that stands behind them."""
    outcomes, urgencies, months = tables["outcomes"], tables["turnaround-urgency"], tables["turnaround-month"]
    return {
        "outcomes": bars(
            "Decisions by month and outcome",
            _words(outcomes),
            [(outcomes.heads[n], _numbers(outcomes, n)) for n in (1, 2, 3)],
            stacked=True,
        ),
        "turnaround-urgency": bars(
            "Time used, in per cent of the limit",
            _words(urgencies),
            [(words, _of_limit(urgencies, n)) for n, words in ((3, "Median"), (4, "90th percentile"))],
            unit=" %",
            limit=100,
        ),
        "turnaround-month": bars(
            "Decided in time by month", _words(months), [("In time", _numbers(months, 7))], unit=" %", top=100
        ),
    }


def _words(table: Table) -> list[str]:
    return [clock.show_month(str(row[0])) for row in table.rows]


def _numbers(table: Table, place: int) -> list[float | None]:
    return [float(cell) if isinstance(cell := row[place], int | float) else None for row in table.rows]


def _of_limit(table: Table, place: int) -> list[float | None]:
    times, limits = _numbers(table, place), _numbers(table, 6)
    return [
        round(100 * hours / limit, 1) if hours is not None and limit else None
        for hours, limit in zip(times, limits, strict=True)
    ]
