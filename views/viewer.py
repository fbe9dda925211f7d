"""The clinicals beside the decision: a page of a file as a picture drawn by the server, its words, a search in them."""

from dataclasses import dataclass, field

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from casework import access, attachments, audit
from casework.errors import NotFound
from casework.files import pages
from casework.files.errors import StoreFault
from casework.files.incoming import Kept
from models import Attachment
from views.web import actor, may

bp = Blueprint("viewer", __name__)

ZOOMS = {100: 1200, 150: 1800, 200: 2400}
"""Per cent of the panel's width, and the width in pixels in which the server draws the page."""


@dataclass
class Viewing:
    """What the viewer shows now."""

    files: list[Attachment]
    file: Attachment | None = None
    page: int = 1
    zoom: int = 100
    text: str = ""
    """The words of a file that has no pictures."""
    trouble: str = ""
    words: str = ""
    found: list[tuple[int, str]] = field(default_factory=list)

    @property
    def has_picture(self) -> bool:
        return self.file is not None and self.file.kind in pages.WITH_PICTURES

    @property
    def pages(self) -> int:
        return (self.file.pages if self.file else 0) or 1


def viewing(files: list[Attachment]) -> Viewing:
    """The file, page and zoom that the address (or the search form) names, else the first page of the first file."""
    chosen = request.values.get("file", "")
    file = next((each for each in files if each.key == chosen), files[0] if files else None)
    seen = Viewing(files, file)
    if file is None:
        return seen
    seen.page = min(max(request.values.get("page", 1, type=int), 1), seen.pages)
    zoom = request.values.get("zoom", 100, type=int)
    seen.zoom = zoom if zoom in ZOOMS else 100
    seen.trouble = attachments.closed_to(file, actor())
    if not seen.trouble and not seen.has_picture:
        _read_words(seen, file)
    return seen


def _read_words(seen: Viewing, file: Attachment) -> None:
    if file.kind not in pages.WITH_WORDS:
        seen.trouble = "This file can't be shown here. Download it to see it."
        return
    try:
        with attachments.opened(file) as reader:
            seen.text = pages.page_text(reader, file.kind)
    except StoreFault as error:
        seen.trouble = error.message


def find(seen: Viewing, words: str) -> None:
    """Looks for `words` in the file that is shown, and turns to the first page that has them."""
    seen.words = words.strip()[:200]
    if seen.file is None or not seen.words or seen.trouble:
        return
    if seen.file.kind not in pages.WITH_WORDS:
        seen.trouble = "A scanned picture has no words to search in."
        return
    try:
        with attachments.opened(seen.file) as reader:
            seen.found = pages.search(reader, seen.file.kind, seen.words)
    except StoreFault as error:
        seen.trouble = error.message
    if seen.found:
        seen.page = min(max(seen.found[0][0], 1), seen.pages)


@bp.get("/attachments/<key:key>/pages/<int:number>")
@may("review")
def picture(key: str, number: int) -> ResponseReturnValue:
    """One page as a picture; drawn once, then kept encrypted beside the file."""
    file = access.child_for(actor(), Attachment, key, "review")
    if attachments.closed_to(file, actor()) or file.kind not in pages.WITH_PICTURES:
        raise NotFound
    width = ZOOMS.get(request.args.get("zoom", 100, type=int), ZOOMS[100])
    audit.read_once(actor(), file)
    drawn = pages.cached_page(attachments.store(), Kept.of(file), file.kind, min(number, 100_000), width)
    return Response(drawn, mimetype=pages.PICTURE_TYPE)
