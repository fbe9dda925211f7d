"""The dashboard: every column, the tabs with their counts, what needs action, and the refresh that costs nothing."""

import io
import logging
from collections.abc import Callable

import pytest

from casework import clock, drafts, letters
from casework.workflow import after
from models import Case, Determination, Letter, Request, Status, database
from tests import builders, personas
from tests.client import Client, Page
from tests.counting import statements
from tests.html import words

ClientFor = Callable[[str], Client]


def rows(page: Page) -> list[str]:
    """The words of each row of the list."""
    assert page.document is not None
    return [words(row) for row in page.document.all("tr") if row.get("data-row") is not None]


def cells(page: Page) -> dict[str, str]:
    """The first row by the words above its columns."""
    assert page.document is not None
    row = next(row for row in page.document.all("tr") if row.get("data-row") is not None)
    return {cell.get("data-l", "Actions"): words(cell) for cell in row.iter("td")}


def poll(client: Client, page: Page, address: str = "/dashboard") -> Page:
    """What the open page asks every few seconds."""
    return client.get(address, htmx=True, headers={"HX-PTag": page.headers["HX-PTag"], "X-Background": "1"})


def test_every_column_of_a_row(client_for: ClientFor) -> None:
    request = builders.deny(builders.make_request(Status.IN_REVIEW, urgency="standard"), only=1)
    row = cells(client_for("amy").get("/dashboard"))
    case = Case.get_by_id(request.case_id)
    assert row["WebCert #"] == case.webcert_number
    assert row["Authorization #"] == case.authorization_number
    assert row["Member"] == "Hollis, Maren born 04/09/1981"
    assert row["Request"] == "Service Procedure Physical therapy 12/01/2026 – 12/30/2026"
    assert row["Urgency"] == "Standard"
    assert row["Status"] == "Partially approved 1 of 2 lines · new letter"
    assert row["Whose turn"] == "Approved through 12/30/2026 updated just now"


def test_the_urgency_asked_for_stands_beside_the_assigned_one(client_for: ClientFor) -> None:
    expedited = {"urgency": "expedited", "criterion_infusion": "1", "clinical_summary": "Worse since Monday."}
    request = builders.make_request(Status.SUBMITTED, **expedited)
    builders.accept(request, urgency="standard")  # type: ignore[arg-type]  # as the enum's own text
    assert cells(client_for("amy").get("/dashboard"))["Urgency"] == "Standard requested: Expedited"


