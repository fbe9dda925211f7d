"""A case on one page: what each reader is shown of it, in a fixed number of statements."""

import pytest

from casework import clock
from casework.errors import NotFound
from casework.overview import Overview, overview
from casework.workflow import after, review
from models import Case, Request, RequestType, Status
from tests import builders, following, personas
from tests.counting import statements

pytestmark = pytest.mark.usefixtures("db")


def seen_by(username: str, request: Request) -> Overview:
    return overview(personas.actor(username), str(Case.get_by_id(request.case_id).webcert_number))


@pytest.fixture
def extended(the_clock: clock.Frozen) -> tuple[Request, Request]:
    """An approved stay, and its extension that is submitted."""
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=9)
    return stay, builders.submit(following.extension_of(stay))


def test_the_newest_request_comes_first(extended: tuple[Request, Request]) -> None:
    case = seen_by("amy", extended[0])
    assert [view.title for view in case.views] == ["Extension", "Initial request"]
    assert case.newest.request == extended[1]


def test_each_reader_is_shown_their_part() -> None:
    request = builders.make_request(Status.IN_REVIEW)
    review.add_note(request, personas.actor("nia"), "Between us.", internal=True)
    review.add_note(request, personas.actor("nia"), "For you.", internal=False)
    for reader, notes in (("amy", ["For you."]), ("ann", ["For you."]), ("ian", ["Between us.", "For you."])):
        case = seen_by(reader, request)
        assert [note.text for note in case.newest.notes] == notes
        assert [told.text for told in case.told].count("Note added") == len(notes)
    with pytest.raises(NotFound):
        seen_by("bob", request)
    with pytest.raises(NotFound):
        seen_by("ada", request)


def test_drafts_of_the_case_stand_apart_and_are_the_offices_alone(the_clock: clock.Frozen) -> None:
    stay = builders.make_request(Status.DETERMINED, inpatient=True)
    the_clock.move(days=9)
    following.extension_of(stay)
    assert [view.title for view in seen_by("ann", stay).drafts] == ["Extension"]
    assert len(seen_by("ann", stay).views) == 1
    assert seen_by("nia", stay).drafts == []
    assert not [told for told in seen_by("nia", stay).told if "draft" in told.text.lower()]


def test_a_follower_is_found_by_what_it_takes_up() -> None:
    request = builders.make_request(Status.DETERMINED, denied=True)
    case = seen_by("amy", request)
    assert case.follower(case.newest, RequestType.RECONSIDERATION) is None
    draft = following.reconsideration_of(request)
    case = seen_by("amy", request)
    found = case.follower(case.newest, RequestType.RECONSIDERATION)
    assert found is not None
    assert found.request == draft


def test_the_open_question_and_the_files_that_answer_it() -> None:
    request = builders.ask_information(builders.make_request(Status.IN_REVIEW), "Plan of care", "Measures")
    case = seen_by("amy", request)
    assert case.waiting is not None
    question = case.waiting.open_question
    assert question is not None
    plan, measures = question.asked  # type: ignore[attr-defined]  # hung on by overview
    builders.attach(request, "amy", 7, information_item=plan)
    view = seen_by("amy", request).newest
    assert [file.name for file in view.files_of(plan)] == ["note-7.pdf"]
    assert view.files_of(measures) == []


def test_the_last_day_to_appeal_counts_from_the_letter_that_counts(the_clock: clock.Frozen) -> None:
    request = builders.make_request(Status.DETERMINED, denied=True)
    first = seen_by("amy", request).newest.appeal_by
    the_clock.move(days=10)
    asked = Request.get_by_id(request.id)
    decision = review.as_asked(asked)
    review.correct_determination(asked, personas.actor("paul"), decision, "Looked at once more.")
    view = seen_by("amy", request).newest
    assert first is not None
    assert view.appeal_by is not None
    assert (view.appeal_by - first).days == 10
    assert view.determination is not None
    assert view.determination.number == 2
    assert [letter.supersedes_id is None for letter in view.letters] == [False, True]
    assert view.appeal_by == after.reconsider_by(Request.get_by_id(request.id))


def test_a_case_takes_a_fixed_number_of_statements(extended: tuple[Request, Request]) -> None:
    actor, number = personas.actor("amy"), str(extended[0].case.webcert_number)
    assert actor.user.office
    counted = []
    for more in (0, 5):
        for place in range(more):
            builders.attach(extended[1], "amy", 20 + place)
            review.add_note(extended[1], personas.actor("nia"), f"Note {place}", internal=False)
        with statements() as sent:
            overview(actor, number)
        counted.append(len(sent))
    assert counted == [10, 10]


def test_reasons_between_reviewers_are_not_told_to_the_office() -> None:
    request = builders.make_request(Status.PHYSICIAN_REVIEW)
    told = {each.text: each.detail for each in seen_by("amy", request).told}
    assert told["Physician review"] == ""
    assert {each.text: each.detail for each in seen_by("nia", request).told}["Physician review"] == builders.WHY
