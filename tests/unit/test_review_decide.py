"""Decide by line: outcome, rights, what an adverse decision needs, corrections, the letter."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from casework import approved, letters
from casework.errors import NotAllowed, Refused, Stale
from casework.workflow import claims, news, office, review
from casework.workflow.review import Decision, Undecidable
from models import (
    Basis,
    Determination,
    Event,
    Letter,
    LineDecision,
    LineOutcome,
    Outcome,
    Request,
    RequestType,
    Status,
)
from tests.builders import accept, ask_information, attach, escalate, make_request
from tests.deciding import denial, partial, verdict
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}
FIRST, LAST = date(2026, 12, 1), date(2026, 12, 30)


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def in_review(**typed: object) -> Request:
    return accept(make_request(**typed))


def refusal(request: Request, username: str, decision: Decision) -> dict[tuple[int | None, str], str]:
    """The problems of a decision that can't be recorded, by place and field; nothing is written."""
    with pytest.raises(Undecidable) as caught:
        review.decide(request, actor(username), decision)
    assert not Determination.select().where(Determination.request == request).exists()
    assert again(request).status == request.status
    return {(each.place, each.field): each.message for each in caught.value.problems}


def mixed(request: Request, *outcomes: LineOutcome) -> Decision:
    """One verdict a line, in order; modified ones get 8."""
    verdicts = []
    for (line, asked), outcome in zip(review.asked_of(request), outcomes, strict=True):
        more = {"quantity": 8, "date_from": asked.first, "date_to": asked.last} if outcome == "modified" else {}
        verdicts.append(verdict(line, outcome, **more))
    return Decision(tuple(verdicts))


A, M, D = LineOutcome.APPROVED, LineOutcome.MODIFIED, LineOutcome.DENIED


@pytest.mark.parametrize(
    ("lines", "outcome", "summary"),
    [
        ((A,), Outcome.APPROVAL, "12 visits"),
        ((A, A), Outcome.APPROVAL, "12 visits"),
        ((M,), Outcome.PARTIAL_APPROVAL, "8 of 12 visits"),
        ((M, M), Outcome.PARTIAL_APPROVAL, "8 of 12 visits"),
        ((D,), Outcome.DENIAL, "0 of 12 visits"),
        ((D, D, D), Outcome.DENIAL, "0 of 3 lines"),
        ((A, D), Outcome.PARTIAL_APPROVAL, "1 of 2 lines"),
        ((A, M, D), Outcome.PARTIAL_APPROVAL, "1 of 3 lines, 1 in part"),
        ((M, D), Outcome.PARTIAL_APPROVAL, "1 of 2 lines in part"),
    ],
)
def test_the_outcome_of_the_whole_follows_from_its_lines(db, lines, outcome, summary):
    request = in_review(lines=len(lines))
    review.decide(request, actor("pam"), mixed(request, *lines))
    request = again(request)
    assert (request.status, request.outcome, request.queue_at) == (Status.DETERMINED, outcome, None)
    assert request.decision_summary == summary
    assert (request.valid_from, request.valid_to) == ((None, None) if outcome == Outcome.DENIAL else (FIRST, LAST))
    assert Letter.select().join(Determination).where(Determination.request == request).count() == 1


def test_days_of_a_stay_are_decided_like_a_line(db):
    request = in_review(inpatient=True)
    (line, asked), *_ = review.asked_of(request)
    assert line is None
    granted = asked.first + timedelta(days=1)
    decision = partial(request, 2, last=granted)
    review.decide(request, actor("pam"), decision)
    request = again(request)
    assert request.decision_summary == f"2 of {asked.quantity} days"
    assert (request.valid_from, request.valid_to) == (asked.first, granted)
    decided = LineDecision.get(LineDecision.service_line.is_null())
    assert (decided.quantity, decided.date_from, decided.date_to) == (2, asked.first, granted)


@pytest.mark.parametrize(
    ("typed", "quantity", "days", "is_taken"),
    [({}, 2, 2, True), ({}, 2, 3, False), ({}, 3, 2, False),
     ({"care_kind": "php", "php_days_per_week": "2"}, 3, 8, True),
     ({"care_kind": "php", "php_days_per_week": "2"}, 3, 2, False)],
)  # fmt: skip
def test_the_days_of_a_stay_are_those_of_its_dates(db, typed, quantity, days, is_taken):
    request = in_review(inpatient=True, **typed)
    (_, asked), *_ = review.asked_of(request)
    decision = partial(request, quantity, asked.first + timedelta(days=days - 1))
    if is_taken:
        assert review.decide(request, actor("pam"), decision).lines[0].quantity == quantity
    else:
        assert f"are {days} days" in refusal(request, "pam", decision)[0, "quantity"]


