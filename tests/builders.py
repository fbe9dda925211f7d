"""Requests in every state, made by the verbs that a person would use: what a test is given could have happened.

make_draft(urgency="retro")                            amy's, complete, with an answer of the test's own
make_draft(inpatient=True, files=0)                    a stay, without its records
"""

import io
import re

from casework import attachments, drafts
from models import Attachment, Request
from tests import answers, personas, samples


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
