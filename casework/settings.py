"""What an admin may change while the portal runs: the time limits. What an installation needs to start is config.py.

The bounds are those of 29 CFR 2560.503-1: a plan may be quicker than the rule and give more time to answer, never less.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Any

from peewee import CharField, ForeignKeyField, JSONField

from casework import access, audit, clock
from casework.actor import Actor
from casework.clock import DEFAULTS, Limits
from casework.errors import Refused
from casework.storage import transaction
from models import Base, MomentField, User, database

REMEMBERED = 10.0
"""Seconds for which a process takes the limits to be as it read them last."""

WORDS: dict[str, tuple[str, int, int]] = {
    "expedited_hours": ("Expedited: hours to decide", 1, 72),
    "standard_days": ("Standard: days to decide", 1, 15),
    "retro_days": ("Retro: days to decide", 1, 30),
    "concurrent_hours": ("Expedited extension of running care: hours to decide", 1, 24),
    "concurrent_notice_hours": ("… when asked for so many hours before its approved end", 0, 24),
    "intake_expedited_hours": ("Intake's own target, Expedited: hours", 1, 72),
    "intake_days": ("Intake's own target, others: days", 1, 15),
    "reply_days": ("Standard and Retro: days to answer a question", 45, 365),
    "expedited_ask_hours": ("Expedited: hours in which a question may be asked", 1, 24),
    "expedited_reply_hours": ("Expedited: hours to answer a question", 48, 240),
    "expedited_decide_hours": ("Expedited: hours to decide after the answer", 1, 48),
    "appeal_days": ("Days to appeal", 180, 3650),
}
"""Each limit's words, and the least and most that it may be."""


class Setting(Base):
    """One value that isn't the default any more."""

    name = CharField(60, unique=True)
    value = JSONField()
    changed_by = ForeignKeyField(User, backref="+")
    changed_at = MomentField()


_read: tuple[Any, float, Limits] | None = None


def limits() -> Limits:
    """The limits that count now; the defaults where no database is open."""
    global _read
    if database.obj is None or database.is_closed():
        return DEFAULTS
    at, read = time.monotonic(), _read
    if read is None or read[0] is not database.obj or at - read[1] > REMEMBERED:
        known = {field.name for field in fields(Limits)}
        changed = {row.name: row.value for row in Setting.select() if row.name in known}
        _read = read = (database.obj, at, replace(DEFAULTS, **changed))
    return read[2]  # another thread may have forgotten it by now


def change_limits(given: Mapping[str, int], actor: Actor) -> list[str]:
    """Sets limits by their names; returns the names of those that changed. Requests that exist keep their due times.

    Raises Refused with the bounds that the rule sets.
    """
    global _read
    access.require(actor, "change_settings")
    for name, value in given.items():
        words, least, most = WORDS[name]
        if not least <= value <= most:
            raise Refused(f"{words}: from {least} to {most}.")
    _read = None
    before = asdict(limits())
    changed = sorted(name for name, value in given.items() if before[name] != value)
    with transaction():
        for name in changed:
            row = {"value": given[name], "changed_by": actor.user, "changed_at": clock.now()}
            if not Setting.update(**row).where(Setting.name == name).execute():
                Setting.create(name=name, **row)
        if changed:
            steps = [f"{name}: {before[name]} to {given[name]}" for name in changed]
            audit.record("settings_changed", actor, limits=steps)
    _read = None
    return changed


clock.take_limits_from(limits)