def test_a_nurse_approves_what_was_asked(db):
    request = in_review()
    decision = replace(review.as_asked(request), requirements=" Use a network provider. ")
    determination = review.decide(request, actor("nia"), decision)
    assert determination.outcome == Outcome.APPROVAL
    assert determination.requirements == "Use a network provider."
    assert "Use a network provider." in Letter.get().content["requirements"]
    told = [event.kind for event in Event.select().where(Event.request == request).order_by(Event.id)][-2:]
    assert told == ["determined", "letter_issued"]


# who, in which state, what kind of decision: whether it is theirs
RIGHTS = [
    ("ian", Status.IN_REVIEW, "approval", False),
    ("nia", Status.IN_REVIEW, "approval", True),
    ("nia", Status.IN_REVIEW, "partial", False),
    ("nia", Status.IN_REVIEW, "denial", False),
    ("pam", Status.IN_REVIEW, "approval", True),
    ("pam", Status.IN_REVIEW, "partial", True),
    ("pam", Status.IN_REVIEW, "denial", True),
    ("nia", Status.PHYSICIAN_REVIEW, "approval", False),
    ("nat", Status.PHYSICIAN_REVIEW, "approval", False),
    ("pam", Status.PHYSICIAN_REVIEW, "approval", True),
    ("pam", Status.PHYSICIAN_REVIEW, "denial", True),
    ("nia", Status.INFO_REQUESTED, "approval", True),
    ("amy", Status.IN_REVIEW, "approval", False),
    ("ada", Status.IN_REVIEW, "approval", False),
    ("pam", Status.SUBMITTED, "approval", False),
    ("pam", Status.DETERMINED, "denial", False),
    ("pam", Status.REJECTED, "approval", False),
]


@pytest.mark.parametrize(("username", "status", "kind", "allowed"), RIGHTS)
def test_who_decides_what(db, username, status, kind, allowed):
    request = make_request(status, lines=1)
    decision = {"approval": review.as_asked, "partial": lambda r: partial(r, 8), "denial": denial}[kind](request)
    if allowed:
        assert review.decide(request, actor(username), decision).decided_by == user(username)
        return
    with pytest.raises((NotAllowed, Undecidable)):
        review.decide(request, actor(username), decision)
    assert again(request).status == status


def test_who_escalated_does_not_deny(db):
    request = escalate(in_review(), by="pam")
    for decision in (denial(request), partial(request, 8)):
        assert "another physician" in refusal(request, "pam", decision)[None, ""]
    review.take_back(again(request), actor("nia"))
    escalate(request, by="nia")
    assert "another physician" in refusal(again(request), "pam", denial(request))[None, ""]
    review.decide(again(request), actor("paul"), denial(request))
    other = escalate(in_review(), by="pam")
    assert review.decide(other, actor("pam"), review.as_asked(other)).outcome == Outcome.APPROVAL


def test_a_claimed_request_is_that_physicians(db):
    request = escalate(in_review())
    claims.claim(request, actor("pam"))
    with pytest.raises(Refused, match="pam has claimed"):
        review.decide(again(request), actor("paul"), denial(request))
    claims.hand_over(again(request), actor("paul"), user("paul"))
    review.decide(again(request), actor("paul"), denial(request))


def test_what_a_physician_asked_for_is_that_physicians_to_decide(db):
    request = ask_information(escalate(in_review()), by="pam")
    with pytest.raises(NotAllowed):
        review.decide(request, actor("nia"), review.as_asked(request))
    with pytest.raises(Refused, match="pam has claimed"):
        review.decide(request, actor("paul"), review.as_asked(request))
    assert review.decide(request, actor("pam"), review.as_asked(request)).outcome == Outcome.APPROVAL


def reconsidered(decider: str, chain: int = 1) -> Request:
    """A reconsideration in review, of a denial by `decider`, taken up `chain` times."""
    before = in_review(lines=1)
    review.decide(before, actor(decider), denial(before))
    for _ in range(chain):
        again_asked = in_review(lines=1)
        Request.update(request_type=RequestType.RECONSIDERATION, builds_on=before).where(
            Request.id == again_asked.id
        ).execute()
        before = again(again_asked)
    return before


