"""Pages as pictures and words, from the process that may see strangers' files."""

import io
import time
from functools import partial
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from casework.files.errors import CannotShow, Damaged
from casework.files.folder import FolderStore
from casework.files.keys import KeyRing
from casework.files.pages import WIDTHS, cached_page, page_image, page_text, search
from tests import corpus, corpus_pdf, samples


def image_of(data: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    assert opened.format == "WEBP"
    return opened.convert("L")


def dark(image: Image.Image) -> float:
    """Share of dark pixels."""
    return sum(image.histogram()[:100]) / (image.width * image.height)


def test_page_of_a_pdf_shows_its_words():
    image = image_of(page_image(io.BytesIO(samples.pdf(3)), "pdf", 2, 900))
    assert abs(image.width - 900) <= 1
    assert abs(image.height - 900 * 792 / 612) <= 2
    assert 0.001 < dark(image) < 0.2


def test_what_was_typed_into_a_form_is_shown():
    made = samples.a_pdf(lines=())
    look = made.make_stream(b"0 0 0 rg 0 0 300 200 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look.BBox = pikepdf.Array([0, 0, 300, 200])
    field = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="a",
            F=4,
            Rect=pikepdf.Array([100, 100, 400, 300]),
            AP=pikepdf.Dictionary(N=look),
        )
    )
    made.pages[0].Annots = pikepdf.Array([field])
    made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))
    assert dark(image_of(page_image(io.BytesIO(samples.saved(made)), "pdf", 1, 600))) > 0.1


@pytest.mark.parametrize(
    ("kind", "make", "number"),
    [
        ("jpeg", partial(samples.image, "JPEG"), 1),
        ("png", partial(samples.image, "PNG"), 1),
        ("tiff", samples.tiff, 3),
    ],
)
def test_images_are_shown_no_wider_than_they_are(kind: str, make, number: int):
    image = image_of(page_image(io.BytesIO(make()), kind, number, 1200))
    assert image.width in (640, 420)
    assert 0.001 < dark(image) < 0.2


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_shown(mode: str):
    form = "TIFF" if mode == "CMYK" else "PNG"
    data = io.BytesIO()
    (samples.picture(64, 48, "I").convert(mode) if mode == "I;16" else samples.picture().convert(mode)).save(data, form)
    assert image_of(page_image(data, form.lower(), 1, 200)).width <= 200


def test_photo_is_turned_as_the_camera_held_it():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = image_of(page_image(io.BytesIO(samples.image("JPEG", exif=exif)), "jpeg", 1, 1200))
    assert image.size == (480, 640)


@pytest.mark.parametrize(
    ("kind", "data", "number"),
    [
        ("pdf", samples.pdf(), 0),
        ("pdf", samples.pdf(), 2),
        ("tiff", samples.tiff(2), 3),
        ("pdf", b"nothing", 1),
        ("png", b"nothing", 1),
        ("docx", samples.docx(), 1),
        ("png", corpus.corpus_others.png_bomb(), 1),
    ],
)
def test_what_cannot_be_shown_is_told(kind: str, data: bytes, number: int):
    with pytest.raises(CannotShow):
        page_image(io.BytesIO(data), kind, number)


@pytest.mark.parametrize("size", [b"[0 0 14400 14400]", b"[0 0 1 14400]", b"[0 0 0 0]", b"[0 0 99999999 99999999]"])
def test_odd_page_sizes_are_bounded(size: bytes):
    data = corpus_pdf.simple().replace(b"[0 0 612 792]", size)
    try:
        image = image_of(page_image(io.BytesIO(data), "pdf", 1, WIDTHS[-1]))
    except CannotShow:
        return
    assert image.width * image.height <= 12_100_000


def test_page_that_draws_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("casework.files.pages.SECONDS", 1.0)
    drawing = b"/P0 Do " * 20
    form = corpus_pdf.stream(
        drawing, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /P0 %d 0 R >> >>"
    )
    objects = [form.replace(b"%d", b"%d" % number) for number in range(6, 14)]
    last = corpus_pdf.stream(b"0 0 m 9 9 l S " * 500, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    page = b"/Contents 4 0 R /Resources << /XObject << /P0 5 0 R >> >>"
    data = corpus_pdf.simple(b"", page, corpus_pdf.stream(drawing), *objects, last)
    started = time.monotonic()
    with pytest.raises(CannotShow):
        page_image(io.BytesIO(data), "pdf", 1)
    assert time.monotonic() - started < 8


def test_words_of_a_page():
    words = page_text(io.BytesIO(samples.pdf(2)), "pdf", 2)
    assert "Six weeks of physical therapy" in words
    assert "Page 2" in words
    assert page_text(io.BytesIO(samples.image("PNG")), "png") == ""


@pytest.mark.parametrize("name", ["note.docx", "note.rtf", "note.txt", "summary.xml"])
def test_words_of_documents_without_pages(name: str):
    data = io.BytesIO(samples.VALID[name]())
    words = page_text(data, name.rpartition(".")[2])
    assert "MRI of the right knee" in words
    assert "<" not in words
    assert search(data, name.rpartition(".")[2], "RIGHT  knee")[0][0] == 1


def test_accents_and_signs_of_rtf():
    assert "café €" in page_text(io.BytesIO(samples.rtf()), "rtf")


def test_search_finds_pages_with_the_words_around():
    found = search(io.BytesIO(samples.pdf(3)), "pdf", "  physical   THERAPY ")
    assert [page for page, _ in found] == [1, 2, 3]
    assert all("weeks of physical therapy without" in around for _, around in found)
    assert search(io.BytesIO(samples.pdf()), "pdf", "page 1") == [(1, found_around("Page 1"))]
    assert search(io.BytesIO(samples.pdf()), "pdf", "cholesterol") == []
    assert search(io.BytesIO(samples.pdf()), "pdf", "   ") == []


def found_around(words: str) -> str:
    plain = " ".join(page_text(io.BytesIO(samples.pdf()), "pdf").split())
    return "…" + plain[plain.index(words) - 60 :]


def test_search_is_bounded():
    many = samples.pdf(60, ["knee " * 10] * 3)
    assert len(search(io.BytesIO(many), "pdf", "knee")) == 200


def test_page_is_made_once_and_kept_encrypted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = FolderStore(tmp_path, KeyRing.parse(KeyRing.new_entry("a")))
    kept = store.put(samples.pdf())
    first = cached_page(store, kept, "pdf", 1, 850)
    assert all(b"WEBP" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    with monkeypatch.context() as broken:
        broken.setattr("casework.files.pages.BENCH", None)
        assert cached_page(store, kept, "pdf", 1, 900) == first
    for path in tmp_path.rglob(f"{kept.stored_name}.page*"):
        path.write_bytes(b"damaged")
    assert cached_page(store, kept, "pdf", 1, 900) == first


def test_damaged_file_is_told_as_such(tmp_path: Path):
    store = FolderStore(tmp_path, KeyRing.parse(KeyRing.new_entry("a")))
    kept = store.put(samples.pdf())
    path = next(tmp_path.rglob(kept.stored_name))
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Damaged):
        cached_page(store, kept, "pdf", 1)
