"""The files of a request: received once, listed with their receipts, typed, taken away again, read back.

How bytes are checked and kept is `casework.files`; here are the rows, and the limits of a request.
"""

import io
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from peewee import ModelSelect, fn

import config
from casework import access, again, audit, clock, drafts
from casework.actor import Actor
from casework.errors import NotFound, Refused
from casework.fields.record import DOCUMENT_TYPES
from casework.files.errors import FileRefused, StoreFault
from casework.files.incoming import Incoming, Kept
from casework.files.keys import KeyRing
from casework.files.kinds import ACTIVE
from casework.files.names import clean_name
from casework.files.scan import scan
from casework.files.store import FILE_LIMIT, Readable, Store, open_store
from casework.files.uploads import Taken, take
from casework.storage import transaction
from models import Attachment, Request, Status, User

MOST_BYTES = 200 * 1024 * 1024
"""All files of a request together."""
MOST_FILES = 100
DAY = timedelta(hours=24)

WAITING, INFECTED = "waiting", "infected"
"""States of a file while the virus scanner doesn't answer, and when it found something after all."""

_TYPES = dict(DOCUMENT_TYPES)
_GUESSES = (
    ("operative", ("operative", "op note", "op report", "surgery report")),
    ("discharge", ("discharge",)),
    ("therapy", ("therapy", "plan of care", "eval", "poc")),
    ("treatment_plan", ("treatment plan", "tx plan")),
    ("imaging", ("mri", "xray", "x-ray", "x ray", "ct ", "ultrasound", "imaging", "radio", "pet ", "echo")),
    ("lab", ("lab", "pathology", "cbc")),
    ("necessity", ("necessity", "lmn")),
    ("order", ("order", "referral", "prescription", "rx")),
    ("office_note", ("office", "progress", "visit", "h&p", "h_p", "history", "consult", "note", "chart", "clinical")),
)
"""Words in a file's name that tell its type; a clerk may choose another one."""


def store() -> Store:
    """The file store of this installation."""
    settings = config.current()
    return _opened(settings.files_url, settings.file_keys, str(settings.instance))


@cache
def _opened(url: str, keys: str, instance: str) -> Store:
    return open_store(url, KeyRing.parse(keys), Path(instance))


def listing(request: Request) -> list[Attachment]:
    """The office's files of a request that are there now, oldest first, each with who attached it."""
    return _with_people(request, by_cmsi=False)


def added_by_cmsi(request: Request) -> list[Attachment]:
    """Letters and reports that CMSI added, oldest first: counted and listed apart from the office's records."""
    return _with_people(request, by_cmsi=True)


def _with_people(request: Request, by_cmsi: bool) -> list[Attachment]:
    return list(
        Attachment.select(Attachment, User)
        .join(User)
        .where(Attachment.request == request, Attachment.by_cmsi == by_cmsi, Attachment.removed_at.is_null())
        .order_by(Attachment.id)
    )


def count(request: Request) -> int:
    """How many files of the office are there."""
    return int(_there(request).count())


def removed(request: Request, key: str) -> Attachment | None:
    """The file of this request that was taken out, to offer it back."""
    gone = Attachment.removed_at.is_null(False)
    row: Attachment | None = _of_office(request).where(Attachment.key == key, gone).first()
    return row


def _there(request: Request) -> "ModelSelect[Attachment]":
    return _of_office(request).where(Attachment.removed_at.is_null())


def _of_office(request: Request) -> "ModelSelect[Attachment]":
    return Attachment.select().where(Attachment.request == request, Attachment.by_cmsi == False)  # noqa: E712 - SQL


def receive(
    request: Request,
    actor: Actor,
    stream: Readable | Incoming,
    filename: str,
    document_type: str = "",
    **columns: object,
) -> Attachment:
    """Checks one file and keeps it with this request; `columns` are further ones of the row (information_item …).

    `stream` gives the plain bytes, or is a file that was sealed on its way in. Without a `document_type` the name of
    the file may tell it. Raises FileRefused with words for the clerk: empty, over 25 MB, not what its name says,
    damaged, with a password, infected, there already, or too much for one request; Stale when the draft was sent while
    the file was looked at.
    """
    coming = stream if isinstance(stream, Incoming) else store().receive(stream)
    with coming:
        coming.finish()
        by_cmsi = bool(columns.get("by_cmsi"))
        _refuse(request, coming.sha256, coming.size, by_cmsi)
        taken = take(coming, filename, config.current().clamd)
    try:
        with transaction():
            _hold(request)
            _refuse(request, taken.kept.sha256, taken.kept.size, by_cmsi)
            row = _create(request, actor, taken, document_type, columns)
            _recount(request)
            if by_cmsi:
                audit.record("report_added", actor, request, files=1)
            return row
    except BaseException:
        store().delete(taken.kept.stored_name)
        raise