def test_a_reconsideration_is_decided_by_another_physician(db):
    request = reconsidered("pam")
    for username, kind in (("pam", denial), ("pam", review.as_asked), ("nia", review.as_asked)):
        with pytest.raises(NotAllowed):
            review.decide(request, actor(username), kind(request))
    assert review.decide(request, actor("paul"), review.as_asked(request)).outcome == Outcome.APPROVAL


def test_who_decided_before_does_not_get_it_in_hand(db):
    request = escalate(reconsidered("pam"))
    assert [person.username for person in claims.people_for(request)] == ["paul"]
    claims.release(request, actor("paul"))
    assert [claims.is_free_for(again(request), actor(each)) for each in ("pam", "paul")] == [False, True]
    with pytest.raises(Refused, match="pam decided before"):
        claims.claim(again(request), actor("pam"))
    with pytest.raises(Refused, match="pam decided before"):
        claims.hand_over(again(request), actor("paul"), user("pam"))
    claims.hand_over(again(request), actor("nia"), user("paul"))
    assert again(request).physician == user("paul")


def test_a_second_reconsideration_counts_the_first_decider_too(db):
    request = reconsidered("pam", chain=2)
    with pytest.raises(NotAllowed, match="You decided before"):
        review.decide(request, actor("pam"), denial(request))


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"basis": None}, "basis"),
        ({"criterion": "  "}, "criterion"),
        ({"rationale": ""}, "rationale"),
        ({"missing_information": " "}, "missing_information"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 13}, "quantity"),
        ({"date_from": None}, "date_from"),
        ({"date_to": None}, "date_to"),
        ({"date_to": FIRST - timedelta(days=1)}, "date_to"),
        ({"date_to": FIRST + timedelta(days=367)}, "date_to"),
        ({"quantity": 12}, "outcome"),
    ],
)
def test_each_thing_that_an_adverse_line_lacks_is_named_beside_it(db, other, field):
    request = in_review()
    found = refusal(request, "pam", partial(request, **{"quantity": 8, **other}))
    assert set(found) >= {(0, field), (1, field)}
    assert all(message.strip() for message in found.values())


def test_missing_information_is_asked_for_only_when_that_is_the_basis(db):
    request = in_review()
    decision = denial(request, basis=Basis.EXCLUSION, missing_information="")
    assert review.decide(request, actor("pam"), decision).outcome == Outcome.DENIAL


def test_an_expedited_denial_is_told_by_phone_first(db):
    request = in_review(**URGENT)
    silent = replace(denial(request), notice_by_phone=" ")
    assert "call the office first" in refusal(request, "pam", silent)[None, "notice_by_phone"]
    assert review.decide(request, actor("pam"), denial(request)).notice_by_phone


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (FIRST + timedelta(days=1), None, "valid_from"),
        (None, LAST - timedelta(days=1), "valid_to"),
        (FIRST - timedelta(days=300), LAST + timedelta(days=100), "valid_to"),
    ],
)
def test_valid_dates_hold_the_approved_ones(db, first, last, field):
    request = in_review()
    decision = replace(review.as_asked(request), valid_from=first, valid_to=last)
    assert (None, field) in refusal(request, "nia", decision)


def test_a_stay_is_valid_for_its_approved_days_and_not_longer(db):
    """An extension goes on from the last valid day: days in between would be nobody's."""
    request = in_review(inpatient=True)
    whole = review.as_asked(request)
    last = whole.valid[1]
    longer = replace(whole, valid_to=last + timedelta(days=10))
    assert "approve more days" in refusal(request, "pam", longer)[None, "valid_to"]
    assert review.decide(request, actor("nia"), replace(whole, valid_to=last)).valid_to == last


def test_a_line_past_the_last_day_of_a_stay_does_not_lengthen_it(db):
    """What is done on the day of discharge has its own dates; an extension goes on after the stay's last day."""
    days = {"service-1-from": "12/05/2026", "service-1-to": "12/05/2026"}
    request = in_review(inpatient=True, lines=1, **days)
    review.decide(request, actor("nia"), review.as_asked(request))
    stay = again(request).stays[0]
    assert again(request).valid_to == stay.last_day == date(2026, 12, 4)
    assert Letter.get().content["valid"] == "12/01/2026 – 12/04/2026"
    assert approved.approved_through(request.case) == stay.last_day


