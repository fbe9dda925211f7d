"""Requests that follow an earlier one of the same case: extended and reconsidered, by the verbs of the portal."""

from casework import completeness, drafts
from models import Request
from tests import builders, personas

STATED = {"certified": "1", "benefits_verified": "1"}


def extension_of(request: Request, by: str = "amy", *, files: int = 1, **typed: str) -> Request:
    """A complete draft that extends a stay by three days, or as `typed` says."""
    draft = drafts.start_extension(Request.get_by_id(request.id), personas.actor(by))
    return _filled(draft, by, {**STATED, "days_requested": "3", **typed}, files)


def reconsideration_of(request: Request, by: str = "amy", *, files: int = 1, **typed: str) -> Request:
    """A complete draft that asks to look again at a denied request."""
    draft = drafts.start_reconsideration(Request.get_by_id(request.id), personas.actor(by))
    return _filled(draft, by, {**STATED, "note": "The evaluation of November is attached.", **typed}, files)


def _filled(draft: Request, by: str, typed: dict[str, str], files: int) -> Request:
    actor = personas.actor(by)
    saved = drafts.save(draft, actor, typed, drafts.versions(draft))
    assert not saved.refused, f"not kept: {saved.refused}"
    for number in range(files):
        builders.attach(draft, by, 100 + number)
    left = completeness.problems(drafts.answers(draft), completeness.context(draft))
    assert not [each for each in left if not each.is_warning], left
    return Request.get_by_id(draft.id)
