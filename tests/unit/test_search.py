"""The search box: what is recognised, what is found, and that nobody finds what they may not see."""

import pytest

from casework import clock, compare, numbers
from casework.errors import NotFound
from casework.lists import search
from models import Case, Request, Status, User
from tests import builders, personas
from tests.counting import statements

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.databases]


def ask(text: str, username: str = "amy") -> search.Found:
    actor = personas.actor(username)
    return search.find(actor, search.remember(actor, text))


def case_of(request: Request) -> Case:
    return Case.get_by_id(request.case_id)


@pytest.fixture
def hollis() -> Case:
    """Maren Hollis, physical therapy (97110 GP, 97140 GP), M17.11, accepted."""
    return case_of(builders.make_request(Status.IN_REVIEW))


@pytest.mark.parametrize(
    ("typed", "recognised"),
    [
        ("Hollis", "member name"),
        ("hollis, mar", "member name"),
        ("Maren Hollis", "member name"),
        ("HÓLLIS", "member name"),
        ("Hołlis", "member name"),
        ("xkm 4471 0923", "member ID XKM44710923"),
        ("04/09/1981", "date of birth 04/09/1981"),
        ("1981-04-09", "date of birth 04/09/1981"),
        ("Hollis 4/9/1981", "member name with date of birth 04/09/1981"),
        ("04/09/1981 Maren Hollis", "member name with date of birth 04/09/1981"),
        ("97110", "service code 97110"),
        ("m17.11", "diagnosis code M17.11"),
        ("M1711", "diagnosis code M17.11"),
    ],
)
def test_each_meaning_is_told_and_found(hollis: Case, typed: str, recognised: str) -> None:
    found = ask(typed)
    assert recognised in found.recognised
    assert [row.webcert_number for row in found.rows] == [hollis.webcert_number]


@pytest.mark.parametrize("write", [str, str.lower, lambda n: n.replace("-", ""), lambda n: n[1:].replace("-", " ")])
def test_either_number_is_found_however_it_is_written(hollis: Case, write) -> None:
    for number, what in ((hollis.webcert_number, "WebCert #"), (hollis.authorization_number, "Authorization #")):
        found = ask(write(number))
        assert f"{what} {number}" in found.recognised
        assert [row.webcert_number for row in found.rows] == [hollis.webcert_number]


def test_a_mistyped_number_is_told_from_an_unknown_one(hollis: Case) -> None:
    number = str(hollis.webcert_number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert "its last digit does not fit" in ask(wrong).hint
    bare = wrong.replace("-", "")[1:]
    assert "a digit of it is not right" in ask(bare).hint
    assert ask("123456789").hint == ask("123-45-6789").hint == ask(bare).hint
    assert ask("12345678").hint == ""
    never_given = numbers.format_number(numbers.Kind.WEBCERT, 2026, 999)
    unknown = ask(never_given)
    assert (unknown.hint, unknown.rows, unknown.recognised) == ("", [], [f"WebCert # {never_given}"])


@pytest.mark.parametrize(
    "typed", ["Jones", "Hollis, Peter", "04/10/1981", "Jones 04/09/1981", "99999", "M54.50", "%", "_"]
)
def test_what_is_not_there_is_not_found(hollis: Case, typed: str) -> None:
    assert ask(typed).rows == []


def test_nobody_finds_what_they_may_not_see(hollis: Case) -> None:
    typed = [
        hollis.webcert_number,
        hollis.authorization_number,
        "Hollis",
        "04/09/1981",
        "97110",
        "M17.11",
        "XKM44710923",
    ]
    for text in typed:
        assert ask(str(text), "ann").rows, "linked offices share"
        assert not ask(str(text), "bob").rows
        assert ask(str(text), "ian").rows


def test_drafts_are_found_by_their_office_alone() -> None:
    builders.make_draft(files=0)
    assert ask("Hollis").rows[0].status == Status.DRAFT
    assert not ask("Hollis", "nia").rows


def test_staff_find_offices_and_offices_do_not() -> None:
    builders.make_request(by="bob")
    found = ask("northgate fam", "ian")
    assert "office" in found.recognised
    assert found.rows[0].office_name == "Northgate Family Medicine"
    assert "office" not in ask("northgate fam", "bob").recognised


def test_requests_in_every_state_are_found() -> None:
    for status in (Status.WITHDRAWN, Status.CANCELLED, Status.ARCHIVED, Status.REJECTED):
        builders.make_request(status)
    assert {row.status for row in ask("Hollis").rows} == {
        Status.WITHDRAWN,
        Status.CANCELLED,
        Status.ARCHIVED,
        Status.REJECTED,
    }


def test_many_finds_are_cut_newest_first_and_told() -> None:
    user, office, at = User.get(User.username == "amy"), personas.office("amy"), clock.now()
    for number in range(60):
        case = Case.create(office=office, case_type="service", last_name="Mayer", created_at=at)
        Case.update(name_folded=compare.name_folded("Mayer", str(number))).where(Case.id == case.id).execute()
        Request.create(case=case, office=office, created_by=user, created_at=at, updated_at=at)
    found = ask("mayer")
    assert found.has_more
    assert len(found.rows) == 50
    newest = Request.select().order_by(Request.id.desc()).first()
    assert newest is not None
    assert found.rows[0].key == newest.key


def test_a_search_is_its_owners_and_is_forgotten(the_clock: clock.Frozen) -> None:
    amy, ann = personas.actor("amy"), personas.actor("ann")
    token = search.remember(amy, "Hollis")
    with pytest.raises(NotFound):
        search.find(ann, token)
    the_clock.move(hours=13)
    search.remember(ann, "other")
    with pytest.raises(NotFound):
        search.find(amy, token)


@pytest.mark.parametrize("typed", ["Hollis", "W26-000001-1", "04/09/1981"])
def test_a_search_takes_two_statements(hollis: Case, typed: str) -> None:
    amy = personas.actor("amy")
    assert amy.user.office
    token = search.remember(amy, typed)
    with statements() as sent:
        search.find(amy, token)
    assert len(sent) == 2
