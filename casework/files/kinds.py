"""What kinds of file the portal takes, how their content begins, and what is said of the others."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from casework.files.errors import FileRefused


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken."""

    name: str
    label: str
    """As part of a sentence: "a PDF"."""
    media_type: str
    endings: tuple[str, ...]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "a PDF", "application/pdf", (".pdf",)),
        Kind("jpeg", "a JPEG image", "image/jpeg", (".jpg", ".jpeg", ".jpe")),
        Kind("png", "a PNG image", "image/png", (".png",)),
        Kind("tiff", "a TIFF image", "image/tiff", (".tif", ".tiff")),
        Kind(
            "docx",
            "a Word document (DOCX)",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (".docx",),
        ),
        Kind("rtf", "an RTF document", "application/rtf", (".rtf",)),
        Kind("txt", "a plain text", "text/plain", (".txt", ".text")),
        Kind("xml", "a clinical document (C-CDA XML)", "application/xml", (".xml",)),
    )
}
BY_ENDING = {ending: kind for kind in KINDS.values() for ending in kind.endings}
ACCEPT = ",".join(BY_ENDING)
"""For the `accept` attribute of a file field."""
TAKEN = "PDF, JPEG, PNG, TIFF, DOCX, RTF, TXT or XML (C-CDA)"

ACTIVE = frozenset({"javascript", "embedded_file", "xfa", "sends_data", "media", "automatic", "remote", "inserted"})
"""Flags that make a file download only."""


@dataclass(frozen=True)
class Checked:
    """What the checks found in a file that may be kept."""

    kind: str
    media_type: str
    """With its charset for text."""
    pages: int | None
    """None where a kind has no pages of its own (Word, RTF, text, XML)."""
    flags: frozenset[str] = frozenset()
    """Of ACTIVE, and `repaired` (a slightly broken PDF) and `owner_password` (printing or editing is restricted)."""

    @property
    def active_content(self) -> bool:
        """Whether opening it could do more than show it: such a file is offered for download only."""
        return bool(self.flags & ACTIVE)


_PRINT = "Open it, choose Print, then Save as PDF, and attach the new PDF."
_EXPORT = "Save it as a PDF in the program that made it, and attach the PDF."
_UNPACK = "Unpack it and attach the files that are inside."
_PHOTO = "Save the photo as a JPEG or PDF and attach that."
_PROGRAM = "Programs and scripts are never taken. Attach the record itself."
_SCAN = "Attach the written report, or the images that matter as JPEG or PDF."

FOREIGN = {
    "heic": ("a HEIC photo", _PHOTO),
    "webp": ("a WebP image", _PHOTO),
    "gif": ("a GIF image", _PHOTO),
    "bmp": ("a BMP image", _PHOTO),
    "svg": ("an SVG drawing", _PRINT),
    "html": ("a web page", _PRINT),
    "doc": ("a file of an older Office version", "Open it in Word, save it as DOCX or PDF, and attach that."),
    "office": ("a spreadsheet or presentation", _EXPORT),
    "macro": ("a Word document with macros", "Save it as DOCX without macros, or as a PDF, and attach that."),
    "odt": ("an OpenDocument file", _EXPORT),
    "zip": ("an archive (ZIP)", _UNPACK),
    "archive": ("an archive", _UNPACK),
    "postscript": ("a PostScript file", _PRINT),
    "mail": ("an e-mail message", _PRINT),
    "dicom": ("a DICOM image", _SCAN),
    "media": ("a sound or video file", _SCAN),
    "program": ("a program or script", _PROGRAM),
}

_FOREIGN_ENDINGS = {
    "heic": "heic heif avif",
    "webp": "webp",
    "gif": "gif",
    "bmp": "bmp",
    "svg": "svg svgz",
    "html": "html htm xhtml mht mhtml",
    "doc": "doc dot wps",
    "office": "xls xlsx xlsm ppt pptx pptm ods odp csv pages numbers key",
    "macro": "docm dotm dotx",
    "odt": "odt ott",
    "zip": "zip",
    "archive": "rar 7z gz tgz tar bz2 xz iso cab",
    "postscript": "ps eps",
    "mail": "eml msg",
    "dicom": "dcm dicom",
    "media": "mp3 mp4 m4a mov avi wav wmv webm",
    "program": "exe com scr pif bat cmd ps1 vbs vbe js jse wsf wsh hta msi dll jar lnk reg sh py php app apk url chm",
}
FOREIGN_BY_ENDING = {f".{end}": key for key, ends in _FOREIGN_ENDINGS.items() for end in ends.split()}
PROGRAM_ENDINGS = frozenset(f".{end}" for end in _FOREIGN_ENDINGS["program"].split())

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"{\\rtf", "rtf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"%!PS", "postscript"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"#!", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"ID3", "media"),
)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:!doctype\s+html|html|svg)[\s>]", re.IGNORECASE)
_HIDDEN = re.compile(rb"<script[\s>]|<!doctype\s+html|<html[\s>]|<svg[\s>]|<\?php|%PDF-", re.IGNORECASE)
EDGE = 64 * 1024


