"""A second click is told what the first one did, on every button that does something once, and does nothing more."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import config
from casework import attachments, clock, drafts
from casework.actor import Actor
from casework.errors import PortalError
from casework.workflow import after, claims, intake, office, review
from models import Attachment, Case, Determination, Event, Letter, Note, PeerToPeer, Request, Status
from tests import builders, personas, samples
from tests.client import Client
from tests.together import together

ClientFor = Callable[[str], Client]
Clicked = tuple[str, str, Callable[[], Request], str, dict[str, str], str]


def made(*status: Status, **how: Any) -> Callable[[], Request]:
    return lambda: builders.make_request(*status, **how)


def free() -> Request:
    return claims.release(builders.make_request(Status.IN_REVIEW), personas.actor("nia"))


def urgent() -> Request:
    return builders.make_request(urgency="expedited", criterion_infusion="1", clinical_summary="Fever since Monday.")


def several_therapies() -> Request:
    return builders.make_draft(**{"service-1-code": "97110", "service-2-code": "92507"})


SAID = "The patient asked for it."
TALK = {"physician_name": "Iris Calder, MD", "phone": "4145550110", "window_1": "Mondays, 8 to 10"}
CLICKS: list[Clicked] = [
    ("amy", "archived", builders.make_draft, "/requests/{}/discard", {}, "The draft is discarded."),
    ("amy", "brought_back", made(Status.ARCHIVED), "/requests/{}/bring-back", {}, "This is a draft again."),
    ("amy", "split", several_therapies, "/requests/{}/split", {}, "There are 2 drafts now"),
    ("amy", "withdrawn", made(), "/requests/{}/withdraw", {"reason": SAID}, "The request is withdrawn."),
    ("amy", "cancelled", made(Status.DETERMINED), "/requests/{}/cancel", {"reason": SAID}, "The request is cancelled."),
    ("amy", "urgency_taken_back", urgent, "/requests/{}/urgency", {"reason": SAID}, "The request is Standard now."),
    ("amy", "peer_to_peer_asked", made(Status.DETERMINED, denied=True), "/requests/{}/peer-to-peer", TALK, "asked for"),
    (
        "ian",
        "accepted",
        made(),
        "/review/{}/accept",
        {"accept-urgency": "standard", "accept-reviewer": ""},
        "Accepted for review.",
    ),
    ("ian", "rejected", made(), "/review/{}/reject", {"reject-reason": "clinicals"}, "Rejected. The office sees"),
    (
        "ian",
        "urgency_changed",
        made(),
        "/review/{}/urgency",
        {"urgency-urgency": "expedited", "urgency-reason": SAID},
        "Urgency changed",
    ),
    (
        "nia",
        "information_requested",
        made(Status.IN_REVIEW),
        "/review/{}/information",
        {"information-own": "Plan of care", "information-reason": SAID, "information-reply_within": ""},
        "The office is asked.",
    ),
    ("nia", "escalated", made(Status.IN_REVIEW), "/review/{}/escalate", {"escalate-reason": SAID}, "It waits for a"),
    ("nia", "taken_back", made(Status.PHYSICIAN_REVIEW), "/review/{}/take-back", {}, "It is back in your hands."),
    ("ian", "voided", made(Status.IN_REVIEW), "/review/{}/void", {"void-reason": SAID}, "The request is void."),
    ("ian", "note_added", made(), "/review/{}/notes", {"note-text": SAID, "for": "office"}, "Sent to the office."),
    ("nia", "claimed", free, "/review/{}/claim", {}, "It is in your hands now."),
    (
        "nia",
        "handed_over",
        made(Status.PHYSICIAN_REVIEW),
        "/review/{}/hands",
        {"hands-to": "pam"},
        "It is in the hands of pam now.",
    ),
    ("nia", "released", made(Status.IN_REVIEW), "/review/{}/hands", {"hands-to": ""}, "It is back in the queue."),
]


@pytest.mark.parametrize(("who", "event", "make", "address", "typed", "told"), CLICKS, ids=[each[1] for each in CLICKS])
def test_a_second_click_is_told_what_the_first_did(
    client_for: ClientFor,
    who: str,
    event: str,
    make: Callable[[], Request],
    address: str,
    typed: dict[str, str],
    told: str,
) -> None:
    asked, client = make(), client_for(who)
    typed = {name: personas.user(value).key if value == "pam" else value for name, value in typed.items()}
    happened = Event.select().where(Event.kind == event)
    before = happened.count()
    first, second = (client.post(address.format(asked.key), typed) for _ in range(2))
    assert first.location == second.location
    assert told in client.follow(second).words
    assert happened.count() == before + 1


def test_with_other_words_a_second_click_is_no_second_click(client_for: ClientFor) -> None:
    asked, ian = builders.make_request(), client_for("ian")
    address = f"/review/{asked.key}/reject"
    ian.post(address, {"reject-reason": "clinicals", "reject-words": "Page 2 is black."})
    late = ian.post(address, {"reject-reason": "clinicals", "reject-words": "Page 3 is black."})
    assert "Page 3 is black." in late.words, "what was typed and not taken is shown"
    assert (late.status, Event.select().where(Event.kind == "rejected").count()) == (409, 1)


def test_what_a_colleague_did_is_told_as_a_colleagues(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    asked = builders.make_request()
    client_for("ian").post(f"/review/{asked.key}/reject", {"reject-reason": "clinicals"})
    late = client_for("nia").post(f"/review/{asked.key}/reject", {"reject-reason": "clinicals"})
    assert "somebody else was faster" in late.words
    the_clock.move(minutes=2)
    assert client_for("ian").post(f"/review/{asked.key}/reject", {"reject-reason": "clinicals"}).status == 409


def test_a_decision_and_its_correction_are_issued_once(client_for: ClientFor) -> None:
    asked, pam = builders.make_request(Status.IN_REVIEW), client_for("pam")
    page = pam.submit(pam.get(f"/review/{asked.key}"), "Approve as asked")
    for _ in range(2):
        assert "its letter issued" in pam.send(page, "Issue the letter").words
    page = pam.submit(pam.get(f"/review/{asked.key}"), "Preview letter", {"correction-correction": SAID})
    for _ in range(2):
        assert "its letter issued" in pam.send(page, "Issue the letter").words
    assert (Determination.select().count(), Letter.select().count()) == (2, 2)


def test_a_discharge_and_a_talk_are_told_once(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    stay, denied = builders.make_request(inpatient=True), builders.make_request(Status.DETERMINED, denied=True)
    talk = after.ask_peer_to_peer(denied, personas.actor("amy"), TALK["physician_name"], TALK["phone"], ["Noon"])
    the_clock.move(days=10)
    amy, pam = client_for("amy"), client_for("pam")
    left = {"day": clock.show_date(clock.today()), "disposition": "home"}
    pairs = [
        (amy, f"/cases/{stay.case.webcert_number}/discharge", left, "The discharge is recorded."),
        (pam, f"/talks/{talk.key}/confirm", {"window": "Noon"}, "The talk is confirmed"),
        (pam, f"/talks/{talk.key}/outcome", {"outcome": SAID}, "What came of the talk is noted."),
    ]
    for client, address, typed, told in pairs:
        for _ in range(2):
            assert told in client.follow(client.post(address, typed)).words
    assert Case.get_by_id(stay.case_id).discharge_date == clock.today()
    assert PeerToPeer.get().talk_outcome == SAID


def test_a_draft_is_begun_once_from_one_page_and_again_from_another(client_for: ClientFor) -> None:
    amy, asked = client_for("amy"), builders.make_request()
    for address, button in (("/requests/new", "Inpatient"), (f"/requests/{asked.key}/copy", "Copy this request")):
        page = amy.get(address)
        first, second = (amy.submit(page, button).location for _ in range(2))
        assert first == second
        assert amy.submit(amy.get(address), button).location != first, "two equal drafts on purpose"
    page = amy.get("/requests/new")
    assert amy.submit(page, "Inpatient").location != amy.submit(page, "Service Procedure").location
    assert Request.select().where(Request.status == Status.DRAFT).count() == 6


def test_the_same_note_again_later_is_a_note(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    asked, ian = builders.make_request(), client_for("ian")
    for minutes in (0, 0, 2):
        the_clock.move(minutes=minutes)
        ian.send(ian.get(f"/review/{asked.key}"), "Keep as internal note", {"note-text": "Called, nobody there."})
    assert Note.select().where(Note.request == asked).count() == 2


def test_a_file_comes_once_with_two_clicks(client_for: ClientFor) -> None:
    draft, asked = builders.make_draft(), builders.make_request(Status.IN_REVIEW)
    amy, ian = client_for("amy"), client_for("ian")
    clicks = [
        (amy, f"/requests/{draft.key}", "files", {}),
        (amy, f"/requests/{asked.key}/records", "files", {"note": SAID}),
        (ian, f"/review/{asked.key}/report", "reports", {}),
    ]
    for client, address, control, typed in clicks:
        for _ in range(2):
            upload = {**typed, control: [(io.BytesIO(samples.pdf(lines=["New"])), "new.pdf")]}
            assert client.post(address, upload, content_type="multipart/form-data").status == 303, address
    assert [each.name for each in Attachment.select().order_by(Attachment.id)].count("new.pdf") == 3
    assert Event.select().where(Event.kind.in_(["records_added", "report_added"])).count() == 2


def test_a_file_that_is_put_back_twice_is_back(client_for: ClientFor) -> None:
    amy, draft = client_for("amy"), builders.make_draft()
    file = draft.attachments.get()
    attachments.remove(file)
    for _ in range(2):
        assert amy.post(f"/attachments/{file.key}/put-back").status == 303


AT_ONCE: list[tuple[str, Status, Callable[[Request, Actor], object]]] = [
    ("amy", Status.DRAFT, drafts.discard),
    ("amy", Status.SUBMITTED, office.withdraw),
    ("ian", Status.SUBMITTED, partial(intake.reject, reason_code="clinicals")),
    ("nia", Status.IN_REVIEW, partial(review.add_note, text=SAID, internal=False)),
    ("nia", Status.IN_REVIEW, partial(review.escalate, reason=SAID)),
    ("pam", Status.PHYSICIAN_REVIEW, claims.claim),
]


@pytest.mark.slow
@pytest.mark.parametrize(("who", "status", "act"), AT_ONCE)
def test_two_clicks_at_once_are_one(
    db: config.Settings, who: str, status: Status, act: Callable[[Request, Actor], object], scale: int
) -> None:
    for _ in range(3 * scale):
        asked = builders.make_request(status)
        before = Event.select().count()
        results = together(*[partial(act, Request.get_by_id(asked.id), personas.actor(who)) for _ in range(3)])
        assert [each for each in results if isinstance(each, PortalError)] == []
        assert Event.select().count() == before + 1
