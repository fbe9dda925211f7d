"""Clinical review: ask, escalate, take back, note, void, talk."""

from datetime import timedelta

import pytest

from casework import clock
from casework.errors import NotAllowed, Refused, Stale
from casework.workflow import after, claims, office, review
from models import Event, InformationRequest, Note, PeerToPeer, Request, Status, Urgency
from tests.builders import accept, ask_information, deny, escalate, make_request
from tests.deciding import denial
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def last_event(request: Request) -> Event:
    return Event.select().where(Event.request == request).order_by(Event.id.desc()).get()


def test_asking_stops_the_clock_and_names_the_items(db):
    request = accept(make_request())
    due = request.due_at
    asked = review.ask_information(request, actor("nia"), ["Plan of  care", "", " MRI report "], "To see the goals.")
    request = again(request)
    assert [(item.position, item.text) for item in asked.items] == [(1, "Plan of care"), (2, "MRI report")]
    assert (request.status, request.paused_at, request.due_at) == (Status.INFO_REQUESTED, clock.now(), due)
    assert request.reply_by == request.queue_at == clock.reply_by(Urgency.STANDARD, clock.now())
    assert request.reviewer == user("nia")
    told = last_event(request)
    assert (told.kind, told.reason, told.data) == ("information_requested", "To see the goals.", {"items": 2})


@pytest.mark.parametrize(
    ("items", "reason", "words"),
    [
        ([], "x", "at least one item"),
        (["  "], "x", "at least one item"),
        (["a"], " ", "why"),
        (["a"] * 13, "x", "at most 12"),
        (["a" * 401], "x", "400 characters"),
    ],
)
def test_a_question_without_what_it_needs_is_refused(db, items, reason, words):
    request = accept(make_request())
    with pytest.raises(Refused, match=words):
        review.ask_information(request, actor("nia"), items, reason)
    assert again(request).status == Status.IN_REVIEW
    assert not InformationRequest.select().exists()


@pytest.mark.parametrize(
    ("typed", "given", "taken"),
    [
        ({}, timedelta(days=44), False),
        ({}, timedelta(days=60), True),
        ({}, timedelta(days=91), False),
        (URGENT, timedelta(hours=47), False),
        (URGENT, timedelta(hours=48), True),
        (URGENT, timedelta(days=8), False),
    ],
)
def test_the_time_to_answer_is_not_shorter_than_the_rule_gives(db, typed, given, taken):
    request = accept(make_request(**typed))
    until = clock.now() + given
    if taken:
        assert review.ask_information(request, actor("nia"), ["A"], "Why.", until).reply_by == until
    else:
        with pytest.raises(Refused):
            review.ask_information(request, actor("nia"), ["A"], "Why.", until)


@pytest.mark.parametrize("typed", [{}, URGENT])
def test_every_time_that_the_form_offers_is_taken(db, the_clock, typed):
    """Also when a moment goes by between the choice and the question."""
    choices = [value for value, _ in review.reply_choices(make_request(**typed))]
    assert choices[0] == ""
    for choice in choices:
        request = accept(make_request(**typed))
        until = review.reply_moment(choice)
        the_clock.move(seconds=1)
        review.ask_information(request, actor("nia"), ["A"], "Why.", until)
        assert again(request).status == Status.INFO_REQUESTED


def test_expedited_is_asked_within_24_hours_of_receipt(db, the_clock):
    early, late = accept(make_request(**URGENT)), accept(make_request(**URGENT))
    the_clock.move(hours=24)
    ask_information(early)
    assert again(early).reply_by == clock.now() + timedelta(hours=48)
    the_clock.move(seconds=1)
    with pytest.raises(Refused, match="24 hours after receipt"):
        ask_information(late)


def test_an_expedited_answer_gives_48_hours_more(db, the_clock):
    request = ask_information(accept(make_request(**URGENT)))
    the_clock.move(hours=10)
    office.add_records(request, actor("amy"), "Here it is.")
    request = again(request)
    assert request.due_at == clock.now() + timedelta(hours=48)
    assert (request.status, request.paused_at, request.reply_by) == (Status.IN_REVIEW, None, None)


def test_an_answer_puts_the_request_on_top_of_its_reviewers_queue(db, the_clock):
    request = ask_information(accept(make_request()))
    before = request.due_at
    the_clock.move(days=4)
    office.add_records(request, actor("amy"), "Here it is.")
    request = again(request)
    assert request.due_at == clock.end_of_day(clock.chicago(before).date() + timedelta(days=4))
    assert (request.queue_at, request.reviewer) == (clock.now(), user("nia"))
    claims.hand_over(request, actor("nia"), user("nat"))
    assert again(request).queue_at == clock.now()


def test_going_on_without_an_answer_waits_for_the_end_of_its_time(db, the_clock):
    request = ask_information(accept(make_request()))
    before, reply_by = request.due_at, request.reply_by
    the_clock.move(days=44)
    with pytest.raises(Refused, match="has until"):
        review.end_information(again(request), actor("nia"))
    the_clock.move(days=2)
    review.end_information(again(request), actor("nia"))
    request = again(request)
    days = (clock.chicago(reply_by).date() - clock.chicago(InformationRequest.get().asked_at).date()).days
    assert request.status == Status.IN_REVIEW
    assert request.due_at == clock.end_of_day(clock.chicago(before).date() + timedelta(days=days))
    assert InformationRequest.get().ended_at == clock.now()


