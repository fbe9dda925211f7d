"""Hostile and odd PDFs, made in code."""

import io
import zlib
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.samples import a_pdf, image, pdf, saved, zipped

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
PROGRAM = b"MZ\x90\x00" + b"\x00" * 200


def raw(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of hand-written objects, the first of which is the catalog, the second the page tree."""
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    end = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(data))
    return data + head + table + end


def stream(content: bytes, facts: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), facts, content)


def simple(catalog: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A hand-written PDF of one page; further objects count from 4."""
    return raw(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] %s >>" % page,
            *more,
        ]
    )


def zeros(megabytes: int) -> bytes:
    """So many zero bytes, deflated."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(b" " * (1 << 20)) for _ in range(megabytes)]
    return b"".join(parts) + packer.flush()


def javascript() -> bytes:
    made = a_pdf()
    script = Dictionary(S=Name.JavaScript, JS="app.alert('hello')")
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script])))
    return saved(made)


def packed_launch() -> bytes:
    made = a_pdf()
    made.Root.OpenAction = made.make_indirect(Dictionary(S=Name.Launch, F="calc"))
    return saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def embedded(name: str, content: bytes) -> bytes:
    made = a_pdf()
    made.attachments[name] = pikepdf.AttachedFileSpec(made, content, filename=name)
    return saved(made)


def portfolio() -> bytes:
    made = a_pdf()
    made.attachments["one.pdf"] = pikepdf.AttachedFileSpec(made, pdf(), filename="one.pdf")
    made.Root.Collection = Dictionary(Type=Name.Collection)
    return saved(made)


def locked(user: str, owner: str) -> bytes:
    return saved(a_pdf(), encryption=pikepdf.Encryption(user=user, owner=owner))


def broken_page() -> bytes:
    """The page's drawing is deflated, and damaged near its beginning."""
    content = bytearray(zlib.compress(b"0 0 m 612 792 l S " * 500 + bytes(range(256)) * 20))
    content[2] = 0xFF  # a kind of block that deflate doesn't have
    return simple(b"", b"/Contents 4 0 R", stream(bytes(content), b"/Filter /FlateDecode"))


def object_bomb() -> bytes:
    """Objects in a stream that unpacks to 1 GB, as a cross-reference stream points to them."""
    body = b"%PDF-1.7\n"
    at_packed = len(body)
    packed = stream(zeros(1024), b"/Type /ObjStm /N 3 /First 20 /Filter /FlateDecode")
    body += b"4 0 obj\n%s\nendobj\n" % packed
    at_table = len(body)
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, at_packed, 0), (1, at_table, 0)]
    table = b"".join(bytes([kind]) + place.to_bytes(4, "big") + more.to_bytes(2, "big") for kind, place, more in rows)
    body += b"5 0 obj\n%s\nendobj\n" % stream(table, b"/Type /XRef /Size 6 /W [1 4 2] /Root 1 0 R")
    return body + b"startxref\n%d\n%%%%EOF\n" % at_table


def archive_behind() -> bytes:
    return pdf() + zipped({"a.txt": "hidden"})


def archive_with_comment() -> bytes:
    """The archive's comment ends as a PDF does."""
    data = io.BytesIO(pdf())
    data.seek(0, io.SEEK_END)
    behind = bytearray(zipped({"a.txt": "hidden"}))
    comment = b"%%EOF\n"
    behind[-2:] = len(comment).to_bytes(2, "little")
    return data.getvalue() + bytes(behind) + comment


def broken_table() -> bytes:
    """Whole, but its cross-reference table points elsewhere, as fax servers write it."""
    before, mark, after = pdf().rpartition(b"startxref\n")
    return before + mark + b"7\n" + after.split(b"\n", 1)[1]


def length_apart() -> bytes:
    """The length of the page's drawing is an object of its own, as Ghostscript writes it."""
    return simple(b"", b"/Contents 4 0 R", b"<< /Length 5 0 R >>\nstream\n0 0 m 9 9 l S\nendstream", b"13")


JS = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
CUT = "damaged or incomplete"