def add_report(request: Request, actor: Actor, stream: Readable | Incoming, filename: str) -> Attachment:
    """Adds a letter or report of CMSI's own, which the office sees in the case, apart from its own records.

    Raises NotAllowed, and FileRefused as `receive` does.
    """
    access.require(actor, "add_report", request)
    return receive(request, actor, stream, filename, by_cmsi=True)


def brought_before(refusal: FileRefused, request: Request, actor: Actor, filename: str) -> Attachment | None:
    """The file that this person's first click has brought, when that is why the same one is refused now."""
    mine = (Attachment.uploaded_by == actor.user.id) & (Attachment.uploaded_at >= again.since())
    named = (Attachment.name == clean_name(filename)) & Attachment.removed_at.is_null()
    found: Attachment | None = request.attachments.where(mine, named).first()
    return found if refusal.reason == "twice" else None


def _create(request: Request, actor: Actor, taken: Taken, document_type: str, columns: dict[str, object]) -> Attachment:
    kept, checked = taken.kept, taken.checked
    row: Attachment = Attachment.create(
        request=request,
        document_type=document_type if document_type in _TYPES else guessed_type(taken.name),
        name=taken.name,
        kind=checked.kind,
        media_type=checked.media_type,
        size=kept.size,
        pages=checked.pages,
        sha256=kept.sha256,
        stored_name=kept.stored_name,
        wrapped_key=kept.wrapped_key,
        key_id=kept.key_id,
        active_content=bool(checked.flags & ACTIVE),
        scan_state=taken.scan_state,
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
        **columns,
    )
    return row


def _hold(request: Request) -> None:
    """A draft's files change as long as it is one: Stale when somebody has sent it since it was read."""
    if request.status == Status.DRAFT:
        drafts.hold(request)


def _recount(request: Request) -> None:
    if request.status == Status.DRAFT:
        drafts.recount(request)


def _refuse(request: Request, sha256: str, size: int, by_cmsi: bool) -> None:
    """Asked as soon as a file is there, and again when it is its turn: others came while it was looked at."""
    _refuse_twice(request, sha256, by_cmsi)
    _refuse_too_much(request, size)
    if not by_cmsi:
        _refuse_too_much_today(request, size)


def _refuse_twice(request: Request, sha256: str, by_cmsi: bool = False) -> None:
    there = request.attachments.where(Attachment.by_cmsi == by_cmsi, Attachment.removed_at.is_null())
    same = there.where(Attachment.sha256 == sha256).first()
    if same is not None:
        raise FileRefused("twice", f"This is the same file as “{same.name}”, attached already. It is kept once.")


def _refuse_too_much(request: Request, size: int) -> None:
    there, files = _there(request).select(fn.COALESCE(fn.SUM(Attachment.size), 0), fn.COUNT(Attachment.id)).tuples()[0]
    if there + size > MOST_BYTES:
        left = max(0, MOST_BYTES - there) // (1024 * 1024)
        raise FileRefused(
            "too_much",
            f"All files of a request together may have 200 MB; {left} MB are left. "
            "Attach a smaller scan, or only the pages that matter.",
        )
    if files >= MOST_FILES:
        raise FileRefused("too_many", f"A request takes at most {MOST_FILES} files. Put several pages into one PDF.")


def _refuse_too_much_today(request: Request, size: int) -> None:
    if _of_today(request.office_id) + size > config.current().upload_mb_a_day * 1024 * 1024:
        phones = f"{config.current().organisation}: {config.current().submission_phones}"
        raise FileRefused(
            "too_much_today",
            f"Your office has attached very much in the last 24 hours. Attach the rest tomorrow, or call {phones}.",
        )


def _of_today(office_id: int) -> int:
    """Bytes that the office has attached in the last 24 hours, also those that it took out again."""
    lately = Attachment.uploaded_at > clock.now() - DAY
    mine = Attachment.by_cmsi == False  # noqa: E712 - SQL
    query = Attachment.select(fn.COALESCE(fn.SUM(Attachment.size), 0)).join(Request)
    return int(query.where(Request.office == office_id, mine, lately).scalar())


def guessed_type(name: str) -> str:
    """The document type that a file's name tells ('MRI right shoulder.pdf' is imaging), else ''."""
    lowered = f"{name.rsplit('.', 1)[0].lower().replace('_', ' ')} "
    return next((kind for kind, words in _GUESSES if any(word in lowered for word in words)), "")


def set_type(attachment: Attachment, document_type: str) -> None:
    """Says what kind of record a file is. Raises Refused for a type that the list doesn't have, Stale as `receive`."""
    if document_type and document_type not in _TYPES:
        raise Refused("Choose the type of the document from the list.")
    with transaction():
        _hold(attachment.request)
        attachment.document_type = document_type
        attachment.save(only=[Attachment.document_type])


