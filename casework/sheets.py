"""Tables that people take out of the portal as CSV, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180), the head first, one at a time."""
    yield _line(head)
    for row in rows:
        yield _line(row)


def _line(row: Sequence[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe(value) for value in row])
    return buffer.getvalue()


def safe(value: object) -> str:
    """The text of a cell that no spreadsheet takes for a formula: such a one gets an apostrophe in front (OWASP)."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else str(value)
