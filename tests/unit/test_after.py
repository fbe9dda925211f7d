"""After a submit: what the + icon offers now, what is approved until when, discharge, and the talk."""

from datetime import date, timedelta

import pytest

from casework import clock, drafts
from casework.approved import approved_through
from casework.errors import NotAllowed, Refused
from casework.lists import tabs
from casework.overview import overview
from casework.workflow import after, intake, office
from models import (
    Case,
    Determination,
    Event,
    LineDecision,
    LineOutcome,
    Outcome,
    PeerToPeer,
    Request,
    RequestType,
    Status,
    Urgency,
)
from tests.builders import make_draft
from tests.counting import statements
from tests.personas import actor

AMY = "amy"
DAY = date(2026, 12, 4)
"""Last approved day of the stay that the tests ask for: four days from 12/01/2026."""


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def sent(**typed: str) -> Request:
    return again(office.submit(make_draft(**typed), actor(AMY)))


def in_review(**typed: str) -> Request:
    return again(intake.accept(sent(**typed), actor("ian"), Urgency.STANDARD))


def decide(request: Request, outcome: Outcome, through: date | None = DAY, days: int = 4) -> Request:
    """The rows that a determination leaves; the review's own tests hold the way there."""
    at = clock.now()
    made = Determination.create(request=request, outcome=outcome, decided_by=actor("pam").user, decided_at=at)
    granted = LineOutcome.DENIED if outcome == Outcome.DENIAL else LineOutcome.APPROVED
    LineDecision.create(determination=made, outcome=granted, quantity=0 if outcome == Outcome.DENIAL else days)
    Request.update(status=Status.DETERMINED, outcome=outcome, decided_at=at, valid_to=through).where(
        Request.id == request.id
    ).execute()
    return again(request)


def stay(outcome: Outcome = Outcome.APPROVAL) -> Request:
    return decide(in_review(inpatient=True), outcome)


def days_of(request: Request) -> tuple[int, int | None]:
    """Approved and used days of the case, as its page tells them."""
    whole = overview(actor(AMY), request.case.webcert_number).whole
    return whole.approved_days, whole.used_days


def offered(request: Request, by: str = AMY) -> list[str]:
    return [each.verb for each in after.offers(request.case, actor(by))]


def test_a_pending_case_offers_records_alone(db):
    request = sent()
    assert offered(request) == ["add_records"]
    assert offered(request, "ian") == []


def test_a_case_in_review_can_be_changed(db):
    assert offered(in_review()) == ["add_records", "change"]


def test_an_approved_case(db):
    offers = {each.verb: each for each in after.offers(stay().case, actor(AMY))}
    assert list(offers) == ["add_records", "change", "extend"]
    assert offers["extend"].last_date == DAY
    assert "12/04/2026" in offers["extend"].hint
    assert "no new decision" in offers["add_records"].hint


def test_a_denied_case_offers_a_reconsideration_with_its_last_date(db):
    request = stay(Outcome.DENIAL)
    offers = {each.verb: each for each in after.offers(request.case, actor(AMY))}
    assert list(offers) == ["change", "reconsider"]
    last = date(2026, 11, 24) + timedelta(days=180)
    assert offers["reconsider"].last_date == last
    assert clock.show_date(last) in offers["reconsider"].hint


def test_a_partial_approval_is_extended_or_reconsidered(db):
    assert offered(stay(Outcome.PARTIAL_APPROVAL)) == ["change", "extend", "reconsider"]


def test_after_the_last_date_records_are_only_filed(db, the_clock):
    request = stay(Outcome.DENIAL)
    the_clock.move(days=181)
    assert offered(request)[:1] == ["add_records"]
    assert "reconsider" not in offered(request)
    with pytest.raises(Refused, match="The last date for a reconsideration was"):
        drafts.start_reconsideration(request, actor(AMY))


@pytest.mark.parametrize("verb", ["reject", "withdraw", "void"])
def test_a_case_that_is_closed_offers_nothing(db, verb):
    request = sent()
    if verb == "reject":
        intake.reject(request, actor("ian"), "clinicals")
    elif verb == "withdraw":
        office.withdraw(request, actor(AMY))
    else:
        Request.update(status=Status.CANCELLED, is_void=True).where(Request.id == request.id).execute()
    assert offered(request) == []


def open_follow_up(request: Request, request_type: RequestType) -> Request:
    """A further request of the same case that waits for intake."""
    at = clock.now()
    return Request.create(
        case=request.case, office=request.office, request_type=request_type, builds_on=request, status=Status.SUBMITTED,
        created_by=actor(AMY).user, created_at=at, updated_at=at, submitted_at=at,
    )  # fmt: skip


