"""Records added to a case, and answers to an information request: words and files, good ones kept, bad ones told."""

import io
from collections.abc import Callable
from functools import partial

import pytest

from casework import attachments, clock
from casework.workflow import office
from models import Attachment, Event, InformationItem, Note, Request, Status
from tests import builders, corpus, personas, samples
from tests.client import Client, Page
from tests.html import words
from tests.together import together

ClientFor = Callable[[str], Client]
Upload = tuple[io.BytesIO, str]


def pdf(name: str = "note.pdf", words: str = "Added later") -> Upload:
    return io.BytesIO(samples.pdf(lines=[words])), name


def not_a_pdf(name: str = "scan.pdf") -> Upload:
    return io.BytesIO(b"this is no PDF at all" * 20), name


def send(client: Client, page: Page, button: str, control: str, files: list[Upload], **typed: object) -> Page:
    """Fills the form, chooses files in the control, and presses the button."""
    form = page.form(button).fill(typed)
    form.values.setlist(control, files)
    return client.post(form.action, form.values, content_type="multipart/form-data")


def names(request: Request) -> list[str]:
    return [file.name for file in attachments.listing(request)]


def waiting(page: Page) -> list[str]:
    """Names of the files that stand on the page to be sent, the ticked ones."""
    assert page.document is not None
    ticked = [each.get("id") for each in page.document.all("input", name="staged") if each.get("checked") is not None]
    return [words(label) for label in page.document.all("label") if label.get("for") in ticked]


@pytest.fixture
def request_in_review(app: object) -> Request:
    return builders.make_request(Status.IN_REVIEW, files=1)


def test_files_and_a_note_go_to_the_open_request(client_for: ClientFor, request_in_review: Request) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{request_in_review.key}/records")
    sent = send(amy, page, "Send to CMSI", "files", [pdf("new.pdf"), pdf("more.pdf", "More")], note="Pain is worse.")
    assert amy.follow(sent).words.count("Records added (2 files)") == 1
    assert names(request_in_review) == ["note-1.pdf", "new.pdf", "more.pdf"]
    assert Note.get(Note.request == request_in_review).text == "Pain is worse."


def test_a_bad_file_is_told_and_the_good_ones_and_the_words_wait(
    client_for: ClientFor, request_in_review: Request
) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{request_in_review.key}/records")
    refused = send(amy, page, "Send to CMSI", "files", [pdf("good.pdf"), not_a_pdf()], note="Two files.")
    assert refused.status == 422
    assert refused.problems["files"].startswith("scan.pdf: ")
    assert waiting(refused) == ["good.pdf"]
    assert "Two files." in refused.text
    assert names(request_in_review) == ["note-1.pdf"], "nothing is sent before the form is"
    amy.submit(refused, "Send to CMSI")
    assert names(request_in_review) == ["note-1.pdf", "good.pdf"]


def test_an_unticked_file_is_not_sent(client_for: ClientFor, request_in_review: Request) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{request_in_review.key}/records")
    refused = send(amy, page, "Send to CMSI", "files", [pdf("a.pdf", "A"), pdf("b.pdf", "B"), not_a_pdf()])
    keys = {file.name: file.key for file in Attachment.select().where(Attachment.removed_at.is_null(False))}
    amy.submit(refused, "Send to CMSI", {"staged": [keys["b.pdf"]]})
    assert names(request_in_review) == ["note-1.pdf", "b.pdf"]
    assert Attachment.select().where(Attachment.removed_at.is_null(False)).count() == 0


def test_files_that_were_not_sent_wait_for_their_owner_alone(client_for: ClientFor, request_in_review: Request) -> None:
    amy, address = client_for("amy"), f"/requests/{request_in_review.key}/records"
    answer = amy.post(
        f"{address}/files",
        {"files": [pdf("later.pdf")]},
        headers={"X-Upload": "1"},
        content_type="multipart/form-data",
        htmx=True,
    )
    assert answer.status == 200
    assert waiting(amy.get(address)) == ["later.pdf"]
    assert waiting(client_for("ann").get(address)) == []
    assert "later.pdf" not in amy.get(f"/cases/{request_in_review.case.webcert_number}").words


def test_the_script_is_told_in_words_why_a_file_is_refused(client_for: ClientFor, request_in_review: Request) -> None:
    answer = client_for("amy").post(
        f"/requests/{request_in_review.key}/records/files",
        {"files": [not_a_pdf()]},
        headers={"X-Upload": "1"},
        content_type="multipart/form-data",
    )
    assert (answer.status, answer.response.mimetype) == (422, "text/plain")
    assert not answer.data.decode().startswith("scan.pdf")