def kind_of(name: str) -> Kind:
    """The kind that a file's name promises. FileRefused (unsupported) with what to do instead."""
    ending = PurePosixPath(name).suffix.lower()
    kind = BY_ENDING.get(ending)
    if kind is not None:
        return kind
    if ending in FOREIGN_BY_ENDING:
        label, advice = FOREIGN[FOREIGN_BY_ENDING[ending]]
        raise FileRefused("unsupported", f"This is {label}, which the portal can't take. {advice}")
    what = f"Files that end in {ending} can't be attached." if ending.isascii() and 1 < len(ending) < 12 else ""
    if not ending:
        what = "The name of this file has no ending, such as .pdf, that says what it is: give it the right one."
    raise FileRefused("unsupported", f"{what} Attach the record as {TAKEN}.".strip())


def sniff(head: bytes) -> str:
    """What the first bytes of a file say that it is: a key of KINDS or FOREIGN, or '' when they say nothing."""
    for magic, found in _MAGIC:
        if head.startswith(magic):
            return found
    if head[4:8] == b"ftyp":
        return "heic" if head[8:11] in (b"hei", b"hev", b"mif", b"msf", b"avi") else "media"
    if head[:4] == b"RIFF":
        return "webp" if head[8:12] == b"WEBP" else "media"
    if head[128:132] == b"DICM":
        return "dicom"
    return _sniff_text(head)


def _sniff_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _MARKUP.match(text):
        return "svg" if text[:4].lower() == b"<svg" else "html"
    if text.startswith((b"<?xml", b"<ClinicalDocument")):
        root = _ROOT.search(text[:1024])
        return "xml" if root is None else "svg" if b"<svg" in root[0].lower() else "html"
    return ""


def compare(kind: Kind, found: str) -> None:
    """FileRefused (mislabelled) when the content begins as another kind than the name promises."""
    if found == {"docx": "zip", "txt": ""}.get(kind.name, kind.name):
        return
    if found in KINDS:
        other = KINDS[found]
        raise FileRefused(
            "mislabelled",
            f"The name says that this is {kind.label}, but it is {other.label}. "
            f"Rename it so that it ends in {other.endings[0]}, and attach it again.",
        )
    if found in FOREIGN:
        label, advice = FOREIGN[found]
        raise FileRefused(
            "mislabelled", f"The name says that this is {kind.label}, but it is {label}, which can't be taken. {advice}"
        )
    raise FileRefused(
        "mislabelled",
        f"The name says that this is {kind.label}, but its content doesn't begin like one. "
        "Open the original, save it again in its right format, and attach the new file.",
    )


def edges(reader: BinaryIO, size: int) -> tuple[bytes, bytes]:
    """The first and the last 64 KiB of a file; they overlap in a small one."""
    reader.seek(0)
    head = reader.read(EDGE)
    reader.seek(max(0, size - EDGE))
    tail = reader.read(EDGE)
    reader.seek(0)
    return head, tail


def refuse_polyglot(kind: Kind, head: bytes, tail: bytes) -> None:
    """FileRefused (hidden) for a file that is valid as a second kind as well: markup or a PDF inside an image, an
    archive at the end of anything. Downloads are never shown in the portal, but a colleague opens them elsewhere.
    """
    begin = head[5:1024] if kind.name == "pdf" else head
    hidden = _HIDDEN.search(begin) or (kind.name != "pdf" and _HIDDEN.search(tail))
    if hidden or (kind.name != "docx" and _ends_as_zip(tail)):
        raise FileRefused(
            "hidden",
            f"This file is {kind.label} with something else hidden in it, so it can't be taken. "
            "Print or scan it to a new PDF and attach that.",
        )


def _ends_as_zip(tail: bytes) -> bool:
    """Whether a zip's end record closes the file: its comment is exactly what is left."""
    at = tail.rfind(b"PK\x05\x06")
    return 0 <= at <= len(tail) - 22 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)


def damaged(kind: str, detail: str = "") -> FileRefused:
    """The refusal of a file that breaks off or can't be read."""
    again = "Save or scan the original again" if kind in ("pdf", "jpeg", "png", "tiff") else "Save the original again"
    return FileRefused("damaged", f"This file is damaged or incomplete{detail}. {again}, and attach the new file.")


def too_complex(what: str) -> FileRefused:
    """The refusal of a file that would take too much time or memory to read."""
    return FileRefused("complex", f"{what} Print it to a new PDF, in parts if it is long, and attach those.")
