"""Forty requests a day: a request leads back to the list as it was, and on to what stands next in the queue."""

from urllib.parse import unquote

import pytest

from casework.lists import queue
from casework.workflow import office
from models import Request, Status, database
from tests.builders import accept, deny, escalate, make_draft, make_request, submit
from tests.counting import statements
from tests.following import reconsideration_of
from tests.personas import actor, user

REJECTED = {"reject-reason": "clinicals", "reject-words": "The order is missing."}
NOTHING = "Nothing else waits for you in your queue"


def number(request: Request) -> str:
    return Request.get_by_id(request.id).case.webcert_number


def opened(client, request: Request):
    return client.get(f"/review/{request.key}")


def offered(page) -> str:
    """The WebCert # that the page offers as the next one; '' for none."""
    return next((name.split()[-1] for name in page.links if name.startswith("Next in your queue")), "")


def queue_of(username: str, filters: queue.Filters, done: Request, place: str = "") -> str:
    found = queue.following(actor(username), filters, place, done)
    return number(found) if found else ""


@pytest.mark.parametrize(
    "address",
    [
        "/queue",
        "/queue?show=mine&urgency=expedited",
        "/queue?kind=inpatient&age=7",
        "/queue?show=submitted&after=1700000000000000-5",
    ],
)
def test_a_request_leads_back_to_the_queue_as_it_was(client_for, address):
    request, nia = make_request(), client_for("nia")
    nia.get(address)
    page = opened(nia, request)
    assert page.links["Queue"] == address
    assert nia.get(f"/cases/{number(request)}").links["Queue"] == address
    assert nia.get(page.links["Queue"]).heading == "Queue"


def test_a_case_and_a_draft_lead_back_to_the_tab_and_page_of_the_dashboard(client_for):
    request, draft, amy = make_request(), make_draft(), client_for("amy")
    for address in ("/dashboard?tab=pending", "/dashboard?tab=accepted&show=turn", "/dashboard?tab=drafts&before=9"):
        amy.get(address)
        assert amy.get(f"/cases/{number(request)}").links["Requests"] == address
        assert amy.get(f"/requests/{draft.key}").links["Requests"] == address


def test_a_case_leads_back_to_the_search_that_found_it(client_for):
    request = make_request()
    for username in ("amy", "nia"):
        client = client_for(username)
        found = client.send(client.get("/search"), "Search again", {"q": "97110"})
        page = client.get(f"/cases/{number(request)}")
        assert page.links["Search"].startswith("/search/")
        assert number(request) in client.get(page.links["Search"]).words == found.words


def test_a_search_in_between_keeps_the_filter_of_the_queue(client_for):
    stay, therapy, nia = make_request(inpatient=True), make_request(), client_for("nia")
    nia.get("/queue?kind=inpatient")
    nia.send(nia.get("/search"), "Search again", {"q": "97110"})
    page = nia.send(opened(nia, therapy), "Reject", REJECTED)
    assert offered(page) == number(stay)
    assert page.links["Back to the queue (Inpatient)"] == "/queue?kind=inpatient"


def test_a_poll_is_no_visit_and_the_same_list_says_nothing_again(client_for):
    nia = client_for("nia")
    assert "portal_lists" in nia.get("/queue?show=mine").headers["Set-Cookie"]
    assert "Set-Cookie" not in nia.get("/queue?show=mine").headers
    assert "Set-Cookie" not in nia.get("/queue?show=overdue", htmx=True).headers


def test_what_is_kept_names_lists_and_no_patient(client_for):
    request, amy = make_request(), client_for("amy")
    amy.send(amy.get("/search"), "Search again", {"q": "Testperson"})
    amy.get("/dashboard?tab=pending&tampered=Testperson")
    amy.get(f"/cases/{number(request)}")
    kept = unquote(amy.flask.get_cookie("portal_lists").value)
    assert "Testperson" not in kept
    assert "dashboard.show?tab=pending|search.show?token=" in kept


def test_the_next_person_at_this_browser_has_lists_of_their_own(client_for):
    request, nia = make_request(), client_for("nia")
    nia.get("/queue?show=mine")
    pam = client_for("pam")
    pam.flask.set_cookie("portal_lists", nia.flask.get_cookie("portal_lists").value)
    assert opened(pam, request).links["Queue"] == "/queue"


@pytest.mark.parametrize(
    "told",
    [
        "queue.show?show=mine&_external=1&_scheme=ftp&next=//elsewhere.example",
        "auth.sign_out?|//elsewhere.example/?show=mine|queue.show?show=mine",
    ],
)
def test_whatever_the_cookie_says_it_leads_to_lists_alone(client_for, told):
    request, nia = make_request(), client_for("nia")
    nia.flask.set_cookie("portal_lists", f"{user('nia').key}|{told}")
    assert opened(nia, request).links["Queue"] == "/queue?show=mine"


