"""Hot queries: the SQL of a peewee query is made once for each shape of it, then run with other values.

A query is made with marks where values change: `marks(2)` are two such marks, any two numbers that nothing else in a
query has. Making the SQL anew takes several times longer than running it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from peewee import AutoField, CharField, ForeignKeyField, IntegerField, TextField

from models import Base, database

MARK_DAYS = (date(1, 1, 1), date(1, 1, 2))
"""Marks for dates."""
MARK_TEXT = "\0mark"
"""A mark for a text."""
_FIRST_MARK = -7_000_000


def marks(count: int) -> list[int]:
    """So many marks for numbers."""
    return [_FIRST_MARK - place for place in range(count)]


class Ready:
    """A query whose SQL is made once for each kind of database."""

    def __init__(self, query: Any) -> None:
        self._query = query.bind(database)
        self._made: dict[type, tuple[str, list[Any]]] = {}

    def run(self, values: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The rows as plain tuples, with `values` in place of the marks."""
        kind = type(database.obj)
        if kind not in self._made:
            self._made[kind] = self._query.sql()
        sql, marked = self._made[kind]
        return list(database.execute_sql(sql, [values.get(each, each) for each in marked]).fetchall())


def models_of(plain: Sequence[Any], *kinds: type[Base]) -> list[Any]:
    """The rows that a plain tuple holds side by side, one of each kind, as `select(*kinds)` gives them.

    None for a row that an outer join did not find. What belongs together is for the caller to join.
    """
    made, place = [], 0
    for kind in kinds:
        names, converters = _columns(kind)
        values = plain[place : place + len(names)]
        made.append(_model(kind, dict(zip(names, values, strict=True)), converters))
        place += len(names)
    return made


def _model(kind: type[Base], data: dict[str, Any], converters: list[tuple[str, Any]]) -> Base | None:
    if data["id"] is None:
        return None
    for name, converter in converters:
        data[name] = converter(data[name])
    row = kind(__no_default__=True)
    row.__data__ = data
    return row


_KEPT_AS_IT_IS = (AutoField, CharField, ForeignKeyField, IntegerField, TextField)


@cache
def _columns(kind: type[Base]) -> tuple[list[str], list[tuple[str, Any]]]:
    """The names of a table's columns, and what makes values of Python of those that need it."""
    fields = kind._meta.sorted_fields
    converted = [(each.name, each.python_value) for each in fields if type(each) not in _KEPT_AS_IT_IS]
    return [each.name for each in fields], converted
