"""A case with several requests: each is told from the others by its title and in the time line."""

from casework import clock
from casework.overview import overview
from casework.workflow import after
from models import Case, Status
from tests import builders, following
from tests.personas import actor


def extended_twice(the_clock):
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=8)
    for _ in range(2):
        newest = builders.approve(builders.accept(builders.submit(following.extension_of(stay))))
        stay = newest
    return Case.get_by_id(stay.case_id)


def test_several_extensions_have_numbers(db, the_clock):
    case = extended_twice(the_clock)
    seen = overview(actor("amy"), case.webcert_number)
    assert [view.title for view in seen.views] == ["Extension 2", "Extension 1", "Initial request"]
    told = [each.text for each in seen.told]
    assert told[0] == "Extension 2: determination letter issued"
    assert "Extension 1: submitted (1 file)" in told


def test_a_discharge_is_the_patients_not_the_newest_requests(db, the_clock):
    case = extended_twice(the_clock)
    after.discharge(case, actor("amy"), clock.today(), "home")
    newest = overview(actor("amy"), case.webcert_number).told[0]
    assert (newest.text, newest.detail) == ("Discharge reported", "12/02/2026, Home")
