"""The builders themselves: each status is reached, and what they make is complete."""

import pytest

from casework import completeness, drafts
from models import Letter, Outcome, Status
from tests.builders import accept, deny, make_draft, make_request, submit


@pytest.mark.parametrize("how", [{"lines": 4}, {"inpatient": True}, {"inpatient": True, "lines": 1}, {"files": 3}])
def test_a_draft_lacks_nothing(db, how):
    draft = make_draft(**how)
    assert completeness.problems(drafts.answers(draft), completeness.context(draft)) == []


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("inpatient", [False, True])
def test_every_status_is_reached(db, status, inpatient):
    assert make_request(status, inpatient=inpatient).status == status


def test_a_denial_of_one_line_is_a_partial_approval_with_a_letter(db):
    decided = deny(accept(submit(make_draft())), only=1)
    assert decided.outcome == Outcome.PARTIAL_APPROVAL
    assert Letter.select().count() == 1
