"""Figures over the whole work: volumes, outcomes, turnaround against the limits, and the yearly public ones."""

from casework.reports.figures import Figures, Period, collect, overdue, since_first
from casework.reports.tables import Table, as_csv, public_tables, tables

__all__ = ["Figures", "Period", "Table", "as_csv", "collect", "overdue", "public_tables", "since_first", "tables"]
