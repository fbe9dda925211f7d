"""Plain text, RTF and clinical documents in XML (C-CDA)."""

import codecs
import io
import re
from typing import BinaryIO

from casework.files.errors import FileRefused
from casework.files.kinds import KINDS, Checked, damaged, edges, refuse_polyglot, too_complex
from casework.files.markup import BadMarkup, Listener, read_xml

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\f\r")
_PIECE = 1024 * 1024
_CDA = "urn:hl7-org:v3"

_RTF_TOKEN = re.compile(rb"\\bin(\d{1,9}) ?|\\([a-zA-Z]{1,40})-?\d{0,10} ?|\\.|[{}]|[\x00-\x08\x0e-\x1f]", re.DOTALL)
_RTF_OBJECTS = frozenset(
    b"object objdata objemb objlink objautlink objupdate objocx objhtml objclass objsub objpub objicemb".split()
)
_RTF_FETCH = re.compile(rb"\b(?:DDE(?:AUTO)?|INCLUDE(?:PICTURE|TEXT)\s+\"?(?:https?:|ftp:|file:|\\\\))", re.IGNORECASE)
_RTF_TEMPLATE = re.compile(rb"\\template\s+\"?(?:https?:|ftp:|\\\\\\\\)", re.IGNORECASE)
_RTF_DEPTH = 1_000
_RTF_PRINT = "Open it in Word, save it as a PDF, and attach the PDF."


def check_txt(reader: BinaryIO, size: int) -> Checked:
    """Checks a plain text in UTF-8, UTF-16 (with its mark) or Windows-1252. Raises FileRefused."""
    for charset in _charsets(reader):
        try:
            has_words = _reads_as(reader, charset)
        except UnicodeDecodeError:
            continue
        if not has_words:
            raise FileRefused("empty", "This text has nothing but spaces in it. Attach the file that has the record.")
        return Checked("txt", f"text/plain; charset={charset.removesuffix('-sig')}", None)
    raise FileRefused(
        "mislabelled",
        "The name says that this is a plain text, but it isn't one. "
        "Save the original in its right format (a PDF is always right), and attach that.",
    )


def decoded(reader: BinaryIO) -> str:
    """The words of a plain text that was checked."""
    charsets = _charsets(reader)
    data = _whole(reader)
    for charset in charsets[:-1]:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode(charsets[-1], errors="replace")


def _charsets(reader: BinaryIO) -> list[str]:
    reader.seek(0)
    return ["utf-16"] if reader.read(2) in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "windows-1252"]


def _reads_as(reader: BinaryIO, charset: str) -> bool:
    """Whether there are words in it. Raises UnicodeDecodeError, and FileRefused over control characters."""
    decoder = codecs.getincrementaldecoder(charset)()
    has_words = False
    reader.seek(0)
    while data := reader.read(_PIECE):
        text = decoder.decode(data)
        plain = text.encode() if charset == "utf-16" else data
        if len(plain.translate(None, _CONTROLS)) != len(plain):
            raise damaged("txt", ": it has characters that don't belong in plain text")
        has_words = has_words or not (text == "" or text.isspace())
    decoder.decode(b"", final=True)
    return has_words


def check_rtf(reader: BinaryIO, size: int) -> Checked:
    """Checks an RTF document: whole, without objects or parts fetched from elsewhere. Raises FileRefused."""
    kind = KINDS["rtf"]
    refuse_polyglot(kind, *edges(reader, size))
    data = _whole(reader)
    if not data.startswith(b"{\\rtf1"):
        raise damaged("rtf")
    end = _rtf_end(data)
    if data[end:].strip(b"\0\t\n\r \x1a"):
        raise FileRefused("hidden", f"This RTF document has other data after its end. {_RTF_PRINT}")
    if _RTF_FETCH.search(data) or _RTF_TEMPLATE.search(data):
        raise FileRefused("active", f"This RTF document fetches parts of itself from another place. {_RTF_PRINT}")
    return Checked("rtf", kind.media_type, None)


def _rtf_end(data: bytes) -> int:
    """Where the document's outermost group closes."""
    depth, position = 0, 0
    while (token := _RTF_TOKEN.search(data, position)) is not None:
        position = token.end()
        depth += _rtf_step(token)
        if token[1] is not None:
            position += int(token[1])  # raw bytes follow
        if depth == 0 or depth > _RTF_DEPTH:
            break
    if depth > _RTF_DEPTH:
        raise too_complex("This RTF document is nested too deeply to be checked.")
    if depth:
        raise damaged("rtf", ": its end is missing")
    return position


def _rtf_step(token: re.Match[bytes]) -> int:
    """How a token changes the depth. FileRefused for objects and for bytes that RTF never has."""
    word = token[2]
    if word is not None and word in _RTF_OBJECTS:
        raise FileRefused("active", f"This RTF document has other files inside. {_RTF_PRINT}")
    first = token[0][:1]
    if first not in b"\\{}":
        raise damaged("rtf", ": it has characters that don't belong in RTF")
    return {b"{": 1, b"}": -1}.get(first, 0)


class _Clinical(Listener):
    """Looks at a clinical document while it is read."""

    def __init__(self) -> None:
        self.root = ""
        self.flags: set[str] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        if tag.rpartition(" ")[2].lower() == "script":
            raise FileRefused("active", "This clinical document has a script in it. Print it to a PDF and attach that.")

    def instruction(self, target: str, words: str) -> None:
        if target == "xml-stylesheet" and "//" in words:
            self.flags.add("remote")


def check_xml(reader: BinaryIO, size: int) -> Checked:
    """Checks a clinical document (C-CDA): well-formed, without declarations or scripts. Raises FileRefused."""
    kind = KINDS["xml"]
    head, tail = edges(reader, size)
    refuse_polyglot(kind, head, tail)
    document = _Clinical()
    reader.seek(0)
    try:
        read_xml(reader, document)
    except BadMarkup as error:
        raise _bad_xml(error) from error
    if document.root != f"{_CDA} ClinicalDocument":
        raise FileRefused(
            "unsupported",
            "This XML file is not a clinical document (C-CDA). Print what it shows to a PDF and attach that.",
        )
    return Checked("xml", kind.media_type, None, frozenset(document.flags))


def _bad_xml(error: BadMarkup) -> FileRefused:
    if error.why == "form":
        return damaged("xml")
    if error.why == "depth":
        return too_complex("This clinical document is nested too deeply to be checked.")
    return FileRefused(
        "active",
        "This XML file has declarations (DTD) that a clinical document never needs. Print it to a PDF and attach that.",
    )


def _whole(reader: BinaryIO) -> bytes:
    reader.seek(0, io.SEEK_SET)
    return reader.read()
