"""Add to this case: what applies now, and each thing that can be done, from the list to the case page."""

from collections.abc import Callable
from datetime import date

import pytest

from casework import clock
from models import Case, PeerToPeer, Request, RequestType, Status, Urgency
from tests import builders, following
from tests.client import Client, Page

ClientFor = Callable[[str], Client]
MAIN = ("Add records", "Change request", "Extend", "Reconsider", "Discharge")
ALSO = (
    "Ask for a peer-to-peer talk",
    "Take back the urgency",
    "Withdraw",
    "Cancel",
    "Correct and resubmit",
)
URGENT = {"urgency": "expedited", "criterion_infusion": "1"}


def add_page(client: Client, request: Request) -> Page:
    return client.get(f"/cases/{Case.get_by_id(request.case_id).webcert_number}/add")


def offered(page: Page) -> list[str]:
    """The words of the links and buttons, in their order."""
    assert page.document is not None
    inside = [each for dt in page.document.all("dt") for each in dt.iter() if each.tag in ("a", "button")]
    names = ["".join(each.itertext()).strip() for each in inside]
    return [name for name in names if name in MAIN + ALSO]


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, ["Add records", "Withdraw"]),
        (URGENT, ["Add records", "Take back the urgency", "Withdraw"]),
        ({"status": Status.IN_REVIEW}, ["Add records", "Change request", "Withdraw"]),
        ({"status": Status.INFO_REQUESTED}, ["Add records", "Change request", "Withdraw"]),
        ({"status": Status.DETERMINED}, ["Add records", "Change request", "Extend", "Cancel"]),
        (
            {"status": Status.DETERMINED, "denied": True},
            ["Change request", "Reconsider", "Ask for a peer-to-peer talk", "Cancel"],
        ),
        ({"status": Status.REJECTED}, ["Correct and resubmit"]),
        ({"status": Status.WITHDRAWN}, []),
    ],
)
def test_what_applies_now(client_for: ClientFor, how: dict[str, object], expected: list[str]) -> None:
    request = builders.make_request(**{"status": Status.SUBMITTED, **how})
    assert offered(add_page(client_for("amy"), request)) == expected


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.DETERMINED, Status.WITHDRAWN, Status.REJECTED])
def test_a_case_is_copied_from_its_own_page(client_for: ClientFor, status: Status) -> None:
    request = builders.make_request(status)
    address = f"/cases/{Case.get_by_id(request.case_id).webcert_number}"
    assert client_for("amy").get(address).links["Copy this request"] == f"/requests/{request.key}/copy"
    assert "Copy this request" not in client_for("ian").get(address).links


