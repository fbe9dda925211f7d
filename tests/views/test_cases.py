"""The case page: asked and decided side by side, whose turn, files, letters, and the refresh."""

from collections.abc import Callable

import pytest

from casework import clock
from casework.audit.access_log import AccessLog
from casework.errors import NotFound
from casework.overview import overview
from casework.workflow import after, intake, review
from models import Case, CaseType, Determination, Letter, Office, Request, Status
from tests import builders, following, personas
from tests.client import Client, Page
from tests.counting import statements
from tests.html import words

ClientFor = Callable[[str], Client]


def number_of(request: Request) -> str:
    return str(Case.get_by_id(request.case_id).webcert_number)


def case_page(client: Client, request: Request) -> Page:
    return client.get(f"/cases/{number_of(request)}")


def lines(page: Page) -> list[dict[str, str]]:
    """The rows of all tables by the words above their columns."""
    assert page.document is not None
    rows = [row for row in page.document.all("tr") if any(cell.get("data-l") for cell in row.iter("td"))]
    return [{cell.get("data-l", ""): words(cell) for cell in row.iter("td")} for row in rows]


def test_what_was_asked_stands_beside_what_was_decided(client_for: ClientFor) -> None:
    request = builders.deny(builders.make_request(Status.IN_REVIEW), only=1)
    approved, denied = lines(case_page(client_for("amy"), request))
    assert approved == {
        "Code": "97110 GP",
        "Asked": "12 visits 12/01/2026 – 12/30/2026",
        "Decided": "12 visits approved 12/01/2026 – 12/30/2026",
        "Reason": "–",
    }
    assert denied["Decided"] == "Denied 12 visits not approved"
    assert denied["Reason"].startswith("Not medically appropriate. The record shows no loss of function")


def test_the_same_reason_is_told_once(client_for: ClientFor) -> None:
    page = case_page(client_for("amy"), builders.make_request(Status.DETERMINED, denied=True, lines=3))
    assert [line["Reason"] for line in lines(page)][1:] == ["as above", "as above"]


def test_days_over_the_whole_case(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=10)
    builders.submit(following.extension_of(stay))
    page = case_page(client_for("amy"), stay)
    days = [line for line in lines(page) if "Days" in line]
    assert days == [
        {"Days": "Days 1–4", "Dates": "12/01/2026 – 12/04/2026", "Decision": "approved"},
        {"Days": "Days 5–7", "Dates": "12/05/2026 – 12/07/2026", "Decision": "pending"},
    ]
    assert "4 days approved, through 12/04/2026; 3 used until today." in page.words
    assert "Extension: submitted (1 file)" in page.words


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (Status.SUBMITTED, "CMSI · due Wed Dec 9 CST"),
        (Status.INFO_REQUESTED, "You · reply by Fri Jan 8, 2027 CST The clock stands still until the answer."),
        (Status.PHYSICIAN_REVIEW, "That may take additional time."),
        (Status.REJECTED, "Clinicals missing or unreadable. Attach complete and readable records"),
        (Status.WITHDRAWN, "Withdrawn. For the test."),
        (Status.CANCELLED, "Cancelled. For the test."),
        (Status.DETERMINED, "Approved through 12/30/2026"),
    ],
)
def test_each_status_says_what_it_means(client_for: ClientFor, status: Status, says: str) -> None:
    assert says in case_page(client_for("amy"), builders.make_request(status)).words


def test_a_rejected_case_and_its_correction_lead_to_each_other(client_for: ClientFor) -> None:
    rejected = builders.make_request(Status.REJECTED)
    amy = client_for("amy")
    form = amy.send(case_page(amy, rejected), "Correct and resubmit")
    assert "no denial" in case_page(amy, rejected).words
    draft = Request.get(Request.key == form.response.request.path.rpartition("/")[2])
    assert "Add to this case" not in case_page(amy, rejected).links
    corrected = builders.submit(draft)
    assert f"Corrected and submitted again as {number_of(corrected)}." in case_page(amy, rejected).words
    assert f"Takes up the rejected case {number_of(rejected)}." in case_page(amy, corrected).words


def test_files_of_the_office_and_of_cmsi_are_counted_apart(client_for: ClientFor) -> None:
    page = case_page(client_for("amy"), builders.make_request(Status.DETERMINED, files=2))
    assert "Attached files 2 File(s) attached" in page.words
    assert "Letters and reports of CMSI 1 File(s) attached" in page.words
    assert {"note-1.pdf", "note-2.pdf", "Determination letter"} <= set(page.links)