def test_the_same_bytes_are_kept_once(client_for: ClientFor, request_in_review: Request) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{request_in_review.key}/records")
    refused = send(amy, page, "Send to CMSI", "files", [pdf("a.pdf"), pdf("b.pdf")])
    assert "This is the same file as “a.pdf”" in refused.problems["files"]
    assert waiting(refused) == ["a.pdf"]


def test_a_file_that_waits_unticked_is_ticked_by_choosing_it_again(
    client_for: ClientFor, request_in_review: Request
) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{request_in_review.key}/records")
    page = send(amy, page, "Send to CMSI", "files", [pdf("a.pdf"), not_a_pdf()])
    page = send(amy, page, "Send to CMSI", "files", [not_a_pdf()], staged=[])
    assert waiting(page) == []
    page = send(amy, page, "Send to CMSI", "files", [pdf("a.pdf"), not_a_pdf()])
    assert waiting(page) == ["a.pdf"]


def test_nothing_to_add_is_told(client_for: ClientFor, request_in_review: Request) -> None:
    amy = client_for("amy")
    refused = amy.submit(amy.get(f"/requests/{request_in_review.key}/records"), "Send to CMSI")
    assert refused.status == 422
    assert refused.problems == {"files": "Attach a file or write a note."}


def test_a_second_click_adds_nothing_more(
    client_for: ClientFor, request_in_review: Request, the_clock: clock.Frozen
) -> None:
    amy, address = client_for("amy"), f"/requests/{request_in_review.key}/records"
    upload = {"files": [pdf("new.pdf")]}
    amy.post(f"{address}/files", upload, htmx=True, content_type="multipart/form-data")
    page = amy.get(address)
    for _ in range(2):
        assert "Sent." in amy.send(page, "Send to CMSI", {"note": "Pain is worse."}).words
    assert names(request_in_review) == ["note-1.pdf", "new.pdf"]
    assert request_in_review.notes.count() == 1
    amy.submit(amy.get(address), "Send to CMSI", {"note": "Pain is worse still."})
    the_clock.move(minutes=2)
    amy.submit(amy.get(address), "Send to CMSI", {"note": "Pain is worse."})
    assert request_in_review.notes.count() == 3, "words that were sent before can be sent again later"


def test_after_an_approval_records_are_filed_without_a_clock(client_for: ClientFor) -> None:
    request = builders.make_request(Status.DETERMINED)
    amy = client_for("amy")
    page = amy.get(f"/requests/{request.key}/records")
    assert "No new decision comes of it." in page.words
    send(amy, page, "Send to CMSI", "files", [pdf()])
    again = Request.get_by_id(request.id)
    assert (again.status, again.due_at) == (Status.DETERMINED, request.due_at)


@pytest.fixture
def asked(app: object) -> Request:
    request = builders.make_request(Status.IN_REVIEW)
    return builders.ask_information(request, "Plan of care, signed", "Range of motion since March")


def items_of(request: Request) -> list[InformationItem]:
    question = office.open_question(request)
    assert question is not None
    return list(question.items.order_by(InformationItem.position))


@pytest.mark.parametrize("where", ["/requests/{0.key}/answer", "/cases/{0.case.webcert_number}"])
def test_each_item_is_answered_by_words_or_by_files(client_for: ClientFor, asked: Request, where: str) -> None:
    amy, (plan, motion) = client_for("amy"), items_of(asked)
    page = amy.get(where.format(asked))
    typed = {f"item-{motion.id}": "90 degrees, see the chart."}
    answered = send(amy, page, "Send the answer", f"files-{plan.id}", [pdf("plan.pdf")], **typed)
    assert "It is CMSI's turn now." in amy.follow(answered).words
    assert Request.get_by_id(asked.id).status == Status.IN_REVIEW
    assert Attachment.get(Attachment.name == "plan.pdf").information_item_id == plan.id
    assert InformationItem.get_by_id(motion.id).answer == "90 degrees, see the chart."


def test_an_item_without_an_answer_is_named_and_nothing_is_lost(client_for: ClientFor, asked: Request) -> None:
    amy, (plan, motion) = client_for("amy"), items_of(asked)
    page = amy.get(f"/requests/{asked.key}/answer")
    refused = send(amy, page, "Send the answer", f"files-{plan.id}", [pdf("plan.pdf")])
    assert refused.status == 422
    words = "Answer item 2: attach a file to it, or write a few words, also if there is no such record."
    assert refused.problems == {f"item-{motion.id}": words}
    assert waiting(refused) == ["plan.pdf"]
    assert Request.get_by_id(asked.id).status == Status.INFO_REQUESTED
    amy.submit(refused, "Send the answer", {f"item-{motion.id}": "Not measured."})
    assert names(asked) == ["note-1.pdf", "plan.pdf"]


