"""Changing the master key: every file's own key is wrapped anew; the bytes of the files are not touched."""

from typing import Any

from casework import attachments
from casework.files.incoming import Kept
from casework.storage import rows, transaction
from models import Attachment, Letter


def rotate() -> int:
    """Wraps the keys of all files with the store's current master key; drops the check values that none needs now.

    A file that came meanwhile under an older key waits for the next time, and the portal goes on asking for that key.
    Returns how many were wrapped anew. May be stopped and started again. Raises KeyFault when an older key is missing,
    Unavailable when the store doesn't answer.
    """
    store = attachments.store()
    count = 0
    models: tuple[Any, ...] = (Attachment, Letter)
    for model in models:
        for row in list(model.select().where(model.key_id != store.ring.current)):
            fresh = store.rewrap(Kept.of(row))
            with transaction():
                same = (model.id == row.id) & (model.wrapped_key == row.wrapped_key)
                wrapped = model.update(wrapped_key=fresh.wrapped_key, key_id=fresh.key_id).where(same)
                count += int(wrapped.execute())
    needed = {key_id for model in models for (key_id,) in rows(model.select(model.key_id).distinct())}
    for key_id in store.key_checks().keys() - needed - {store.ring.current}:
        store.forget_key(key_id)
    return count
