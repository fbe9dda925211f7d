"""Pages of stored files for the reviewer: pictures, words, and where words stand."""

import io
from typing import Any, BinaryIO

from casework.files.bench import BENCH, Broke, TooMuch
from casework.files.errors import CannotShow, Damaged
from casework.files.incoming import Kept
from casework.files.store import Store

PICTURE_TYPE = "image/webp"
WITH_PICTURES = frozenset({"pdf", "jpeg", "png", "tiff"})
WITH_WORDS = frozenset({"pdf", "docx", "rtf", "txt", "xml"})
WIDTHS = (200, 600, 900, 1200, 1800, 2400)
"""Pixels; a picture is made in one of these widths, so that few of each page are cached."""

SECONDS = 10.0


def page_image(reader: BinaryIO, kind: str, number: int, width: int = 1200) -> bytes:
    """A page as a WebP picture of about `width` pixels (the next of WIDTHS), less for a smaller image.

    `number` counts from 1. Raises CannotShow: no such page, no pictures of this kind, too large or slow, damaged.
    """
    return _job("page", reader, {"kind": kind, "number": number, "width": _fitting(width)})[1]


def page_text(reader: BinaryIO, kind: str, number: int = 1) -> str:
    """The words of a page; all words of DOCX, RTF, TXT, XML (`number` 1). '' for a scan. Raises CannotShow."""
    return str(_job("text", reader, {"kind": kind, "number": number})[0]["text"])


def search(reader: BinaryIO, kind: str, words: str) -> list[tuple[int, str]]:
    """(page, words around it) of each place where `words` stand, in any case; at most 200. Raises CannotShow."""
    answer, _ = _job("find", reader, {"kind": kind, "words": words[:200]})
    return [(int(number), str(around)) for number, around in answer["found"]]


def cached_page(store: Store, kept: Kept, kind: str, number: int, width: int = 1200) -> bytes:
    """`page_image` of a stored file, made once and then kept beside it, encrypted with the file's own key.

    Raises CannotShow, and Missing, Damaged, KeyFault, Unavailable as the store does.
    """
    part = f"page-{number}-{_fitting(width)}"
    try:
        ready = store.derived(kept, part)
    except Damaged:
        ready = None
    if ready is not None:
        return ready
    with store.open(kept) as reader:
        picture = page_image(reader, kind, number, width)
    store.put_derived(kept, part, picture)
    return picture


def _fitting(width: int) -> int:
    return next((step for step in WIDTHS if step >= width), WIDTHS[-1])


def _job(do: str, reader: BinaryIO, given: dict[str, object]) -> tuple[dict[str, Any], bytes]:
    size = reader.seek(0, io.SEEK_END)
    try:
        return BENCH.run(do, reader, {**given, "size": size}, SECONDS)
    except (TooMuch, Broke) as error:
        raise CannotShow from error
