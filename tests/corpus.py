"""The hostile uploads: every file that the portal refuses or takes with a warning, made in code (see `ALL`)."""

from collections.abc import Callable
from dataclasses import dataclass

from tests import corpus_others, corpus_pdf, samples


@dataclass(frozen=True)
class Upload:
    """A file and what the portal must say to it."""

    name: str
    make: Callable[[], bytes]
    reason: str = ""
    """Of the refusal; '' when the file is taken."""
    words: str = ""
    """That the refusal's message holds."""
    flags: frozenset[str] = frozenset()
    pages: int | None = None

    @property
    def is_refused(self) -> bool:
        return bool(self.reason)


REFUSED = [Upload(name, *told) for each in (corpus_pdf.REFUSED, corpus_others.REFUSED) for name, told in each.items()]
TAKEN = [
    Upload(name, make, flags=frozenset(flags), pages=pages)
    for each in (corpus_pdf.TAKEN, corpus_others.TAKEN)
    for name, (make, flags, pages) in each.items()
]
PAGES = {"note.pdf": 1, "knee.jpg": 1, "knee.png": 1, "fax.tif": 3}
VALID = [Upload(name, make, pages=PAGES.get(name)) for name, make in samples.VALID.items()]
ALL = REFUSED + TAKEN + VALID

VIRUS_MARK = b"PORTAL-TEST-SIGNATURE-NOT-A-VIRUS"
"""What the test scanner calls a virus."""


def infected() -> list[Upload]:
    """Files that only a scanner refuses: the mark plain, in a PDF's stream, in a packed document."""
    return [
        Upload("infected.txt", lambda: b"note " + VIRUS_MARK),
        Upload("infected.pdf", lambda: corpus_pdf.simple(b"", b"/Contents 4 0 R", corpus_pdf.stream(VIRUS_MARK))),
        Upload("infected.docx", lambda: samples.docx(f"<w:p><w:r><w:t>{VIRUS_MARK.decode()}</w:t></w:r></w:p>")),
    ]
