"""DOCX: a zip whose list is read before anything is unpacked; no macros, no objects, nothing fetched from elsewhere."""

import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from casework.files.errors import FileRefused
from casework.files.kinds import KINDS, Checked, damaged, edges, sniff, too_complex
from casework.files.markup import BadMarkup, Listener, read_xml

MAX_ENTRIES = 2_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
"""Unpacked to packed bytes, for entries above 1 MiB; documents stay below 40."""
MAX_XML = 64 * 1024 * 1024

_TYPES = "[content_types].xml"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_END = b"PK\x05\x06"
_FAULTS = (
    zipfile.BadZipFile,
    EOFError,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)
_SAVE = "Save it as a PDF in Word, and attach the PDF."
_DDE = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_INSTRUCTION = "http://schemas.openxmlformats.org/wordprocessingml/2006/main instrText"
_FIELD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main fldSimple"
_FIELD_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main instr"


def check(reader: BinaryIO, size: int) -> Checked:
    """Checks a Word document of `size` bytes. Raises FileRefused."""
    kind = KINDS["docx"]
    head, tail = edges(reader, size)
    if b"%PDF-" in head[:1024]:
        raise FileRefused("hidden", f"This file is {kind.label} with a PDF hidden in it, so it can't be taken. {_SAVE}")
    _refuse_long_list(tail)
    flags: set[str] = set()
    try:
        with zipfile.ZipFile(reader) as package:
            _check_list(package.infolist())
            _check_parts(package, flags)
    except _FAULTS as error:
        raise damaged("docx") from error
    return Checked(kind.name, kind.media_type, None, frozenset(flags))


def _refuse_long_list(tail: bytes) -> None:
    """The end record tells how many entries there are before the list is read."""
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise damaged("docx")
    disk, start_disk, here, total = struct.unpack_from("<4H", tail, at + 4)
    if here == 0xFFFF or total > MAX_ENTRIES or here > MAX_ENTRIES:
        raise too_complex("This Word document is built of too many parts to be checked.")
    if disk or start_disk or here != total:
        raise damaged("docx")


def _check_list(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names) or any(_leads_out(entry) for entry in entries):
        raise FileRefused("hidden", f"This Word document is not packed as Word does it. {_SAVE}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("password", "This Word document is protected with a password. Save a copy without it.")
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or any(_is_bomb(entry) for entry in entries):
        raise too_complex("This Word document unpacks to far more than it should.")
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        raise FileRefused(
            "mislabelled",
            f"The name says that this is {KINDS['docx'].label}, but it is another kind of archive. "
            "Unpack it and attach the files that are inside.",
        )
    _refuse_contents(names)


def _refuse_contents(names: list[str]) -> None:
    lowered = [name.lower() for name in names]
    if any(name.rpartition("/")[2].startswith("vba") for name in lowered):
        raise _with_macros()
    if any("/embeddings/" in name or "/activex/" in name for name in lowered):
        raise FileRefused("active", f"This Word document has other files or controls inside. {_SAVE}")


def _leads_out(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    parts = PurePosixPath(name).parts
    return name.startswith("/") or ".." in parts or any(character in name for character in "\\:\0")


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * max(1, entry.compress_size)


def _check_parts(package: zipfile.ZipFile, flags: set[str]) -> None:
    left = MAX_XML
    for entry in package.infolist():
        name = entry.filename.lower()
        if name.endswith((".xml", ".rels")):
            left -= entry.file_size
            if left < 0:
                raise too_complex("This Word document is too large to be checked.")
            with package.open(entry) as part:
                _check_xml(part, name, flags)  # type: ignore[arg-type]  # ZipExtFile reads as a BinaryIO
        elif not entry.is_dir():
            with package.open(entry) as part:
                _check_bytes(part, name)  # type: ignore[arg-type]  # as above


def _check_bytes(part: BinaryIO, name: str) -> None:
    """Reads a picture or font to its end, so that its checksum is compared."""
    if sniff(part.read(132)) in ("zip", "doc", "program", "archive"):
        raise FileRefused(
            "active", f"This Word document has other files inside ({name.rpartition('.')[2][:8]}). {_SAVE}"
        )
    while part.read(256 * 1024):
        pass


class _Part(Listener):
    """Looks at one XML part of a document while it is read."""

    def __init__(self, name: str, flags: set[str]) -> None:
        self._name, self._flags = name, flags
        self._in_field = False
        self.field_words: list[str] = []
        self.content_types: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_field = tag == _INSTRUCTION
        if tag == _FIELD:
            self.field_words.append(attributes.get(_FIELD_WORDS, ""))
        elif self._name == _TYPES:
            self.content_types.append(_content_type(attributes))
        elif self._name.endswith(".rels") and tag.endswith(" Relationship"):
            _check_relation(attributes, self._flags)

    def text(self, data: str) -> None:
        if self._in_field:
            self.field_words.append(data)


def _check_xml(file: BinaryIO, name: str, flags: set[str]) -> None:
    part = _Part(name, flags)
    try:
        read_xml(file, part)
    except BadMarkup as error:
        raise _bad_part(error) from error
    if _DDE.search("".join(part.field_words)):
        raise FileRefused("active", f"This Word document tries to start another program. {_SAVE}")
    if name == _TYPES and _MAIN not in part.content_types:
        raise damaged("docx")


def _content_type(attributes: dict[str, str]) -> str:
    """The content type of one part. FileRefused: the document can carry macros."""
    content_type = attributes.get("ContentType", "")
    if "macroenabled" in content_type.lower() or "vbaproject" in content_type.lower():
        raise _with_macros()
    return content_type


def _check_relation(attributes: dict[str, str], flags: set[str]) -> None:
    """Links may lead elsewhere; what Word would fetch by itself may not."""
    relation = attributes.get("Type", "").rpartition("/")[2].lower()
    target = attributes.get("Target", "")
    if relation == "afchunk":
        flags.add("inserted")
    if attributes.get("TargetMode") != "External" or relation == "hyperlink" or _is_local(target):
        return
    raise FileRefused("active", f"This Word document fetches parts of itself from another place. {_SAVE}")


def _is_local(target: str) -> bool:
    """A template on a drive of the computer it was written on, as Word notes it; harmless elsewhere."""
    parts = urlsplit(target.replace("\\", "/"))
    return (
        not parts.netloc
        and not target.startswith(("\\\\", "//"))
        and (parts.scheme in ("", "file") or len(parts.scheme) == 1)
        and not parts.path.startswith("//")
    )


def _bad_part(error: BadMarkup) -> FileRefused:
    if error.why == "form":
        return damaged("docx")
    return FileRefused("active", f"This Word document has declarations in it that Word never writes. {_SAVE}")


def _with_macros() -> FileRefused:
    return FileRefused("active", "This Word document has macros. Save it as DOCX without macros, or as a PDF.")
