"""Hot queries: the SQL of a peewee query is made once for each shape of it, then run with other values.

A query is made with marks where values change: `marks(2)` are two such marks, any two numbers that nothing else in a
query has. Making the SQL anew takes several times longer than running it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import database

MARK_DAYS = (date(1, 1, 1), date(1, 1, 2))
"""Marks for dates."""
_FIRST_MARK = -7_000_000


def marks(count: int) -> list[int]:
    """So many marks for numbers."""
    return [_FIRST_MARK - place for place in range(count)]


class Ready:
    """A query whose SQL is made."""

    def __init__(self, query: Any) -> None:
        self._sql, self._values = query.bind(database).sql()

    def run(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows as plain tuples, with `values` in place of the marks."""
        return list(database.execute_sql(self._sql, [values.get(each, each) for each in self._values]).fetchall())
