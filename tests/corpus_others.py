"""Hostile and odd images, Word documents, texts and names, made in code."""

import io
import struct
import zipfile
import zlib
from functools import partial

from PIL import Image

from tests.corpus_pdf import GIF, PROGRAM
from tests.samples import OFFICE, RELATIONS, TYPES, docx, docx_parts, image, pdf, picture, rtf, tiff, xml, zipped

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
CUT = "damaged or incomplete"
DTD = '<!DOCTYPE x [<!ENTITY a "{}">]>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\x00" * 10_000_000, 9))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


def png_with_text() -> bytes:
    whole = image("PNG")
    return whole[:33] + chunk(b"tEXt", b"Comment\x00<script>alert(1)</script>") + whole[33:]


def bad_checksum() -> bytes:
    data = bytearray(image("PNG"))
    data[data.index(b"IDAT") - 10] ^= 0xFF
    return bytes(data)


def exif_script() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(document.domain)</script>"
    return image("JPEG", exif=exif)


def tiff_bomb() -> bytes:
    data = bytearray(tiff(1))
    order = "<" if data[:2] == b"II" else ">"
    place = struct.unpack_from(order + "I", data, 4)[0]
    for at in range(place + 2, place + 2 + 12 * struct.unpack_from(order + "H", data, place)[0], 12):
        if struct.unpack_from(order + "H", data, at)[0] in (256, 257):
            struct.pack_into(order + "HII", data, at + 2, 4, 1, 30_000)
    return bytes(data)


def looped_tiff() -> bytes:
    """Its only page says that it is followed by itself."""
    data = bytearray(tiff(1))
    place = struct.unpack_from("<I", data, 4)[0]
    struct.pack_into("<I", data, place + 2 + 12 * struct.unpack_from("<H", data, place)[0], place)
    return bytes(data)


def jpeg_with_pdf() -> bytes:
    whole = image("JPEG")
    note = pdf()[:4000]
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(note) + 2) + note + whole[2:]


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped({**docx_parts(), name: content})


def related(relation: str, target: str) -> bytes:
    link = f'<Relationship Id="r9" Type="{OFFICE}/{relation}" Target="{target}" TargetMode="External"/>'
    return with_part("word/_rels/document.xml.rels", RELATIONS.format(link))


def declared(declaration: str) -> bytes:
    main = str(docx_parts()["word/document.xml"])
    return with_part("word/document.xml", '<?xml version="1.0"?>' + declaration + main)


def many_entries() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as package:
        for number in range(70_000):
            package.writestr(f"word/{number}", b"")
    return data.getvalue()


def twice() -> bytes:
    """Two parts of one name."""
    return with_part("word/document.xmm", "<a/>").replace(b"word/document.xmm", b"word/document.xml")


def marked_encrypted() -> bytes:
    data = bytearray(docx())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def wrong_checksum() -> bytes:
    data = bytearray(with_part("word/media/a.bin", bytes(range(256)) * 40))
    place = data.rfind(b"PK\x01\x02")
    data[place + 16] ^= 0xFF
    return bytes(data)


def long_path_out() -> bytes:
    return with_part("../../outside.xml", "<a/>")


WITH_MACROS = TYPES.replace(
    "openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
)
DDE_FIELD = r"<w:p><w:r><w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO c:\\x.exe</w:instrText></w:r></w:p>"

