"""Figures over the whole work: volumes, outcomes, turnaround against the limits, and the yearly public ones."""

from casework.reports.figures import Figures, Period, collect, overdue
from casework.reports.tables import Table, public_tables, tables
from casework.reports.text import as_csv

__all__ = ["Figures", "Period", "Table", "as_csv", "collect", "overdue", "public_tables", "tables"]
