"""The page of a draft, and what all of its buttons share: everything typed is saved before anything else is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import attachments, clock, completeness, drafts
from casework.answers import Answers, Line
from casework.completeness import Problem
from casework.errors import Refused
from casework.fields import BY_NAME, field_of
from casework.fields.record import DOCUMENT_TYPES
from casework.files.errors import FileRefused
from casework.files.kinds import ACCEPT
from casework.vocabulary import CASE_TYPES, REQUEST_TYPES, counted
from casework.workflow import intake
from forms import lines
from forms.request import KINDS_BY_TYPE, Drawn, panels, typed_into
from models import Request, RequestType, Status
from views.uploads import received
from views.web import actor, is_htmx, render


@dataclass
class Trouble:
    """What could not be kept of what was sent: it goes back into its fields, with the reason."""

    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.errors or self.files)

    @property
    def summary(self) -> list[tuple[str, str]]:
        refused = [("files", f"{name}: {words}") for name, words in self.files]
        return [*self.errors.items(), *refused]


def keep(asked: Request) -> Trouble:
    """Saves all that the posted form holds: what was typed, document types, without a script a pasted list and files.

    With a script the list waits for its own button: an answer that draws less than all lines would hide what it made.
    """
    trouble = Trouble()
    _keep_typed(asked, trouble)
    _keep_types(asked)
    text = request.form.get("pasted", "")
    if is_htmx():
        trouble.typed["pasted"] = text
    elif text.strip() and (pasted := keep_pasted(asked, trouble, text)):
        flash(told_of_paste(pasted))
    trouble.files = keep_files(asked)
    return trouble


def _keep_typed(asked: Request, trouble: Trouble) -> None:
    typed = typed_into(request.form)
    typed.changes.pop(request.form.get("use_saved", ""), None)
    if not typed.changes:
        return
    saved = drafts.save(asked, actor(), typed.changes, typed.known)
    for name, clash in saved.clashes.items():
        trouble.typed[name] = typed.changes[name]
        trouble.errors[name] = _told(name, typed.changes[name], clash)
    for name, reason in saved.refused.items():
        if name in BY_NAME or "-" in name:
            trouble.typed[name] = typed.changes[name]
            trouble.errors[name] = reason


def _told(name: str, mine: str, clash: drafts.Clash) -> str:
    control = field_of(name)
    label, words = (control.label, control.words) if control else (name, str)
    saved, typed = (f"“{words(value)}”" if value else "nothing" for value in (clash.value, mine))
    who = "another window under your username" if clash.who == actor().user.name else clash.who
    return (
        f"{label}: {who} changed it to {saved} at {clock.show_recent(clash.at)}. You want {typed}: it is in the field, "
        "not saved yet. Save again to keep yours, or use what is saved."
    )


def _keep_types(asked: Request) -> None:
    if not any(name.startswith("document-") for name in request.form):
        return
    for row in attachments.listing(asked):
        chosen = request.form.get(f"document-{row.key}", row.document_type)
        if chosen != row.document_type:
            attachments.set_type(row, chosen)


def keep_pasted(asked: Request, trouble: Trouble, text: str) -> drafts.Pasted | None:
    """Makes service lines of the list that was pasted; none, and why in `trouble`, when there is no code in it."""
    try:
        pasted = drafts.paste(asked, actor(), text)
    except Refused as refusal:
        trouble.typed["pasted"], trouble.errors["pasted"] = text, refusal.message
        return None
    trouble.typed.pop("pasted", None)
    return pasted


def told_of_paste(pasted: drafts.Pasted) -> str:
    """What a pasted list came to, in words."""
    told = f"{counted(len(pasted.numbers), 'service lines')} added."
    if pasted.left_out:
        told += f" {pasted.left_out} more found no room: a request holds at most 25."
    if pasted.unread:
        told += f" No code in {lines.pieces(pasted.unread)}."
    return told


def keep_files(asked: Request) -> list[tuple[str, str]]:
    """Attaches the files that came with the form; returns name and reason of those that could not be.

    A file that the script sends is sent once; one in a form comes again with a second click.
    """
    refused = []
    for name, stream in received(request.files.getlist("files")):
        try:
            attachments.receive(asked, actor(), stream, name)
        except FileRefused as refusal:
            if request.headers.get("X-Upload") or not attachments.brought_before(refusal, asked, actor(), name):
                refused.append((name, refusal.message))
    return refused


def heading(asked: Request) -> str:
    """Of the form and of the record. The type of a new case can still change under it: section A tells it."""
    if asked.request_type == RequestType.INITIAL and asked.status == Status.DRAFT:
        return "New authorization request"
    if asked.request_type == RequestType.INITIAL:
        return f"{CASE_TYPES[asked.case.case_type]} request"
    return f"{REQUEST_TYPES[asked.request_type]} of {asked.case.webcert_number or 'a case'}"


def form_page(
    asked: Request,
    trouble: Trouble | None = None,
    *,
    found: Sequence[Problem] | None = None,
    status: int = 200,
    **more: Any,
) -> Response:
    """The form; with `found` (after Submit) everything that is missing is said beside its field and at the top."""
    trouble = trouble or Trouble()
    blocking = [] if found is None else [each for each in found if not each.is_warning]
    errors = {each.control: each.message for each in reversed(blocking)} | trouble.errors
    context = draft_context(asked, errors, trouble.typed, found)
    summary = [*trouble.summary, *((_anchor(each.control), each.message) for each in blocking)]
    more = {
        "gone": None,
        "taken_away": None,
        "focus": 0,
        "told": "",
        "focus_on": "",
        "is_swap": False,
        "is_late": False,
        **more,
    }
    return render(
        "requests/form.html",
        block="sections",
        status=status,
        asked=asked,
        heading=heading(asked),
        corrected=drafts.corrected(asked),
        rejections=intake.REASONS,
        saved=f"Saved {clock.show_recent(asked.updated_at)}",
        errors=summary,
        checked=found is not None,
        refused=trouble.files,
        **context,
        **more,
    )


def _anchor(control: str) -> str:
    return {"attachments": "files"}.get(control, control)


def draft_context(
    asked: Request, errors: Mapping[str, str], typed: Mapping[str, str], found: Sequence[Problem] | None = None
) -> dict[str, Any]:
    """What the sections of the form and the panel beside it are drawn from."""
    answers = drafts.answers(asked)
    drawn = Drawn(answers, drafts.versions(asked), errors, typed)
    problems = list(found) if found is not None else completeness.problems(answers, completeness.context(asked))
    return {
        "drawn": drawn,
        **_lines_context(drawn),
        "files": attachments.listing(asked),
        "document_types": DOCUMENT_TYPES,
        "accept": ACCEPT,
        "most": attachments.FILE_LIMIT,
        "kinds_by_type": KINDS_BY_TYPE,
        "offered": _offered(answers),
        "missing": panels(completeness.by_section(problems, answers), answers),
        "split_offer": next((each.message for each in problems if each.offer == completeness.SPLIT), ""),
    }


def _lines_context(drawn: Drawn) -> dict[str, Any]:
    on = completeness.span(drawn.answers)[0] or clock.today()
    return {
        "rows": {prefix: lines.rows(drawn, prefix, on) for prefix in ("service", "diagnosis")},
        "room": {prefix: lines.has_room(drawn.answers, prefix) for prefix in ("service", "diagnosis")},
    }


def _offered(answers: Answers) -> dict[str, list[drafts.Suggestion]]:
    """Providers used before, under a name whose NPI is not there yet: a page without scripts offers them after Save."""
    return {
        f"{prefix}_name": drafts.suggestions(actor(), BY_NAME[f"{prefix}_name"].suggest, answers.text(f"{prefix}_name"))
        for prefix in ("requesting", "servicing", "facility")
        if answers.text(f"{prefix}_name") and not answers.text(f"{prefix}_npi")
    }


def lines_block(asked: Request, prefix: str, *, gone: Line | None = None, told: str = "", **more: Any) -> str:
    """All lines of one kind, as they take the place of those on the page."""
    drawn = Drawn(drafts.answers(asked), drafts.versions(asked), more.pop("errors", {}), more.pop("typed", {}))
    context = {
        "asked": asked,
        "drawn": drawn,
        "gone": gone,
        "told": told,
        "focus": 0,
        "split_offer": "",
        "is_late": True,
        **more,
    }
    return render_template(f"requests/_{prefix}_lines.html", **context, **_lines_context(drawn))


def line_block(asked: Request, prefix: str, number: int) -> str:
    """One line, with the focus in its code; with a second service line, the button that fills it from the first."""
    drawn = Drawn(drafts.answers(asked), drafts.versions(asked))
    on = completeness.span(drawn.answers)[0] or clock.today()
    row = lines.row_of(drawn, prefix, number, on)
    if row is None:  # a colleague has removed it meanwhile
        return ""
    line = render_template(
        f"requests/_{prefix}_line.html", asked=asked, drawn=drawn, row=row, focus=number, is_late=True
    )
    has_fill = prefix == "service" and row.position > 1
    return line + render_template("requests/_fill.html", asked=asked, is_apart=True, focus=0) if has_fill else line


def files_block(asked: Request, **more: Any) -> str:
    """The list of the draft's files, as it takes the place of the one on the page."""
    context = {"refused": [], "taken_away": None, "focus": "", "document_types": DOCUMENT_TYPES, **more}
    files = attachments.listing(asked)
    return render_template("requests/_files.html", is_swap=True, asked=asked, files=files, **context)


def back_to(asked: Request, anchor: str = "", **query: Any) -> ResponseReturnValue:
    """After a button without scripts: the form again, at the place where the person was."""
    return redirect(url_for("requests.show", key=asked.key, _anchor=anchor or None, **query), 303)


def answer_line(
    asked: Request, trouble: Trouble, fragment: str, anchor: str, *, events: str = "portal:saved", **query: str
) -> ResponseReturnValue:
    """What a button of a line is answered with: the fragment, or the page when something could not be kept."""
    if is_htmx():
        # What could not be kept stays in the page, and its own autosave tells why.
        return Response(fragment, headers={"HX-Trigger": events})
    return form_page(asked, trouble, status=422) if trouble else back_to(asked, anchor, **query)
