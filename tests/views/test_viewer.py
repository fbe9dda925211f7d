"""The clinicals beside the decision: pages as pictures, zoom, words, search; for reviewers alone."""

import io

import pytest
from PIL import Image

from casework import attachments
from casework.audit.access_log import AccessLog
from models import Attachment, Request, Status
from tests import personas, samples
from tests.builders import accept, make_request


@pytest.fixture
def request_(app) -> Request:
    """In review, with a PDF of two pages, a picture and a text."""
    request = accept(make_request())
    for name, content in (
        ("two pages.pdf", samples.pdf(pages=2, lines=["Right knee", "Range of motion 90 degrees"])),
        ("x-ray.png", _picture()),
        ("notes.txt", b"Grip strength is normal.\nNo numbness.\n"),
    ):
        attachments.receive(request, personas.actor("amy"), io.BytesIO(content), name)
    return request


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(made, "PNG")
    return made.getvalue()


def file(name: str) -> Attachment:
    return Attachment.get(Attachment.name == name)


def test_a_page_is_drawn_as_a_picture_and_kept_sealed(client_for, request_):
    nia = client_for("nia")
    key = file("two pages.pdf").key
    small, large = (nia.get(f"/attachments/{key}/pages/2?zoom={zoom}") for zoom in (100, 200))
    assert small.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(large.data)).width == 2 * Image.open(io.BytesIO(small.data)).width
    assert nia.get(f"/attachments/{key}/pages/2").data == small.data
    assert nia.get(f"/attachments/{key}/pages/2?zoom=100000").data == small.data


@pytest.mark.parametrize("username", ["amy", "bob", "ada"])
def test_pictures_are_for_reviewers(client_for, request_, username):
    assert client_for(username).get(f"/attachments/{file('x-ray.png').key}/pages/1").status == 403


def test_no_picture_of_what_is_none_or_waits_for_the_scan(client_for, request_):
    nia = client_for("nia")
    assert nia.get("/attachments/AAAAAAAAAAAAAAAA/pages/1").status == 404
    assert nia.get(f"/attachments/{file('notes.txt').key}/pages/1").status == 404
    Attachment.update(scan_state="waiting").where(Attachment.name == "x-ray.png").execute()
    assert nia.get(f"/attachments/{file('x-ray.png').key}/pages/1").status == 404
    page = nia.get(f"/review/{request_.key}?file={file('x-ray.png').key}")
    assert "waits for the virus scan" in page.words


def test_a_draft_shows_nothing_to_reviewers(client_for):
    make_request(Status.DRAFT)
    assert client_for("nia").get(f"/attachments/{Attachment.get().key}/pages/1").status == 404


def test_paging_and_zoom_by_plain_links(client_for, request_):
    nia = client_for("nia")
    page = nia.get(f"/review/{request_.key}?file={file('two pages.pdf').key}")
    assert "Page 1 of 2" in page.words
    page = nia.get(page.links["Next page"].replace("#viewer", ""))
    assert "Page 2 of 2" in page.words
    assert "Next page" not in page.links
    page = nia.get(page.links["200 %"].replace("#viewer", ""))
    assert "pages/2?zoom=200" in page.text
    assert page.links["Previous page"].endswith("zoom=200#viewer")


def test_the_viewer_alone_comes_for_htmx(client_for, request_):
    nia = client_for("nia")
    page = nia.get(f"/review/{request_.key}?file={file('x-ray.png').key}", htmx=True)
    assert page.text.strip().startswith(("{#", "<section", ""))
    assert "<html" not in page.text
    assert 'id="viewer"' in page.text
    assert "Decide" not in page.words


def test_text_is_shown_as_text(client_for, request_):
    page = client_for("nia").get(f"/review/{request_.key}?file={file('notes.txt').key}")
    assert "Grip strength is normal." in page.words


def test_words_are_found_and_posted_not_put_into_the_address(client_for, request_):
    nia = client_for("nia")
    page = nia.get(f"/review/{request_.key}?file={file('two pages.pdf').key}")
    assert page.form("Find").method == "post"
    found = nia.submit(page, "Find", {"words": "range of MOTION"})
    assert "Range of motion 90 degrees" in found.words
    assert "Page 2" in found.links or "Page 1" in found.links
    nothing = nia.submit(page, "Find", {"words": "appendix"})
    assert "not in the text of this file" in nothing.words


def test_a_picture_has_no_words_to_search(client_for, request_):
    nia = client_for("nia")
    page = nia.get(f"/review/{request_.key}?file={file('x-ray.png').key}")
    assert "no words to search" in nia.submit(page, "Find", {"words": "knee"}).words


def test_opening_a_file_is_noted_once_and_turning_its_pages_is_not(client_for, request_):
    nia = client_for("nia")
    key = file("two pages.pdf").key
    nia.get(f"/review/{request_.key}?file={key}", htmx=True)
    nia.get(f"/review/{request_.key}?file={key}&page=2", htmx=True)
    nia.get(f"/attachments/{key}/pages/2")
    assert AccessLog.select().where(AccessLog.subject == key).count() == 1