IMAGES = {
    "drawing.png": (lambda: SVG, "mislabelled", "SVG drawing"),
    "gif-js.gif": (lambda: GIF + b"=1;alert(1)//", "unsupported", "GIF image"),
    "gif-js.png": (lambda: GIF + b"=1;alert(1)//", "mislabelled", "GIF image"),
    "huge.png": (png_bomb, "complex", "30,000 × 30,000"),
    "huge.tif": (tiff_bomb, "complex", "30,000 × 30,000"),
    "exif-script.jpg": (exif_script, "hidden", "something else hidden"),
    "text-script.png": (png_with_text, "hidden", "something else hidden"),
    "photo.heic": (lambda: HEIC, "unsupported", "HEIC photo"),
    "photo.jpg": (lambda: HEIC, "mislabelled", "HEIC photo"),
    "web.jpg": (lambda: WEBP, "mislabelled", "WebP"),
    "cut.jpg": (lambda: image("JPEG")[:-2000], "damaged", CUT),
    "cut.png": (lambda: image("PNG")[:-200], "damaged", CUT),
    "cut.tif": (lambda: tiff()[:300], "damaged", CUT),
    "checksum.png": (bad_checksum, "damaged", CUT),
    "archive.png": (lambda: image("PNG") + zipped({"a": "b"}), "hidden", "hidden"),
    "pdf-inside.jpg": (jpeg_with_pdf, "hidden", "hidden"),
    "really-jpeg.png": (lambda: image("JPEG"), "mislabelled", "ends in .jpg"),
}
WORD_FILES = {
    "macro.docx": (partial(with_part, "word/vbaProject.bin", b"x"), "active", "macros"),
    "macro-type.docx": (partial(with_part, "[Content_Types].xml", WITH_MACROS), "active", "macros"),
    "bomb.docx": (partial(with_part, "word/media/a.png", b"\0" * (150 << 20)), "complex", "unpacks"),
    "two-bombs.docx": (
        lambda: zipped({**docx_parts(), **{f"word/media/{n}.png": b"\0" * (110 << 20) for n in (1, 2)}}),
        "complex",
        "unpacks",
    ),
    "nested.docx": (partial(with_part, "word/media/a.png", zipped({"b.zip": zipped({"c": "d"})})), "active", "inside"),
    "outside.docx": (long_path_out, "hidden", "not packed"),
    "backslash.docx": (partial(with_part, "..\\x.xml", "<a/>"), "hidden", "not packed"),
    "twice.docx": (twice, "hidden", "not packed"),
    "70000.docx": (many_entries, "complex", "too many parts"),
    "xxe.docx": (partial(declared, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "active", "declarations"),
    "laughs.docx": (partial(declared, LAUGHS), "active", "declarations"),
    "template.docx": (partial(related, "attachedTemplate", "https://example.com/t.dotm"), "active", "another place"),
    "share.docx": (partial(related, "attachedTemplate", r"\\server\share\t.dotm"), "active", "another place"),
    "image-link.docx": (partial(related, "image", "https://example.com/x.png"), "active", "another place"),
    "object.docx": (partial(with_part, "word/embeddings/oleObject1.bin", OLE), "active", "files or controls"),
    "dde.docx": (partial(docx, DDE_FIELD), "active", "another program"),
    "password.docx": (lambda: OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 400, "password", "password"),
    "old.docx": (lambda: OLE, "mislabelled", "older Office"),
    "archive.docx": (lambda: zipped({"a.txt": "b"}), "mislabelled", "kind of archive"),
    "cut.docx": (lambda: docx()[:-40], "damaged", CUT),
    "half.docx": (lambda: docx()[:400], "damaged", CUT),
    "locked.docx": (marked_encrypted, "password", "password"),
    "checksum.docx": (wrong_checksum, "damaged", CUT),
    "broken-xml.docx": (partial(with_part, "word/document.xml", "<w:document"), "damaged", CUT),
    "pdf-first.docx": (lambda: docx()[:4] + b"%PDF-" + docx()[9:], "hidden", "hidden"),
}
TEXTS = {
    "object.rtf": (partial(rtf, r"{\object{\*\objdata 0105}}"), "active", "inside"),
    "template.rtf": (partial(rtf, r'{\*\template "https://example.com/a"}'), "active", "another place"),
    "dde.rtf": (partial(rtf, r"{\field{\*\fldinst DDEAUTO c:\\x.exe}}"), "active", "another place"),
    "cut.rtf": (lambda: rtf()[:-1], "damaged", "end is missing"),
    "deep.rtf": (partial(rtf, "{" * 5000 + "}" * 5000), "complex", "nested"),
    "behind.rtf": (lambda: rtf() + pdf(), "hidden", "hidden"),
    "more.rtf": (lambda: rtf() + b"and more", "hidden", "after its end"),
    "page.txt": (lambda: b"<html><script>alert(1)</script></html>", "mislabelled", "web page"),
    "nul.txt": (lambda: b"note\x00note", "damaged", "don't belong"),
    "escape.txt": (lambda: b"note \x1b[31m", "damaged", "don't belong"),
    "spaces.txt": (lambda: b" \n\t ", "empty", "nothing but spaces"),
    "binary.txt": (lambda: bytes(range(128, 256)), "mislabelled", "isn't one"),
    "shell.txt": (lambda: b"#!/bin/sh\nrm -rf /", "mislabelled", "program or script"),
    "program.txt": (lambda: PROGRAM, "mislabelled", "program or script"),
    "xxe.xml": (
        lambda: xml().replace(b"<ClinicalDocument", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><ClinicalDocument', 1),
        "active",
        "DTD",
    ),
    "laughs.xml": (lambda: xml().replace(b"<Clin", LAUGHS.encode() + b"<Clin", 1), "active", "DTD"),
    "other.xml": (lambda: b'<?xml version="1.0"?><invoice/>', "unsupported", "not a clinical document"),
    "no-namespace.xml": (lambda: b"<ClinicalDocument/>", "unsupported", "not a clinical document"),
    "deep.xml": (partial(xml, "<a>" * 5000 + "</a>" * 5000), "complex", "nested"),
    "script.xml": (partial(xml, "<paragraph/><script>alert(1)</script>"), "hidden", "hidden"),
    "far-script.xml": (
        partial(xml, " " * 70_000 + "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>1</x:script>" + " " * 70_000),
        "active",
        "script",
    ),
    "drawing.xml": (lambda: SVG, "mislabelled", "SVG"),
    "cut.xml": (lambda: xml()[:-30], "damaged", CUT),
}
NAMES = {
    "note.pdf.exe": (pdf, "unsupported", "program or script"),
    ".htaccess": (lambda: b"Options +Indexes", "unsupported", "Attach the record as PDF"),
    "note": (pdf, "unsupported", "has no ending, such as .pdf"),
    "note.html": (lambda: b"<html></html>", "unsupported", "web page"),
    "note.doc": (lambda: OLE, "unsupported", "older Office"),
    "note.docm": (docx, "unsupported", "macros"),
    "notes.zip": (lambda: zipped({"a": "b"}), "unsupported", "Unpack"),
    "list.xlsx": (docx, "unsupported", "spreadsheet"),
    "scan.dcm": (lambda: b"\0" * 128 + b"DICM", "unsupported", "DICOM"),
    "note.xyz": (pdf, "unsupported", "end in .xyz"),
}
REFUSED = {**IMAGES, **WORD_FILES, **TEXTS, **NAMES}
"""Name: how to make it, the reason of its refusal, words of the message."""

TAKEN = {
    "three.tif": (tiff, set(), 3),
    "loop.tif": (looped_tiff, set(), 1),
    "cmyk.jpg": (lambda: saved_as("JPEG", "CMYK"), set(), 1),
    "motion.jpg": (lambda: image("JPEG") + b"\0\0\0\x18ftypmp42" + b"\1" * 500, set(), 1),
    "grey16.png": (lambda: saved_as("PNG", "I;16"), set(), 1),
    "link.docx": (partial(related, "hyperlink", "https://example.com"), set(), None),
    "own-template.docx": (partial(related, "attachedTemplate", r"file:///C:\Letters\a.dotx"), set(), None),
    "windows.txt": (lambda: "Caf\u00e9 \u2013 37 \u00b0C".encode("cp1252"), set(), None),
    "notepad.txt": (lambda: "Temperature 37 \u00b0C".encode("utf-16"), set(), None),
    "far-style.xml": (lambda: xml().replace(b"CDA.xsl", b"https://example.com/CDA.xsl"), {"remote"}, None),
}
"""Name: how to make it, its flags, its pages."""


def saved_as(form: str, mode: str) -> bytes:
    data = io.BytesIO()
    (Image.new(mode, (64, 48), 1000) if mode == "I;16" else picture().convert(mode)).save(data, form)
    return data.getvalue()