def test_discharge_is_offered_once_the_patient_is_there(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    assert "Discharge" not in offered(add_page(client_for("amy"), stay))
    the_clock.move(days=8)
    assert "Discharge" in offered(add_page(client_for("amy"), stay))


def test_the_list_opens_on_the_case_page_too(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    number = Case.get_by_id(request.case_id).webcert_number
    page = amy.get(f"/cases/{number}")
    assert page.links["Add to this case"] == f"/cases/{number}/add"
    block = amy.get(f"/cases/{number}/add", htmx=True)
    assert "<html" not in block.text
    assert offered(block)[:3] == ["Add records", "Change request", "Extend"]


@pytest.mark.parametrize(
    ("denied", "button", "request_type", "heading"),
    [
        (False, "Extend", RequestType.EXTENSION, "Extension of"),
        (False, "Change request", RequestType.CHANGE, "Change request of"),
        (True, "Reconsider", RequestType.RECONSIDERATION, "Reconsideration of"),
    ],
)
def test_each_follow_up_starts_one_draft(
    client_for: ClientFor, denied: bool, button: str, request_type: RequestType, heading: str
) -> None:
    request = builders.make_request(Status.DETERMINED, denied=denied)
    amy = client_for("amy")
    draft = amy.send(add_page(amy, request), button)
    assert draft.heading.startswith(heading)
    twice = amy.send(add_page(amy, request), button)
    assert twice.response.request.path == draft.response.request.path
    assert Request.select().where(Request.request_type == request_type).count() == 1
    assert "Open draft" in add_page(amy, request).links


def test_too_late_for_an_extension_is_told_on_the_case_page(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=9)
    amy = client_for("amy")
    page = add_page(amy, stay)
    builders.submit(following.extension_of(stay, "ann"), "ann")
    case = amy.send(page, "Extend")
    assert "An extension of this case is open already." in case.words


def test_withdraw_with_a_reason_moves_it_to_closed(client_for: ClientFor) -> None:
    request = builders.make_request()
    amy = client_for("amy")
    case = amy.send(amy.get(f"/requests/{request.key}/withdraw"), "Withdraw the request", {"reason": "Not needed."})
    assert "The request is withdrawn." in case.words
    assert (again(request).status, again(request).closing_words) == (Status.WITHDRAWN, "Not needed.")
    assert amy.post(f"/requests/{request.key}/withdraw", {}).status == 303, "a second click is no error"


def test_cancel_needs_a_reason(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    page = amy.get(f"/requests/{request.key}/cancel")
    refused = amy.submit(page, "Cancel the request")
    assert refused.problems == {"reason": "Say why the care is not given."}
    amy.send(refused, "Cancel the request", {"reason": "The member moved."})
    assert again(request).status == Status.CANCELLED


def test_an_attested_urgency_is_taken_back_by_the_office(client_for: ClientFor) -> None:
    request = builders.make_request(urgency="expedited", attested="1", attesting_physician="Iris Calder, MD")
    amy = client_for("amy")
    page = amy.get(f"/requests/{request.key}/urgency")
    assert "The physician's statement that it is urgent is taken back with it." in page.words
    case = amy.send(page, "Make it Standard")
    assert "Urgency taken back by the office" in case.words
    assert (again(request).urgency, again(request).is_attested) == (Urgency.STANDARD, False)


def test_discharge_from_admission_to_today(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=9)
    amy, address = client_for("amy"), f"/cases/{stay.case.webcert_number}/discharge"
    button = "Record the discharge"
    assert set(amy.submit(amy.get(address), button).problems) == {"day", "disposition"}
    for typed in ("11/30/2026", "12/04/2026"):
        refused = amy.submit(amy.get(address), button, {"day": typed, "disposition": "home"})
        assert "not before the admission and not after today" in refused.words
    assert "a real date" in amy.submit(amy.get(address), button, {"day": "2/30/2026", "disposition": "home"}).words
    amy.send(amy.get(address), button, {"day": "12/03/2026", "disposition": "home_health"})
    case = Case.get_by_id(stay.case_id)
    assert (case.discharge_date, case.discharge_disposition) == (date(2026, 12, 3), "home_health")
    assert "is recorded already" in amy.follow(amy.get(address)).words


def test_a_talk_is_asked_for_confirmed_and_shown(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED, denied=True)
    amy = client_for("amy")
    page = amy.get(f"/requests/{request.key}/peer-to-peer")
    refused = amy.submit(page, "Ask for the talk", {"phone": "123"})
    assert set(refused.problems) == {"physician_name", "phone", "window_1"}
    typed = {"physician_name": "Iris Calder, MD", "phone": "262-555-0142", "window_1": "Mon Nov 30, 1–3 PM"}
    case = amy.send(refused, "Ask for the talk", {**typed, "window_2": "Tue Dec 1, 9–11 AM"})
    assert "Peer-to-peer talk asked for CMSI confirms one of: Mon Nov 30, 1–3 PM; Tue Dec 1, 9–11 AM" in case.words
    assert PeerToPeer.get().windows == ["Mon Nov 30, 1–3 PM", "Tue Dec 1, 9–11 AM"]
    assert "asked for already" in amy.follow(amy.get(f"/requests/{request.key}/peer-to-peer")).words


def test_after_a_denial_the_three_ways_stand_on_the_case_page(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED, denied=True)
    amy = client_for("amy")
    page = amy.get(f"/cases/{request.case.webcert_number}")
    assert "Ask for a peer-to-peer talk with the physician reviewer, at one of three times" in page.links
    assert "Appeal by 05/23/2027 · how it works" in page.links
    assert amy.get(page.links["Appeal by 05/23/2027 · how it works"].partition("#")[0]).status == 200
    words = "Reconsider new records for another physician, by 05/23/2027"
    draft = amy.send(page, words)
    assert draft.heading.startswith("Reconsideration of")


def test_the_way_to_a_reconsideration_closes_with_its_last_date(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    request = builders.make_request(Status.DETERMINED, denied=True)
    the_clock.move(days=181)
    page = client_for("amy").get(f"/cases/{request.case.webcert_number}")
    assert "new records for another physician" not in page.words


@pytest.mark.parametrize("path", ["add", "discharge"])
def test_outsiders_and_staff(client_for: ClientFor, path: str) -> None:
    number = builders.make_request(Status.DETERMINED, inpatient=True).case.webcert_number
    assert client_for("bob").get(f"/cases/{number}/{path}").status == 404
    assert client_for("nia").get(f"/cases/{number}/{path}").status == 403
