"""HCPCS Level II: the form of a code, and its meaning when a release is loaded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peewee import CharField, DateField, TextField

from models import Base

_FORM = re.compile(r"[A-Z]\d{4}", re.ASCII)


class HcpcsCode(Base):
    """A code of the newest release, with the dates that the release itself gives."""

    code = CharField(5, unique=True)
    description = TextField()
    valid_from = DateField()
    valid_to = DateField(null=True)


@dataclass(frozen=True)
class Found:
    code: str
    description: str


@dataclass(frozen=True)
class Unknown:
    """Not in the table for this date: `ended_on` is its last day, `starts_on` its first."""

    code: str
    ended_on: date | None = None
    starts_on: date | None = None


def well_formed(code: str) -> bool:
    """Whether `code` (upper case, no spaces) is a letter and four digits. Dental codes are too: see is_dental."""
    return _FORM.fullmatch(code) is not None


def is_dental(code: str) -> bool:
    """D codes are the American Dental Association's, and no dental services are reviewed."""
    return code.startswith("D")


def lookup(code: str, on: date) -> Found | Unknown | None:
    """What the loaded release says of a well-formed code for the date of service; None when no release is loaded.

    An unknown code is a reason to warn, never to block: releases appear each quarter.
    """
    return Loaded([code]).lookup(code, on)


class Loaded:
    """What the loaded release holds of these codes, read in two statements at most."""

    def __init__(self, codes: Iterable[str]) -> None:
        wanted = set(codes)
        there = HcpcsCode.select().where(HcpcsCode.code.in_(wanted)) if wanted else []
        self._rows = {row.code: row for row in there}
        self._is_loaded = bool(self._rows) or (bool(wanted) and HcpcsCode.select().exists())

    def lookup(self, code: str, on: date) -> Found | Unknown | None:
        """As the function of this name, for one of the codes."""
        row = self._rows.get(code)
        if row is None:
            return Unknown(code) if self._is_loaded else None
        if row.valid_to is not None and row.valid_to < on:
            return Unknown(code, ended_on=row.valid_to)
        if row.valid_from > on:
            return Unknown(code, starts_on=row.valid_from)
        return Found(code, row.description)
