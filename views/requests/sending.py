"""Before and after Submit: all answers to look over, the confirmation with its number, the record, the receipt."""

from typing import Any

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

import config
from casework import access, attachments, audit, clock, completeness, drafts, notices, reading
from casework.errors import Incomplete, NotFound
from casework.files.names import content_disposition
from casework.letters import receipt as receipts
from casework.vocabulary import CASE_TYPES
from casework.workflow import office
from models import Request, Status
from views.requests import bp
from views.requests.page import form_page, heading
from views.web import actor, done, may, render


@bp.get("/requests/<key:key>/check")
@may("submit")
def check(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if asked.status != Status.DRAFT:
        return redirect(url_for("requests.sent" if asked.submitted_at else "requests.record", key=key), 303)
    answers = drafts.answers(asked)
    found = completeness.problems(answers, completeness.with_duplicates(answers, asked, actor()))
    if any(not each.is_warning for each in found):
        return form_page(asked, found=found, status=422)
    return render(
        "requests/check.html",
        asked=asked,
        heading=f"Check your {CASE_TYPES[asked.case.case_type]} request",
        warnings=[each for each in found if each.is_warning],
        is_expedited=answers.text("urgency") == "expedited",
        notices=notices.texts(notices.BEFORE_SUBMIT, config.current().organisation),
        **answers_context(asked),
    )


@bp.post("/requests/<key:key>/check")
@may("submit")
def submit(key: str) -> ResponseReturnValue:
    """Sent once, however often it is asked for: a second click, a retry and a colleague all see the same number."""
    asked = access.request_for(actor(), key, "see")
    if asked.status == Status.DRAFT:
        try:
            office.submit(asked, actor())
        except Incomplete:
            answers = drafts.answers(asked)
            found = completeness.problems(answers, completeness.context(asked))
            return form_page(asked, found=found, status=422)
    elif asked.submitted_at is None:
        return done("This draft was discarded meanwhile: nothing was sent.", url_for("requests.record", key=key))
    return done("", url_for("requests.sent", key=key))


@bp.get("/requests/<key:key>/sent")
@may("see")
def sent(key: str) -> ResponseReturnValue:
    asked = _submitted(key)
    return render(
        "requests/sent.html",
        asked=asked,
        number=asked.case.webcert_number,
        files=attachments.count(asked),
        notices=notices.texts(notices.ON_PRINTOUT, config.current().organisation),
    )


def _submitted(key: str) -> Request:
    asked = access.request_for(actor(), key, "see")
    if asked.submitted_at is None or asked.case.webcert_number is None:
        raise NotFound
    return asked


@bp.get("/requests/<key:key>/record")
@may("see")
def record(key: str) -> ResponseReturnValue:
    asked = access.request_for(actor(), key, "see")
    if asked.status == Status.DRAFT:
        return redirect(url_for("requests.show", key=key), 303)
    audit.read(actor(), asked)
    return render("requests/record.html", asked=asked, heading=heading(asked), **answers_context(asked))


@bp.get("/requests/<key:key>/receipt.pdf")
@may("see")
def receipt(key: str) -> ResponseReturnValue:
    asked = _submitted(key)
    audit.read(actor(), asked, "downloaded receipt")
    pdf = receipts.pdf(asked, drafts.answers(asked), attachments.listing(asked))
    name = f"Receipt {asked.case.webcert_number}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": content_disposition(name)})


def answers_context(asked: Request) -> dict[str, Any]:
    """What templates/requests/_answers.html draws: sections, files, and whether answers may be changed."""
    answers = drafts.answers(asked)
    on = completeness.span(answers)[0] or clock.today()
    return {
        "sections": reading.sections(answers, on),
        "files": attachments.listing(asked),
        "can_change": asked.status == Status.DRAFT,
        "document_words": attachments.type_words,
    }
