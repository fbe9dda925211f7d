"""What nurses and physicians do with an accepted request: ask, escalate, decide, correct, note, talk."""

from casework.workflow.review.closing import void
from casework.workflow.review.decision import (
    Asking,
    Decision,
    Problem,
    Undecidable,
    Verdict,
    approved_dates,
    as_asked,
    asked_of,
    asking,
    explained_by_lines,
)
from casework.workflow.review.determine import check, correct_determination, decide, preview
from casework.workflow.review.escalation import escalate, take_back
from casework.workflow.review.information import (
    TEMPLATES,
    ask_by,
    ask_information,
    end_information,
    end_unanswered,
    reply_choices,
    reply_moment,
)
from casework.workflow.review.notes import add_note
from casework.workflow.review.talks import confirm_talk, note_talk

__all__ = [
    "TEMPLATES",
    "Asking",
    "Decision",
    "Problem",
    "Undecidable",
    "Verdict",
    "add_note",
    "approved_dates",
    "as_asked",
    "ask_by",
    "ask_information",
    "asked_of",
    "asking",
    "check",
    "confirm_talk",
    "correct_determination",
    "decide",
    "end_information",
    "end_unanswered",
    "escalate",
    "explained_by_lines",
    "note_talk",
    "preview",
    "reply_choices",
    "reply_moment",
    "take_back",
    "void",
]
