"""By which index SQLite looks for what was sought."""

import pytest

from casework import fresh
from casework.lists import search
from models import Case, Status, database
from tests import builders, personas
from tests.counting import statements


@pytest.mark.parametrize("typed", ["Hollis", "W26-000001-1", "XKM44710923", "04/09/1981"])
def test_no_search_runs_along_all_requests_of_the_office(db: object, typed: str) -> None:
    """Nobody has counted the rows yet: SQLite takes each index to be as good as any other."""
    amy, hollis = personas.actor("amy"), Case.get_by_id(builders.make_request(Status.IN_REVIEW).case_id)
    token = search.remember(amy, typed)
    with statements() as sent:
        assert search.find(amy, token).rows
        fresh.stamp_of_case(amy, hollis.webcert_number or "")
    for sql in sent[-2:]:
        marks = [1] * sql.count("?")
        plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", marks).fetchall()]
        assert any("request_case_id" in step for step in plan), plan
        assert not any("(office_id=?)" in step for step in plan), plan
