"""Clinicals: attached with receipts, refused in words, downloaded without running, never readable on a disk."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

import config
from casework import attachments
from models import Attachment, Request, Status
from tests import builders, samples


@pytest.fixture
def draft(app):
    return builders.make_draft(files=0)


@pytest.fixture
def amy(client_for, draft):
    return client_for("amy")


def files(*named: tuple[str, bytes]) -> list:
    return [(io.BytesIO(content), name) for name, content in named]


def upload(client, draft: Request, *named: tuple[str, bytes], **more: str):
    return client.post(
        f"/requests/{draft.key}/attachments", {"files": files(*named), **more}, content_type="multipart/form-data"
    )


def large(client, path: str, **contents: bytes) -> int:
    """Posts large files; encoded here, as the test client would spool them into a file of its own. Gives the status."""
    client.get("/requests/new")
    named = {f"{name}.txt": content for name, content in contents.items()}
    boundary, body = encode_multipart({"files": [FileStorage(io.BytesIO(each), name) for name, each in named.items()]})
    headers = {"X-CSRF-Token": client.token}
    return client.flask.post(
        path, data=body, content_type=f"multipart/form-data; boundary={boundary}", headers=headers
    ).status_code


def test_several_files_are_attached_and_a_bad_one_costs_nothing(amy, draft):
    answer = upload(
        amy,
        draft,
        ("MRI right knee.pdf", samples.pdf()),
        ("broken.pdf", b"no pdf"),
        ("empty.txt", b""),
        ("scan.png", samples.image("PNG")),
        last_name="Hollister",
    )
    assert answer.status == 422
    assert "broken.pdf: The name says that this is a PDF" in answer.words
    assert "empty.txt: This file is empty" in answer.words
    assert "2 File(s) attached" in answer.words
    assert [row.name for row in attachments.listing(draft)] == ["MRI right knee.pdf", "scan.png"]
    assert answer.form("Save").values["last_name"] == "Hollister"


@pytest.mark.parametrize(
    ("name", "document_type"),
    [("MRI right knee.pdf", "imaging"), ("PT Evaluation.pdf", "therapy"), ("chart.pdf", "office_note"), ("x1.pdf", "")],
)
def test_the_name_of_a_file_may_tell_its_type(amy, draft, name, document_type):
    page = amy.follow(upload(amy, draft, (name, samples.pdf())))
    assert attachments.listing(draft)[0].document_type == document_type
    assert "Choose a type" in page.words


def test_the_receipt_tells_size_pages_hash_time_and_who(amy, draft):
    page = amy.follow(upload(amy, draft, ("Plan of care.pdf", samples.pdf(pages=3))))
    row = attachments.listing(draft)[0]
    assert f"3 pages · {max(1, round(row.size / 1000))} KB · SHA-256 {row.sha256[:4]}…{row.sha256[-2:]}" in page.words
    assert "9:12 AM CST by amy" in page.words
    assert row.sha256 in page.text
    assert row.document_type == "therapy"


def test_files_come_with_save_too(amy, draft):
    form = amy.get(f"/requests/{draft.key}").form("Save")
    form.values.setlist("files", files(("note.pdf", samples.pdf())))
    amy.post(form.action, form.values, content_type="multipart/form-data")
    assert attachments.count(draft) == 1
    assert Request.get_by_id(draft.id).missing_count == 0


def test_the_script_gets_the_list_or_one_sentence(amy, draft):
    path, sent = f"/requests/{draft.key}/attachments", {"X-Upload": "1"}
    good = amy.post(path, {"files": files(("a.pdf", samples.pdf()))}, htmx=True, headers=sent)
    assert "a.pdf" in good.by_id("files-list")
    assert good.by_id("files-attached") == "1 File(s) attached"
    bad = amy.post(path, {"files": files(("a.docx", samples.pdf(pages=2)))}, headers=sent)
    assert (bad.status, bad.headers["Content-Type"]) == (422, "text/plain; charset=utf-8")
    assert "Word" in bad.data.decode()


def test_the_same_bytes_twice_are_told_and_kept_once(amy, draft):
    twice = upload(amy, draft, ("a.pdf", samples.pdf()), ("copy of a.pdf", samples.pdf()))
    assert "This is the same file as “a.pdf”" in twice.words
    assert attachments.count(draft) == 1


def test_a_request_holds_so_many_bytes_and_no_more(amy, draft, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_BYTES", 2000)
    told = upload(amy, draft, ("a.pdf", samples.pdf()), ("b.txt", b"note " * 390))
    assert "All files of a request together may have 200 MB" in told.words
    assert [row.name for row in attachments.listing(draft)] == ["a.pdf"]


def test_nothing_chosen_is_told(amy, draft):
    form = amy.get(f"/requests/{draft.key}")
    told = amy.submit(form, "Upload the chosen files")
    assert told.problems == {"files": "Choose the files to attach first."}


def test_a_file_is_removed_and_put_back(amy, draft):
    page = amy.follow(upload(amy, draft, ("a.pdf", samples.pdf())))
    gone = amy.send(page, "Remove a.pdf")
    assert "a.pdf was removed." in gone.words
    assert "0 File(s) attached" in gone.words
    assert Request.get_by_id(draft.id).missing_count == 1
    assert "1 File(s) attached" in amy.send(gone, "Undo").words


def test_a_removed_file_is_not_put_back_beside_its_twin(amy, draft):
    page = amy.follow(upload(amy, draft, ("a.pdf", samples.pdf())))
    gone = amy.send(page, "Remove a.pdf")
    upload(amy, draft, ("b.pdf", samples.pdf()))
    assert "This is the same file as “b.pdf”" in amy.submit(gone, "Undo").words
    assert attachments.count(draft) == 1


def test_a_type_is_chosen_by_script_and_by_save(amy, draft):
    form = amy.follow(upload(amy, draft, ("x.pdf", samples.pdf())))
    row = attachments.listing(draft)[0]
    amy.send(form, "Save", {f"document-{row.key}": "lab"})
    assert Attachment.get_by_id(row.id).document_type == "lab"
    assert amy.post(f"/attachments/{row.key}/type", {"q": "imaging"}, htmx=True).status == 204
    assert Attachment.get_by_id(row.id).document_type == "imaging"
    assert amy.post(f"/attachments/{row.key}/type", {"q": "selfie"}, htmx=True).status == 422


def test_a_download_never_runs_in_the_portal(amy, draft, client_for):
    row = attachments.listing(builders.make_request())[0]
    answer = amy.get(f"/attachments/{row.key}")
    assert answer.data == attachments.opened(row).read()
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="note-1.pdf"')
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert client_for("bob").get(f"/attachments/{row.key}").status == 404
    assert client_for("ann").get(f"/attachments/{row.key}").status == 200


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 10),
        ("bytes=100-", 206, 100, None),
        ("bytes=-20", 206, -20, None),
        ("bytes=9999999-", 416, 0, 0),
    ],
)
def test_a_range_of_a_download_is_answered(amy, draft, asked, status, first, last):
    row = builders.attach(draft)
    answer = amy.get(f"/attachments/{row.key}", headers={"Range": asked})
    assert answer.status == status
    if status == 206:
        assert answer.data == attachments.opened(row).read()[first:last]
        assert answer.headers["Content-Range"].endswith(f"/{row.size}")


def test_nothing_readable_lies_on_a_disk(amy, draft, tmp_path, monkeypatch):
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setenv("TMPDIR", str(spool))
    secret = b"Canary 4471 of the knee. "
    large(amy, f"/requests/{draft.key}/attachments", note=secret * 40_000, bad=b"%PDF-1.7 " + secret * 40_000)
    assert attachments.count(draft) == 1
    assert list(spool.iterdir()) == []
    folder = config.current().instance
    assert not [path for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert not list(folder.rglob("*.part"))


def test_a_route_for_words_takes_no_large_body(amy, draft):
    assert large(amy, f"/requests/{draft.key}/autosave", note=b"x" * 3_000_000) == 413


def test_after_submit_files_are_neither_removed_nor_typed(amy):
    row = attachments.listing(builders.make_request(Status.SUBMITTED))[0]
    assert amy.post(f"/attachments/{row.key}/remove").status == 403
    assert amy.post(f"/attachments/{row.key}/type", {"q": "lab"}).status == 403
