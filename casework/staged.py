"""Files on their way to CMSI with records or with an answer: received and checked, but not sent before the form is.

Until then a file is a row that is not there (`removed_at` is set), seen by the person who brought it alone; it
outlives a refused form, a closed window and the end of a session.
"""

from collections.abc import Collection

from casework import attachments, clock
from casework.actor import Actor
from casework.files.errors import FileRefused
from casework.files.incoming import Incoming
from casework.files.store import Readable
from casework.storage import transaction
from models import Attachment, InformationItem, Request


def receive(
    request: Request, actor: Actor, stream: Readable | Incoming, filename: str, item: InformationItem | None = None
) -> Attachment:
    """Checks one file for this request, or for an item of its information request; the same file again, by a second
    click for example, is kept once. Raises FileRefused in words."""
    try:
        row = attachments.receive(request, actor, stream, filename, removed_at=clock.now(), information_item=item)
    except FileRefused as refusal:
        sent = attachments.brought_before(refusal, request, actor, filename)
        if sent is None or sent.information_item != item:
            raise
        return sent
    same = next((each for each in _of(request, actor) if each.sha256 == row.sha256 and each.id < row.id), None)
    if same is None:
        return row
    row.delete_instance()
    attachments.store().delete(row.stored_name)
    if (same.name, same.information_item_id) == (row.name, row.information_item_id):
        return same
    raise FileRefused("twice", f"This is the same file as “{same.name}”, which is here already. It is kept once.")


def waiting(request: Request, actor: Actor, item: InformationItem | None = None) -> list[Attachment]:
    """The files that this person brought and hasn't sent, oldest first."""
    number = item.id if item else None
    return [row for row in _of(request, actor) if row.information_item_id == number]


def _of(request: Request, actor: Actor) -> list[Attachment]:
    mine = (Attachment.request == request) & (Attachment.uploaded_by == actor.user.id)
    since = Attachment.uploaded_at >= (request.submitted_at or request.created_at)
    return list(Attachment.select().where(mine, since, Attachment.removed_at.is_null(False)).order_by(Attachment.id))


def send(
    request: Request, actor: Actor, keys: Collection[str], item: InformationItem | None = None
) -> list[Attachment]:
    """Puts the files with these keys there, and forgets the others that wait; inside the caller's transaction.

    Returns those that are there now. Raises FileRefused when the same bytes came meanwhile, or there is no more room.
    The bytes of a forgotten file can't be read any more: their key goes with the row.
    """
    sent = []
    with transaction():
        for row in waiting(request, actor, item):
            if row.key in keys:
                attachments.put_back(row)
                sent.append(row)
            else:
                row.delete_instance()
    return sent
