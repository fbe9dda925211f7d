"""A letter is made once, when its determination is issued, and read as it was stored ever after."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from casework import attachments, audit, clock
from casework.actor import Actor
from casework.errors import Refused
from casework.files.incoming import Kept
from casework.letters.compose import Content
from casework.letters.missing import missing
from casework.letters.pdf import letter_pdf
from casework.storage import transaction
from models import Determination, Letter, Request, Role


@dataclass(frozen=True)
class Made:
    """A letter that is set and stored, before any row speaks of it."""

    content: Content
    pdf: bytes
    kept: Kept


@contextmanager
def made(content: Content) -> Iterator[Made]:
    """Sets the letter with these words and stores it, for `issue` inside the block; if that fails, it is deleted.

    The store may be slow or far away, so this happens before the transaction: no other writer waits for it. Raises
    Refused, naming what is missing, for an incomplete adverse letter.
    """
    lacking = missing(content)
    if lacking:
        raise Refused(f"The letter can't be issued yet. Missing: {'; '.join(lacking)}.")
    pdf = letter_pdf(content)
    kept = attachments.store().put(pdf)
    try:
        yield Made(content, pdf, kept)
    except BaseException:
        attachments.store().delete(kept.stored_name)
        raise


def issue(determination: Determination, made: Made, actor: Actor) -> Letter:
    """The letter's row with its event, in the caller's transaction. A correction's letter supersedes the one before."""
    with transaction():
        letter: Letter = Letter.create(
            determination=determination,
            supersedes=_last(determination),
            content=made.content,
            sha256=hashlib.sha256(made.pdf).hexdigest(),
            size=len(made.pdf),
            stored_name=made.kept.stored_name,
            wrapped_key=made.kept.wrapped_key,
            key_id=made.kept.key_id,
            issued_by=actor.user,
            issued_at=clock.now(),
        )
        audit.record("letter_issued", actor, determination.request, outcome=determination.outcome.value)
    return letter


def _last(determination: Determination) -> Letter | None:
    last: Letter | None = (
        Letter.select()
        .join(Determination)
        .where(Determination.request == determination.request, Letter.determination != determination)
        .order_by(Letter.id.desc())
        .first()
    )
    return last


def read(letter: Letter) -> bytes:
    """The PDF as it was issued. Raises Damaged or Missing of casework.files when the store can't give it whole."""
    return attachments.store().read(Kept.of(letter))


def replaced_by(letter: Letter) -> Letter | None:
    """The newer letter of a corrected determination that takes this one's place, if there is one."""
    newer: Letter | None = Letter.get_or_none(Letter.supersedes == letter)
    return newer


def stamp_opened(letter: Letter, actor: Actor) -> None:
    """Notes that the office has opened the letter, the first time only; staff's reading leaves no such mark.

    The request's determination is still news while the letter that counts is unopened.
    """
    if letter.opened_at is not None or actor.role != Role.PROVIDER:
        return
    at = clock.now()
    unopened = (Letter.id == letter.id) & Letter.opened_at.is_null()
    with transaction():
        if Letter.update(opened_at=at, opened_by=actor.user).where(unopened).execute():
            request = letter.determination.request
            if replaced_by(letter) is None:
                Request.update(letter_opened_at=at).where(Request.id == request.id).execute()
            audit.wake(request.office_id)