REFUSED = {
    "launch.pdf": (partial(simple, b"/OpenAction << /S /Launch /F (calc.exe) >>"), "active", "start a program"),
    "launch-indirect.pdf": (
        partial(simple, b"/OpenAction << /S 4 0 R /F (calc.exe) >>", b"", b"/Launch"),
        "active",
        "start a program",
    ),
    "launch-escaped.pdf": (
        partial(simple, b"", b"/Annots [<< /Subtype /Link /A << /S /La#75nch >> >>]"),
        "active",
        "start a program",
    ),
    "launch-packed.pdf": (packed_launch, "active", "start a program"),
    "program-inside.pdf": (partial(embedded, "setup.exe", PROGRAM), "active", "program inside"),
    "program-disguised.pdf": (partial(embedded, "note.txt", PROGRAM), "active", "program inside"),
    "dynamic-xfa.pdf": (
        partial(simple, b"/NeedsRendering true /AcroForm << /Fields [] /XFA (x) >>"),
        "unsupported",
        "dynamic form",
    ),
    "portfolio.pdf": (portfolio, "unsupported", "portfolio"),
    "password.pdf": (partial(locked, "secret", "owner"), "password", "without the password"),
    "half.pdf": (lambda: pdf()[: len(pdf()) // 2], "damaged", CUT),
    "end-cut.pdf": (lambda: pdf()[:-20], "damaged", CUT),
    "late-header.pdf": (lambda: b" " * 20 + pdf(), "mislabelled", "doesn't begin like one"),
    "html-first.pdf": (lambda: b"<html><script>alert(1)</script></html>\n" + pdf(), "mislabelled", "web page"),
    "script-second.pdf": (
        lambda: pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        "hidden",
        "something else hidden",
    ),
    "gif-first.pdf": (lambda: GIF + pdf(), "mislabelled", "GIF image"),
    "archive-behind.pdf": (archive_behind, "hidden", "hidden"),
    "archive-commented.pdf": (archive_with_comment, "hidden", "hidden"),
    "html-behind.pdf": (lambda: pdf(5) + b"<html><script>1</script>", "hidden", "after its end"),
    "5001-pages.pdf": (partial(pdf, 5001, ()), "complex", "5,001 pages"),
    "object-bomb.pdf": (object_bomb, "damaged", CUT),
    "page-bomb.pdf": (
        lambda: simple(b"", b"/Contents 4 0 R", stream(zeros(1024), b"/Filter /FlateDecode")),
        "damaged",
        CUT,
    ),
    "deep.pdf": (lambda: simple(b"/X " + b"[" * 100_000 + b"]" * 100_000), "damaged", CUT),
    "page-loop.pdf": (
        lambda: raw([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
        "damaged",
        CUT,
    ),
    "no-pages.pdf": (
        lambda: raw([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]),
        "damaged",
        CUT,
    ),
    "no-catalog.pdf": (lambda: raw([b"(nothing)", b"<< >>"]), "damaged", CUT),
    "broken-page.pdf": (broken_page, "damaged", "page 1"),
    "empty.pdf": (bytes, "empty", "empty"),
    "words.pdf": (lambda: b"just some words, no PDF", "mislabelled", "doesn't begin like one"),
    "program.pdf": (lambda: PROGRAM, "mislabelled", "program or script"),
    "picture.pdf": (lambda: image("PNG"), "mislabelled", "ends in .png"),
}
"""Name: how to make it, the reason of its refusal, words of the message."""

TAKEN = {
    "javascript.pdf": (javascript, {"javascript"}, 1),
    "javascript-escaped.pdf": (
        partial(simple, b"/OpenAction << /S /Java#53cript /J#53 (app.alert\\(1\\)) >>"),
        {"javascript", "automatic"},
        1,
    ),
    "javascript-field.pdf": (
        partial(simple, b"", b"/Annots [<< /Subtype /Widget /AA << /K %s >> >>]" % JS),
        {"javascript", "automatic"},
        1,
    ),
    "opens-site.pdf": (partial(simple, b"/OpenAction << /S /URI /URI (https://example.com) >>"), {"automatic"}, 1),
    "opens-page.pdf": (partial(simple, b"/OpenAction [3 0 R /Fit]"), set(), 1),
    "talks-of-scripts.pdf": (partial(simple, b"/Lang (/JavaScript /S /Launch)"), set(), 1),
    "file-inside.pdf": (partial(embedded, "labs.txt", b"Hb 13.9"), {"embedded_file"}, 1),
    "static-xfa.pdf": (partial(simple, b"/AcroForm << /Fields [] /XFA (x) >>"), {"xfa"}, 1),
    "owner-password.pdf": (partial(locked, "", "owner"), {"owner_password"}, 1),
    "sends.pdf": (
        partial(simple, b"", b"/Annots [<< /Subtype /Widget /A << /S /SubmitForm /F (https://example.com) >> >>]"),
        {"sends_data"},
        1,
    ),
    "movie.pdf": (partial(simple, b"", b"/Annots [<< /Subtype /RichMedia >>]"), {"media"}, 1),
    "elsewhere.pdf": (partial(simple, b"/OpenAction << /S /GoToR /F (b.pdf) >>"), {"remote", "automatic"}, 1),
    "5000-pages.pdf": (partial(pdf, 5000, ()), set(), 5000),
    "length-apart.pdf": (length_apart, set(), 1),
    "odd-objects.pdf": (partial(simple, b"", b"", b"12", b"null", b"true", b"(text)", b"1.5", b"[1 null]"), set(), 1),
    "sized-file-inside.pdf": (
        partial(simple, b"/X [<< /EF << /F 4 0 R /N 3 >> /F (labs.txt) /Size 3 >>]", b"", stream(b"Hb 13.9")),
        {"embedded_file"},
        1,
    ),
    "broken-table.pdf": (broken_table, {"repaired"}, 1),
}
"""Name: how to make it, its flags, its pages."""
