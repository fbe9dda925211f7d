"""A table as CSV that a spreadsheet opens without running anything in it."""

import csv
import io

from casework.reports.tables import Cell, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(table: Table) -> str:
    """The table with its heads, lines ended by CRLF (RFC 4180); text that a spreadsheet would run has an apostrophe."""
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow([_safe(head) for head in table.heads])
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return made.getvalue()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