def test_every_line_is_decided_once(db):
    request = in_review()
    asked = review.as_asked(request)
    for verdicts in (asked.verdicts[:1], asked.verdicts[::-1], asked.verdicts + asked.verdicts[:1], ()):
        assert refusal(request, "pam", Decision(verdicts)) == {
            (None, ""): "Decide on every line that was asked for, once."
        }


def test_an_approved_line_is_what_was_asked_whatever_was_sent(db):
    request = in_review(lines=1)
    sent = replace(review.as_asked(request).verdicts[0], quantity=99, date_to=date(2030, 1, 1))
    review.decide(request, actor("nia"), Decision((sent,)))
    decided = LineDecision.get()
    assert (decided.quantity, decided.date_to) == (12, LAST)


def test_a_letter_that_lacks_something_stops_all_of_it(db):
    person = user("pam")
    type(person).update(credentials="").where(type(person).id == person.id).execute()
    request = in_review()
    _, lacking = review.preview(request, actor("pam"), denial(request))
    assert any("credentials" in words for words in lacking)
    with pytest.raises(Refused, match="credentials"):
        review.decide(request, actor("pam"), denial(request))
    assert again(request).status == Status.IN_REVIEW
    assert not Determination.select().exists()
    assert not Event.select().where(Event.kind == "determined").exists()


def test_a_preview_leaves_nothing_behind(db):
    request = in_review()
    events = Event.select().count()
    content, lacking = review.preview(request, actor("pam"), partial(request, 8))
    assert lacking == []
    assert content["outcome"] == Outcome.PARTIAL_APPROVAL
    assert [Determination.select().count(), LineDecision.select().count(), Letter.select().count()] == [0, 0, 0]
    assert Event.select().count() == events
    assert again(request).status == Status.IN_REVIEW


def test_records_that_nobody_has_seen_stop_a_decision(db):
    request = in_review()
    seen = news.newest(request)
    office.add_records(request, actor("amy"), files=[attach(request, number=7)])
    with pytest.raises(Stale, match="The office added something"):
        review.decide(again(request), actor("pam"), denial(request), seen)
    review.add_note(again(request), actor("nia"), "Seen.", internal=True)
    review.decide(again(request), actor("pam"), denial(request), news.newest(request))


def test_a_correction_keeps_the_first_determination_and_its_letter(db, the_clock):
    request = in_review(lines=1)
    first = review.decide(request, actor("pam"), denial(request))
    letter = Letter.get()
    bytes_before = letters.read(letter)
    letters.stamp_opened(letter, actor("amy"))
    the_clock.move(hours=5)
    with pytest.raises(Refused, match="why"):
        review.correct_determination(again(request), actor("pam"), partial(request, 8), " ")
    second = review.correct_determination(again(request), actor("paul"), partial(request, 8), "Records had come in.")
    assert (first.number, second.number, second.correction_reason) == (1, 2, "Records had come in.")
    request = again(request)
    assert (request.outcome, request.decision_summary) == (Outcome.PARTIAL_APPROVAL, "8 of 12 visits")
    assert (request.letter_opened_at, request.decided_at) == (None, second.decided_at)
    newer = Letter.get(Letter.determination == second)
    assert newer.supersedes == letter
    assert letters.read(Letter.get_by_id(letter.id)) == bytes_before
    assert Determination.get_by_id(first.id).outcome == Outcome.DENIAL


@pytest.mark.parametrize("username", ["nia", "ian", "amy", "ada"])
def test_only_a_physician_corrects(db, username):
    request = make_request(Status.DETERMINED)
    with pytest.raises(NotAllowed):
        review.correct_determination(request, actor(username), review.as_asked(request), "x")
    with pytest.raises(NotAllowed):
        review.preview(request, actor(username), review.as_asked(request), "x")


def test_a_correction_made_meanwhile_is_not_overwritten(db, the_clock):
    request = in_review(lines=1)
    review.decide(request, actor("pam"), denial(request))
    as_pam_saw_it, as_paul_saw_it = again(request), again(request)
    the_clock.move(hours=1)
    review.correct_determination(as_pam_saw_it, actor("pam"), partial(request, 8), "First.")
    with pytest.raises(Stale):
        review.correct_determination(as_paul_saw_it, actor("paul"), partial(request, 6), "Second.")
    assert Determination.select().where(Determination.request == request).count() == 2
