"""The bench counts right: a statement is one, a transaction one commit, and a scan is told from a search."""

import pytest

from casework import audit
from casework.storage import transaction
from models import Office, User
from tools.bench.many import _slow_steps
from tools.bench.measure import ratio, traced

pytestmark = pytest.mark.usefixtures("db")


def test_statements_and_commits() -> None:
    with traced() as trace:
        with transaction():
            Office.update(fax="1").execute()
            Office.update(fax="2").execute()
        Office.update(fax="3").execute()
        Office.select().first()
    assert (len(trace.statements), trace.commits) == (4, 2)


def test_a_row_with_a_trigger_is_one_statement() -> None:
    with traced() as trace, transaction():
        audit.write("signed_out")
    assert [each.split()[0] for each in trace.statements] == ["SELECT", "UPDATE", "INSERT"]


def test_a_scan_and_a_sort_are_seen() -> None:
    assert _slow_steps("SELECT * FROM user WHERE name = 'Amy' ORDER BY phone") == 2
    assert _slow_steps("SELECT * FROM user WHERE username = 'amy'") == 0


def test_a_ratio_is_that_of_the_work() -> None:
    assert 1.5 < ratio(lambda: [User() for _ in range(20)], lambda: [User() for _ in range(10)], rounds=3) < 2.7
