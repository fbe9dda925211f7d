"""The queue: order, filters with counts, pages, claim, and a refresh that costs nothing."""

from datetime import timedelta

import pytest

from casework import clock
from casework.lists import queue
from casework.workflow import after, claims, office, review
from models import Request, Status, database
from tests.builders import accept, ask_information, attach, deny, make_request
from tests.counting import statements
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}
POLL = {"X-Background": "1"}


@pytest.fixture
def nia(client_for):
    return client_for("nia")


def order(page) -> list[str]:
    """The WebCert #s in the rows, from the top."""
    return [name for name in page.links if name.startswith("W26-")]


def number(request: Request) -> str:
    return Request.get_by_id(request.id).case.webcert_number


def test_overdue_first_then_due_soonest_over_all_offices(client_for, the_clock):
    late = make_request(by="bob")
    the_clock.move(days=6)
    standard, urgent = make_request(), make_request(by="ann", **URGENT)
    decided = make_request(Status.DETERMINED)
    page = client_for("nia").get("/queue")
    assert page.heading == "Queue"
    assert order(page) == [number(late), number(urgent), number(standard)]
    assert number(decided) not in page.words
    assert "overdue by" in page.words
    assert "Northgate Family Medicine" in page.words


def test_an_answered_request_comes_before_those_that_are_due_later(client_for, the_clock):
    asked, other = make_request(Status.INFO_REQUESTED), accept(make_request())
    the_clock.move(days=2)
    nia = client_for("nia")
    assert order(nia.get("/queue")) == [number(other), number(asked)]
    office.add_records(asked, actor("amy"), "Here it is.")
    assert order(nia.get("/queue")) == [number(asked), number(other)]


@pytest.fixture
def mixture(app):
    """One request for each filter."""
    made = {
        "urgent": make_request(**URGENT),
        "stay": make_request(inpatient=True),
        "mine": accept(make_request()),
        "asked": make_request(Status.INFO_REQUESTED),
        "escalated": make_request(Status.PHYSICIAN_REVIEW),
        "unassigned": claims.release(accept(make_request()), actor("nia")),
    }
    return {name: number(request) for name, request in made.items()}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", {"urgent", "stay", "mine", "asked", "escalated", "unassigned"}),
        ("?show=mine", {"mine", "asked"}),
        ("?show=unassigned", {"urgent", "stay", "escalated", "unassigned"}),
        ("?show=submitted", {"urgent", "stay"}),
        ("?show=in_review", {"mine", "unassigned"}),
        ("?show=info_requested", {"asked"}),
        ("?show=physician_review", {"escalated"}),
        ("?show=overdue", set()),
        ("?urgency=expedited", {"urgent"}),
        ("?kind=inpatient", {"stay"}),
        ("?kind=physical_therapy&show=submitted", {"urgent"}),
        ("?age=3", set()),
        ("?show=x&urgency=x&kind=x&age=99&after=x", {"urgent", "stay", "mine", "asked", "escalated", "unassigned"}),
    ],
)  # fmt: skip
def test_each_filter_shows_what_it_says(nia, mixture, query, wanted):
    page = nia.get(f"/queue{query}")
    assert set(order(page)) == {mixture[name] for name in wanted}
    if not wanted:
        assert "Nothing here now" in page.words


def test_counts_are_those_of_the_other_filters(nia, mixture):
    words = nia.get("/queue").words
    for told in ("All open 6", "Overdue 0", "Mine 2", "Unassigned 4", "For intake 2", "Waiting for the office 1"):
        assert told in words
    assert "All open 1 Overdue 0 Mine 0 Unassigned 1 For intake 1" in nia.get("/queue?kind=inpatient").words


def test_old_ones_by_age(client_for, the_clock):
    old = make_request()
    the_clock.move(days=8)
    make_request()
    assert order(client_for("nia").get("/queue?age=7")) == [number(old)]


def test_pages_go_on_where_the_last_one_ended(nia, monkeypatch):
    monkeypatch.setattr(queue, "PAGE", 3)
    made = [number(make_request()) for _ in range(7)]
    page, found = nia.get("/queue"), []
    while True:
        found += order(page)
        if "Due later" not in page.links:
            break
        page = nia.get(page.links["Due later"])
    assert found == made
    assert order(nia.get(page.links["Due first"])) == made[:3]


def test_claim_from_the_queue_opens_the_review(nia):
    request = make_request()
    page = nia.send(nia.get("/queue"), f"Claim {number(request)}")
    assert page.heading == f"Review {number(request)}"
    assert "In your hands" in page.words
    assert Request.get_by_id(request.id).reviewer == user("nia")
    again = nia.post(f"/review/{request.key}/claim")
    assert again.status == 303


def test_a_claim_that_comes_too_late_is_told(client_for):
    request = make_request()
    ian, nia = client_for("ian"), client_for("nia")
    seen = nia.get("/queue")
    ian.send(ian.get("/queue"), f"Claim {number(request)}")
    late = nia.submit(seen, f"Claim {number(request)}")
    assert late.status == 409
    assert "ian has claimed this request already" in late.words