def test_words_are_kept_while_they_are_typed_and_cmsi_sees_none_of_them(client_for: ClientFor, asked: Request) -> None:
    amy, (plan, motion) = client_for("amy"), items_of(asked)
    address = f"/requests/{asked.key}/answer"
    told = amy.post(f"{address}/words", {f"item-{motion.id}": "half ty", f"v-item-{motion.id}": "1"})
    assert told.response.json["v"] == {f"item-{motion.id}": 1}
    assert told.response.json["at"] == clock.show_time(clock.now())
    for page in (amy.get(address), client_for("ann").get(f"/cases/{asked.case.webcert_number}")):
        assert page.by_id(f"item-{motion.id}") == "half ty"
    review = client_for("nia").get(f"/review/{asked.key}")
    assert "half ty" not in review.text
    too_long = amy.post(f"{address}/words", {f"item-{plan.id}": "x" * 4001}).response.json
    assert "4000 characters" in too_long["refused"][f"item-{plan.id}"]
    office.add_records(asked, personas.actor("ann"), "Everything is in the note of November 20.")
    assert "half ty" not in amy.get(f"/cases/{asked.case.webcert_number}").text, "what was not sent is no answer"
    assert amy.post(f"{address}/words", {f"item-{motion.id}": "half typed"}).status == 403


def test_a_second_click_is_told_what_the_first_did(client_for: ClientFor, asked: Request) -> None:
    amy = client_for("amy")
    page = amy.get(f"/requests/{asked.key}/answer")
    typed = {f"item-{item.id}": "It is in the note." for item in items_of(asked)}
    first, second = (amy.submit(page, "Send the answer", typed) for _ in range(2))
    assert first.location == second.location == f"/cases/{asked.case.webcert_number}"


@pytest.mark.slow
def test_two_clicks_at_once_answer_once(client_for: ClientFor, scale: int) -> None:
    amy, again = client_for("amy"), client_for("amy")
    for _ in range(5 * scale):
        asked = builders.ask_information(builders.make_request(Status.IN_REVIEW), "Plan of care, signed")
        page = f"/requests/{asked.key}/answer"
        control, typed = f"files-{items_of(asked)[0].id}", {f"item-{items_of(asked)[0].id}": "It is in the note."}
        clicks = [
            partial(send, browser, browser.get(page), "Send the answer", control, [pdf("plan.pdf")], **typed)
            for browser in (amy, again)
        ]
        assert [each.location for each in together(*clicks)] == [f"/cases/{asked.case.webcert_number}"] * 2
        assert Event.select().where(Event.request == asked, Event.kind == "information_answered").count() == 1
        assert "plan.pdf" in names(asked)


def test_a_colleague_was_faster_and_what_was_typed_is_shown(client_for: ClientFor, asked: Request) -> None:
    amy, plan = client_for("amy"), items_of(asked)[0]
    page = amy.get(f"/requests/{asked.key}/answer")
    office.add_records(asked, personas.actor("ann"), "Everything is in the note of November 20.")
    late = amy.submit(page, "Send the answer", {f"item-{plan.id}": "Signed on the 18th."})
    assert late.status == 409
    assert "Signed on the 18th." in late.words
    assert "was answered meanwhile" in late.words
    assert amy.get(f"/requests/{asked.key}/answer").status == 200


def test_files_of_another_requests_item_are_refused(client_for: ClientFor, asked: Request) -> None:
    other = builders.ask_information(builders.make_request(Status.IN_REVIEW, by="bob"))
    theirs = items_of(other)[0]
    answer = client_for("amy").post(
        f"/requests/{asked.key}/answer/{theirs.id}/files", {}, content_type="multipart/form-data"
    )
    assert answer.status == 404


def test_hostile_files_are_refused_here_too(client_for: ClientFor, request_in_review: Request) -> None:
    amy, address = client_for("amy"), f"/requests/{request_in_review.key}/records/files"
    for bad in corpus.REFUSED[:6]:
        upload = {"files": [(io.BytesIO(bad.make()), bad.name)]}
        answer = amy.post(address, upload, headers={"X-Upload": "1"}, content_type="multipart/form-data")
        assert answer.status == 422, bad.name
    assert names(request_in_review) == ["note-1.pdf"]
