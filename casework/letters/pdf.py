"""The letter as a tagged PDF (PDF/UA-1, US Letter), set by typst. Values enter as data, never as markup."""

from casework.letters.compose import Content
from casework.letters.settable import settable
from casework.letters.typesetting import typeset


def letter_pdf(content: Content) -> bytes:
    """The letter as PDF bytes."""
    return compiled("letter.typ", content)


def compiled(template: str, data: Content) -> bytes:
    """The template of this folder with `data` as its `data` input, as a tagged PDF; any text can be set."""
    return typeset(template, settable(data))