def test_intake_claims_nothing_that_is_a_nurses(client_for):
    request = claims.release(accept(make_request()), actor("nia"))
    ian = client_for("ian")
    assert f"Claim {number(request)}" not in ian.get("/queue").text
    assert ian.post(f"/review/{request.key}/claim").status == 403


def test_hand_over_and_back_to_the_queue(nia):
    request = accept(make_request())
    page = nia.get(f"/review/{request.key}")
    page = nia.send(page, "Hand over", {"hands-to": user("nat").key})
    assert Request.get_by_id(request.id).reviewer == user("nat")
    assert "In the hands of nat" in page.words
    assert nia.send(page, "Hand over", {"hands-to": ""}).heading == "Queue"
    assert Request.get_by_id(request.id).reviewer is None


def test_a_poll_with_nothing_new_is_304_and_one_statement(nia):
    make_request()
    version = nia.get("/queue").headers["HX-PTag"]
    with statements() as made:
        page = nia.get("/queue", htmx=True, headers={**POLL, "HX-PTag": version})
    assert page.status == 304
    assert len(made) <= 2
    make_request()
    page = nia.get("/queue", htmx=True, headers={**POLL, "HX-PTag": version})
    assert page.status == 200
    assert len(order(page)) == 2
    assert "<html" not in page.text


def test_a_poll_is_drawn_anew_as_time_makes_requests_overdue(nia, the_clock):
    version = nia.get("/queue").headers["HX-PTag"]
    the_clock.move(seconds=queue.REFRESH_SECONDS)
    assert nia.get("/queue", htmx=True, headers={**POLL, "HX-PTag": version}).status == 200


def test_statements_do_not_grow_with_rows(nia):
    counted = []
    for more in (1, 9):
        for _ in range(more):
            make_request()
        with statements() as made:
            nia.get("/queue")
        counted.append(len(made))
    assert counted[0] == counted[1] <= 4


@pytest.mark.parametrize("username", ["amy", "ada"])
def test_the_queue_is_for_reviewers(client_for, username):
    assert client_for(username).get("/queue").status == 403


@pytest.mark.parametrize("show", queue.SHOWS)
def test_every_view_of_the_queue_runs_along_an_index(db, show):
    query = queue._ordered(actor("nia"), queue.Filters(show), f"{1_700_000_000_000_000}-5")
    sql, values = query.sql()
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan
    assert "queue_at" in plan[0]


def test_the_place_in_the_queue_is_exact_to_the_microsecond(db, the_clock):
    the_clock.at += timedelta(microseconds=123_457)
    request = make_request(**URGENT)
    at = Request.get_by_id(request.id).queue_at
    assert at == clock.now() + timedelta(hours=24)
    assert queue._place(queue._token(at, request.id)) == (at, request.id)


def test_a_rare_kind_of_care_is_found_along_its_own_index(db):
    sql, values = queue._ordered(actor("nia"), queue.Filters(kind="dme"), "").sql()
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    assert "request_care_kind_queue_at_id" in plan[0]
    assert not any("SCAN" in step or "TEMP B-TREE" in step for step in plan), plan


def test_records_added_after_a_decision_are_told_until_somebody_looks(client_for, the_clock):
    decided = make_request(Status.DETERMINED)
    nia, nat = client_for("nia"), client_for("nat")
    assert "Records added" not in nia.get("/queue").words
    the_clock.move(minutes=5)
    office.add_records(decided, actor("amy"), "The operative report.", [attach(decided, number=7)])
    told = nia.get("/queue")
    assert f"Records added to {number(decided)}" in told.words
    the_clock.move(minutes=2)
    nat.get(f"/review/{decided.key}")
    assert "Records added" not in nia.get("/queue").words
    assert "Records added" not in client_for("ian").get("/queue").words


def test_a_question_without_an_answer_is_told_until_it_is_decided(client_for, the_clock):
    silent, asked_again = (ask_information(accept(make_request())) for _ in range(2))
    the_clock.move(days=45)
    assert "No answer for" not in client_for("nia").get("/queue").words
    the_clock.move(days=1)
    assert review.end_unanswered() == 2
    ask_information(asked_again)
    nia = client_for("nia")
    for _ in range(2):
        page = nia.get("/queue")
        assert f"No answer for {number(silent)}" in page.words
        assert page.words.count("No answer for") == 1
        nia.get(f"/review/{silent.key}")
    deny(silent)
    assert "No answer for" not in nia.get("/queue").words


def test_a_talk_is_told_until_its_time_is_confirmed(client_for, db):
    denied = make_request(Status.DETERMINED, denied=True)
    nia = client_for("nia")
    talk = after.ask_peer_to_peer(denied, actor("amy"), "Iris Calder, MD", "414-555-0110", ["Mon 1-2 PM"])
    nia.get(f"/review/{denied.key}")
    assert f"Peer-to-peer talk on {number(denied)}" in nia.get("/queue").words
    review.confirm_talk(talk, actor("nia"), "Mon 1-2 PM")
    assert "Peer-to-peer talk" not in nia.get("/queue").words


def test_what_is_to_look_at_is_found_along_the_index_of_events(db):
    sql, values = queue.to_look_at_query(actor("nia")).sql()
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert not [step for step in plan if step.startswith("SCAN")], plan
