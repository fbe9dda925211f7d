"""PDF: it opens, it has pages, it runs nothing and hides nothing."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import BinaryIO

import pikepdf

from casework.files.errors import FileRefused
from casework.files.kinds import KINDS, PROGRAM_ENDINGS, Checked, damaged, edges, refuse_polyglot, sniff, too_complex

MAX_PAGES = 5_000
MAX_OBJECTS = 400_000
MAX_STREAM = 64 * 1024 * 1024
"""Unpacked bytes of one stream that a check decodes."""
PAGES_DECODED = 200

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_STREAM,
    run_length_max_memory=MAX_STREAM,
    png_max_memory=MAX_STREAM,
    tiff_max_memory=MAX_STREAM,
    parser_max_nesting=200,
    doc_max_warnings=1_000,
)

_STRING = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-f]*>", re.DOTALL)
_FLAGS = {
    "javascript": re.compile(rb"/(?:JavaScript|JS)\b"),
    "embedded_file": re.compile(rb"/(?:EmbeddedFiles?|EF|FileAttachment|GoToE)\b"),
    "xfa": re.compile(rb"/XFA\b"),
    "sends_data": re.compile(rb"/(?:SubmitForm|ImportData)\b"),
    "media": re.compile(rb"/(?:RichMedia|Rendition|Movie|Sound|3D)\b"),
    "automatic": re.compile(rb"/AA\b"),
    "remote": re.compile(rb"/GoToR\b"),
}
_LAUNCH = re.compile(rb"/S /Launch\b|\A/Launch\Z")


def check(reader: BinaryIO, size: int) -> Checked:
    """Checks a PDF of `size` bytes. Raises FileRefused."""
    kind = KINDS["pdf"]
    head, tail = edges(reader, size)
    refuse_polyglot(kind, head, tail)
    _refuse_tail(tail)
    flags: set[str] = set()
    with _opened(reader, flags) as pdf:
        pages = _pages(pdf)
        _refuse_unshowable(pdf)
        flags |= _found(pdf)
        _refuse_broken_pages(pdf)
        if pdf.is_encrypted:
            flags.add("owner_password")
    return Checked(kind.name, kind.media_type, pages, frozenset(flags))


def _refuse_tail(tail: bytes) -> None:
    """A PDF ends with %%EOF: without it the file was cut; with more behind it, it carries a stowaway."""
    _, mark, rest = tail.rpartition(b"%%EOF")
    if not mark:
        raise damaged("pdf", ": its end is missing")
    if rest.strip(b"\0\t\n\f\r \x1a"):
        raise FileRefused("hidden", "This PDF has other data after its end. Print it to a new PDF and attach that.")


def _opened(reader: BinaryIO, flags: set[str]) -> pikepdf.Pdf:
    """The open PDF, mended when its table of contents is wrong (flag `repaired`): fax servers write such."""
    try:
        try:
            return pikepdf.open(reader, attempt_recovery=False)
        except pikepdf.PasswordError:
            raise
        except (pikepdf.PdfError, ValueError):
            flags.add("repaired")
            reader.seek(0)
            return pikepdf.open(reader)
    except pikepdf.PasswordError as error:
        raise FileRefused(
            "password",
            "This PDF is protected with a password. Save or print a copy without the password, and attach that.",
        ) from error
    except (pikepdf.PdfError, ValueError) as error:
        raise damaged("pdf") from error


def _pages(pdf: pikepdf.Pdf) -> int:
    try:
        pages = len(pdf.pages)
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise damaged("pdf") from error
    if pages == 0:
        raise damaged("pdf", ": it has no pages")
    if pages > MAX_PAGES:
        raise too_complex(f"This PDF has {pages:,} pages; at most {MAX_PAGES:,} can be taken in one file.")
    if len(pdf.objects) > MAX_OBJECTS:
        raise too_complex("This PDF is built of too many parts to be checked.")
    return pages


def _refuse_unshowable(pdf: pikepdf.Pdf) -> None:
    """Portfolios and forms that only one program can show: the reviewer would see a cover page."""
    root = pdf.Root
    if "/Collection" in root:
        raise FileRefused(
            "unsupported", "This PDF is a portfolio that holds other files. Attach each of those files by itself."
        )
    if root.get("/NeedsRendering") is not None and bool(root.get("/NeedsRendering")):
        raise FileRefused(
            "unsupported",
            "This PDF is a dynamic form that only Adobe Reader can show. Print it to a new PDF and attach that.",
        )


def _found(pdf: pikepdf.Pdf) -> set[str]:
    """Flags of all that a viewer might run or open. qpdf spells every name plainly, so /Java#53cript is no disguise.

    Raises FileRefused for what starts a program, and for programs inside.
    """
    flags: set[str] = set()
    for each in _objects(pdf):
        text = _spelled(each)
        plain = _STRING.sub(b"", text)
        if _LAUNCH.search(plain):
            raise FileRefused("active", "This PDF tries to start a program. Print it to a new PDF and attach that.")
        flags.update(flag for flag, pattern in _FLAGS.items() if pattern.search(plain))
        if b"/EF " in plain:
            _refuse_program(each)
    opens = pdf.Root.get("/OpenAction")
    if isinstance(opens, pikepdf.Dictionary) and opens.get("/S") not in (None, "/GoTo", "/Named"):
        flags.add("automatic")
    return flags


def _objects(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Everything but plain numbers and the like, which come as Python's own."""
    yield pdf.trailer
    try:
        yield from (each for each in pdf.objects if isinstance(each, pikepdf.Object))
    except (pikepdf.PdfError, RuntimeError) as error:
        raise damaged("pdf") from error


