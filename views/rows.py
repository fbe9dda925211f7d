"""Rows of requests as HTML. Lists are drawn many times an hour and few of their rows change: drawn rows are kept.

What a row says depends on nothing but what `_draw` is given: nobody has to tell when something has changed.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from flask import current_app, request
from markupsafe import Markup

from casework import clock
from casework.fields.request import KINDS, URGENCIES
from casework.lists.rows import KEPT, Row
from models import Status

URGENCY_WORDS = dict(URGENCIES)


def drawn(rows: list[Row], own_office: str, is_staff: bool = False) -> Markup:
    """The rows of a list, for a reader of this office ('' for none) or of CMSI's staff."""
    root, today = request.script_root, clock.today()
    texts = [
        (_draw if _has_form(row) else _kept)(
            row, clock.ago(row.updated_at), row.turn.is_overdue, today, own_office, root, is_staff
        )
        for row in rows
    ]
    return Markup("".join(texts))  # noqa: S704 - drawn by the template, which has escaped what it shows


def _has_form(row: Row) -> bool:
    """A form is one person's: its token is not kept."""
    return row.can_extend or row.status == Status.REJECTED


def _draw(row: Row, updated: str, is_overdue: bool, today: date, own_office: str, root: str, is_staff: bool) -> str:
    """`is_overdue` and `today` only tell one drawing from the next: the row knows both itself."""
    macros: Any = current_app.jinja_env.get_template("dashboard/_rows.html").module
    return str(macros.row(row, updated, own_office, root, is_staff, KINDS, URGENCY_WORDS))


_kept = lru_cache(maxsize=KEPT)(_draw)
