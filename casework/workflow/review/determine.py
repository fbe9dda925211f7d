"""Decide: the determination, its lines and its letter in one transaction; and a second one that corrects it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casework import access, again, clock, letters
from casework.actor import Actor
from casework.errors import NotAllowed, NotNow, Stale
from casework.storage import transaction
from casework.workflow import due, table
from casework.workflow.claims import deciders_before
from casework.workflow.news import nothing_new_since
from casework.workflow.review import decision as made
from casework.workflow.review.decision import Decision, Problem, Undecidable
from casework.workflow.review.information import check_hands, check_time_is_over
from models import (
    Determination,
    InformationRequest,
    LineDecision,
    Outcome,
    Request,
    Role,
    Status,
)


class _Undone(Exception):
    """Takes rows away again that were made for the words of a letter."""


def decide(request: Request, actor: Actor, decision: Decision, seen: int | None = None) -> Determination:
    """Records the determination of a request and issues its letter, both or none.

    A nurse approves what was asked; a physician decides all, but not adversely what he or she escalated; a
    reconsideration is decided by another physician than the one before. `seen` is the newest event that the person had
    before their eyes (None: not compared). The same decision again within a moment is the one that was made.
    Raises NotAllowed, Undecidable (with each problem, a letter's missing elements among them), Refused and Stale.
    """
    try:
        return _decide(request, actor, decision, seen)
    except (Stale, NotNow):
        there = _just_made(request, actor, made.settled(request, decision))
        if there is None:
            raise
        return there


def _decide(request: Request, actor: Actor, decision: Decision, seen: int | None) -> Determination:
    decision = check(request, actor, decision)
    at = clock.now()
    with letters.made(_words(request, actor, decision, at)) as letter, transaction():
        nothing_new_since(request, seen)
        columns = _columns(request, decision, at)
        if request.status == Status.INFO_REQUESTED:
            columns |= {"due_at": due.resumed(request, at)["due_at"], "paused_at": None, "reply_by": None}
        close_questions(request)
        table.move(
            request,
            "decide",
            actor,
            data={"outcome": decision.outcome, "summary": columns["decision_summary"]},
            unchanged=("physician_id", "urgency_assigned"),
            reviewer=actor.user,
            **columns,
        )
        determination = _record(request, actor, decision, at)
        letters.issue(determination, letter, actor)
    return determination


def correct_determination(request: Request, actor: Actor, decision: Decision, reason: str) -> Determination:
    """Adds a second determination with a letter of its own, for a stated reason; the first ones are kept.

    The same correction again within a moment is the one that was made. Raises as `decide`.
    """
    decision = _checked_correction(request, actor, decision, reason)
    words = reason.strip()
    try:
        return _just_made(request, actor, decision, words) or _correct(request, actor, decision, words)
    except Stale:
        there = _just_made(request, actor, decision, words)
        if there is None:
            raise
        return there


def _correct(request: Request, actor: Actor, decision: Decision, reason: str) -> Determination:
    at = clock.now()
    with letters.made(_words(request, actor, decision, at, reason)) as letter, transaction():
        table.keep(
            request,
            "determination_corrected",
            actor,
            reason,
            data={"outcome": decision.outcome},
            unchanged=("decided_at",),
            letter_opened_at=None,
            **_columns(request, decision, at),
        )
        determination = _record(request, actor, decision, at, reason)
        letters.issue(determination, letter, actor)
    return determination


_COMPARED = (
    "service_line_id",
    "outcome",
    "quantity",
    "date_from",
    "date_to",
    "basis",
    "criterion",
    "rationale",
    "missing_information",
)


def _just_made(request: Request, actor: Actor, decision: Decision, reason: str = "") -> Determination | None:
    """The determination that this person made a moment ago, if it is this decision."""
    last: Determination | None = request.determinations.order_by(Determination.number.desc()).first()
    if last is None or last.decided_by_id != actor.user.id or last.decided_at < again.since():
        return None
    recorded, wanted = (
        [[getattr(each, name) for name in _COMPARED] for each in lines]
        for lines in (last.lines.order_by(LineDecision.id), decision.verdicts)
    )
    is_same = recorded == wanted and (last.rationale, last.correction_reason) == (decision.rationale, reason)
    return last if is_same else None


def preview(request: Request, actor: Actor, decision: Decision, reason: str | None = None) -> tuple[Any, list[str]]:
    """The letter that this decision would make, and the elements that it lacks; nothing is kept.

    `reason`: of a correction; None for a first determination.
    Raises NotAllowed, Undecidable and Refused as `decide` and `correct_determination` do.
    """
    if reason is None:
        decision = check(request, actor, decision)
    else:
        decision = _checked_correction(request, actor, decision, reason)
    content = _words(request, actor, decision, clock.now(), (reason or "").strip())
    return content, letters.missing(content)


def _words(request: Request, actor: Actor, decision: Decision, at: datetime, reason: str = "") -> dict[str, Any]:
    """The words of the letter for this decision: composed from its rows, which are taken away again."""
    content: dict[str, Any] = {}
    try:
        with transaction():
            content = letters.compose(_record(request, actor, decision, at, reason))
            raise _Undone
    except _Undone:
        return content


def check(request: Request, actor: Actor, decision: Decision) -> Decision:
    """The decision in the form in which it would be recorded. Raises NotAllowed, Undecidable and Refused."""
    access.require(actor, "decide", request)
    check_hands(request, actor)
    if decision.outcome != Outcome.APPROVAL and request.status == Status.INFO_REQUESTED:
        check_time_is_over(request, "a denial or a partial approval can be given")
    return _checked(request, actor, decision)


def _checked_correction(request: Request, actor: Actor, decision: Decision, reason: str) -> Decision:
    access.require(actor, "correct_determination", request)
    if not reason.strip():
        words = "Say why the determination is corrected: the letter gives the reason."
        raise Undecidable([Problem(None, "correction", words)])
    return _checked(request, actor, decision)


def _checked(request: Request, actor: Actor, decision: Decision) -> Decision:
    _check_other_physician(request, actor)
    decision = made.settled(request, decision)
    found = [*_of_rights(request, actor, decision), *made.problems(request, decision)]
    if found:
        raise Undecidable(found)
    return decision


def _of_rights(request: Request, actor: Actor, decision: Decision) -> Iterator[Problem]:
    if decision.outcome == Outcome.APPROVAL or access.can(actor, "decide_adversely", request):
        return
    if actor.role != Role.PHYSICIAN:
        yield Problem(
            None, "", "Only a physician denies or approves less than was asked: escalate it, or approve as asked."
        )
    else:
        yield Problem(None, "", "You escalated this request: another physician denies it or approves less.")


def _check_other_physician(request: Request, actor: Actor) -> None:
    if actor.user.id in deciders_before(request):
        raise NotAllowed("You decided before what is reconsidered here: another physician decides now.")


def close_questions(request: Request) -> None:
    """Ends an information request that is still open, unanswered."""
    is_open = InformationRequest.answered_at.is_null() & InformationRequest.ended_at.is_null()
    InformationRequest.update(ended_at=clock.now()).where(InformationRequest.request == request, is_open).execute()


def _columns(request: Request, decision: Decision, at: datetime) -> dict[str, Any]:
    first, last = decision.valid
    return {
        "outcome": decision.outcome,
        "decided_at": at,
        "valid_from": first,
        "valid_to": last,
        "decision_summary": made.summary(request, decision),
    }


def _record(request: Request, actor: Actor, decision: Decision, at: datetime, reason: str = "") -> Determination:
    first, last = decision.valid
    is_denial = decision.outcome == Outcome.DENIAL
    determination: Determination = Determination.create(
        request=request,
        number=request.determinations.count() + 1,
        outcome=decision.outcome,
        decided_by=actor.user,
        decided_at=at,
        valid_from=first,
        valid_to=last,
        requirements="" if is_denial else decision.requirements.strip(),
        rationale=decision.rationale.strip(),
        plan_provision=decision.plan_provision.strip(),
        notice_by_phone=decision.notice_by_phone.strip(),
        correction_reason=reason,
    )
    for verdict in decision.verdicts:
        LineDecision.create(
            determination=determination,
            service_line=verdict.line,
            outcome=verdict.outcome,
            quantity=verdict.quantity,
            date_from=verdict.date_from,
            date_to=verdict.date_to,
            basis=verdict.basis,
            criterion=verdict.criterion,
            rationale=verdict.rationale,
            missing_information=verdict.missing_information,
        )
    return determination


__all__ = ["check", "close_questions", "correct_determination", "decide", "preview"]