def test_the_offers_of_a_long_case_cost_no_more(db):
    first = stay(Outcome.PARTIAL_APPROVAL)
    costs = []
    for _ in range(2):
        with statements() as made:
            after.offers(Case.get_by_id(first.case_id), actor(AMY))
        costs.append(len(made))
        for request_type in (RequestType.EXTENSION, RequestType.CHANGE, RequestType.EXTENSION):
            decide(open_follow_up(first, request_type), Outcome.PARTIAL_APPROVAL)
    assert costs[0] == costs[1] <= 6


def test_one_extension_at_a_time(db):
    first = stay()
    draft = drafts.start_extension(first, actor(AMY))
    assert "extend" in offered(first), "a draft is no open extension"
    extension = open_follow_up(first, RequestType.EXTENSION)
    assert "extend" not in offered(first)
    assert "open already" in after.extension_possible(first)
    assert draft.status == Status.DRAFT
    decide(extension, Outcome.APPROVAL, DAY + timedelta(days=3), 3)
    assert "extend that one" in after.extension_possible(first)
    assert after.extension_possible(again(extension)) is None
    assert after.offers(first.case, actor(AMY))[-1].request.id == extension.id


def test_one_change_and_one_reconsideration_at_a_time(db):
    first = stay(Outcome.PARTIAL_APPROVAL)
    open_follow_up(first, RequestType.CHANGE)
    open_follow_up(first, RequestType.RECONSIDERATION)
    assert "open already" in after.change_possible(first)
    assert "already" in after.reconsideration_possible(first)
    assert offered(first) == ["add_records", "extend"]


def test_after_a_reconsideration_its_decision_counts(db):
    first = stay(Outcome.DENIAL)
    second = decide(open_follow_up(first, RequestType.RECONSIDERATION), Outcome.APPROVAL)
    assert "what counts is that decision" in after.reconsideration_possible(first)
    assert offered(first) == ["add_records", "extend"]
    assert after.reconsideration_possible(again(second)) is not None


def test_a_request_that_intake_has_not_accepted_is_not_changed(db):
    assert "accepted" in after.change_possible(sent())


def test_a_follow_up_that_came_too_late_is_not_sent(db):
    first = stay(Outcome.PARTIAL_APPROVAL)
    draft = drafts.start_reconsideration(first, actor(AMY))
    typed = {"certified": "1", "benefits_verified": "1", "note": "See the new notes."}
    drafts.save(draft, actor(AMY), typed, drafts.versions(draft))
    open_follow_up(first, RequestType.RECONSIDERATION)
    with pytest.raises(Refused, match="being reconsidered already"):
        office.submit(draft, actor(AMY))
    assert again(draft).status == Status.DRAFT


def test_what_is_approved_and_until_when(db, the_clock):
    first = stay()
    assert approved_through(first.case) == DAY
    second = decide(open_follow_up(first, RequestType.EXTENSION), Outcome.PARTIAL_APPROVAL, DAY + timedelta(days=2), 2)
    decide(open_follow_up(second, RequestType.EXTENSION), Outcome.DENIAL, None)
    assert approved_through(first.case) == DAY + timedelta(days=2)
    the_clock.move(days=9)
    assert days_of(first) == (6, 2)
    decide(open_follow_up(second, RequestType.CHANGE), Outcome.APPROVAL, DAY, 1)
    assert approved_through(first.case) == DAY, "the change counts instead of what it changes"


def test_ending_soon(db, the_clock):
    first, counted = stay(), []
    for days in (6, 1, 4):
        the_clock.move(days=days)
        counted.append(tabs.counts([first.office_id])["ending"])
    assert counted == [0, 1, 0]


def test_nothing_is_approved_before_a_decision(db):
    request = in_review(inpatient=True)
    assert approved_through(request.case) is None
    assert days_of(request) == (0, None)
    assert days_of(in_review(member_id="XKM 3")) == (0, None)


@pytest.mark.parametrize(("before", "changed", "ends"), [(30, 2, ["change"]), (2, 30, []), (2, 1, ["change"])])
def test_a_change_ends_when_it_says_not_when_the_first_decision_said(db, before, changed, ends):
    today = clock.today()
    first = decide(in_review(), Outcome.APPROVAL, today + timedelta(days=before))
    decide(open_follow_up(first, RequestType.CHANGE), Outcome.APPROVAL, today + timedelta(days=changed))
    shown = tabs.page([first.office_id], "accepted", "ending").rows
    assert [Request.get_by_id(row.id).request_type for row in shown] == ends
    assert tabs.counts([first.office_id])["ending"] == len(ends)


def test_a_discharge_ends_the_stay(db, the_clock):
    first = stay()
    the_clock.move(days=9)
    assert offered(first)[-1] == "discharge"
    case = after.discharge(first.case, actor("ann"), date(2026, 12, 2), "home")
    assert (case.discharge_date, case.discharge_disposition) == (date(2026, 12, 2), "home")
    assert Case.get_by_id(case.id).discharge_date == date(2026, 12, 2)
    assert tabs.counts([first.office_id])["ending"] == 0
    assert days_of(first)[1] == 1
    assert Event.select().where(Event.kind == "discharged").get().reason == "12/02/2026, Home"
    assert "discharge" not in offered(again(first))
    with pytest.raises(Refused, match="is recorded already"):
        after.discharge(case, actor(AMY), date(2026, 12, 3), "home")


