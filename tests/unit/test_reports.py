"""The figures of the reports, counted by hand."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from casework import clock, reports
from casework.reports.figures import Period, percentile
from casework.reports.tables import Table
from casework.workflow import office, review
from models import Request, RequestType, Status
from tests.builders import accept, approve, ask_information, deny, make_request
from tests.deciding import partial
from tests.personas import actor
from views.charts import bars

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def table(name: str, first: str = "2026-11", last: str = "2026-12") -> dict[str, list[object]]:
    """The rows of a report by their first cell."""
    made = reports.tables(reports.collect(Period.of_months(first, last)))
    found = next(each for each in made if each.name == name)
    return {str(row[0]): row[1:] for row in found.rows}


@pytest.mark.parametrize(
    ("values", "per_cent", "wanted"),
    [([5.0], 90, 5.0), (list(range(1, 11)), 90, 9), (list(range(1, 12)), 90, 10), (list(range(1, 101)), 50, 50)],
)
def test_the_percentile_is_the_nearest_rank(values, per_cent, wanted):
    assert percentile(values, per_cent) == wanted


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-01", "2026-03", ["2026-01", "2026-02", "2026-03"]),
        ("2026-03", "2026-01", ["2026-01", "2026-02", "2026-03"]),
        ("2025-12", "2026-01", ["2025-12", "2026-01"]),
        ("", "", [f"2025-{m:02d}" for m in (12,)] + [f"2026-{m:02d}" for m in range(1, 12)]),
        ("nonsense", "2026-13", [f"2025-{m:02d}" for m in (12,)] + [f"2026-{m:02d}" for m in range(1, 12)]),
    ],
)
def test_the_months_of_a_period(the_clock, first, last, months):
    assert Period.of_months(first, last).months == months


def test_a_period_begins_and_ends_with_its_days_in_chicago():
    period = Period(date(2026, 11, 1), date(2026, 11, 1))
    assert (period.begin.isoformat(), period.end.isoformat()) == (
        "2026-11-01T00:00:00-05:00",
        "2026-12-01T00:00:00-06:00",
    )


def test_volumes_by_the_month_of_submit(db, the_clock):
    make_request(Status.REJECTED)
    make_request(Status.WITHDRAWN)
    make_request(Status.INFO_REQUESTED)
    approve(accept(make_request()))
    the_clock.move(days=10)
    make_request()
    rows = table("volumes")
    assert rows["2026-11"] == [4, 2, 1, 1, 1, 1]
    assert rows["2026-12"] == [1, 0, 0, 0, 0, 1]


def test_outcomes_and_the_share_in_time(db, the_clock):
    late, soon, denied = (accept(make_request(lines=1, **URGENT)) for _ in range(3))
    approve(soon)
    deny(denied)
    the_clock.move(hours=80)
    review.decide(again(late), actor("pam"), partial(again(late), 8))
    assert table("outcomes")["2026-11"] == [1, 1, 1, 3, 66.7]


def test_turnaround_by_urgency_against_its_limit(db, the_clock):
    urgent = [accept(make_request(lines=1, **URGENT)) for _ in range(4)]
    for request in urgent:
        the_clock.move(hours=10)
        approve(request)
    assert table("turnaround-urgency")["Expedited"] == [4, 25.0, 25.0, 40.0, 40.0, 72, 100.0]
    assert table("turnaround-urgency")["Standard"] == [0, None, None, None, None, 360, None]
    assert table("turnaround-type")["Service Procedure"][0] == 4
    assert table("turnaround-request")["Initial request"][:2] == [4, 25.0]
    assert table("turnaround-month")["2026-11"][0] == 4


def test_a_correction_changes_the_outcome_and_not_the_time(db, the_clock):
    request = accept(make_request(lines=1))
    the_clock.move(hours=5)
    deny(request)
    the_clock.move(days=9)
    review.correct_determination(again(request), actor("paul"), partial(again(request), 8), "Records had come in.")
    assert table("outcomes")["2026-11"][:4] == [0, 1, 0, 1]
    assert table("turnaround-urgency")["Standard"][:2] == [1, 5.0]


def test_void_requests_are_left_out(db):
    request = approve(accept(make_request(lines=1)))
    review.void(request, actor("ian"), "Entered twice.")
    assert table("outcomes")["2026-11"][3] == 0


def test_information_requests_answered_over_and_waiting(db, the_clock):
    answered, over, waiting = (accept(make_request(lines=1)) for _ in range(3))
    for request in (answered, over):
        ask_information(request)
    the_clock.move(hours=30)
    office.add_records(again(answered), actor("amy"), "Here it is.")
    the_clock.move(days=46)
    review.end_information(again(over), actor("nia"))
    ask_information(waiting)
    rows = table("information", "2026-11", "2027-01")
    assert rows["2026-11"] == [2, 1, 1, 0, 30.0]
    assert rows["2027-01"] == [1, 0, 0, 1, None]


def test_overdue_now_but_not_while_the_clock_stands_still(db, the_clock):
    accept(make_request(lines=1, **URGENT))
    make_request(lines=1, **URGENT)
    ask_information(accept(make_request(lines=1, **URGENT)))
    assert reports.overdue() == []
    the_clock.move(hours=73)
    assert [(status, urgency, count) for status, urgency, count in reports.overdue()] == [
        ("in_review", "expedited", 1),
        ("submitted", "expedited", 1),
    ]


def test_the_yearly_public_figures(db, the_clock):
    for decide in (approve, approve, deny):
        request = accept(make_request(lines=1))
        the_clock.move(days=2)
        decide(request)
    urgent = accept(make_request(lines=1, **URGENT))
    the_clock.move(hours=12)
    approve(urgent)
    again_asked = accept(make_request(lines=1))
    Request.update(request_type=RequestType.RECONSIDERATION, builds_on=request).where(
        Request.id == again_asked.id
    ).execute()
    approve(again_asked, by="paul")
    made = reports.public_tables(reports.collect(Period.of_year(2026)), 2026)
    assert made[0].rows == [
        ["Standard", 3, 66.7, 0.0, 33.3, 33.3, 2.0, 2.0, "days"],
        ["Expedited", 1, 100.0, 0.0, 0.0, 0.0, 12.0, 12.0, "hours"],
    ]
    assert reports.public_tables(reports.collect(Period.of_year(2025)), 2025)[0].rows[0][1] == 0


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_runs_nothing_in_a_spreadsheet(cell):
    text = reports.as_csv(Table("x", "X", ("A", cell), [[cell, 1, None, 2.5]]))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["A", f"'{cell}"], [f"'{cell}", "1", "", "2.5"]]
    assert text.endswith("\r\n")


def test_csv_keeps_negative_numbers_as_numbers():
    assert reports.as_csv(Table("x", "X", ("A",), [[-1.5]])).splitlines()[1] == "-1.5"


def test_bars_stand_on_the_axis_and_fit_their_scale():
    chart = bars("T", ["a", "b"], [("One", [3, None]), ("Two", [9, 0])], stacked=True)
    assert [bar.words for bar in chart.bars] == ["a, One: 3", "a, Two: 9"]
    lower, upper = chart.bars
    assert (lower.y + lower.height, upper.y + upper.height) == (206, lower.y)
    assert [mark.words for mark in chart.scale] == ["0", "2.5", "5", "7.5", "10", "12.5"]


@pytest.mark.parametrize("most", [0, 0.4, 1, 3, 7, 10, 99, 101, 12_345, 1_000_000])
def test_any_number_fits_its_scale(most):
    chart = bars("T", ["a"], [("One", [most])], limit=most or None)
    ends = [float(mark.words) for mark in chart.scale]
    assert ends[-1] >= most
    assert 2 <= len(ends) <= 7
    assert all(bar.y >= 0 and bar.height >= 0 for bar in chart.bars)


def test_the_overdue_report_takes_no_time_that_grows_with_the_closed(db):
    plan = _plan_of_overdue()
    assert "queue_at" in plan
    assert not re.search(r"SCAN (t1|request)", plan), plan


def _plan_of_overdue() -> str:
    from models import database
    from tests.counting import statements

    with statements() as made:
        reports.overdue()
    values = ["submitted", "in_review", "physician_review", str(clock.now()), str(clock.now())]
    rows = database.execute_sql(f"EXPLAIN QUERY PLAN {made[-1]}", values).fetchall()
    return " | ".join(row[3] for row in rows)


def test_a_period_of_years_is_cut(the_clock):
    assert len(Period(date(1990, 1, 1), date(2026, 11, 1)).months) == 60
    assert Period.of_months("1990-01", "2026-11").end - clock.now() < timedelta(days=40)
