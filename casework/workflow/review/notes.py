"""Words of the reviewers on a request: for the office, or for themselves alone."""

from casework import access, again, audit, clock
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from models import Note, Request

LONGEST = 4000


def add_note(request: Request, actor: Actor, text: str, *, internal: bool) -> Note:
    """Adds a note; an internal one no office ever sees. The same one again within a moment is that note.

    Raises NotAllowed and Refused (empty, too long).
    """
    access.require(actor, "note_internally" if internal else "note_to_office", request)
    words = text.strip()
    if not words:
        raise Refused("Write the note first.")
    if len(words) > LONGEST:
        raise Refused(f"Keep a note within {LONGEST} characters.")
    with transaction():
        same = (Note.author == actor.user.id) & (Note.is_internal == internal) & (Note.text == words)
        there: Note | None = request.notes.where(same, Note.at >= again.since()).first()
        if there is not None:
            return there
        note: Note = Note.create(request=request, author=actor.user, at=clock.now(), is_internal=internal, text=words)
        audit.record("note_added", actor, request, internal=internal)
    return note