def _spelled(each: pikepdf.Object) -> bytes:
    if isinstance(each, pikepdf.Stream):
        return each.stream_dict.unparse(resolved=True)
    return each.unparse(resolved=True)


def _refuse_program(each: pikepdf.Object) -> None:
    """An attached file inside the PDF that is a program, by its name or by its content."""
    for holder in _holders(each):
        names = [str(holder.get(key, "")) for key in ("/F", "/UF")]
        endings = {PurePosixPath(name.strip().replace("\\", "/")).suffix.lower() for name in names}
        if endings & PROGRAM_ENDINGS or _begins_as_program(holder):
            raise FileRefused("active", "This PDF has a program inside. Print it to a new PDF and attach that.")


def _holders(each: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """File specifications in an object: the object itself, or dictionaries within it."""
    if isinstance(each, pikepdf.Dictionary):
        if "/EF" in each:
            yield each
        inner: Iterable[object] = (value for _, value in each.items())
    else:
        inner = each if isinstance(each, pikepdf.Array) else ()
    for value in inner:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _holders(value)


def _begins_as_program(holder: pikepdf.Object) -> bool:
    with suppress(pikepdf.PdfError, AttributeError, KeyError, ValueError, TypeError):
        return any(sniff(stream.read_bytes()[:132]) == "program" for _, stream in holder["/EF"].items())
    return False


def _refuse_broken_pages(pdf: pikepdf.Pdf) -> None:
    """What the first pages draw can be unpacked, within limits."""
    left = MAX_STREAM
    for number in range(min(len(pdf.pages), PAGES_DECODED)):
        for stream in _contents(pdf.pages[number].obj.get("/Contents")):
            try:
                left -= len(stream.read_bytes())
            except pikepdf.PdfError as error:
                raise damaged("pdf", f": page {number + 1} can't be read") from error
            if left < 0:
                return
    if any("unable to recover stream data" in str(warning) for warning in pdf.get_warnings()):
        raise damaged("pdf")


def _contents(contents: object) -> list[pikepdf.Stream]:
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [part for part in parts if isinstance(part, pikepdf.Stream)]
