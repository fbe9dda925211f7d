"""What a request holds, as it was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from peewee import EXCLUDED, fn

from casework import clock, storage
from casework.actor import Actor
from casework.answers import Answers
from casework.drafts.model import DraftAnswer
from casework.errors import Stale
from casework.ready import Ready, marks
from models import Attachment, Request, Status

NO_DRAFT = (
    "This request is no longer a draft: it was submitted or discarded meanwhile, here or by a colleague. "
    "Nothing in it was changed."
)


def answers(request: Request, files: int | None = None) -> Answers:
    """Everything typed into this request (a draft, or as it was submitted), with the number of its files, if known."""
    named = DraftAnswer.select(DraftAnswer.name, DraftAnswer.value).where(DraftAnswer.request == request)
    return picture(request, dict(storage.rows(named)), files)


def picture(request: Request, values: Mapping[str, str], files: int | None = None) -> Answers:
    """`values` seen as the answers of this request."""
    count = file_count(request) if files is None else files
    return Answers(request.case.case_type, values, request.request_type, count)


def file_count(request: Request) -> int:
    """How many files of the office are attached now; CMSI's own letters and reports don't count."""
    return int(_files_counted().run({_REQUEST: request.id})[0][0])


_REQUEST = marks(1)[0]


@cache
def _files_counted() -> Ready:
    attached = (Attachment.request == _REQUEST) & (Attachment.by_cmsi == False) & Attachment.removed_at.is_null()  # noqa: E712 - SQL
    return Ready(Attachment.select(fn.COUNT(Attachment.id)).where(attached))


def versions(request: Request) -> dict[str, int]:
    """The version of each answer that was ever saved; a name that is missing here has version 0."""
    named = DraftAnswer.select(DraftAnswer.name, DraftAnswer.version).where(DraftAnswer.request == request)
    return dict(storage.rows(named))


class Row(NamedTuple):
    """An answer as it is stored. Plain, because an autosave reads all of a draft's."""

    name: str
    value: str
    version: int
    changed_by_id: int
    changed_at: datetime
    before: str


def rows_of(request: Request) -> dict[str, Row]:
    """The stored answers by name."""
    moment: Any = DraftAnswer.changed_at.python_value
    found = map(Row._make, _all_answers().run({_REQUEST: request.id}))
    return {row.name: row._replace(changed_at=moment(row.changed_at)) for row in found}


@cache
def _all_answers() -> Ready:
    columns = (
        getattr(DraftAnswer, name) for name in ("name", "value", "version", "changed_by", "changed_at", "before")
    )
    return Ready(DraftAnswer.select(*columns).where(DraftAnswer.request == _REQUEST))


def hold(request: Request) -> datetime:
    """Takes the draft for this transaction, so that two writers follow each other, and returns the moment.

    Raises Stale when it is no draft any more.
    """
    at = clock.now()
    is_draft = (Request.id == request.id) & (Request.status == Status.DRAFT)
    if Request.update(updated_at=at).where(is_draft).execute() != 1:
        raise Stale(NO_DRAFT)
    request.updated_at = at
    return at


@dataclass(frozen=True)
class Held:
    """A draft that was taken for a transaction: when, its stored answers by name, and what they say together."""

    request: Request
    at: datetime
    rows: Mapping[str, Row]
    before: Answers


def take(request: Request) -> Held:
    """Takes the draft as `hold` does, and reads it. Raises Stale."""
    at = hold(request)
    rows = rows_of(request)
    return Held(request, at, rows, picture(request, {row.name: row.value for row in rows.values()}))


def write(request: Request, actor: Actor, changes: Mapping[str, str], at: datetime, rows: Mapping[str, Row]) -> None:
    """Stores these answers over `rows`, each with its next version."""
    written = list(_written(request, actor, changes, at, rows))
    if not written:
        return
    columns = (
        DraftAnswer.value,
        DraftAnswer.version,
        DraftAnswer.changed_by,
        DraftAnswer.changed_at,
        DraftAnswer.before,
    )
    DraftAnswer.insert_many(written).on_conflict(
        conflict_target=[DraftAnswer.request, DraftAnswer.name],
        update={column: getattr(EXCLUDED, column.column_name) for column in columns},
    ).execute()


def _written(
    request: Request, actor: Actor, changes: Mapping[str, str], at: datetime, rows: Mapping[str, Row]
) -> Iterable[dict[str, object]]:
    for name, value in changes.items():
        row = rows.get(name)
        before = "" if row is None else row.before if row.changed_by_id == actor.user.id else row.value
        yield {
            "request": request.id,
            "name": name,
            "value": value,
            "version": row.version + 1 if row else 1,
            "changed_by": actor.user.id,
            "changed_at": at,
            "before": before,
        }
