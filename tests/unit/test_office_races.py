"""One WebCert #, whoever presses Submit, however often, at whatever moment."""

from functools import partial

import pytest

from casework import drafts
from casework.workflow import office
from models import Case, DiagnosisLine, Event, Request, ServiceLine, Status
from tests.builders import make_draft
from tests.personas import actor
from tests.together import together

pytestmark = pytest.mark.slow


def test_two_submits_at_once_give_one_number(db, scale):
    amy, ann = actor("amy"), actor("ann")
    for _ in range(5 * scale):
        draft = make_draft(lines=2)
        results = together(*[partial(office.submit, draft, by) for by in (amy, ann, amy, ann)])
        assert all(isinstance(each, Request) for each in results), results
        numbers = {each.case.webcert_number for each in results}
        assert numbers == {Case.get_by_id(draft.case_id).webcert_number}
        assert ServiceLine.select().where(ServiceLine.request == draft).count() == 2
        assert DiagnosisLine.select().where(DiagnosisLine.request == draft).count() == 1
        assert Event.select().where(Event.request == draft, Event.kind == "submitted").count() == 1


def test_a_submit_and_a_save_at_once_agree(db, scale):
    amy, ann = actor("amy"), actor("ann")
    for number in range(5 * scale):
        draft = make_draft()
        typed = {"clinical_summary": f"Changed {number}"}
        save = partial(drafts.save, draft, ann, typed, {"clinical_summary": 9})
        sent, saved = together(partial(office.submit, draft, amy), save)
        assert isinstance(sent, Request)
        kept = drafts.answers(draft).text("clinical_summary")
        assert (kept == typed["clinical_summary"]) is isinstance(saved, drafts.Saved)


def test_a_submit_and_a_discard_at_once_one_wins(db, scale):
    amy, ann = actor("amy"), actor("ann")
    for _ in range(5 * scale):
        draft = make_draft()
        results = together(partial(office.submit, draft, amy), partial(drafts.discard, draft, ann))
        status = Request.get_by_id(draft.id).status
        assert sum(isinstance(each, Request) for each in results) == 1
        assert status == (Status.SUBMITTED if isinstance(results[0], Request) else Status.ARCHIVED)
        assert (Case.get_by_id(draft.case_id).webcert_number is not None) is (status == Status.SUBMITTED)


def test_lines_added_at_once_have_numbers_of_their_own(db):
    draft = make_draft(lines=1, files=0)
    people = [actor("amy"), actor("ann")]
    numbers = together(*[partial(drafts.add_line, draft, by, "service") for by in people * 4])
    assert sorted(numbers) == list(range(2, 10))
