"""JPEG, PNG and TIFF: they decode to their end, within a number of pixels fixed before anything is allocated."""

import struct
from typing import BinaryIO

from PIL import Image, ImageFile

from casework.files.errors import FileRefused
from casework.files.kinds import KINDS, Checked, Kind, damaged, edges, refuse_polyglot, too_complex

MAX_PIXELS = 100_000_000
MAX_TIFF_PAGES = 2_000
DECODED_PIXELS = 400_000_000
"""Of a TIFF of many pages so much is decoded; the rest is counted and its sizes are checked."""

FORMATS = {"jpeg": ["JPEG"], "png": ["PNG"], "tiff": ["TIFF"]}
FAULTS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, OverflowError)
"""What Pillow raises over broken files."""

Image.MAX_IMAGE_PIXELS = None  # the size is compared here, before anything is loaded


def check(reader: BinaryIO, size: int, kind: Kind) -> Checked:
    """Checks an image of `size` bytes. Raises FileRefused."""
    refuse_polyglot(kind, *edges(reader, size))
    try:
        pages = _tiff_pages(reader) if kind.name == "tiff" else _single(reader, kind)
    except FAULTS as error:
        raise damaged(kind.name) from error
    return Checked(kind.name, KINDS[kind.name].media_type, pages)


def open_image(reader: BinaryIO, kind: str) -> ImageFile.ImageFile:
    """An image whose size is known to be fit to load. FileRefused (complex) when it is too large."""
    reader.seek(0)
    image = Image.open(reader, formats=FORMATS[kind])
    refuse_large(image)
    return image


def refuse_large(image: Image.Image) -> None:
    """FileRefused (complex) when an image, or the present page of one, has too many pixels."""
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise FileRefused(
            "complex",
            f"This image has {width:,} × {height:,} pixels, which is too large. "
            "Save it smaller, or scan it at 300 dpi or less, and attach that.",
        )


def _single(reader: BinaryIO, kind: Kind) -> int:
    with open_image(reader, kind.name) as image:
        if kind.name == "png":
            image.verify()
    with open_image(reader, kind.name) as image:
        image.draft(None, (max(1, image.width // 8), max(1, image.height // 8)))  # JPEG: all data, little memory
        image.load()
    return 1


def _tiff_pages(reader: BinaryIO) -> int:
    left, pages = DECODED_PIXELS, 0
    with open_image(reader, "tiff") as image:
        while True:
            try:
                image.seek(pages)
            except EOFError:
                break
            refuse_large(image)
            left -= image.width * image.height
            if left > 0:
                image.load()
            pages += 1
            if pages > MAX_TIFF_PAGES:
                raise too_complex(f"This TIFF has more than {MAX_TIFF_PAGES:,} pages.")
    return pages
