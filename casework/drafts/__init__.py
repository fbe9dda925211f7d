"""Requests in the making: what was typed, as it was typed, with a version for each answer; nothing is ever lost.

After submit the answers stay as they are: the record of what was sent, and what later requests take up.
"""

from casework.drafts.closing import archive_untouched, bring_back, discard
from casework.drafts.following import correct, corrected, start_change, start_extension, start_reconsideration
from casework.drafts.lines import Pasted, add_line, fill_lines, paste, remove_line, restore_line
from casework.drafts.model import DraftAnswer
from casework.drafts.reading import answers, hold, versions
from casework.drafts.saving import Clash, Saved, recount, save
from casework.drafts.starting import begun, copy, split, start
from casework.drafts.suggestions import Suggestion, suggestions

__all__ = [
    "Clash",
    "DraftAnswer",
    "Pasted",
    "Saved",
    "Suggestion",
    "add_line",
    "answers",
    "archive_untouched",
    "begun",
    "bring_back",
    "copy",
    "correct",
    "corrected",
    "discard",
    "fill_lines",
    "hold",
    "paste",
    "recount",
    "remove_line",
    "restore_line",
    "save",
    "split",
    "start",
    "start_change",
    "start_extension",
    "start_reconsideration",
    "suggestions",
    "versions",
]
