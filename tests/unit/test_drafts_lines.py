"""Lines: added, removed, brought back and pasted; providers offered while typing."""

import pytest

from casework import drafts
from casework.errors import NotFound, Refused, Stale
from models import Request, Status
from tests import personas
from tests.builders import make_draft
from tests.personas import actor

AMY = "amy"


@pytest.fixture
def draft(db) -> Request:
    return make_draft(lines=2, files=0)


def numbers(draft: Request, prefix: str = "service") -> list[int]:
    return [line.number for line in drafts.answers(draft).lines(prefix)]


def test_a_new_line_takes_over_dates_unit_place_and_frequency(draft):
    assert drafts.add_line(draft, actor(AMY), "service") == 3
    line = drafts.answers(draft).lines("service")[2]
    taken = {name: value for name, value in line.values.items() if value}
    assert taken == {
        "from": "12/01/2026", "to": "12/30/2026", "unit": "visits", "place": "11",
        "times": "3", "period": "week", "weeks": "4",
    }  # fmt: skip
    assert line.is_blank
    assert drafts.add_line(draft, actor(AMY), "diagnosis") == 2


@pytest.mark.parametrize(
    ("prefix", "most", "words"), [("service", 25, "25 service lines"), ("diagnosis", 12, "12 diagnosis lines")]
)
def test_the_most_lines_are_told_in_words(draft, prefix, most, words):
    while len(numbers(draft, prefix)) < most:
        drafts.add_line(draft, actor(AMY), prefix)
    with pytest.raises(Refused, match=f"at most {words}"):
        drafts.add_line(draft, actor(AMY), prefix)
    drafts.remove_line(draft, actor(AMY), prefix, 1)
    drafts.add_line(draft, actor(AMY), prefix)
    with pytest.raises(Refused, match=f"at most {words}"):
        drafts.restore_line(draft, actor(AMY), prefix, 1)


def test_a_removed_line_comes_back_with_everything(draft):
    before = dict(drafts.answers(draft).values)
    drafts.remove_line(draft, actor(AMY), "service", 1)
    drafts.remove_line(draft, actor(AMY), "service", 1)
    assert numbers(draft) == [2]
    assert draft.missing_count == 1
    assert drafts.add_line(draft, actor(AMY), "service") == 3, "a number is never given twice"
    drafts.remove_line(draft, actor(AMY), "service", 3)
    drafts.restore_line(draft, actor(AMY), "service", 1)
    after = drafts.answers(draft).values
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize(("prefix", "number"), [("service", 3), ("service", 0), ("member", 1), ("", 1)])
def test_a_line_that_never_was(draft, prefix, number):
    with pytest.raises(NotFound):
        drafts.remove_line(draft, actor(AMY), prefix, number)
    with pytest.raises(NotFound):
        drafts.restore_line(draft, actor(AMY), prefix, number)


def test_a_list_is_pasted_into_blank_and_new_lines(draft):
    blank = drafts.add_line(draft, actor(AMY), "service")
    pasted = drafts.paste(draft, actor(AMY), "97110 x12, 97140-GP x10\nhello there\n97530 GP 59 6 hours")
    assert (pasted.numbers, pasted.unread, pasted.left_out) == ([blank, 4, 5], ["hello there"], 0)
    lines = [[line.text(name) for name in ("code", "modifiers", "quantity", "unit", "from", "place")]
             for line in drafts.answers(draft).lines("service")[2:]]  # fmt: skip
    assert lines == [
        ["97110", "", "12", "visits", "12/01/2026", "11"],
        ["97140", "GP", "10", "visits", "12/01/2026", "11"],
        ["97530", "GP 59", "6", "hours", "12/01/2026", "11"],
    ]


def test_pasted_lines_are_filled_from_the_line_above(draft):
    for number in (1, 2):
        drafts.remove_line(draft, actor(AMY), "service", number)
    drafts.paste(draft, actor(AMY), "97110\n97140 10 hours\n97112")
    assert drafts.fill_lines(draft, actor(AMY)) == 0
    typed = {"service-3-from": "12/02/2026", "service-3-place": "11", "service-4-place": "12"}
    drafts.save(draft, actor(AMY), typed, drafts.versions(draft))
    assert drafts.fill_lines(draft, actor(AMY)) == 2
    lines = drafts.answers(draft).lines("service")
    found = [[line.text(name) for name in ("unit", "from", "to", "place")] for line in lines]
    assert found == [
        ["", "12/02/2026", "", "11"],
        ["hours", "12/02/2026", "", "12"],
        ["hours", "12/02/2026", "", "12"],
    ]


def test_more_than_there_is_room_for_is_told(draft):
    pasted = drafts.paste(draft, actor(AMY), ", ".join(["97110 x1"] * 30))
    assert (len(pasted.numbers), pasted.left_out, len(numbers(draft))) == (23, 7, 25)


def test_a_paste_without_codes(draft):
    with pytest.raises(Refused, match="no code in this text"):
        drafts.paste(draft, actor(AMY), "see attached order")
    assert numbers(draft) == [1, 2]


def test_lines_of_a_submitted_request_are_frozen(draft):
    Request.update(status=Status.SUBMITTED).where(Request.id == draft.id).execute()
    verbs = (
        lambda: drafts.add_line(draft, actor(AMY), "service"),
        lambda: drafts.remove_line(draft, actor(AMY), "service", 1),
        lambda: drafts.paste(draft, actor(AMY), "97110"),
        lambda: drafts.fill_lines(draft, actor(AMY)),
    )
    for verb in verbs:
        with pytest.raises(Stale):
            verb()


OTHER = {
    "servicing_same": "no",
    "servicing_name": "Zoë Lind, DPT",
    "servicing_npi": "1122334455",
    "servicing_phone": "262-555-0150",
    "facility_name": "Sample Lake Hospital",
    "facility_npi": "1234567893",
}


def names(by: str, kind: str, text: str) -> list[str]:
    return [each.name for each in drafts.suggestions(actor(by), kind, text)]


def test_providers_and_facilities_of_the_group_are_offered(db):
    make_draft(files=0, **OTHER)
    found = drafts.suggestions(actor("ann"), "provider", "zoe lind")
    assert found[0].parts == {"npi": "1122334455", "phone": "262-555-0150"}
    assert drafts.suggestions(actor("ann"), "facility", "lake")[0].parts["npi"] == "1234567893"
    assert names("ann", "provider", "brandt") == [personas.user("ann").office.physician_name]
    assert names("bob", "provider", "lind") == names("bob", "facility", "lake") == []


@pytest.mark.parametrize(
    ("kind", "text"), [("provider", "l"), ("provider", " "), ("member", "hollis"), ("facility", "lind")]
)
def test_nothing_is_offered_for_too_little(db, kind, text):
    make_draft(files=0, **OTHER)
    assert names(AMY, kind, text) == []


def test_staff_are_offered_nothing(db):
    make_draft(files=0, **OTHER)
    assert names("ian", "provider", "lind") == []
