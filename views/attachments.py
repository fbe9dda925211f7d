"""The files of a request: uploaded, listed, typed, removed and put back in a draft, downloaded by who may see it."""

from collections.abc import Iterator
from io import BufferedReader

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ContentRange

from casework import access, attachments, audit
from casework.errors import Refused
from casework.files.errors import FileRefused
from casework.files.names import content_disposition
from models import Attachment
from views import dossier
from views.requests.page import back_to, files_block, form_page, keep, keep_files
from views.uploads import NO_FILE, received, takes_files
from views.web import actor, done, is_htmx, may

bp = Blueprint("attachments", __name__)

_CHUNK = 256 * 1024


@bp.post("/requests/<key:key>/attachments")
@may("edit")
@takes_files
def upload(key: str) -> ResponseReturnValue:
    """One file from the script, which shows its own progress; or the whole form with any number of files."""
    asked = access.request_for(actor(), key, "edit")
    chosen = any(each.filename for each in request.files.getlist("files"))
    if request.headers.get("X-Upload"):
        refused = keep_files(asked) if chosen else [("", NO_FILE)]
        if refused:
            return Response(refused[0][1], status=422, mimetype="text/plain")
        return Response(files_block(asked))
    trouble = keep(asked)
    if not chosen:
        trouble.errors["files"] = "Choose the files to attach first."
    return form_page(asked, trouble, status=422) if trouble else back_to(asked, "attachments")


@bp.get("/attachments/<key:key>")
@may("see")
def download(key: str) -> ResponseReturnValue:
    """The file as it was attached. It never runs in the portal's origin."""
    row: Attachment = access.child_for(actor(), Attachment, key, "see")
    if words := attachments.closed_to(row, actor()):
        raise Refused(words)
    first, last = _range(row.size)
    reader = attachments.opened(row)
    noted = audit.read if first == 0 else audit.read_once
    noted(actor(), row, "downloaded")
    response = Response(_bytes(reader, first, last), mimetype=row.media_type)
    response.headers["Content-Disposition"] = content_disposition(row.name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; frame-ancestors 'none'"
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = last - first + 1
    if request.range:
        response.status_code = 206
        response.content_range = ContentRange("bytes", first, last + 1, row.size)
    return response


@bp.post("/review/<key:key>/report")
@may("add_report")
@takes_files
def add_report(key: str) -> ResponseReturnValue:
    """Letters and reports of CMSI's own, for the office to read; the good ones of several are kept."""
    asked = access.request_for(actor(), key, "add_report")
    chosen = received(request.files.getlist("reports"))
    problems = [] if chosen else [("reports", NO_FILE)]
    for name, stream in chosen:
        try:
            attachments.add_report(asked, actor(), stream, name)
        except FileRefused as refusal:
            if not attachments.brought_before(refusal, asked, actor(), name):
                problems.append(("reports", f"{name}: {refusal.message}"))
    if problems:
        return dossier.page(asked, 422, problems)
    return done("Added. The office sees it in the case.", url_for("review.show", key=key))


def _range(size: int) -> tuple[int, int]:
    """First and last byte that are asked for."""
    if not request.range:
        return 0, size - 1
    asked = request.range.range_for_length(size)
    if asked is None:
        abort(416)
    return asked[0], asked[1] - 1


def _bytes(reader: BufferedReader, first: int, last: int) -> Iterator[bytes]:
    with reader:
        reader.seek(first)
        left = last - first + 1
        while left and (data := reader.read(min(_CHUNK, left))):
            left -= len(data)
            yield data


@bp.post("/attachments/<key:key>/remove")
@may("edit")
@takes_files
def remove(key: str) -> ResponseReturnValue:
    row: Attachment = access.child_for(actor(), Attachment, key, "edit")
    trouble = keep(row.request)
    attachments.remove(row)
    if is_htmx():
        return _swap(row, taken_away=row)
    if trouble:
        return form_page(row.request, trouble, status=422, taken_away=row)
    return back_to(row.request, "attachments", taken_away=key)


@bp.post("/attachments/<key:key>/put-back")
@may("edit")
@takes_files
def put_back(key: str) -> ResponseReturnValue:
    row: Attachment = access.child_for(actor(), Attachment, key, "edit")
    trouble = keep(row.request)
    try:
        attachments.put_back(row)
    except FileRefused as refusal:
        trouble.files.append((row.name, refusal.message))
    if is_htmx():
        return _swap(row, refused=trouble.files, focus=row.key)
    return form_page(row.request, trouble, status=422) if trouble else back_to(row.request, f"file-{row.key}")


def _swap(row: Attachment, **more: object) -> Response:
    return Response(files_block(row.request, **more), headers={"HX-Trigger": "portal:saved"})


@bp.post("/attachments/<key:key>/type")
@may("edit")
def set_type(key: str) -> ResponseReturnValue:
    row: Attachment = access.child_for(actor(), Attachment, key, "edit")
    attachments.set_type(row, request.form.get("q", ""))
    return Response(status=204)
