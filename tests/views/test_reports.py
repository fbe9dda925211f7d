"""Reports: who sees them, that a table stands behind each chart, CSV, the yearly figures."""

import csv
import io

import pytest

from casework.audit.access_log import AccessLog
from models import Status
from tests.builders import make_request


@pytest.fixture
def ada(client_for):
    make_request(Status.DETERMINED)
    make_request(Status.DETERMINED, denied=True)
    make_request(Status.INFO_REQUESTED)
    return client_for("ada")


@pytest.mark.parametrize(
    ("username", "status"),
    [("amy", 403), ("ian", 403), ("nia", 200), ("pam", 200), ("ada", 200)],
)
def test_reports_are_for_nurses_physicians_and_admins(client_for, username, status):
    client = client_for(username)
    for path in ("/reports", "/reports/yearly", "/reports/volumes.csv", "/reports/yearly.csv"):
        assert client.get(path).status == status


def test_every_chart_has_its_table_and_csv(ada):
    page = ada.get("/reports")
    assert page.heading == "Reports"
    assert page.text.count('<svg class="chart" viewBox="0 0 720 240" role="img"') == 3
    assert page.text.count("the numbers are in the table below") == 3
    for name in ("Volumes", "Decisions by outcome", "Turnaround by urgency", "Information requests", "Overdue now"):
        assert f"{name} as CSV" in page.links
    assert "Submitted3" in page.words.replace(" ", "")


def test_no_patient_is_in_a_report(ada):
    for path in ("/reports", "/reports/yearly"):
        text = ada.get(path).text
        assert "Hollis" not in text
        assert "XKM" not in text


def test_every_csv_is_what_the_page_shows_and_its_export_is_noted(ada):
    page = ada.get("/reports?first=2026-10&last=2026-11")
    links = [address for name, address in page.links.items() if name.endswith("as CSV")]
    assert len(links) == 8
    filled = 0
    for address in links:
        answer = ada.get(address)
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        heads, *rows = csv.reader(io.StringIO(answer.data.decode()))
        filled += bool(rows)
        assert not rows or [head for head in heads if head not in page.words] == []
    assert filled == 7, "nothing is overdue"
    assert AccessLog.select().where(AccessLog.action == "exported").count() == 8


def test_the_months_are_those_that_were_asked_for(ada):
    page = ada.get("/reports?first=2026-10&last=2026-11")
    assert "Oct 2026 to Nov 2026" in page.words
    row = '<th scope="row">%s</th>'
    assert row % "Oct 2026" in page.text
    assert row % "Sep 2026" not in page.text
    assert row % "Oct 2026" not in ada.get("/reports").text, "the empty months before the first are left out"


def test_the_yearly_figures_of_a_year(ada):
    page = ada.get("/reports/yearly?year=2026")
    assert "Prior authorization metrics of 2026" in page.words
    rows = list(csv.reader(io.StringIO(ada.get("/reports/yearly.csv?year=2026").data.decode())))
    assert rows[1][:5] == ["Standard", "2", "50.0", "0.0", "50.0"]
    assert ada.get("/reports/yearly?year=2099").status == 404
    assert ada.get("/reports/nothing.csv").status == 404
