"""Small, valid files of every kind that the portal takes, with words and pictures of made-up people."""

import io
import zipfile
from collections.abc import Sequence

import pikepdf
from PIL import Image, ImageDraw

NOTE = (
    "OFFICE NOTE",
    "Patient: Maren Hollis    Date of birth: 1981-04-09",
    "Right knee pain since March; locking, swelling after stairs.",
    "Six weeks of physical therapy without lasting relief.",
    "Plan: MRI of the right knee without contrast.",
    "Signed: Theo Brandt, MD",
)

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CDA = (
    '<?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet type="text/xsl" href="CDA.xsl"?>'
    '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>Progress note</title><component><structuredBody><component>'
    "<section><title>Plan</title><text><paragraph>MRI of the right knee.</paragraph><table><tr><td>Knee</td>"
    "<td>right</td></tr></table></text></section></component></structuredBody></component></ClinicalDocument>"
)


def a_pdf(pages: int = 1, lines: Sequence[str] = NOTE) -> pikepdf.Pdf:
    """An open PDF of US Letter pages with these lines on each and its number at the foot."""
    pdf = pikepdf.Pdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(612, 792))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(_drawn([*lines, f"Page {number}"]))
    return pdf


def _drawn(lines: Sequence[str]) -> bytes:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    return ("BT /F1 11 Tf 72 720 Td 16 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET").encode("cp1252")


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    """The bytes of an open PDF."""
    data = io.BytesIO()
    pdf.save(data, deterministic_id="encryption" not in how, **how)
    pdf.close()
    return data.getvalue()


def pdf(pages: int = 1, lines: Sequence[str] = NOTE) -> bytes:
    return saved(a_pdf(pages, lines))


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    image = Image.new(mode, (width, height), "white")
    ImageDraw.Draw(image).ellipse((width // 4, height // 4, width // 2, height // 2), outline="black", width=6)
    return image


def image(form: str, **how: object) -> bytes:
    """The bytes of a picture as JPEG, PNG or TIFF."""
    data = io.BytesIO()
    picture().save(data, form, **how)
    return data.getvalue()


def tiff(pages: int = 3) -> bytes:
    data = io.BytesIO()
    rest = [picture(400 + 10 * number, 500, "1") for number in range(1, pages)]
    picture(400, 500, "1").save(data, "TIFF", compression="group4", save_all=True, append_images=rest)
    return data.getvalue()


def docx_parts(body: str = "") -> dict[str, str | bytes]:
    """The parts of a Word document by name; `body` is markup behind the words."""
    words = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in NOTE)
    main = f"{OFFICE}/officeDocument"
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format(f'<Relationship Id="r1" Type="{main}" Target="word/document.xml"/>'),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{words}{body}</w:body></w:document>',
    }


def zipped(parts: dict[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return data.getvalue()


def docx(body: str = "") -> bytes:
    return zipped(docx_parts(body))


def rtf(body: str = "") -> bytes:
    words = r"\par ".join(NOTE)
    return (r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 " + words + r" caf\'e9 \u8364? " + body + "}").encode("ascii")


def txt() -> bytes:
    return "\n".join(NOTE).encode()


def xml(body: str = "") -> bytes:
    return CDA.replace("</text>", f"{body}</text>").encode()


VALID = {
    "note.pdf": pdf,
    "knee.jpg": lambda: image("JPEG"),
    "knee.png": lambda: image("PNG"),
    "fax.tif": tiff,
    "note.docx": docx,
    "note.rtf": rtf,
    "note.txt": txt,
    "summary.xml": xml,
}
"""One small valid file of each kind: name and how to make it."""
