"""Two people at the same request at the same moment: one wins, the other is told, and the events tell it whole."""

from collections.abc import Callable
from functools import partial

import pytest

from casework.audit.verify import verify
from casework.errors import PortalError
from casework.workflow import claims, intake, news, office, review
from models import Case, Determination, Event, Letter, Note, Request, Status, Urgency
from tests.builders import accept, attach, escalate, make_request
from tests.deciding import denial
from tests.personas import actor, user
from tests.together import together

pytestmark = pytest.mark.slow


def winner(results: list[object]) -> int:
    """The place of the only task that was not refused; the others were told so in words."""
    won = [place for place, each in enumerate(results) if not isinstance(each, PortalError)]
    assert len(won) == 1, results
    assert all(each.message for each in results if isinstance(each, PortalError))
    return won[0]


def kinds(request: Request) -> list[str]:
    return [event.kind for event in Event.select().where(Event.request == request).order_by(Event.id)]


def row(request: Request) -> Request:
    return Request.get_by_id(request.id)


def on(request: Request, verb: Callable[..., object], *given: object) -> Callable[[], object]:
    """A task: `verb` on the request as it was read now."""
    read = row(request)
    return lambda: verb(read, *given)


def test_two_reviewers_decide_at_once(db, scale):
    for _ in range(3 * scale):
        request = accept(make_request(lines=1))
        results = together(
            on(request, review.decide, actor("nia"), review.as_asked(request)),
            on(request, review.decide, actor("pam"), denial(request)),
        )
        place = winner(results)
        made = Determination.get(Determination.request == request)
        assert made.decided_by == user(("nia", "pam")[place])
        assert Letter.select().where(Letter.determination == made).count() == 1
        assert kinds(request)[-2:] == ["determined", "letter_issued"]
        assert row(request).outcome == made.outcome


def test_the_office_withdraws_while_a_nurse_decides(db, scale):
    for _ in range(3 * scale):
        request = accept(make_request(lines=1))
        results = together(
            on(request, office.withdraw, actor("amy"), "The patient is better."),
            on(request, review.decide, actor("nia"), review.as_asked(request)),
        )
        if winner(results) == 0:
            assert row(request).status == Status.WITHDRAWN
            assert not Determination.select().where(Determination.request == request).exists()
            assert kinds(request)[-1] == "withdrawn"
        else:
            assert row(request).status == Status.DETERMINED
            assert "withdrawn" not in kinds(request)


def test_intake_rejects_while_the_office_adds_records(db, scale):
    for _ in range(3 * scale):
        request = make_request(lines=1)
        file = attach(request, number=5)
        results = together(
            on(request, intake.reject, actor("ian"), "clinicals", "", news.newest(request)),
            on(request, office.add_records, actor("amy"), "", [file]),
        )
        won = winner(results)
        assert kinds(request)[-1] == ("rejected", "records_added")[won]
        assert row(request).status == (Status.REJECTED, Status.SUBMITTED)[won]


def test_four_people_take_in_at_once(db, scale):
    for _ in range(3 * scale):
        request = make_request(lines=1)
        accepting = [on(request, intake.accept, actor(who), Urgency.STANDARD) for who in ("ian", "nia", "pam")]
        results = together(*accepting, on(request, intake.reject, actor("nat"), "duplicate"))
        accepted = winner(results) < 3
        number = Case.get_by_id(request.case_id).authorization_number
        assert (number is not None) is accepted
        assert kinds(request)[-1] == ("accepted" if accepted else "rejected")
        assert row(request).status == (Status.IN_REVIEW if accepted else Status.REJECTED)


def test_two_nurses_claim_at_once(db, scale):
    for _ in range(3 * scale):
        request = accept(make_request(lines=1))
        claims.release(row(request), actor("nia"))
        results = together(*[on(request, claims.claim, actor(who)) for who in ("nia", "nat")])
        assert row(request).reviewer == user(("nia", "nat")[winner(results)])


def test_a_physician_claims_while_the_nurse_takes_back(db, scale):
    for _ in range(3 * scale):
        request = escalate(accept(make_request(lines=1)))
        results = together(on(request, claims.claim, actor("pam")), on(request, review.take_back, actor("nia")))
        if winner(results) == 0:
            assert (row(request).status, row(request).physician) == (Status.PHYSICIAN_REVIEW, user("pam"))
        else:
            assert (row(request).status, row(request).physician) == (Status.IN_REVIEW, None)


def test_two_urgencies_at_once_leave_one_clock(db, scale):
    for _ in range(3 * scale):
        request = accept(make_request(lines=1))
        results = together(
            *[on(request, intake.change_urgency, actor(who), Urgency.EXPEDITED, "ER.") for who in ("nia", "nat")]
        )
        winner(results)
        assert kinds(request).count("urgency_changed") == 1
        assert row(request).urgency == Urgency.EXPEDITED


def test_a_decision_and_an_answer_at_once(db, scale):
    for _ in range(3 * scale):
        request = make_request(Status.INFO_REQUESTED, lines=1)
        results = together(
            on(request, office.add_records, actor("amy"), "Here it is."),
            on(request, review.decide, actor("nia"), review.as_asked(request)),
        )
        winner(results)
        assert row(request).paused_at is None
        assert row(request).status in (Status.IN_REVIEW, Status.DETERMINED)


def test_the_chain_of_events_is_whole_after_many_at_once(db):
    request = accept(make_request(lines=1))
    words = [f"At once, {number}." for number in range(6)]
    together(*[partial(review.add_note, request, actor("nia"), each, internal=True) for each in words])
    assert Note.select().where(Note.request == request).count() == 6
    assert verify().is_whole
