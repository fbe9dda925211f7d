"""Intake: accept, reject, change the urgency, and in whose hands a request is."""

from datetime import timedelta

import pytest

from casework import clock
from casework.errors import NotAllowed, Refused, Stale
from casework.workflow import after, claims, intake, news, office, review
from models import Case, Event, Request, Status, Urgency, User, UserState
from tests.builders import accept, attach, escalate, make_request
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}
ATTESTED = {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def kinds(request: Request) -> list[str]:
    return [event.kind for event in Event.select().where(Event.request == request).order_by(Event.id)]


def last_event(request: Request) -> Event:
    return Event.select().where(Event.request == request).order_by(Event.id.desc()).get()


def test_accept_gives_the_authorization_number_and_a_reviewer(db):
    request = make_request()
    due = request.due_at
    intake.accept(request, actor("ian"), Urgency.STANDARD, reviewer=user("nia"))
    request = again(request)
    assert request.case.authorization_number == "A26-000001-9"
    assert request.case.webcert_number.startswith("W26-")
    assert (request.status, request.urgency_assigned, request.reviewer) == (
        Status.IN_REVIEW,
        Urgency.STANDARD,
        user("nia"),
    )
    assert (request.due_at, request.queue_at, request.accepted_at) == (due, due, clock.now())
    told = last_event(request)
    assert (told.kind, told.data["number"], told.to_status) == ("accepted", "A26-000001-9", Status.IN_REVIEW)


def test_an_extension_keeps_both_numbers_of_its_case(db):
    first = make_request(Status.DETERMINED)
    numbers = (first.case.webcert_number, first.case.authorization_number)
    extension = _second_request(first)
    accept(extension)
    case = Case.get_by_id(first.case_id)
    assert (case.webcert_number, case.authorization_number) == numbers
    assert again(extension).status == Status.IN_REVIEW


def _second_request(first: Request) -> Request:
    """Another submitted request of the same case."""
    other = make_request()
    Request.update(case=first.case_id).where(Request.id == other.id).execute()
    return again(other)


def test_the_numbers_of_two_cases_differ_and_grow(db):
    given = [accept(make_request()).case.authorization_number for _ in range(3)]
    assert [number[:10] for number in given] == ["A26-000001", "A26-000002", "A26-000003"]


def test_accept_with_another_urgency_needs_a_reason_that_the_office_reads(db):
    request = make_request(**URGENT)
    with pytest.raises(Refused, match="reason"):
        intake.accept(request, actor("ian"), Urgency.STANDARD, "  ")
    assert again(request).status == Status.SUBMITTED
    assert again(request).case.authorization_number is None
    intake.accept(again(request), actor("ian"), Urgency.STANDARD, "Care is planned for December.")
    request = again(request)
    assert (request.urgency_requested, request.urgency_assigned) == (Urgency.EXPEDITED, Urgency.STANDARD)
    assert kinds(request)[-2:] == ["urgency_changed", "accepted"]
    changed = Event.get(Event.request == request, Event.kind == "urgency_changed")
    assert changed.reason == "Expedited to Standard. Care is planned for December."
    assert not changed.is_internal


def test_accept_refuses_a_reviewer_who_can_not_review(db):
    request = make_request()
    for username in ("ian", "amy", "ada"):
        with pytest.raises(Refused, match="choose somebody else"):
            intake.accept(request, actor("ian"), Urgency.STANDARD, reviewer=user(username))
    User.update(state=UserState.INACTIVE).where(User.username == "nia").execute()
    with pytest.raises(Refused):
        intake.accept(request, actor("ian"), Urgency.STANDARD, reviewer=user("nia"))


@pytest.mark.parametrize("code", intake.REASONS)
def test_every_rejection_has_a_reason_and_what_to_do(db, code):
    request = make_request()
    intake.reject(request, actor("ian"), code, "The group number belongs to another member.")
    request = again(request)
    reason = intake.REASONS[code]
    assert reason.label
    assert reason.cure.endswith((".", "below."))
    assert (request.status, request.closing_reason, request.queue_at) == (Status.REJECTED, code, None)
    assert last_event(request).reason == f"{reason.label}. The group number belongs to another member."
    assert request.case.authorization_number is None


@pytest.mark.parametrize(("code", "words"), [("", "x"), ("denied", "x"), ("other", " "), ("placeholder", "")])
def test_a_rejection_without_its_reason_is_refused(db, code, words):
    request = make_request()
    with pytest.raises(Refused):
        intake.reject(request, actor("ian"), code, words)
    assert again(request).status == Status.SUBMITTED


@pytest.mark.parametrize("username", ["amy", "bob", "ada"])
def test_only_cmsis_reviewers_take_in(db, username):
    request = make_request()
    with pytest.raises(NotAllowed):
        intake.accept(request, actor(username), Urgency.STANDARD)
    with pytest.raises(NotAllowed):
        intake.reject(request, actor(username), "duplicate")
    with pytest.raises(NotAllowed):
        intake.change_urgency(request, actor(username), Urgency.EXPEDITED, "x")


def test_a_rejection_waits_for_eyes_on_what_the_office_added(db):
    request = make_request()
    seen = news.newest(request)
    office.add_records(request, actor("amy"), files=[attach(request, number=9)])
    with pytest.raises(Stale, match="what you typed is still here"):
        intake.reject(again(request), actor("ian"), "clinicals", "", seen)
    intake.reject(again(request), actor("ian"), "clinicals", "", news.newest(request))
    assert again(request).status == Status.REJECTED


@pytest.mark.parametrize("urgency", [Urgency.STANDARD, Urgency.RETRO])
@pytest.mark.parametrize("username", ["ian", "nia", "pam"])
def test_an_attested_urgency_is_not_lowered_by_cmsi(db, urgency, username):
    request = make_request(**ATTESTED)
    with pytest.raises(Refused, match="Only the office can take that back"):
        intake.change_urgency(request, actor(username), urgency, "Not urgent by the criteria.")
    with pytest.raises(Refused):
        intake.accept(again(request), actor(username), urgency, "Not urgent by the criteria.")
    assert again(request).urgency == Urgency.EXPEDITED
    assert again(request).status == Status.SUBMITTED


def test_a_raised_urgency_starts_its_clock_at_the_change(db, the_clock):
    request = make_request()
    the_clock.move(days=2)
    intake.change_urgency(request, actor("ian"), Urgency.EXPEDITED, "Admitted through the ER.")
    request = again(request)
    assert request.due_at == clock.now() + timedelta(hours=72)
    assert request.intake_due_at == clock.now() + timedelta(hours=24)
    assert request.queue_at == request.intake_due_at
    assert request.clock_started_at == clock.now()


def test_a_lowered_urgency_counts_from_submit(db, the_clock):
    request = accept(make_request(**URGENT))
    submitted = request.submitted_at
    the_clock.move(days=1)
    intake.change_urgency(again(request), actor("nia"), Urgency.STANDARD, "None of the criteria applies.")
    request = again(request)
    assert request.due_at == clock.due_at(Urgency.STANDARD, submitted)
    assert request.clock_started_at == submitted
    assert request.queue_at == request.due_at


def test_raised_while_the_office_is_asked_it_has_48_hours(db, the_clock):
    request = make_request(Status.INFO_REQUESTED)
    the_clock.move(days=3)
    intake.change_urgency(request, actor("nia"), Urgency.EXPEDITED, "Admitted through the ER.")
    request = again(request)
    assert request.reply_by == request.queue_at == clock.now() + timedelta(hours=48)
    reply_by = request.reply_by
    the_clock.move(hours=49)
    review.end_information(request, actor("nia"))
    assert again(request).due_at == reply_by + timedelta(hours=48)


def test_retro_is_for_care_that_is_over(db):
    with pytest.raises(Refused, match="Retro is for care that is over"):
        intake.change_urgency(make_request(), actor("ian"), Urgency.RETRO, "Came late.")
    stay = make_request(inpatient=True)
    Request.update(service_to=clock.today() - timedelta(days=3)).where(Request.id == stay.id).execute()
    with pytest.raises(Refused, match="Retro is for care that is over"):
        intake.change_urgency(again(stay), actor("ian"), Urgency.RETRO, "Came late.")
    over = make_request()
    Request.update(service_to=clock.today() - timedelta(days=3)).where(Request.id == over.id).execute()
    intake.change_urgency(again(over), actor("ian"), Urgency.RETRO, "The care is over.")
    assert again(over).urgency == Urgency.RETRO


def test_a_discharged_patients_care_is_over_however_many_days_were_asked_for(db, the_clock):
    stay = make_request(Status.IN_REVIEW, inpatient=True)
    the_clock.move(days=8)
    assert clock.today() < again(stay).service_to
    after.discharge(stay.case, actor("amy"), clock.today(), "home")
    intake.change_urgency(again(stay), actor("ian"), Urgency.RETRO, "The patient left early.")
    assert again(stay).urgency == Urgency.RETRO


def test_the_same_urgency_again_is_no_change(db):
    request = make_request()
    with pytest.raises(Refused, match="Standard already"):
        intake.change_urgency(request, actor("ian"), Urgency.STANDARD, "Because.")


def test_claim_hand_over_release(db):
    request = make_request()
    claims.claim(request, actor("ian"))
    assert again(request).reviewer == user("ian")
    assert claims.claim(again(request), actor("ian")).reviewer == user("ian")
    with pytest.raises(Stale, match="ian has claimed this request already"):
        claims.claim(again(request), actor("nia"))
    claims.hand_over(again(request), actor("nia"), user("nia"), "I know this case.")
    assert again(request).reviewer == user("nia")
    claims.release(again(request), actor("nia"))
    assert again(request).reviewer is None
    told = [event.is_internal for event in Event.select().where(Event.request == request, Event.kind != "submitted")]
    assert kinds(request)[-3:] == ["claimed", "handed_over", "released"]
    assert told[-3:] == [True, True, True]


@pytest.mark.parametrize(
    ("status", "fit"),
    [
        (Status.SUBMITTED, {"ian", "nia", "nat", "pam", "paul"}),
        (Status.IN_REVIEW, {"nia", "nat", "pam", "paul"}),
        (Status.INFO_REQUESTED, {"nia", "nat", "pam", "paul"}),
        (Status.PHYSICIAN_REVIEW, {"pam", "paul"}),
        (Status.DETERMINED, set()),
    ],
)
def test_who_can_have_a_request_in_hand(db, status, fit):
    request = make_request(status)
    assert {person.username for person in claims.people_for(request)} == fit
    Request.update(reviewer=None).where(Request.id == request.id).execute()
    for username in ("ian", "nia", "pam", "amy", "ada"):
        if username in fit:
            claims.claim(again(request), actor(username))
            Request.update(reviewer=None, physician=None).where(Request.id == request.id).execute()
        else:
            with pytest.raises(NotAllowed):
                claims.claim(again(request), actor(username))


def test_handing_over_asks_for_somebody_who_is_fit(db):
    request = escalate(accept(make_request()))
    with pytest.raises(Refused, match="nat can't take this request"):
        claims.hand_over(again(request), actor("nia"), user("nat"))
    claims.hand_over(again(request), actor("pam"), user("paul"))
    assert again(request).physician == user("paul")
