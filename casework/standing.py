"""Where a request stands: its status in words, and whose turn it is until when. One home for all pages."""

from dataclasses import dataclass
from datetime import datetime

from casework import clock
from casework.vocabulary import OUTCOMES
from casework.workflow.intake import REASONS
from models import Outcome, Request, Status

_OUTCOME_LOOKS = {Outcome.APPROVAL: "good", Outcome.PARTIAL_APPROVAL: "part", Outcome.DENIAL: "stop"}
_STATUS_WORDS = {
    Status.DRAFT: ("Draft", "quiet"),
    Status.SUBMITTED: ("Pending (In Process)", "quiet"),
    Status.REJECTED: ("Rejected", "stop"),
    Status.IN_REVIEW: ("In review", "quiet"),
    Status.INFO_REQUESTED: ("Your turn", "wait"),
    Status.PHYSICIAN_REVIEW: ("Physician review", "quiet"),
    Status.WITHDRAWN: ("Withdrawn", "quiet"),
    Status.CANCELLED: ("Cancelled", "quiet"),
    Status.ARCHIVED: ("Archived", "quiet"),
}
CMSI_HAS_IT = (Status.SUBMITTED, Status.IN_REVIEW, Status.PHYSICIAN_REVIEW)


@dataclass(frozen=True)
class Standing:
    """Words for a status and how its tag looks (wait, good, part, stop, quiet)."""

    words: str
    look: str
    detail: str = ""


@dataclass(frozen=True)
class Turn:
    """Whose turn it is, and until when; `who` is '' when nobody has to do anything."""

    who: str
    words: str
    until: datetime | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether that moment has passed by now."""
        return self.until is not None and self.until < clock.now()


_OFFICES_OWN = {
    Status.DRAFT: Turn("You", "complete it and submit"),
    Status.REJECTED: Turn("You", "correct and resubmit"),
}


def standing(request: Request, for_staff: bool = False) -> Standing:
    """The status in the office's words, or in the reviewers' words."""
    if request.status == Status.DETERMINED and request.outcome:
        detail = request.decision_summary
        if not for_staff and request.letter_opened_at is None:
            detail = f"{detail} · new letter" if detail else "new letter"
        return Standing(OUTCOMES[request.outcome], _OUTCOME_LOOKS[request.outcome], detail)
    words, look = _STATUS_WORDS[request.status]
    if request.status == Status.INFO_REQUESTED and for_staff:
        return Standing("Waiting for the office", "wait", "information requested")
    if request.status == Status.CANCELLED and request.is_void:
        return Standing("Void", look, "made void by CMSI")
    return Standing(words, look, _detail(request))


def _detail(request: Request) -> str:
    if request.status == Status.DRAFT:
        return f"{request.missing_count} still missing" if request.missing_count else "nothing missing"
    if request.status == Status.REJECTED:
        return REASONS[request.closing_reason].label if request.closing_reason in REASONS else ""
    return {
        Status.INFO_REQUESTED: "information asked by CMSI",
        Status.PHYSICIAN_REVIEW: "may take additional time",
        Status.SUBMITTED: "waiting for intake",
        Status.ARCHIVED: "a draft put away",
    }.get(request.status, "")


def turn(request: Request, for_staff: bool = False) -> Turn:
    """Whose turn it is and until when; overdue is told, not hidden."""
    if request.status == Status.DETERMINED:
        return Turn("", _after_decision(request))
    if request.status in CMSI_HAS_IT:
        if for_staff and request.status == Status.SUBMITTED:
            return Turn("CMSI", "intake by", request.intake_due_at)
        return Turn("CMSI", "due", request.due_at)
    if request.status == Status.INFO_REQUESTED:
        who, words = ("Office", "answers by") if for_staff else ("You", "reply by")
        return Turn(who, words, request.reply_by)
    own = _OFFICES_OWN.get(request.status, Turn("", ""))
    return Turn("Office", own.words) if for_staff and own.who else own


def _after_decision(request: Request) -> str:
    if request.outcome == Outcome.DENIAL and request.decided_at:
        return f"Appeal by {clock.show_date(clock.chicago(clock.appeal_by(request.decided_at)))}"
    return f"Approved through {clock.show_date(request.valid_to)}" if request.valid_to else ""