def test_the_physicians_question_comes_back_to_the_physician(db, the_clock):
    request = escalate(accept(make_request()))
    ask_information(request, by="pam")
    assert again(request).physician == user("pam")
    office.add_records(again(request), actor("amy"), "Here it is.")
    assert (again(request).status, again(request).reviewer) == (Status.PHYSICIAN_REVIEW, user("pam"))
    ask_information(request, by="pam")
    the_clock.move(days=46)
    review.end_information(again(request), actor("nia"))
    assert again(request).status == Status.PHYSICIAN_REVIEW


def test_escalate_and_take_back_until_a_physician_has_it(db):
    request = accept(make_request())
    with pytest.raises(Refused):
        review.escalate(request, actor("nia"), " ")
    escalate(request)
    request = again(request)
    assert (request.status, request.escalated_by, request.reviewer) == (Status.PHYSICIAN_REVIEW, user("nia"), None)
    review.take_back(request, actor("nat"), "One more look.")
    assert (again(request).status, again(request).reviewer) == (Status.IN_REVIEW, user("nat"))
    escalate(again(request), by="nat")
    claims.claim(again(request), actor("pam"))
    for username in ("nia", "nat", "paul"):
        with pytest.raises(NotAllowed):
            review.take_back(again(request), actor(username))
    with pytest.raises(NotAllowed):
        claims.release(again(request), actor("nia"))
    claims.release(again(request), actor("pam"))
    review.take_back(again(request), actor("nia"))
    assert again(request).status == Status.IN_REVIEW


def test_in_physician_review_the_nurse_asks_for_nothing(db):
    request = escalate(accept(make_request()))
    with pytest.raises(NotAllowed):
        ask_information(request, by="nia")
    claims.claim(again(request), actor("pam"))
    with pytest.raises(Refused, match="pam has claimed"):
        ask_information(request, by="paul")


def test_notes_internal_and_to_the_office(db):
    request = make_request(Status.IN_REVIEW)
    review.add_note(request, actor("nia"), " Compare with last year. ", internal=True)
    review.add_note(request, actor("nia"), "Please call us.", internal=False)
    assert [(n.text, n.is_internal) for n in Note.select().where(Note.request == request).order_by(Note.id)] == [
        ("Compare with last year.", True),
        ("Please call us.", False),
    ]
    told = Event.select().where(Event.request == request, Event.kind == "note_added").order_by(Event.id)
    assert [event.is_internal for event in told] == [True, False]
    for text in (" ", "x" * 4001):
        with pytest.raises(Refused):
            review.add_note(request, actor("nia"), text, internal=True)
    with pytest.raises(NotAllowed):
        review.add_note(request, actor("amy"), "Hello", internal=False)


@pytest.mark.parametrize(
    "status",
    [Status.SUBMITTED, Status.IN_REVIEW, Status.INFO_REQUESTED, Status.PHYSICIAN_REVIEW, Status.DETERMINED],
)
def test_void_from_every_state_with_a_reason(db, status):
    request = make_request(status)
    with pytest.raises(Refused):
        review.void(request, actor("ian"), "")
    review.void(request, actor("ian"), "Entered for the wrong member.")
    request = again(request)
    assert (request.status, request.is_void, request.queue_at) == (Status.CANCELLED, True, None)
    assert request.closing_words == "Entered for the wrong member."
    assert (request.paused_at, request.reply_by) == (None, None)
    assert not InformationRequest.select().where(InformationRequest.ended_at.is_null()).exists()
    with pytest.raises((NotAllowed, Stale)):
        review.void(request, actor("ian"), "Again.")


def test_a_talk_is_confirmed_once_and_noted_once(db):
    request = deny(accept(make_request()))
    windows = ["Wed 9:00 AM", "Wed 1:00 PM", "Thu 9:00 AM"]
    talk = PeerToPeer.create(
        request=request,
        asked_by=user("amy"),
        asked_at=clock.now(),
        physician_name="Iris Calder, MD",
        phone="4145550110",
        windows=windows,
    )
    with pytest.raises(Refused):
        review.confirm_talk(talk, actor("nia"), "Sunday")
    review.confirm_talk(talk, actor("nia"), windows[1])
    with pytest.raises(Stale):
        review.confirm_talk(talk, actor("pam"), windows[0])
    assert PeerToPeer.get_by_id(talk.id).confirmed_window == windows[1]
    review.note_talk(talk, actor("pam"), "The office sends the progress notes.")
    with pytest.raises(Stale):
        review.note_talk(talk, actor("paul"), "Other words.")
    assert last_event(request).kind == "peer_to_peer_held"
    with pytest.raises(NotAllowed):
        review.note_talk(talk, actor("ian"), "x")


def test_a_talk_that_was_held_gets_no_time_any_more(db):
    request = deny(accept(make_request()))
    talk = after.ask_peer_to_peer(request, actor("amy"), "Iris Calder, MD", "414-555-0110", ["Wed 9:00 AM"])
    review.note_talk(talk, actor("pam"), "They called at once.")
    with pytest.raises(Stale):
        review.confirm_talk(talk, actor("nia"), "Wed 9:00 AM")


def test_an_adverse_decision_waits_until_the_time_to_answer_is_over(db, the_clock):
    request = ask_information(accept(make_request()))
    with pytest.raises(Refused, match="has until"):
        review.decide(request, actor("pam"), denial(request))
    the_clock.move(days=46)
    review.decide(again(request), actor("pam"), denial(request))
    request = again(request)
    assert (request.status, request.paused_at, request.reply_by) == (Status.DETERMINED, None, None)
    assert InformationRequest.get().ended_at == clock.now()
    assert after.reconsideration_possible(request) is None
