"""The search page: posted, kept under a random address, told what was recognised."""

import re
from collections.abc import Callable

from models import Status
from tests import builders
from tests.client import Client
from tests.counting import statements

ClientFor = Callable[[str], Client]


def test_a_search_is_posted_and_its_words_are_in_no_address(client_for: ClientFor) -> None:
    builders.make_request(Status.IN_REVIEW)
    amy = client_for("amy")
    answer = amy.submit(amy.get("/dashboard"), "Search", {"q": "Hollis 04/09/1981"})
    assert answer.status == 303
    assert re.fullmatch(r"/search/[\w-]{16}", answer.location)
    page = amy.follow(answer)
    assert page.heading == "Search"
    assert "Looked for member name with date of birth 04/09/1981: 1 found." in page.words
    assert "Hollis, Maren" in page.words
    assert amy.get(answer.location).status == 200, "the page can be opened again"


def test_a_whole_number_leads_to_its_case(client_for: ClientFor) -> None:
    case = builders.make_request(Status.IN_REVIEW).case
    amy, bob = client_for("amy"), client_for("bob")
    for typed in (case.webcert_number, case.authorization_number, case.webcert_number[1:].replace("-", " ").lower()):
        assert amy.submit(amy.get("/dashboard"), "Search", {"q": typed}).location == f"/cases/{case.webcert_number}"
        assert bob.submit(bob.get("/dashboard"), "Search", {"q": typed}).location.startswith("/search/")


def test_a_number_that_is_a_member_id_too_shows_both(client_for: ClientFor) -> None:
    case = builders.make_request(Status.IN_REVIEW).case
    plain = case.webcert_number[1:].replace("-", "")
    builders.make_request(member_id=plain)
    amy = client_for("amy")
    assert "2 found." in amy.send(amy.get("/dashboard"), "Search", {"q": plain}).words


def test_the_search_can_be_changed_and_sent_again(client_for: ClientFor) -> None:
    builders.make_request()
    amy = client_for("amy")
    page = amy.send(amy.get("/search"), "Search", {"q": "Nobody"})
    assert "Nothing found" in page.words
    assert page.document is not None
    again = page.document.by_id("again")
    assert again is not None
    assert again.get("value") == "Nobody"


def test_nothing_typed_leads_to_the_empty_search(client_for: ClientFor) -> None:
    amy = client_for("amy")
    assert amy.submit(amy.get("/dashboard"), "Search", {"q": "  "}).location == "/search"


def test_what_cannot_be_recognised_is_told(client_for: ClientFor) -> None:
    amy = client_for("amy")
    page = amy.send(amy.get("/search"), "Search", {"q": "12"})
    assert "Nothing in this looks like a number, a name, a date or a code." in page.words


def test_a_mistyped_number_is_told(client_for: ClientFor) -> None:
    amy = client_for("amy")
    page = amy.send(amy.get("/search"), "Search", {"q": "W26-000001-9"})
    assert "its last digit does not fit: please compare it once more." in page.words


def test_another_persons_search_is_not_found(client_for: ClientFor) -> None:
    amy = client_for("amy")
    address = amy.submit(amy.get("/search"), "Search", {"q": "Hollis"}).location
    assert client_for("ann").get(address).status == 404
    assert client_for("ada").get("/search").status == 403


def test_staff_search_all_offices_and_offices_by_name(client_for: ClientFor) -> None:
    builders.make_request(by="bob")
    nia = client_for("nia")
    page = nia.send(nia.get("/search"), "Search", {"q": "Northgate"})
    assert "Looked for member name, or office: 1 found." in page.words
    assert "Northgate Family Medicine" in page.words
    assert "Copy this request" not in page.links


def test_markup_in_a_search_stays_text(client_for: ClientFor) -> None:
    amy = client_for("amy")
    page = amy.send(amy.get("/search"), "Search", {"q": "<script>alert(1)</script>{{7*7}}"})
    assert "<script>alert" not in page.text
    assert "49" not in page.by_id("again")


def test_a_page_of_finds_takes_four_statements(client_for: ClientFor) -> None:
    for number in range(3):
        builders.make_request(first_name=f"Maren {number}")
    amy = client_for("amy")
    address = amy.submit(amy.get("/search"), "Search", {"q": "Hollis"}).location
    with statements() as sent:
        amy.get(address)
    assert len(sent) <= 4, sent
