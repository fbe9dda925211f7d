"""A file that somebody attaches, from its arrival to its place in the store."""

from dataclasses import dataclass

from casework.files.checks import check
from casework.files.errors import FileRefused
from casework.files.incoming import Incoming, Kept
from casework.files.kinds import Checked
from casework.files.names import clean_name
from casework.files.scan import NOT_SCANNED, scan


@dataclass(frozen=True)
class Taken:
    """What a row of an attachment is made of."""

    name: str
    kept: Kept
    checked: Checked
    scan_state: str
    """clean, waiting or not_scanned."""


def take(coming: Incoming, name: str, clamd: str = "") -> Taken:
    """Checks, scans and keeps a file that has come in; it is discarded when it can't be taken.

    `name` as the person's computer sent it; `clamd`: the scanner's address, '' for none.
    Raises FileRefused (its message is for the clerk), Unavailable.
    """
    name = clean_name(name)
    with coming:
        coming.finish()
        with coming.open() as reader:
            checked = check(reader, name)
            scan_state = scan(reader, clamd) if clamd else NOT_SCANNED
        if scan_state == "infected":
            raise infected()
        return Taken(name, coming.keep(), checked, scan_state)


def infected() -> FileRefused:
    """The refusal of a file in which the scanner found something."""
    return FileRefused(
        "infected",
        "The virus scanner found something harmful in this file, so it was not kept. "
        "Have the computer it comes from checked, and attach a clean copy.",
    )
