"""Letters and reports that CMSI adds beside its determination letters."""

import io

from models import Attachment, Request, Status
from tests import samples
from tests.builders import make_request


def add(browser, asked: Request, *files: tuple[bytes, str]):
    sent = {"reports": [(io.BytesIO(content), name) for content, name in files]}
    return browser.post(f"/review/{asked.key}/report", sent, content_type="multipart/form-data")


def test_the_office_sees_a_report_apart_from_its_own_records(client_for):
    asked = make_request(Status.IN_REVIEW)
    done = add(client_for("nia"), asked, (samples.pdf(), "Summary of the review.pdf"))
    assert done.status == 303
    case = client_for("amy").get(f"/cases/{Request.get_by_id(asked.id).case.webcert_number}")
    assert "Summary of the review.pdf" in case.links
    assert "Report added by CMSI (1 file)" in case.words
    row = Attachment.get(Attachment.by_cmsi)
    assert client_for("amy").get(f"/attachments/{row.key}").status == 200
    assert client_for("bob").get(f"/attachments/{row.key}").status == 404


def test_a_bad_report_is_refused_in_words_and_the_good_one_kept(client_for):
    asked = make_request(Status.IN_REVIEW)
    page = add(client_for("nia"), asked, (samples.pdf(), "Good.pdf"), (b"MZ\x90 nothing to read", "Bad.pdf"))
    assert page.status == 422
    assert "Bad.pdf: " in page.problems["reports"]
    assert [row.name for row in Attachment.select().where(Attachment.by_cmsi)] == ["Good.pdf"]
    assert "Choose" in add(client_for("nia"), asked).problems["reports"]