def further(first: Request, request_type: RequestType, status: Status) -> Request:
    """A further request of the same case."""
    return Request.create(
        case=first.case,
        office=first.office_id,
        request_type=request_type,
        builds_on=first,
        status=status,
        created_by=actor(AMY).user,
        created_at=clock.now(),
        updated_at=clock.now(),
        submitted_at=clock.now(),
    )


@pytest.mark.parametrize("status", [Status.REJECTED, Status.WITHDRAWN])
def test_a_discharge_does_not_fail_at_an_extension_that_came_to_nothing(db, the_clock, status):
    first = stay()
    further(first, RequestType.EXTENSION, status)
    the_clock.move(days=9)
    assert "discharge" in offered(first)
    assert after.discharge(first.case, actor(AMY), date(2026, 12, 2), "home").discharge_date == date(2026, 12, 2)


def test_what_is_accepted_can_be_changed_beside_an_extension_that_is_not(db):
    first = stay()
    further(first, RequestType.EXTENSION, Status.SUBMITTED)
    change = next(each for each in after.offers(first.case, actor(AMY)) if each.verb == "change")
    assert change.request == first


@pytest.mark.parametrize(
    ("day", "disposition", "message"),
    [(date(2026, 11, 30), "home", "not before the admission"), (date(2026, 12, 4), "home", "not after today"),
     (None, "home", "Enter the date of discharge"), (date(2026, 12, 2), "", "where the patient went")],
)  # fmt: skip
def test_a_wrong_discharge(db, the_clock, day, disposition, message):
    first = stay()
    the_clock.move(days=9)
    with pytest.raises(Refused, match=message):
        after.discharge(first.case, actor(AMY), day, disposition)


def test_no_discharge_without_an_admission(db):
    with pytest.raises(Refused, match="not admitted yet"):
        after.discharge(stay().case, actor(AMY), date(2026, 11, 24), "home")
    with pytest.raises(Refused, match="Only an Inpatient case"):
        after.discharge(in_review(member_id="XKM 4").case, actor(AMY), date(2026, 11, 24), "home")
    with pytest.raises(NotAllowed):
        after.discharge(stay().case, actor("nia"), date(2026, 11, 24), "home")


@pytest.mark.parametrize("verb", ["withdraw", "cancel"])
def test_no_discharge_where_no_care_is_given(db, the_clock, verb):
    first = in_review(inpatient=True) if verb == "withdraw" else stay()
    the_clock.move(days=9)
    getattr(office, verb)(first, actor(AMY), "The patient went elsewhere.")
    assert "discharge" not in offered(again(first))
    assert "no stay to end" in (after.discharge_possible(first.case) or "")
    with pytest.raises(NotAllowed):
        after.discharge(first.case, actor(AMY), date(2026, 12, 2), "home")


def test_a_talk_is_asked_for(db):
    request = stay(Outcome.DENIAL)
    windows = ["Wed Nov 25, 9 to 10 AM", " Wed Nov 25, 2 to 3 PM ", "", "Wed Nov 25, 9 to 10 AM"]
    talk = after.ask_peer_to_peer(request, actor(AMY), " Iris Calder, MD ", "(414) 555-0110", windows)
    assert (talk.physician_name, talk.phone) == ("Iris Calder, MD", "4145550110")
    assert PeerToPeer.get().windows == ["Wed Nov 25, 9 to 10 AM", "Wed Nov 25, 2 to 3 PM"]
    with pytest.raises(Refused, match="asked for already"):
        after.ask_peer_to_peer(request, actor("ann"), "Iris Calder, MD", "414-555-0110", windows)


@pytest.mark.parametrize(
    ("name", "phone", "windows", "message"),
    [("", "414-555-0110", ["a"], "name of the physician"), ("Iris Calder, MD", "555", ["a"], "10 digits"),
     ("Iris Calder, MD", "414-555-0110", [" "], "one to three"),
     ("Iris Calder, MD", "414-555-0110", ["a", "b", "c", "d"], "one to three")],
)  # fmt: skip
def test_a_talk_needs_physician_phone_and_times(db, name, phone, windows, message):
    with pytest.raises(Refused, match=message):
        after.ask_peer_to_peer(stay(Outcome.DENIAL), actor(AMY), name, phone, windows)


def test_an_approval_needs_no_talk(db):
    with pytest.raises(NotAllowed):
        after.ask_peer_to_peer(stay(), actor(AMY), "Iris Calder, MD", "414-555-0110", ["a"])
