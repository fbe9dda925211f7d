"""Records added to a request, and the answer to an information request: words and files, sent together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import access, attachments, clock, staged
from casework.errors import NotFound, Refused, Stale
from casework.files.errors import FileRefused
from casework.files.kinds import ACCEPT
from casework.overview import RequestView
from casework.storage import transaction
from casework.workflow import office
from casework.workflow.table import TOO_LATE
from forms.cases import AnswerForm, RecordsForm, answer_form
from models import InformationItem, Request, Status
from views.cases import bp
from views.uploads import NO_FILE, received, takes_files
from views.web import actor, done, errors_of, may, render

Trouble = list[tuple[str, str]]
"""Pairs (id of the control, message)."""


@dataclass
class Brought:
    """The files of a posted form: keys of those that are ticked, and what is wrong with the others."""

    ticked: list[str] = field(default_factory=list)
    unticked: list[str] = field(default_factory=list)
    trouble: Trouble = field(default_factory=list)

    def take(self, asked: Request, name: str, item: InformationItem | None = None) -> None:
        """Receives what came in the control `name`: good files wait, ticked, to be sent; bad ones are told."""
        for filename, stream in received(request.files.getlist(name)):
            try:
                key = staged.receive(asked, actor(), stream, filename, item).key
                self.ticked.append(key)
                self.unticked = [each for each in self.unticked if each != key]
            except FileRefused as refusal:
                self.trouble.append((name, f"{filename}: {refusal.message}"))


def _brought() -> Brought:
    ticked = request.form.getlist("staged")
    return Brought(ticked, [key for key in request.form.getlist("shown") if key not in ticked])


@bp.route("/requests/<key:key>/records", methods=["GET", "POST"])
@may("add_records")
@takes_files
def records(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "add_records")
    form, brought = RecordsForm(), _brought()
    if request.method == "GET":
        return _records_page(asked, form, brought)
    brought.take(asked, "files")
    if not form.validate() or brought.trouble:
        return _records_page(asked, form, brought, [*errors_of(form), *brought.trouble])
    note = form.note.data or ""
    try:
        with transaction():
            if not office.has_just_added(asked, actor(), note, brought.ticked):
                files = staged.send(asked, actor(), brought.ticked)
                office.add_records(asked, actor(), note, files)
    except Refused as refusal:
        return _records_page(asked, form, brought, [("files", refusal.message)])
    return done("Sent. The reviewer is told.", url_for("cases.show", number=asked.case.webcert_number))


def _records_page(asked: Request, form: RecordsForm, brought: Brought, trouble: Trouble | None = None) -> Response:
    return render(
        "cases/records.html",
        status=422 if trouble else 200,
        asked=asked,
        case=asked.case,
        form=form,
        errors=trouble or [],
        files=staged.waiting(asked, actor()),
        unticked=brought.unticked,
        accept=ACCEPT,
        most=attachments.FILE_LIMIT,
    )


@bp.post("/requests/<key:key>/records/files")
@may("add_records")
@takes_files
def upload(key: str) -> ResponseReturnValue:
    """One file from the script, which shows its own progress."""
    asked = access.request_for(actor(), key, "add_records")
    return _uploaded(asked, "files")


@bp.post("/requests/<key:key>/answer/<int:number>/files")
@may("answer_information")
@takes_files
def upload_answer(key: str, number: int) -> ResponseReturnValue:
    """The same for one item of an information request."""
    asked = access.request_for(actor(), key, "answer_information")
    item = next((each for each in _items(asked) if each.id == number), None)
    if item is None:
        raise NotFound
    return _uploaded(asked, f"files-{number}", item)


def _uploaded(asked: Request, name: str, item: InformationItem | None = None) -> Response:
    brought = Brought()
    brought.take(asked, name, item)
    if not received(request.files.getlist(name)):
        return Response(NO_FILE, status=422, mimetype="text/plain")
    if brought.trouble:
        return Response(brought.trouble[0][1].partition(": ")[2], status=422, mimetype="text/plain")
    rows = staged.waiting(asked, actor(), item)
    return Response(render_template("cases/_staged.html", files=rows, unticked=[], name=name))


@bp.post("/requests/<key:key>/answer/words")
@may("answer_information")
def keep_words(key: str) -> ResponseReturnValue:
    """Words of an answer as they are typed: changed fields alone, posted and answered like a draft's autosave."""
    asked = access.request_for(actor(), key, "answer_information")
    form = answer_form(_items(asked))()
    form.validate()
    typed = [each for each in form if each.name.startswith("item-") and each.name in request.form]
    refused = {each.name: each.errors[0] for each in typed if each.errors}
    words = {int(each.name.removeprefix("item-")): each.data or "" for each in typed if not each.errors}
    office.keep_words(asked, actor(), words)
    versions = dict.fromkeys((each.name for each in typed), 1)
    return jsonify({"at": clock.show_time(clock.now()), "v": versions, "refused": refused})


