"""The review page: who opens it, what is on it, and each panel: done, refused beside the field, told when too late."""

import io

import pypdf
import pytest

from casework.audit.access_log import AccessLog
from casework.workflow import office, review
from models import Event, InformationRequest, Letter, Note, PeerToPeer, Request, Status, Urgency
from tests.builders import accept, ask_information, attach, deny, escalate, make_request
from tests.counting import statements
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}
ATTESTED = {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"}
POLL = {"X-Background": "1"}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def opened(client, request: Request):
    page = client.get(f"/review/{request.key}")
    assert page.status == 200
    return page


@pytest.mark.parametrize("status", [each for each in Status if each not in (Status.DRAFT, Status.ARCHIVED)])
@pytest.mark.parametrize("username", ["ian", "nia", "pam"])
def test_the_page_opens_in_every_state_for_every_reviewer(client_for, status, username):
    request = make_request(status)
    page = opened(client_for(username), request)
    assert page.heading == f"Review {request.case.webcert_number}"
    assert "Hollis, Maren" in page.words
    assert "97110 GP" in page.words


@pytest.mark.parametrize(("username", "status"), [("amy", 403), ("bob", 403), ("ada", 403), ("nobody", 303)])
def test_the_page_is_for_reviewers(client_for, username, status):
    request = make_request()
    assert client_for(username).get(f"/review/{request.key}").status == status


def test_drafts_and_unknown_keys_are_not_there(client_for):
    nia = client_for("nia")
    draft = make_request(Status.DRAFT)
    unknown = nia.get("/review/AAAAAAAAAAAAAAAA")
    assert unknown.status == nia.get(f"/review/{draft.key}").status == 404


def test_opening_is_noted_once_and_told_to_reviewers(client_for):
    request = make_request()
    ian = client_for("ian")
    opened(ian, request)
    page = opened(ian, request)
    rows = AccessLog.select().where(AccessLog.request == request, AccessLog.action == "opened")
    assert rows.count() == 2
    assert "ian CMSI · 2 times, last" in page.words


@pytest.mark.parametrize(("status", "count"), [(Status.SUBMITTED, 21), (Status.IN_REVIEW, 17), (Status.DETERMINED, 19)])
def test_the_statements_of_the_page_do_not_grow(client_for, status, count):
    nia = client_for("nia")
    small, large = make_request(status, lines=1), make_request(status, lines=3, files=4, by="bob", member_id="XKM 2")
    review.add_note(large, actor("nia"), "A note.", internal=True)
    for request in (small, large):
        with statements() as made:
            opened(nia, request)
        assert len(made) == count


def test_what_comes_while_the_page_is_made_counts_as_not_seen(client_for):
    request = make_request(Status.IN_REVIEW)
    nia = client_for("nia")
    with statements() as made:
        opened(nia, request)
    newest = next(place for place, sql in enumerate(made) if 'MAX("t1"."id")' in sql)
    assert not [sql for sql in made[:newest] if 'FROM "attachment"' in sql or 'FROM "note"' in sql]


def test_intake_sees_duplicates_of_all_offices(client_for):
    mine, theirs = make_request(), make_request(by="bob")
    words = opened(client_for("ian"), mine).words
    assert "May be a duplicate" in words
    assert f"{theirs.case.webcert_number}: 97110, 97140" in words
    assert "Northgate Family Medicine" in words


def test_accept_assigns_and_tells_the_number(client_for):
    request = make_request()
    ian = client_for("ian")
    page = ian.send(opened(ian, request), "Accept for review", {"accept-reviewer": user("nia").key})
    request = again(request)
    assert (request.status, request.reviewer) == (Status.IN_REVIEW, user("nia"))
    assert "Accepted for review." in page.words
    assert request.case.authorization_number in page.words


def test_another_urgency_without_a_reason_is_told_beside_it_and_nothing_is_lost(client_for):
    request = make_request(**URGENT)
    ian = client_for("ian")
    answers = {"accept-urgency": "standard", "accept-reviewer": user("nat").key}
    page = ian.submit(opened(ian, request), "Accept for review", answers)
    assert page.status == 422
    assert page.problems == {"accept-reason": "Give the reason for the other urgency: the office reads it."}
    assert "Give the reason for the other urgency" in page.by_id("accept-reason-error")
    kept = page.form("Accept for review").values
    assert (kept["accept-urgency"], kept["accept-reviewer"]) == ("standard", user("nat").key)
    ian.send(page, "Accept for review", {"accept-reason": "Planned for December."})
    assert again(request).urgency == Urgency.STANDARD


def test_an_attested_urgency_is_not_lowered_on_the_page(client_for):
    request = make_request(**ATTESTED)
    ian = client_for("ian")
    page = opened(ian, request)
    assert "attested by a physician: it can't be lowered here" in page.words
    refused = ian.submit(page, "Accept for review", {"accept-urgency": "standard", "accept-reason": "No."})
    assert refused.status == 422
    assert "Only the office can take that back" in refused.words


def test_reject_with_words(client_for):
    request = make_request()
    ian = client_for("ian")
    page = opened(ian, request)
    refused = ian.submit(page, "Reject", {"reject-words": "Page 2 is black."})
    assert refused.problems == {"reject-reason": "Choose why the request is rejected."}
    assert "Page 2 is black." in refused.text
    page = ian.send(refused, "Reject", {"reject-reason": "clinicals"})
    assert "Office · correct and resubmit" in page.words
    assert (again(request).status, again(request).closing_words) == (Status.REJECTED, "Page 2 is black.")


def test_rejecting_over_records_that_came_meanwhile_is_told_with_the_words_kept(client_for):
    request = make_request()
    ian = client_for("ian")
    page = opened(ian, request)
    office.add_records(request, actor("amy"), files=[attach(request, number=8)])
    answers = {"reject-reason": "clinicals", "reject-words": "Page 2 is black."}
    late = ian.submit(page, "Reject", answers)
    assert late.status == 409
    assert "The office added something" in late.words
    assert "note-8.pdf" in late.words
    assert late.form("Reject").values["reject-words"] == "Page 2 is black."
    ian.send(late, "Reject")
    assert again(request).status == Status.REJECTED


def test_too_late_shows_what_was_typed_even_when_the_panel_is_gone(client_for):
    request = make_request()
    ian = client_for("ian")
    page = opened(ian, request)
    accept(request, by="nia")
    late = ian.submit(page, "Reject", {"reject-reason": "clinicals", "reject-words": "Page 2 is black."})
    assert late.status == 409
    assert "What you typed, so that nothing is lost" in late.words
    assert "Page 2 is black." in late.words
    assert again(request).status == Status.IN_REVIEW


def test_ask_for_information_from_templates_and_own_words(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    page = opened(nia, request)
    template = "Initial evaluation with functional measures"
    answers = {
        "information-items": [template],
        "information-own": "X-ray of the left hand\n\n Grip strength",
        "information-reason": "To see the loss of function.",
        "information-reply_within": "60d",
    }
    page = nia.send(page, "Ask the office", answers)
    asked = InformationRequest.get()
    assert [item.text for item in asked.items] == [template, "X-ray of the left hand", "Grip strength"]
    assert (asked.reply_by - asked.asked_at).days == 60
    assert "Grip strength Reply by" in page.words


def test_too_late_for_an_expedited_question_is_told_before_it_is_typed(client_for, the_clock):
    request = accept(make_request(**URGENT))
    page = opened(client_for("nia"), request)
    assert "to be asked by Wed Nov 25, 2026, 9:12 AM CST" in page.words
    assert "Ask the office" in page.words
    the_clock.move(hours=25)
    page = opened(client_for("nia"), request)
    assert "had to be asked for by Wed Nov 25, 2026, 9:12 AM CST" in page.words
    assert "Ask the office" not in page.words


def test_asking_for_nothing_is_told(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    refused = nia.submit(opened(nia, request), "Ask the office", {"information-reason": "Why."})
    assert refused.status == 422
    assert "Name at least one item" in refused.words
    assert refused.form("Ask the office").values["information-reason"] == "Why."


def test_what_the_office_answered_stands_beside_the_decision(client_for):
    request = make_request(Status.INFO_REQUESTED)
    question = office.open_question(request)
    office.answer_information(request, actor("amy"), {question.items.get().id: "Six visits so far; no relief."})
    page = opened(client_for("nia"), request)
    assert "Answers of the office" in page.words
    assert "Plan of care, signed" in page.words
    assert "Six visits so far; no relief." in page.words


def test_going_on_is_offered_when_the_time_is_over(client_for, the_clock):
    request = ask_information(accept(make_request()))
    assert "Go on without the answer" not in opened(client_for("nia"), request).text
    the_clock.move(days=46)
    nia = client_for("nia")
    nia.send(opened(nia, request), "Go on without the answer")
    assert again(request).status == Status.IN_REVIEW


def test_escalate_take_back_and_urgency(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    page = nia.send(opened(nia, request), "Escalate to a physician", {"escalate-reason": "Criteria not met."})
    assert again(request).status == Status.PHYSICIAN_REVIEW
    assert "Escalated by niaCriteria not met." in opened(client_for("pam"), request).words
    page = nia.send(page, "Take back")
    assert "Escalated by" not in page.words
    assert again(request).status == Status.IN_REVIEW
    nia.send(page, "Change the urgency", {"urgency-urgency": "expedited", "urgency-reason": "ER."})
    assert again(request).urgency == Urgency.EXPEDITED


def test_notes_go_where_their_button_says(client_for):
    request = accept(make_request())
    nia, amy = client_for("nia"), client_for("amy")
    page = nia.send(opened(nia, request), "Keep as internal note", {"note-text": "Compare with the old case."})
    nia.send(page, "Send to the office", {"note-text": "Please call us."})
    assert [note.is_internal for note in Note.select().order_by(Note.id)] == [True, False]
    words = amy.get(f"/cases/{request.case.webcert_number}").words
    assert "Please call us." in words
    assert "Compare with the old case." not in words


def test_no_page_or_file_of_an_office_holds_an_internal_word(client_for):
    """Neither the note nor why a nurse escalated, on whatever way the office looks at its case."""
    case = make_request(denied=True, status=Status.DETERMINED)
    further = make_request()
    review.add_note(further, actor("nia"), "Sealed words", internal=True)
    review.escalate(accept(further), actor("nia"), "Sealed reason")
    review.add_note(case, actor("pam"), "Sealed words", internal=True)
    assert "Sealed words" in opened(client_for("nat"), case).words
    for username in ("amy", "ann"):
        office_user = client_for(username)
        for request in (case, further):
            for path in office_paths(request):
                answer = office_user.get(path)
                assert answer.status == 200, path
                assert "Sealed" not in words_of(answer), path


def office_paths(request: Request) -> list[str]:
    """Everything that an office can open of a request."""
    number, key = request.case.webcert_number, request.key
    letters = [f"/letters/{each.key}{kind}" for each in Letter.select() for kind in ("", ".pdf")]
    tabs = [f"/dashboard?tab={tab}" for tab in ("drafts", "pending", "rejected", "accepted", "closed")]
    of_case = [f"/cases/{number}", f"/cases/{number}/add", f"/requests/{key}/records"]
    return [
        *of_case,
        f"/requests/{key}/record",
        f"/requests/{key}/receipt.pdf",
        f"/requests/{key}/copy",
        *tabs,
        *letters,
    ]


def words_of(answer) -> str:
    if answer.headers["Content-Type"] != "application/pdf":
        return answer.text
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages)


def test_the_page_tells_why_it_is_urgent_and_about_the_stay(client_for):
    request = make_request(inpatient=True, urgency="expedited", criterion_er_admission="1", clinical_summary="Sepsis.")
    page = opened(client_for("ian"), request)
    assert "Criteria for Expedited Inpatient admission through the ER, not planned" in page.words
    assert "Level of care/bed type" in page.words
    assert "Physician who states this Iris Calder, MD" in opened(client_for("ian"), make_request(**ATTESTED)).words


def test_void_needs_words(client_for):
    request = make_request()
    ian = client_for("ian")
    page = opened(ian, request)
    assert ian.submit(page, "Make void").status == 422
    ian.send(page, "Make void", {"void-reason": "Entered twice."})
    assert again(request).is_void


def test_a_talk_is_confirmed_and_noted(client_for):
    request = deny(accept(make_request()))
    PeerToPeer.create(
        request=request,
        asked_by=user("amy"),
        asked_at=request.decided_at,
        physician_name="Iris Calder, MD",
        phone="4145550110",
        windows=["Wed 9:00 AM", "Wed 1:00 PM", "Thu 9:00 AM"],
    )
    pam = client_for("pam")
    page = pam.send(opened(pam, request), "Confirm this time", {"window": "Wed 1:00 PM"})
    assert "Confirmed: Wed 1:00 PM" in page.words
    page = pam.send(page, "Note the outcome", {"outcome": "New records will be sent."})
    assert "New records will be sent." in page.words
    assert PeerToPeer.get().talked_at is not None


def test_an_open_page_is_told_of_news_once(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    opened(nia, request)
    seen = Event.select().order_by(Event.id.desc()).get().id
    quiet = nia.get(f"/review/{request.key}/news?seen={seen}", htmx=True, headers=POLL)
    assert quiet.status == 204
    office.add_records(request, actor("amy"), "Here.")
    page = nia.get(f"/review/{request.key}/news?seen={seen}", htmx=True, headers=POLL)
    assert "Something happened on this request" in page.words
    assert "hx-get" not in page.text


def test_earlier_cases_of_the_member_over_all_offices(client_for):
    old = make_request(Status.DETERMINED, by="bob")
    request = make_request()
    page = opened(client_for("nia"), request)
    assert page.links[old.case.webcert_number] == f"/review/{old.key}"


def test_a_single_day_is_written_once(client_for):
    day = {f"service-{number}-{end}": "12/05/2026" for number in (1, 2) for end in ("from", "to")}
    make_request(by="bob", **day)
    words = opened(client_for("ian"), make_request(**day)).words
    assert "97110, 97140, 12/05/2026" in words
    assert "12/05/2026 – 12/05/2026" not in words


def test_the_physician_who_has_it_is_named(client_for):
    request = escalate(accept(make_request()))
    pam, paul = client_for("pam"), client_for("paul")
    pam.send(opened(pam, request), "Claim")
    assert "In the hands of pam" in opened(paul, request).words
