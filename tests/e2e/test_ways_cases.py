"""Cases found, read, answered and extended, in every way."""

from pathlib import Path

from models import Status
from tests import answers, builders, samples
from tests.e2e.conftest import Way

ADDED = (
    "benefits_verified",
    "certified",
    *(f"service-1-{name}" for name in ("quantity", "from", "to", "times", "period", "weeks")),
)
"""What an extension asks for anew."""


def test_find_by_number_and_read_the_letter(way: Way):
    with way.server.inside():
        number = builders.make_request(Status.DETERMINED, last_name="Reading").case.webcert_number
    hands = way.signed_in()
    hands.write("Search for", number)
    hands.press("button", "Search")
    hands.heading(f"Case {number}")
    hands.press("link", "Determination letter")
    hands.sees("Reading")
    hands.sees("97110")


def test_answer_an_information_request(way: Way, tmp_path: Path):
    with way.server.inside():
        request = builders.make_request(Status.INFO_REQUESTED)
    note = tmp_path / "plan of care.pdf"
    note.write_bytes(samples.pdf())
    hands = way.signed_in()
    hands.go(f"/requests/{request.key}/answer")
    hands.write("Words on item 1", "The plan of care is signed now.")
    hands.give_files("Attach files for item 1", note)
    if hands.has_scripts:
        hands.sees("Received.")
    hands.press("button", "Send the answer")
    hands.sees("In review")
    with way.server.inside():
        assert type(request).get_by_id(request.id).status == Status.IN_REVIEW
        assert request.attachments.count() == 2


def test_extend(way: Way, tmp_path: Path):
    with way.server.inside():
        number = builders.make_request(Status.DETERMINED, last_name="Going On", lines=1).case.webcert_number
    note = tmp_path / "progress note.pdf"
    note.write_bytes(samples.pdf())
    hands = way.signed_in()
    hands.go(f"/cases/{number}")
    hands.press("link", "Add to this case")
    hands.press("button", "Extend")
    hands.heading(f"Extension of {number}")
    more = {name: value for name, value in answers.service(1).items() if name in ADDED}
    hands.answer({"care_kind": "physical_therapy", **more}, skip=("care_kind",))
    hands.attach(note)
    assert hands.submit() == number