def test_staff_see_when_the_letter_was_opened_and_internal_notes(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    review.add_note(request, personas.actor("nia"), "Between us.", internal=True)
    review.add_note(request, personas.actor("nia"), "To the office.", internal=False)
    amy, nia = client_for("amy"), client_for("nia")
    assert "not opened yet" in case_page(nia, request).words
    amy.get(f"/letters/{Letter.select().join(Determination).where(Determination.request == request).get().key}")
    assert "· opened Tue Nov 24, 2026, 9:12 AM CST" in case_page(nia, request).words
    assert "Between us." in case_page(nia, request).words
    page = case_page(amy, request)
    assert "Between us." not in page.text
    assert "To the office. Tue Nov 24, 2026, 9:12 AM CST by CMSI" in page.words


def test_an_office_is_not_told_who_at_cmsi_or_why_a_physician_was_asked(client_for: ClientFor) -> None:
    request = builders.make_request(Status.PHYSICIAN_REVIEW)
    page = case_page(client_for("amy"), request)
    told = page.words.partition("What happened")[2]
    assert "Physician review" in told
    assert builders.WHY not in told
    assert "nia" not in told.split()
    assert builders.WHY in case_page(client_for("nia"), request).words.partition("What happened")[2]


def test_the_answers_to_an_information_request_stay_on_the_page(client_for: ClientFor) -> None:
    request = builders.make_request(Status.INFO_REQUESTED)
    amy = client_for("amy")
    page = case_page(amy, request)
    item = next(name for name in page.form("Send the answer").values if name.startswith("item-"))
    amy.submit(page, "Send the answer", {item: "It is in the note of November 20."})
    assert "Plan of care, signed It is in the note of November 20." in case_page(amy, request).words


def test_a_draft_that_follows_is_told_to_the_office_alone(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=8)
    following.extension_of(stay)
    assert "Extension: a draft, not sent yet" in case_page(client_for("ann"), stay).words
    assert "draft" not in case_page(client_for("nia"), stay).words


def test_outsiders_and_unknown_numbers_get_the_same_answer(client_for: ClientFor) -> None:
    bob = client_for("bob")
    theirs = case_page(bob, builders.make_request(Status.DETERMINED))
    unknown = bob.get("/cases/W26-000777-5")
    assert theirs.status == unknown.status == 404
    assert theirs.heading == unknown.heading


def test_a_refresh_without_news_takes_two_statements(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    page = case_page(amy, request)
    address, poll = f"/cases/{number_of(request)}", {"HX-PTag": page.headers["HX-PTag"], "X-Background": "1"}
    with statements() as sent:
        answer = amy.get(address, htmx=True, headers=poll)
    assert (answer.status, answer.data) == (304, b"")
    assert len(sent) == 2, sent
    bob = client_for("bob")
    assert bob.get(address, htmx=True, headers=poll).status == 404


def test_numbers_and_status_stand_above_what_is_typed_and_are_refreshed_there(client_for: ClientFor) -> None:
    request = builders.make_request(Status.INFO_REQUESTED)
    amy = client_for("amy")
    page = case_page(amy, request)
    assert page.text.index('id="case-head"') < page.text.index('id="adding"') < page.text.index('id="answer"')
    assert "Your turn" in page.by_id("case-head")
    review.add_note(request, personas.actor("nia"), "Thank you.", internal=False)
    refreshed = amy.get(f"/cases/{number_of(request)}?answering={request.key}", htmx=True)
    assert refreshed.document.by_id("case-head").get("hx-swap-oob") == "outerMorph"
    assert number_of(request) not in refreshed.by_id("panel").partition("What happened")[0]


def test_days_are_counted_once_something_is_decided(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.IN_REVIEW, inpatient=True)
    the_clock.move(days=10)
    assert "0 days approved" not in case_page(client_for("amy"), stay).words


def test_a_refresh_shows_the_letter_as_it_arrives(client_for: ClientFor) -> None:
    request = builders.make_request(Status.IN_REVIEW)
    amy = client_for("amy")
    page = case_page(amy, request)
    builders.approve(request)
    poll = {"HX-PTag": page.headers["HX-PTag"], "X-Background": "1"}
    answer = amy.get(f"/cases/{number_of(request)}", htmx=True, headers=poll)
    assert answer.status == 200
    assert "Determination letter" in answer.links
    assert "<html" not in answer.text


@pytest.mark.parametrize("username", ["amy", "bob"])
def test_at_most_fourteen_statements_however_much_there_is(client_for: ClientFor, username: str) -> None:
    request = builders.make_request(Status.DETERMINED, username, inpatient=True, denied=True)
    client, address = client_for(username), f"/cases/{number_of(request)}"
    counted = []
    for wanted in (1, 9):
        for attached in range(wanted):
            builders.attach(request, username, 10 * wanted + attached)
        with statements() as sent:
            assert client.get(address).status == 200
        counted.append(len(sent))
    builders.submit(following.reconsideration_of(request, username), username)
    with statements() as sent:
        assert client.get(address).status == 200
    counted.append(len(sent))
    assert counted == [14, 14, 14]


def test_opening_a_case_is_logged_once_and_refreshing_is_not(client_for: ClientFor) -> None:
    request = builders.make_request(Status.SUBMITTED)
    amy = client_for("amy")
    case_page(amy, request)
    amy.get(f"/cases/{number_of(request)}", htmx=True)
    opened = AccessLog.select().where(AccessLog.case == request.case_id, AccessLog.action == "opened")
    assert opened.count() == 1


def test_a_discharge_shows_on_the_page(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=9)
    after.discharge(Case.get_by_id(stay.case_id), personas.actor("amy"), clock.today(), "home")
    page = case_page(client_for("amy"), stay)
    assert "Discharged 12/03/2026 Home" in page.words
    assert "2 used until the discharge on 12/03/2026" in page.words


def test_urgency_changed_by_intake_is_told_with_its_reason(client_for: ClientFor) -> None:
    request = builders.make_request(Status.SUBMITTED, urgency="expedited", criterion_infusion="1")
    intake.change_urgency(request, personas.actor("ian"), "standard", "No criterion applies.")
    page = case_page(client_for("amy"), request)
    assert "Standard requested: Expedited" in page.words
    assert "Expedited to Standard. No criterion applies." in page.words


def test_overview_of_an_empty_number_is_not_found(app: object) -> None:
    Case.create(office=Office.get(), case_type=CaseType.SERVICE, created_at=clock.now())
    with pytest.raises(NotFound):
        overview(personas.actor("amy"), "")