def test_a_draft_of_a_case_opens_the_draft_and_says_whose_it_is(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    draft = drafts.start_extension(Request.get_by_id(request.id), personas.actor("amy"))
    page = client_for("amy").get("/dashboard?tab=drafts")
    assert page.links["Open draft"] == f"/requests/{draft.key}"
    assert cells(page)["WebCert #"] == f"Open draft {Case.get_by_id(request.case_id).webcert_number}"


def test_a_draft_without_urgency_says_so(client_for: ClientFor) -> None:
    builders.make_draft(urgency="")
    assert cells(client_for("amy").get("/dashboard?tab=drafts"))["Urgency"] == "not chosen yet"


@pytest.mark.parametrize(
    ("status", "tab", "says"),
    [
        (Status.DRAFT, "drafts", "You · complete it and submit"),
        (Status.SUBMITTED, "pending", "CMSI · due Wed Dec 9 CST"),
        (Status.REJECTED, "rejected", "You · correct and resubmit"),
        (Status.IN_REVIEW, "accepted", "CMSI · due Wed Dec 9 CST"),
        (Status.INFO_REQUESTED, "accepted", "You · reply by Fri Jan 8, 2027 CST"),
        (Status.PHYSICIAN_REVIEW, "accepted", "CMSI · due Wed Dec 9 CST"),
        (Status.DETERMINED, "accepted", "Approved through 12/30/2026"),
        (Status.WITHDRAWN, "closed", "nobody's updated just now"),
        (Status.CANCELLED, "closed", "nobody's updated just now"),
        (Status.ARCHIVED, "closed", "nobody's updated just now"),
    ],
)
def test_each_status_has_its_tab_and_says_whose_turn_it_is(
    client_for: ClientFor, status: Status, tab: str, says: str
) -> None:
    builders.make_request(status)
    amy = client_for("amy")
    for name in ("drafts", "pending", "rejected", "accepted", "closed"):
        assert len(rows(amy.get(f"/dashboard?tab={name}"))) == (name == tab)
    assert cells(amy.get(f"/dashboard?tab={tab}"))["Whose turn"].startswith(says)


def test_an_overdue_request_is_told(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    builders.make_request(Status.IN_REVIEW)
    the_clock.move(days=16)
    assert "overdue" in cells(client_for("amy").get("/dashboard"))["Whose turn"]


def test_a_rejected_row_gives_the_reason_and_the_way_on(client_for: ClientFor) -> None:
    builders.make_request(Status.REJECTED)
    page = client_for("amy").get("/dashboard?tab=rejected")
    assert cells(page)["Status"] == "Rejected Clinicals missing or unreadable"
    assert page.form("Correct and resubmit").method == "post"


def test_accepted_says_that_it_is_no_approval(client_for: ClientFor) -> None:
    amy = client_for("amy")
    assert "Accepted for review is not an approval" in amy.get("/dashboard?tab=accepted").words
    assert "not an approval" not in amy.get("/dashboard?tab=pending").words


def test_the_plus_stands_where_something_can_be_added(client_for: ClientFor) -> None:
    amy = client_for("amy")
    builders.make_request(Status.SUBMITTED)
    builders.make_request(Status.REJECTED)
    assert "Add to this case" in amy.get("/dashboard?tab=pending").links
    assert "Add to this case" not in amy.get("/dashboard?tab=rejected").links
    assert "Copy this request" in amy.get("/dashboard?tab=rejected").links


def test_number_and_paper_lead_to_the_letter_when_there_is_one(client_for: ClientFor) -> None:
    amy = client_for("amy")
    request = builders.make_request(Status.IN_REVIEW)
    number = Case.get_by_id(request.case_id).authorization_number
    before = amy.get("/dashboard").links
    assert not {"Determination letter", number} & set(before)
    builders.approve(request)
    after_it = amy.get("/dashboard").links
    assert after_it["Determination letter"] == after_it[number]
    assert amy.follow(amy.get(after_it[number])).heading == f"Determination letter {number}"


def test_what_needs_action_comes_first(client_for: ClientFor) -> None:
    builders.make_request(Status.INFO_REQUESTED)
    builders.make_request(Status.REJECTED)
    builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    page = amy.get("/dashboard")
    strip = [name for name in page.links if name.split()[0] == "1"]
    assert strip == [
        "1 information request CMSI waits for your answer",
        "1 rejected request correct and resubmit",
        "1 new determination letters not opened yet",
    ]
    assert len(rows(amy.get(page.links[strip[0]]))) == 1


def test_an_opened_letter_is_no_news_any_more(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    assert "1 new determination letters not opened yet" in amy.get("/dashboard").links
    letter = Letter.select().join(Determination).where(Determination.request == request).get()
    letters.stamp_opened(letter, personas.actor("ann"))
    assert not rows(amy.get("/dashboard?tab=accepted&show=new"))


def test_care_that_ends_soon_is_extended_in_one_click(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    assert not rows(amy.get("/dashboard?tab=accepted&show=ending"))
    the_clock.move(days=34)
    amy = client_for("amy")
    page = amy.get("/dashboard?tab=accepted&show=ending")
    assert len(rows(page)) == 1
    draft = amy.send(page, "Extend")
    assert draft.heading == f"Extension of {Case.get_by_id(request.case_id).webcert_number}"


def test_care_does_not_end_soon_once_it_is_extended_or_the_patient_left(
    client_for: ClientFor, the_clock: clock.Frozen
) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=8)
    assert len(rows(client_for("amy").get("/dashboard?tab=accepted&show=ending"))) == 1
    after.discharge(Case.get_by_id(stay.case_id), personas.actor("amy"), clock.today(), "home")
    assert not rows(client_for("amy").get("/dashboard?tab=accepted&show=ending"))


def test_linked_offices_share_one_list_and_others_see_nothing(client_for: ClientFor) -> None:
    builders.make_request(Status.SUBMITTED, by="ann")
    assert "Lakeside Therapy" in rows(client_for("amy").get("/dashboard?tab=pending"))[0]
    assert "Lakeside Therapy" not in rows(client_for("ann").get("/dashboard?tab=pending"))[0]
    assert not rows(client_for("bob").get("/dashboard?tab=pending"))


@pytest.mark.parametrize(
    ("tab", "says"),
    [
        ("drafts", "No drafts"),
        ("pending", "Nothing pending"),
        ("rejected", "Nothing rejected"),
        ("accepted", "Nothing accepted yet"),
        ("closed", "Nothing closed"),
        ("accepted&show=turn", "Nothing here now"),
        ("nonsense", "Nothing accepted yet"),
    ],
)
def test_an_empty_tab_says_what_comes_there(client_for: ClientFor, tab: str, says: str) -> None:
    assert says in client_for("bob").get(f"/dashboard?tab={tab}").words


def test_staff_have_a_queue_instead(client_for: ClientFor) -> None:
    assert client_for("nia").get("/dashboard").status == 403
    assert client_for("nobody").get("/dashboard").location.startswith("/sign-in")


def test_nothing_new_answers_304_in_one_statement_and_leaves_no_line_in_the_log(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logging.getLogger("portal").handlers[0], "stream", log)
    builders.make_request(Status.SUBMITTED)
    amy = client_for("amy")
    page = amy.get("/dashboard")
    assert '"dashboard.show"' in log.getvalue()
    log.truncate(0)
    with statements() as sent:
        answer = poll(amy, page)
    assert answer.status == 304
    assert answer.data == b""
    assert len(sent) == 1, sent
    assert not log.getvalue()


def test_news_of_a_linked_office_refreshes_the_open_page(client_for: ClientFor) -> None:
    request = builders.make_request(Status.SUBMITTED, by="ann")
    amy, bob = client_for("amy"), client_for("bob")
    page, other = amy.get("/dashboard"), bob.get("/dashboard")
    builders.accept(request)
    answer = poll(amy, page)
    assert answer.status == 200
    assert "<html" not in answer.text
    assert len(rows(answer)) == 1
    assert poll(bob, other).status == 304


def test_time_alone_refreshes_the_open_page(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    builders.make_request(Status.SUBMITTED)
    amy = client_for("amy")
    page = amy.get("/dashboard")
    the_clock.move(minutes=11)
    assert poll(amy, page).status == 200


@pytest.mark.parametrize("username", ["amy", "bob"])
def test_as_many_statements_for_one_row_as_for_fifty(client_for: ClientFor, username: str) -> None:
    first = builders.make_request(Status.DETERMINED, by=username)
    client = client_for(username)
    counted = []
    for wanted in (1, 10, 50):
        multiply(first, wanted)
        with statements() as sent:
            page = client.get("/dashboard")
        assert len(rows(page)) == wanted
        counted.append(len(sent))
    linked = username == "amy"
    assert counted == [3 + linked] * 3


def multiply(request: Request, wanted: int) -> None:
    """Copies the row of a request and its case until there are so many."""
    there = Request.select().where(Request.office == request.office_id).count()
    fields = [each.column_name for each in Request._meta.sorted_fields if each.name not in ("id", "key", "case")]
    columns = ", ".join(f'"{each}"' for each in fields)
    for number in range(there, wanted):
        case = Case.create(
            office=request.office_id,
            case_type="service",
            webcert_number=f"W26-9{number:05d}-0",
            authorization_number=f"A26-9{number:05d}-0",
            last_name="Sample",
            created_at=clock.now(),
        )
        database.execute_sql(
            f'INSERT INTO request ("key", case_id, {columns}) SELECT ?, ?, {columns} FROM request WHERE id = ?',
            (f"copy{number:012d}", case.id, request.id),
        )
