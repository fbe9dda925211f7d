"""Requests in every state, made by the verbs that a person would use: what a test is given could have happened.

make_request()                                amy's, submitted: physical therapy, two service lines, one file
make_request(Status.DETERMINED)               the same, accepted by ian, approved by nia, with its letter
make_request(Status.DETERMINED, denied=True)  decided by pam
make_request(inpatient=True, by="bob")        a stay of another office
make_draft(urgency="expedited", files=0)      a draft; every other keyword is an answer as a clerk types it
"""

import io
import re

from casework import attachments, drafts
from casework.workflow import intake, office, review
from casework.workflow.review import Decision, Verdict
from models import Attachment, Basis, LineOutcome, Request, Status, Urgency
from tests import answers, personas, samples

WHY = "For the test."
"""Words where a verb wants a reason."""


def make_draft(by: str = "amy", *, inpatient: bool = False, lines: int = -1, files: int = 1, **typed: str) -> Request:
    """A draft with everything that a submit needs; `typed` are further or other answers, '' takes one away.

    `lines`: service lines; 2 unless said otherwise, none for a stay.
    """
    actor = personas.actor(by)
    wanted = answers.inpatient(max(lines, 0)) if inpatient else answers.service(2 if lines < 0 else lines)
    wanted |= typed
    draft = drafts.start(actor, wanted["care_kind"])
    add_lines(draft, by, wanted)
    saved = drafts.save(draft, actor, wanted, drafts.versions(draft))
    assert not saved.refused, f"not kept: {saved.refused}"
    assert not saved.clashes, f"not kept: {saved.clashes}"
    for number in range(1, files + 1):
        attach(draft, by, number)
    return Request.get_by_id(draft.id)


def add_lines(draft: Request, by: str, typed: dict[str, str]) -> None:
    """As many lines as `typed` has answers for, by the + icon; a new draft has one of each."""
    for prefix in ("service", "diagnosis"):
        numbers = {int(found[1]) for name in typed if (found := re.match(rf"{prefix}-(\d+)-", name))}
        for _ in range(len(numbers) - 1):
            drafts.add_line(draft, personas.actor(by), prefix)


def attach(request: Request, by: str = "amy", number: int = 1, **columns: object) -> Attachment:
    """One more small PDF; each `number` has bytes of its own."""
    content = samples.pdf(lines=[*samples.NOTE, f"Record {number}"])
    return attachments.receive(request, personas.actor(by), io.BytesIO(content), f"note-{number}.pdf", **columns)


def make_request(status: Status = Status.SUBMITTED, by: str = "amy", *, denied: bool = False, **how: object) -> Request:
    """A request in this status, on the shortest way that leads there; `how` as for make_draft."""
    request = make_draft(by, **how)  # type: ignore[arg-type]  # answers are text, the others are named
    if status not in (Status.DRAFT, Status.ARCHIVED):
        request = submit(request, by)
    {
        Status.DRAFT: _leave,
        Status.SUBMITTED: _leave,
        Status.ARCHIVED: lambda asked: drafts.discard(asked, personas.actor(by)),
        Status.REJECTED: reject,
        Status.IN_REVIEW: accept,
        Status.INFO_REQUESTED: lambda asked: ask_information(accept(asked)),
        Status.PHYSICIAN_REVIEW: lambda asked: escalate(accept(asked)),
        Status.DETERMINED: lambda asked: (deny if denied else approve)(accept(asked)),
        Status.WITHDRAWN: lambda asked: office.withdraw(asked, personas.actor(by), WHY),
        Status.CANCELLED: lambda asked: office.cancel(approve(accept(asked)), personas.actor(by), WHY),
    }[status](request)
    made = Request.get_by_id(request.id)
    assert made.status == status
    return made


def _leave(request: Request) -> Request:
    return request


def submit(request: Request, by: str = "amy") -> Request:
    return office.submit(request, personas.actor(by))


def reject(request: Request, reason: str = "clinicals", words: str = WHY, by: str = "ian") -> Request:
    return intake.reject(_now(request), personas.actor(by), reason, words)


def accept(request: Request, urgency: Urgency | None = None, by: str = "ian", reviewer: str = "nia") -> Request:
    """Accepts with the urgency that was asked for, or another one."""
    asked = _now(request)
    counts = urgency or asked.urgency
    assert counts is not None
    return intake.accept(asked, personas.actor(by), counts, WHY if urgency else "", personas.user(reviewer))


def ask_information(request: Request, *items: str, by: str = "nia") -> Request:
    review.ask_information(_now(request), personas.actor(by), items or ("Plan of care, signed",), WHY)
    return _now(request)


def escalate(request: Request, by: str = "nia") -> Request:
    return review.escalate(_now(request), personas.actor(by), WHY)


def approve(request: Request, by: str = "nia") -> Request:
    """Everything as asked."""
    asked = _now(request)
    review.decide(asked, personas.actor(by), review.as_asked(asked))
    return _now(request)


def deny(request: Request, by: str = "pam", only: int | None = None) -> Request:
    """Everything, or the line at this place alone (a Partial Approval)."""
    asked = _now(request)
    verdicts = [
        verdict if only not in (None, place) else _denied(verdict)
        for place, verdict in enumerate(review.as_asked(asked).verdicts)
    ]
    review.decide(asked, personas.actor(by), Decision(tuple(verdicts), rationale=WHY, notice_by_phone=WHY))
    return _now(request)


def _denied(verdict: Verdict) -> Verdict:
    return Verdict(
        verdict.line,
        LineOutcome.DENIED,
        basis=Basis.NOT_APPROPRIATE,
        criterion="Sample criteria for therapy, section 4",
        rationale="The record shows no loss of function that needs this service.",
    )


def _now(request: Request) -> Request:
    return Request.get_by_id(request.id)
