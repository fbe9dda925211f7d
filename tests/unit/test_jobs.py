"""What runs without a click: the review's own jobs."""

import pytest

from casework import jobs
from casework.workflow import office
from models import Request, Status
from tests import builders, personas

pytestmark = pytest.mark.databases


@pytest.fixture
def asked(db) -> Request:
    return builders.make_request(Status.INFO_REQUESTED)


def test_a_question_without_an_answer_ends_when_its_time_is_over(asked, the_clock):
    the_clock.move(days=44)
    assert jobs.run_due(everything=True)["unanswered questions"] == 0
    assert Request.get_by_id(asked.id).status == Status.INFO_REQUESTED
    the_clock.move(days=2)
    assert jobs.run_due(everything=True)["unanswered questions"] == 1
    gone_on = Request.get_by_id(asked.id)
    assert gone_on.status == Status.IN_REVIEW
    assert gone_on.paused_at is None
    assert office.open_question(gone_on) is None


def test_an_answered_question_is_left_alone(asked, the_clock):
    question = office.open_question(asked)
    office.answer_information(asked, personas.actor("amy"), {item.id: "Attached." for item in question.items})
    the_clock.move(days=60)
    assert jobs.run_due(everything=True)["unanswered questions"] == 0
