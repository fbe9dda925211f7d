"""Determination letters: what they say, what must not be missing, the PDF, and how they are issued.

content = compose(determination)      every element of the letter, as words
missing(content)                      what an adverse letter lacks: with anything here it can't be issued
with made(content) as letter:         set and stored once, with its SHA-256, never rendered again
    issue(determination, letter, actor)   its row and its event, in the transaction of the determination
"""

from casework.letters.compose import compose
from casework.letters.issue import issue, made, read, replaced_by, stamp_opened
from casework.letters.missing import missing
from casework.letters.pdf import letter_pdf

__all__ = ["compose", "issue", "letter_pdf", "made", "missing", "read", "replaced_by", "stamp_opened"]