@pytest.mark.parametrize("told", ["", "|", "é|?|=", "search.show?", f"queue.show?show={'x' * 99}&age=-1&after=%00"])
def test_a_broken_cookie_breaks_nothing(client_for, told):
    request, nia = make_request(), client_for("nia")
    nia.flask.set_cookie("portal_lists", f"{user('nia').key}|{told}")
    page = nia.send(opened(nia, request), "Reject", REJECTED)
    assert NOTHING in page.words


def test_intake_goes_on_from_one_to_the_next(client_for):
    first, second, third = make_request(), make_request(inpatient=True), make_request()
    ian = client_for("ian")
    ian.get("/queue?kind=physical_therapy")
    page = ian.send(opened(ian, first), "Reject", REJECTED)
    assert "Rejected. The office sees the reason" in page.words
    assert page.links["Back to the queue (Physical therapy)"] == "/queue?kind=physical_therapy"
    page = ian.get(page.links[f"Next in your queue: {number(third)}"])
    page = ian.send(page, "Accept for review", {"accept-reviewer": user("nia").key})
    assert offered(page) == ""
    assert f"{NOTHING} (Physical therapy)." in page.words
    assert "Next in your queue" not in opened(ian, second).words
    assert offered(ian.send(opened(ian, second), "Make void", {"void-reason": "Entered twice."})) == ""


ACTS = {
    "Escalate to a physician": {"escalate-reason": "Criteria not met."},
    "Ask the office": {"information-own": "Plan of care, signed", "information-reason": "It is not signed."},
    "Hand over": {"hands-to": "nat"},
}


@pytest.mark.parametrize("button", ACTS)
def test_whatever_ends_the_turn_offers_the_next(client_for, button):
    done, other = accept(make_request()), accept(make_request())
    nia = client_for("nia")
    nia.get("/queue?show=mine")
    answers = {name: user(words).key if words == "nat" else words for name, words in ACTS[button].items()}
    page = nia.send(opened(nia, done), button, answers)
    assert page.heading == f"Review {number(done)}"
    assert offered(page) == number(other)


def test_after_the_letter_is_issued_the_next_is_offered(client_for):
    done, other = accept(make_request()), accept(make_request())
    nia = client_for("nia")
    preview = nia.submit(opened(nia, done), "Approve as asked")
    page = nia.send(preview, "Issue the letter")
    assert "The determination is recorded" in page.words
    assert offered(page) == number(other)


def test_back_in_the_queue_is_back_in_the_same_filter(client_for):
    request, nia = accept(make_request()), client_for("nia")
    nia.get("/queue?show=mine")
    released = nia.submit(opened(nia, request), "Hand over", {"hands-to": ""})
    assert released.location == "/queue?show=mine"


def test_what_others_have_and_what_waits_for_the_office_is_not_offered(db):
    done = make_request()
    accept(make_request(), reviewer="nat")
    make_request(Status.INFO_REQUESTED)
    escalated = escalate(accept(make_request()))
    mine = accept(make_request())
    assert queue_of("nia", queue.Filters(), done) == number(mine)
    assert queue_of("ian", queue.Filters(), done) == ""
    assert queue_of("pam", queue.Filters(), done) == number(escalated)
    assert queue_of("nia", queue.Filters("info_requested"), done) == ""


def test_behind_the_last_one_it_begins_anew(db):
    skipped, done, behind = (make_request() for _ in range(3))
    place = queue.place_of(Request.get_by_id(done.id))
    assert queue_of("ian", queue.Filters(), done, place) == number(behind)
    office.withdraw(behind, actor("amy"), "Not needed.")
    assert queue_of("ian", queue.Filters(), done, place) == number(skipped)


def test_who_decided_before_is_not_offered_the_reconsideration(db):
    denied = deny(accept(make_request()))
    again = accept(submit(reconsideration_of(denied)), reviewer="nat")
    escalate(again, by="nat")
    assert queue_of("pam", queue.Filters(), denied) == ""
    assert queue_of("paul", queue.Filters(), denied) == number(again)


def test_the_next_one_is_one_statement(db):
    done, _, nia = make_request(), make_request(), actor("nia")
    with statements() as made:
        queue.following(nia, queue.Filters(), "", done)
    assert len(made) == 1


@pytest.mark.parametrize("show", queue.SHOWS)
def test_the_next_one_is_found_along_an_index(db, show):
    query = queue.following_query(actor("nia"), queue.Filters(show), f"{1_700_000_000_000_000}-5", make_request())
    sql, values = query.sql()
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan
    assert "queue_at" in plan[0]
