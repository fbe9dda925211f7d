"""Files that were taken out of a draft go for good after a while, and nothing else does."""

import io

import pytest

from casework import attachments, clock, drafts, jobs, staged
from casework.audit.verify import verify
from casework.errors import NotFound
from casework.files.errors import Missing
from models import Attachment, Event, Request, Status
from tests import answers, builders, personas, samples

pytestmark = pytest.mark.usefixtures("app")


def bytes_of(file: Attachment) -> bytes | None:
    try:
        with attachments.opened(file) as reader:
            return reader.read()
    except Missing:
        return None


def test_it_goes_after_its_time_with_its_bytes(the_clock: clock.Frozen) -> None:
    draft = builders.make_draft(files=2)
    kept, removed = draft.attachments.order_by(Attachment.id)
    attachments.remove(removed)
    the_clock.move(days=89)
    assert attachments.purge_removed() == 0
    assert bytes_of(removed)
    the_clock.move(days=2)
    assert attachments.purge_removed() == 1
    assert Attachment.by_key(removed.key) is None
    assert bytes_of(removed) is None
    assert bytes_of(kept)
    event = Event.select().order_by(Event.id.desc()).get()
    assert (event.kind, event.data, event.is_internal) == (
        "removed_file_deleted", {"file": removed.key, "size": removed.size}, True,
    )  # fmt: skip
    assert attachments.purge_removed() == 0
    assert verify().is_whole


def test_what_was_sent_and_what_was_put_back_stays(the_clock: clock.Frozen) -> None:
    sent, back = builders.make_draft(files=2), builders.make_draft(files=2)
    files = [request.attachments.order_by(Attachment.id.desc()).get() for request in (sent, back)]
    for file in files:
        attachments.remove(file)
    builders.submit(sent)
    attachments.put_back(files[1])
    the_clock.move(days=400)
    assert attachments.purge_removed() == 0
    assert all(bytes_of(file) for file in files)


def test_what_was_brought_to_a_sent_request_and_never_sent_goes(the_clock: clock.Frozen) -> None:
    asked, amy = builders.make_request(), personas.actor("amy")
    the_clock.move(hours=1)
    left, sent = (
        staged.receive(asked, amy, io.BytesIO(samples.pdf(lines=[words])), f"{words}.pdf") for words in ("left", "sent")
    )
    attachments.put_back(sent)
    the_clock.move(days=91)
    assert attachments.purge_removed() == 1
    assert bytes_of(left) is None
    assert [each.key for each in attachments.listing(asked)][1:] == [sent.key]
    assert bytes_of(sent)


def test_what_went_in_this_moment_is_not_said_to_be_back(the_clock: clock.Frozen) -> None:
    draft = builders.make_draft(files=1)
    seen = draft.attachments.get()
    attachments.remove(seen)
    the_clock.move(days=91)
    assert attachments.purge_removed() == 1
    with pytest.raises(NotFound):
        attachments.put_back(seen)


def test_an_archived_draft_keeps_its_files_and_loses_those_taken_out(the_clock: clock.Frozen) -> None:
    draft = builders.make_draft(files=2)
    kept, removed = draft.attachments.order_by(Attachment.id)
    attachments.remove(removed)
    the_clock.move(days=400)
    done = jobs.run_due(everything=True)
    assert (done["files taken out"], done["untouched drafts"]) == (1, 1)
    assert Request.get_by_id(draft.id).status == Status.ARCHIVED
    assert bytes_of(kept)
    assert bytes_of(removed) is None


def test_bytes_that_a_split_draft_has_too_stay(the_clock: clock.Frozen) -> None:
    typed = answers.service(2) | {"service-2-code": "97165", "service-2-modifiers": "GO"}
    draft = builders.make_draft(**typed)
    _, sibling = drafts.split(draft, personas.actor("amy"))
    mine, theirs = draft.attachments.get(), sibling.attachments.get()
    assert mine.stored_name == theirs.stored_name
    attachments.remove(mine)
    the_clock.move(days=91)
    assert attachments.purge_removed() == 1
    assert bytes_of(theirs)
    attachments.remove(theirs)
    the_clock.move(days=91)
    assert attachments.purge_removed() == 1
    assert bytes_of(theirs) is None
