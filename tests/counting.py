"""How many statements a page takes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models import database


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements that run inside, in their order, but for transactions and savepoints."""
    made: list[str] = []
    opened = database.obj
    ask = opened.execute_sql

    def noted(sql: str, *more: object, **named: object) -> object:
        if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")):
            made.append(sql)
        return ask(sql, *more, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opened, "execute_sql", noted)
        yield made
