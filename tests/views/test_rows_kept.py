"""Drawn rows are kept, and never say what isn't true any more."""

import pytest

from casework import clock
from models import Case, Request, Status
from tests import builders
from tests.views.test_dashboard import ClientFor, cells, rows
from views.rows import _kept


@pytest.fixture(autouse=True)
def none_kept():
    _kept.cache_clear()


def test_a_row_is_drawn_once_and_again_when_it_changes(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    request = builders.make_request(Status.IN_REVIEW)
    amy = client_for("amy")
    before = rows(amy.get("/dashboard"))
    the_clock.move(seconds=20)
    assert rows(amy.get("/dashboard")) == before
    assert _kept.cache_info().misses == 1
    Case.update(last_name="Changed").where(Case.id == request.case_id).execute()
    assert "Changed" in rows(amy.get("/dashboard"))[0]


def test_time_alone_changes_a_row(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    due = Request.get_by_id(builders.make_request(Status.IN_REVIEW, urgency="standard").id).due_at
    amy = client_for("amy")
    assert "updated just now" in cells(amy.get("/dashboard"))["Whose turn"]
    the_clock.move(minutes=5)
    assert "updated 5 min ago" in cells(amy.get("/dashboard"))["Whose turn"]
    the_clock.at = due
    assert "overdue" not in cells(client_for("amy").get("/dashboard"))["Whose turn"]
    the_clock.move(seconds=1)
    assert "overdue" in cells(client_for("amy").get("/dashboard"))["Whose turn"]


def test_what_one_office_reads_is_not_what_another_reads(client_for: ClientFor) -> None:
    builders.make_request(Status.IN_REVIEW, by="ann")
    for _ in range(2):
        assert "Lakeside Therapy" in rows(client_for("amy").get("/dashboard"))[0]
        assert "Lakeside Therapy" not in rows(client_for("ann").get("/dashboard"))[0]


def test_a_row_with_a_form_has_everybodys_own_token(client_for: ClientFor) -> None:
    builders.make_request(Status.REJECTED)
    for username in ("amy", "ann"):
        client = client_for(username)
        page = client.get("/dashboard?tab=rejected")
        draft = client.send(page, "Correct and resubmit")
        assert draft.status == 200
    assert _kept.cache_info().currsize == 0