def remove(attachment: Attachment) -> None:
    """Takes a file out of a draft, so that it can be put back. Raises Stale as `receive`."""
    with transaction():
        _hold(attachment.request)
        attachment.removed_at = clock.now()
        attachment.save(only=[Attachment.removed_at])
        _recount(attachment.request)


def put_back(attachment: Attachment) -> None:
    """Undoes `remove`; what is back already stays.

    Raises FileRefused when the same bytes are there again, or there is no more room; Stale; and NotFound when the file
    was deleted for good in this moment.
    """
    with transaction():
        _hold(attachment.request)
        if _there(attachment.request).where(Attachment.id == attachment.id).exists():
            return
        _refuse_twice(attachment.request, attachment.sha256)
        _refuse_too_much(attachment.request, attachment.size)
        attachment.removed_at = None
        if attachment.save(only=[Attachment.removed_at]) != 1:
            raise NotFound
        _recount(attachment.request)


def purge_removed() -> int:
    """Deletes for good what was taken out of drafts that were never sent, or was brought to a sent request and never
    sent after it (casework.staged), REMOVED_DAYS ago; returns how many files.

    Nothing else goes: what was sent, what CMSI added, and the files of archived drafts stay. Bytes that another draft
    has as well (it was split) stay with that one: new rows over the same bytes are only made from rows that are there.
    """
    before = clock.now() - timedelta(days=config.current().removed_days)
    gone = (Attachment.removed_at < before) & (Attachment.by_cmsi == False)  # noqa: E712 - SQL
    found = Attachment.select(Attachment, Request).join(Request).where(gone, _was_never_sent())
    return sum(_purge(row, gone) for row in list(found))


def _was_never_sent() -> Any:
    is_unsent = Request.submitted_at.is_null() & Request.status.in_((Status.DRAFT, Status.ARCHIVED))
    return is_unsent | (Attachment.uploaded_at > Request.submitted_at)


def _purge(row: Attachment, gone: Any) -> int:
    with transaction():
        still = Attachment.select().join(Request).where(Attachment.id == row.id, _was_never_sent())
        if not still.exists() or Attachment.delete().where(Attachment.id == row.id, gone).execute() != 1:
            return 0  # sent or put back in this moment
        audit.record("removed_file_deleted", None, row.request, internal=True, file=row.key, size=row.size)
        is_shared = Attachment.select().where(Attachment.stored_name == row.stored_name).exists()
    if not is_shared:
        store().delete(row.stored_name)
    return 1


def opened(attachment: Attachment) -> io.BufferedReader:
    """A seekable reader of the plain bytes. Raises casework.files' Missing, Damaged, KeyFault or Unavailable."""
    return store().open(Kept.of(attachment))


CLOSED = {
    WAITING: "This file waits for the virus scan. It can be opened after that.",
    INFECTED: "The virus scanner found something harmful in this file: it can't be opened.",
}


def closed_to(attachment: Attachment, actor: Actor) -> str:
    """Why this person can't open a file of a request that they see, in words; '' when they can.

    What waits for the scanner is open to who brought it alone (OWASP ASVS 5.4.3). Raises NotFound for CMSI's people
    while a file isn't there: taken out of its draft, or not sent yet.
    """
    if attachment.removed_at is not None and actor.is_staff:
        raise NotFound
    is_own = attachment.scan_state == WAITING and attachment.uploaded_by_id == actor.user.id
    return "" if is_own else CLOSED.get(attachment.scan_state, "")


def scan_waiting() -> int:
    """Asks the virus scanner again about the files that wait for it; returns how many it has spoken about."""
    told = 0
    for row in Attachment.select().where(Attachment.scan_state == WAITING):
        try:
            with opened(row) as reader:
                said = scan(reader, config.current().clamd)
        except StoreFault:
            continue  # told by /readyz; the next round comes to it again
        if said != WAITING:
            told += Attachment.update(scan_state=said).where(Attachment.id == row.id).execute()
    return told


def type_words(attachment: Attachment) -> str:
    """'Imaging', or 'Record' when nobody has said what it is."""
    return _TYPES.get(attachment.document_type, "Record")


__all__ = [
    "FILE_LIMIT",
    "MOST_BYTES",
    "MOST_FILES",
    "WAITING",
    "added_by_cmsi",
    "brought_before",
    "closed_to",
    "count",
    "guessed_type",
    "listing",
    "opened",
    "purge_removed",
    "put_back",
    "receive",
    "remove",
    "removed",
    "scan_waiting",
    "set_type",
    "store",
    "type_words",
]