@bp.route("/requests/<key:key>/answer", methods=["GET", "POST"])
@may("answer_information")
@takes_files
def answer(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if asked.submitted_at is None:
        access.require(actor(), "answer_information", asked)
    if asked.status != Status.INFO_REQUESTED:
        return _answered_already(asked)
    try:
        return _take_answer(asked)
    except Stale:
        return _answered_already(access.request_for(actor(), key, "see"))


def _take_answer(asked: Request) -> ResponseReturnValue:
    """The form, or what becomes of its answer. Raises Stale when another came meanwhile."""
    items, brought = _items(asked), _brought()
    form = answer_form(items)()
    if request.method == "GET":
        return _answer_page(asked, items, form, brought)
    for item in items:
        brought.take(asked, f"files-{item.id}", item)
    items = _items(asked)
    if not form.validate() or brought.trouble:
        return _answer_page(asked, items, form, brought, [*errors_of(form), *brought.trouble])
    try:
        with transaction():
            for item in _items(asked):
                staged.send(asked, actor(), brought.ticked, item)
            office.answer_information(asked, actor(), form.words())
    except Refused as refusal:
        office.keep_words(asked, actor(), form.words())
        return _answer_page(asked, items, form, brought, [_beside(asked, items, form, refusal.message)])
    return _sent(asked)


def _sent(asked: Request) -> ResponseReturnValue:
    return done("Your answer is sent. It is CMSI's turn now.", url_for("cases.show", number=asked.case.webcert_number))


def _beside(asked: Request, items: list[InformationItem], form: AnswerForm, message: str) -> tuple[str, str]:
    """The message at the first item that has neither words nor a file, for the list at the top too."""
    words = form.words()
    bare = (item.id for item in items if not words[item.id].strip() and not staged.waiting(asked, actor(), item))
    field = form[f"item-{next(bare, items[0].id)}"]
    field.errors = [message]
    return field.id, message


def _items(asked: Request) -> list[InformationItem]:
    """What the open information request asks for, in its order. Raises Stale when it was answered meanwhile."""
    question = office.open_question(asked)
    if question is None:
        raise Stale(TOO_LATE)
    return list(question.items.order_by(InformationItem.position))


def _answer_page(
    asked: Request, items: list[InformationItem], form: AnswerForm, brought: Brought, trouble: Trouble | None = None
) -> Response:
    return render(
        "cases/answer.html",
        status=422 if trouble else 200,
        case=asked.case,
        question=office.open_question(asked),
        errors=trouble or [],
        **_answer_context(asked, items, form, brought),
    )


def _answer_context(
    asked: Request, items: Iterable[InformationItem], form: AnswerForm, brought: Brought
) -> dict[str, Any]:
    """What templates/cases/_answer.html draws: each item with its field and its files."""
    drawn = [(item, form[f"item-{item.id}"], staged.waiting(asked, actor(), item)) for item in items]
    return {
        "asked": asked,
        "items": drawn,
        "unticked": brought.unticked,
        "accept": ACCEPT,
        "most": attachments.FILE_LIMIT,
    }


def answering(view: RequestView | None) -> dict[str, Any]:
    """The same for the form that stands on the case page; an empty list when nothing is asked there."""
    question: Any = view.open_question if view else None
    if view is None or question is None:
        return {
            "items": [],
            "question": None,
            "asked": None,
            "unticked": [],
            "accept": ACCEPT,
            "most": attachments.FILE_LIMIT,
        }
    form = answer_form(question.asked)(formdata=None)
    return _answer_context(view.request, question.asked, form, Brought()) | {"question": question}


def _answered_already(asked: Request) -> ResponseReturnValue:
    """A second click is told what the first one did. Else somebody was faster: what was typed is shown, so that it can
    be sent as a note."""
    posted = {name: words.strip() for name, words in request.form.items() if name.startswith("item-")}
    if posted and posted == {f"item-{number}": words for number, words in office.answered(asked).items()}:
        return _sent(asked)
    typed = [words for words in posted.values() if words]
    status = 409 if request.method == "POST" else 200
    return render("cases/answered.html", status=status, asked=asked, case=asked.case, typed=typed)
