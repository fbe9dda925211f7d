"""The receipt of a submitted request as a PDF: every answer, line and file, with the time and the files' SHA-256."""

from collections.abc import Sequence
from typing import Any

import config
from casework import attachments, clock, notices, reading
from casework.answers import Answers
from casework.completeness import span
from casework.letters.pdf import compiled
from casework.vocabulary import CASE_TYPES, counted
from models import Attachment, Request, RequestType

_TITLES = {
    RequestType.INITIAL: "Request submitted",
    RequestType.EXTENSION: "Extension submitted",
    RequestType.CHANGE: "Change request submitted",
    RequestType.RECONSIDERATION: "Reconsideration submitted",
}


def pdf(request: Request, answers: Answers, files: Sequence[Attachment]) -> bytes:
    """The receipt of what was sent, as a tagged PDF (PDF/UA-1, US Letter). `request` was submitted."""
    return compiled("receipt.typ", content(request, answers, files))


def content(request: Request, answers: Answers, files: Sequence[Attachment]) -> dict[str, Any]:
    """Everything that the receipt says, as words. Files that came after the submit are told with their own time."""
    if request.submitted_at is None:
        raise ValueError("a receipt is for what was submitted")
    organisation = config.current().organisation
    by = request.submitted_by.name if request.submitted_by else ""
    on = span(answers)[0] or clock.chicago(request.submitted_at).date()
    return {
        "title": _TITLES[request.request_type],
        "organisation": config.current().organisation_long,
        "number": request.case.webcert_number or "",
        "facts": [
            ["Submitted", f"{clock.show_moment(request.submitted_at)} by {by}"],
            ["Office", request.office.name],
            ["Case type", CASE_TYPES[request.case.case_type]],
            ["Decision due", clock.show_moment(request.due_at) if request.due_at else ""],
        ],
        "sections": [_section(each) for each in reading.sections(answers, on)],
        "files": [_file(each) for each in files],
        "notices": notices.texts(notices.ON_PRINTOUT, organisation),
    }


def _section(section: reading.SectionRead) -> dict[str, Any]:
    return {
        "name": section.name,
        "pairs": [[pair.label, pair.words] for pair in section.pairs],
        "lines": [[f"{number}. {line.title}", " · ".join(line.words)] for number, line in enumerate(section.lines, 1)],
    }


def _file(file: Attachment) -> dict[str, str]:
    pages = f"{counted(file.pages, 'pages')} · " if file.pages else ""
    about = f"{attachments.type_words(file)} · {pages}{file.size:,} bytes · {clock.show_moment(file.uploaded_at)}"
    return {"name": file.name, "about": f"{about} by {file.uploaded_by.username}", "sha256": file.sha256}
