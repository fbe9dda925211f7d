"""Is this file what its name says, whole, and harmless? The content is asked, never the name alone.

Extension, first bytes and a real parse must agree (OWASP ASVS 5.2.2).
"""

import io
import re
from typing import BinaryIO

from casework.files.bench import BENCH, Broke, TooMuch
from casework.files.errors import FileRefused
from casework.files.kinds import Checked, Kind, compare, damaged, kind_of, sniff, too_complex

SECONDS = 20.0
"""A file that takes longer to check is refused."""

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENDING = re.compile(r"\.[^./\\]{1,20}\s*$")


def check(reader: BinaryIO, name: str) -> Checked:
    """Checks a file in a process of its own, within `SECONDS` and a bounded memory.

    `reader`: seekable plain bytes; `name`: the file's name as `clean_name` made it, of which only the ending counts.
    Raises FileRefused with a sentence for the clerk that says what is wrong and what to do.
    """
    kind = kind_of(name)
    size = reader.seek(0, io.SEEK_END)
    try:
        answer, _ = BENCH.run("check", reader, {"kind": kind.name, "size": size}, SECONDS)
    except TooMuch as error:
        raise too_complex("This file is too complex to be checked.") from error
    except Broke as error:
        raise damaged(kind.name) from error
    return Checked(answer["kind"], answer["media_type"], answer["pages"], frozenset(answer["flags"]))


def check_content(reader: BinaryIO, kind: Kind, size: int) -> Checked:
    """The checks themselves, in this process. Raises FileRefused."""
    reader.seek(0)
    head = reader.read(_HEAD)
    if not head:
        raise FileRefused("empty", "This file is empty. Save or scan the document again, then attach the new file.")
    _refuse_protected_office(reader, kind, head)
    compare(kind, sniff(head))
    reader.seek(0)
    return _by_kind(reader, kind, size)


def _by_kind(reader: BinaryIO, kind: Kind, size: int) -> Checked:
    # Each family brings a parser along; only the one that is needed is loaded.
    if kind.name == "pdf":
        from casework.files import pdf_check

        return pdf_check.check(reader, size)
    if kind.name in ("jpeg", "png", "tiff"):
        from casework.files import image_check

        return image_check.check(reader, size, kind)
    if kind.name == "docx":
        from casework.files import docx_check

        return docx_check.check(reader, size)
    from casework.files import text_check

    return {"txt": text_check.check_txt, "rtf": text_check.check_rtf, "xml": text_check.check_xml}[kind.name](
        reader, size
    )


def _refuse_protected_office(reader: BinaryIO, kind: Kind, head: bytes) -> None:
    """Word packs a protected DOCX into the container of its older format."""
    if kind.name == "docx" and head.startswith(_OLE):
        reader.seek(0)
        if _ENCRYPTED in reader.read():
            raise FileRefused(
                "password",
                "This Word document is protected with a password. Save a copy without the password, or a PDF, "
                "and attach that.",
            )
