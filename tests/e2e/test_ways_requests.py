"""Requests written, left and sent, in every way."""

from pathlib import Path

import pytest

from models import CaseType
from tests import answers, builders, samples
from tests.e2e.conftest import Way

SET_ALREADY = ("care_kind", "diagnosis-1-primary", *answers.CONTACT)
"""By the choice under Add, by being the first, and from the office's own data."""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two records."""
    made = [tmp_path / "office note.pdf", tmp_path / "plan of care.pdf"]
    for path in made:
        path.write_bytes(samples.pdf(lines=[*samples.NOTE, path.name]))
    return made


def test_a_new_inpatient_request(way: Way, files: list[Path]):
    hands = way.signed_in()
    hands.press("link", "Add")
    hands.press("button", "Medical stay")
    hands.heading("New authorization request")
    hands.answer(answers.inpatient(last_name="Staying"), CaseType.INPATIENT, SET_ALREADY)
    hands.attach(files[0])
    number = hands.submit()
    hands.go("/dashboard?tab=pending")
    hands.sees(number)


def test_a_new_service_request_with_three_lines_and_two_files(way: Way, files: list[Path]):
    hands = way.signed_in()
    hands.press("link", "Add")
    hands.press("button", "Physical therapy")
    hands.heading("New authorization request")
    hands.add_line("service")
    hands.add_line("service")
    hands.answer(answers.service(3, last_name="Serving"), skip=SET_ALREADY)
    hands.attach(*files)
    number = hands.submit()
    hands.press("link", "Open the case")
    hands.heading(f"Case {number}")
    hands.sees("97112 GP")


def test_saved_left_found_again_and_sent(way: Way):
    with way.server.inside():
        draft = builders.make_draft(last_name="Leaving", member_id="")
    hands = way.signed_in()
    hands.go(f"/requests/{draft.key}")
    hands.write("Member ID", "XKM 4471 0923")
    hands.press("button", "Save")
    hands.go("/dashboard?tab=drafts")
    hands.sees("Leaving, Maren")
    hands.go(f"/requests/{draft.key}")
    assert hands.place.get_by_label("Member ID", exact=True).input_value() == "XKM 4471 0923"
    assert hands.submit()
