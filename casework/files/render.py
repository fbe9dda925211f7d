"""Pages as pictures and words, made at the bench: pdfium and Pillow see a stranger's file only there."""

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

import pypdfium2 as pdfium
from PIL import Image, ImageOps

from casework.files.errors import CannotShow, FileRefused
from casework.files.markup import BadMarkup, Listener, read_xml

MAX_PICTURE = 12_000_000
"""Pixels of a picture that is made."""
MAX_TEXT = 500_000
"""Characters of one page, or of a document without pages."""
MAX_FOUND = 200
AROUND = 60

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CDA = "urn:hl7-org:v3"
_CDA_BREAKS = {f"{_CDA} {name}" for name in ("title", "paragraph", "item", "tr", "caption", "br", "section")}
_CDA_CELLS = {f"{_CDA} td", f"{_CDA} th"}
_CDA_READ = {f"{_CDA} title", f"{_CDA} text"}
_SPACES = re.compile(r"\s+")
_BLANK = re.compile(r"\s*\n\s*\n\s*")
_RTF_WORD = re.compile(r"\\([a-zA-Z]+)(-?\d+)? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|\r|\n")
_RTF_SKIP = frozenset(("fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "listtable"))


def page(reader: BinaryIO, kind: str, number: int, width: int) -> bytes:
    """A page as a WebP picture, at most `width` pixels wide. CannotShow: no such page, too large, damaged."""
    made = _pdf_page(reader, number, width) if kind == "pdf" else _image_page(reader, kind, number, width)
    data = io.BytesIO()
    made.save(data, "WEBP", quality=80, method=2)
    return data.getvalue()


def text(reader: BinaryIO, kind: str, number: int) -> str:
    """The words of a page; of all of a document that has no pages when `number` is 1. '' when there are none."""
    if kind == "pdf":
        with _opened(reader) as document:
            return _page_text(document, number)
    return _WORDS[kind](reader)[:MAX_TEXT] if kind in _WORDS and number == 1 else ""


def find(reader: BinaryIO, kind: str, words: str, seconds: float) -> list[tuple[int, str]]:
    """(page, words around) of each place where `words` stand, in any case; what was found when the time is up."""
    sought = " ".join(words.split()).casefold()
    if not sought:
        return []
    until = time.monotonic() + seconds * 0.8
    found: list[tuple[int, str]] = []
    for number, content in _pages_of(reader, kind):
        found += [(number, around) for around in _places(content, sought)]
        if len(found) >= MAX_FOUND or time.monotonic() > until:
            break
    return found[:MAX_FOUND]


def _pages_of(reader: BinaryIO, kind: str) -> Iterator[tuple[int, str]]:
    if kind != "pdf":
        yield 1, text(reader, kind, 1)
        return
    with _opened(reader) as document:
        for number in range(1, len(document) + 1):
            yield number, _page_text(document, number)


def _places(content: str, sought: str) -> Iterator[str]:
    plain = " ".join(content.split())
    folded = plain.casefold()
    if len(folded) != len(plain):  # a few letters fold to two: then the places would not agree
        plain = folded
    for place in re.finditer(re.escape(sought), folded):
        start, end = max(0, place.start() - AROUND), place.end() + AROUND
        yield ("…" if start else "") + plain[start:end] + ("…" if end < len(plain) else "")


def _opened(reader: BinaryIO) -> Any:
    try:
        document = pdfium.PdfDocument(reader)
        document.init_forms()  # what was typed into form fields is drawn, too
    except pdfium.PdfiumError as error:
        raise CannotShow from error
    return document


def _pdf_page(reader: BinaryIO, number: int, width: int) -> Image.Image:
    with _opened(reader) as document:
        if not 1 <= number <= len(document):
            raise CannotShow("This file has no such page.")
        try:
            drawn = document[number - 1]
            wide, high = drawn.get_size()
            scale = width / max(wide, 1.0)
            scale = min(scale, (MAX_PICTURE / max(wide * high, 1.0)) ** 0.5)
            picture: Image.Image = drawn.render(scale=scale).to_pil()
        except (pdfium.PdfiumError, ValueError) as error:
            raise CannotShow from error
        return picture.convert("RGB")


def _page_text(document: Any, number: int) -> str:
    if not 1 <= number <= len(document):
        raise CannotShow("This file has no such page.")
    try:
        words: str = document[number - 1].get_textpage().get_text_range()
    except pdfium.PdfiumError:
        return ""
    return words[:MAX_TEXT].replace("\r\n", "\n").replace("\ufffe", "-")


def _image_page(reader: BinaryIO, kind: str, number: int, width: int) -> Image.Image:
    from casework.files import image_check

    if kind not in image_check.FORMATS:
        raise CannotShow("This kind of file has no pictures of its pages. Download the file to see it.")
    try:
        with image_check.open_image(reader, kind) as image:
            image.seek(number - 1 if kind == "tiff" else 0)
            image_check.refuse_large(image)
            image.draft("RGB", (width, width))
            upright = _plain(ImageOps.exif_transpose(image))
    except (FileRefused, *image_check.FAULTS) as error:
        raise CannotShow from error
    scale = min(1.0, width / upright.width, (MAX_PICTURE / (upright.width * upright.height)) ** 0.5)
    size = (max(1, round(upright.width * scale)), max(1, round(upright.height * scale)))
    return upright.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits of grey or colour on white."""
    if image.mode.startswith(("I", "F")):
        low, high = cast(tuple[float, float], image.getextrema())  # one band: two numbers
        scale = 255.0 / max(1.0, high - low)
        return image.point(lambda value: value * scale - low * scale).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        return white.convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def _txt_words(reader: BinaryIO) -> str:
    from casework.files.text_check import decoded

    return decoded(reader)


class _WordText(Listener):
    """The words of a Word document's main part."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = tag == f"{_WORD} t"
        if tag == f"{_WORD} tab":
            self.words.append("\t")

    def end(self, tag: str) -> None:
        self._inside = False
        if tag in (f"{_WORD} p", f"{_WORD} br"):
            self.words.append("\n")

    def text(self, data: str) -> None:
        if self._inside:
            self.words.append(data)


class _ClinicalText(Listener):
    """Titles and narrative of a clinical document: what its author signed, without the coded entries."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._inside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._inside or tag in _CDA_READ:
            self._inside += 1

    def end(self, tag: str) -> None:
        self._inside = max(0, self._inside - 1)
        self.words.append("\n" if tag in _CDA_BREAKS else "\t" if tag in _CDA_CELLS else "")

    def text(self, data: str) -> None:
        if self._inside:
            self.words.append(_SPACES.sub(" ", data))


def _docx_words(reader: BinaryIO) -> str:
    heard = _WordText()
    try:
        with zipfile.ZipFile(reader) as package, package.open("word/document.xml") as part:
            read_xml(part, heard)  # type: ignore[arg-type]  # ZipExtFile reads as a BinaryIO
    except (zipfile.BadZipFile, KeyError, BadMarkup) as error:
        raise CannotShow from error
    return "".join(heard.words)


def _cda_words(reader: BinaryIO) -> str:
    heard = _ClinicalText()
    reader.seek(0)
    try:
        read_xml(reader, heard)
    except BadMarkup as error:
        raise CannotShow from error
    return _BLANK.sub("\n\n", "".join(heard.words)).strip()


def _rtf_words(reader: BinaryIO) -> str:
    reader.seek(0)
    data = reader.read().decode("cp1252", errors="replace")
    words: list[str] = []
    depth, skip, position = 0, 0, 0
    for token in _RTF_WORD.finditer(data):
        if not skip:
            words.append(data[position : token.start()])
        position = token.end()
        depth += {"{": 1, "}": -1}.get(token[5] or "", 0)
        if skip and depth < skip:
            skip = 0
        elif not skip and (token[1] in _RTF_SKIP or token[4] == "*"):
            skip = depth
        elif not skip:
            words.append(_rtf_word(token))
    return "".join(words)


def _rtf_word(token: re.Match[str]) -> str:
    if token[3]:
        return bytes.fromhex(token[3]).decode("cp1252", errors="replace")
    if token[1] == "u" and token[2]:
        return chr(int(token[2]) % 0x10000)
    if token[4] in ("\\", "{", "}"):
        return token[4]
    return {"par": "\n", "line": "\n", "tab": "\t", "cell": "\t", "row": "\n"}.get(token[1] or "", "")


_WORDS: dict[str, Callable[[BinaryIO], str]] = {
    "txt": _txt_words,
    "docx": _docx_words,
    "xml": _cda_words,
    "rtf": _rtf_words,
}
