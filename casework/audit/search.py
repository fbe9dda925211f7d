"""Looking things up in the events and the access log: for admins, who see no clinical words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peewee import JOIN, ModelSelect

from casework import clock
from casework.audit.access_log import AccessLog
from models import Case, Event, User

PAGE = 50
MOST_EXPORTED = 100_000

LOGS = {"events": "What happened", "access": "Who saw what"}


@dataclass(frozen=True)
class Filter:
    """What to look for; empty means all. `log` is one of LOGS, days are calendar days in Chicago, both included."""

    log: str = "events"
    username: str = ""
    kind: str = ""
    number: str = ""
    """A WebCert #."""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Row:
    """One row of either log, in the words of the audit."""

    number: int
    at: datetime
    who: str
    kind: str
    webcert_number: str
    details: str
    address: str
    reference: str


def rows(wanted: Filter, before: int | None = None) -> list[Row]:
    """A page of rows, newest first, of numbers below `before`; one more than a page when there are older ones."""
    query = _query(wanted)
    model = _model(wanted)
    if before is not None:
        query = query.where(model.chain_number < before)
    return [_row(each) for each in query.limit(PAGE + 1)]


def all_rows(wanted: Filter) -> Iterator[Row]:
    """All rows, newest first, up to 100,000."""
    for each in _query(wanted).limit(MOST_EXPORTED).iterator():
        yield _row(each)


def kinds(log: str) -> list[str]:
    """What there is to choose from."""
    column = AccessLog.action if log == "access" else Event.kind
    return sorted(row[0] for row in column.model.select(column).distinct().tuples())


def _model(wanted: Filter) -> Any:
    return AccessLog if wanted.log == "access" else Event


def _query(wanted: Filter) -> "ModelSelect[Any]":
    model = _model(wanted)
    query = (
        model.select(model, User, Case)
        .join(User, JOIN.LEFT_OUTER, on=(model.actor == User.id))
        .switch(model)
        .join(Case, JOIN.LEFT_OUTER, on=(model.case == Case.id))
        .order_by(model.chain_number.desc())
    )
    if wanted.username:
        query = query.where(User.username == wanted.username)
    if wanted.kind:
        query = query.where((AccessLog.action if wanted.log == "access" else Event.kind) == wanted.kind)
    if wanted.number:
        query = query.where(Case.webcert_number == wanted.number)
    if wanted.since:
        query = query.where(model.at > clock.end_of_day(wanted.since - timedelta(days=1)))
    if wanted.until:
        query = query.where(model.at <= clock.end_of_day(wanted.until) + timedelta(seconds=1))
    return query  # type: ignore[no-any-return]  # untyped library


def _row(row: Event | AccessLog) -> Row:
    if isinstance(row, Event):
        kind, address, reference = row.kind, "", ""
    else:
        kind, address, reference = row.action, row.address, row.reference
    return Row(
        number=row.chain_number,
        at=row.at,
        who=row.actor.username if row.actor else "",
        kind=kind,
        webcert_number=(row.case.webcert_number or "draft") if row.case else "",
        details=_details(row),
        address=address,
        reference=reference,
    )


def _details(row: Event | AccessLog) -> str:
    """Ids, counts and statuses. The reasons of cases may speak of a patient: those stay on the case's own page."""
    parts = [f"{name}: {_flat(value)}" for name, value in sorted(row.data.items())]
    if isinstance(row, AccessLog):
        return "; ".join([row.subject, *parts] if row.subject else parts)
    if row.case_id is None:
        return "; ".join([*parts, row.reason] if row.reason else parts)
    return f"{row.from_status or 'new'} to {row.to_status}".replace("_", " ") if row.to_status else ""


def _flat(value: object) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
