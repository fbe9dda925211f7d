"""Linking offices: exact, at once, told to all, and nothing agreed to that wasn't shown."""

import pytest

from casework import access
from casework.accounts import links
from casework.errors import NotAllowed, Refused, Stale
from models import Group, Office
from tests import personas

pytestmark = pytest.mark.usefixtures("db")


def circles() -> dict[str, set[str]]:
    """Username to the offices whose cases they see."""
    return {
        username: {Office.get_by_id(number).name for number in access.circle(personas.office(username))}
        for username in ("amy", "ann", "bob")
    }


def keys(*usernames: str) -> list[str]:
    return [personas.office(username).key for username in usernames]


def link(first: str, second: str, agreed: list[str], by: str = "ian") -> None:
    links.link(personas.office(first), personas.office(second), personas.actor(by), "same patients", agreed)


ALL = {"Lakeside Orthopedics", "Lakeside Therapy", "Northgate Family Medicine"}
LAKESIDE = {"Lakeside Orthopedics", "Lakeside Therapy"}


def test_linking_joins_all_of_both_groups_and_tells_them() -> None:
    before = {office.name: office.version for office in Office.select()}
    link("bob", "ann", keys("amy", "ann", "bob"))
    assert circles() == {"amy": ALL, "ann": ALL, "bob": ALL}
    assert all(office.version > before[office.name] for office in Office.select())
    told = [links.told(personas.office(username)) for username in ("amy", "ann", "bob")]
    assert all(text.startswith("Your office is now linked with") for text in told)
    assert "Northgate Family Medicine" in told[0]
    assert "Northgate Family Medicine" not in told[2]


def test_unlinking_is_exact() -> None:
    link("bob", "ann", keys("amy", "ann", "bob"))
    links.unlink(personas.office("ann"), personas.actor("ian"), "they parted")
    rest = {"Lakeside Orthopedics", "Northgate Family Medicine"}
    assert circles() == {"amy": rest, "ann": {"Lakeside Therapy"}, "bob": rest}


def test_unlinking_the_last_but_one_ends_the_group() -> None:
    links.unlink(personas.office("amy"), personas.actor("ian"), "they parted")
    assert circles() == {
        "amy": {"Lakeside Orthopedics"},
        "ann": {"Lakeside Therapy"},
        "bob": {"Northgate Family Medicine"},
    }
    assert Group.select().count() == 0


def test_only_what_was_shown_is_agreed_to() -> None:
    with pytest.raises(Stale):
        link("bob", "ann", keys("ann", "bob"))
    assert circles()["bob"] == {"Northgate Family Medicine"}
    assert links.told(personas.office("bob")) == ""


def test_what_is_refused() -> None:
    with pytest.raises(Refused, match="linked already"):
        link("amy", "ann", keys("amy", "ann"))
    with pytest.raises(Refused, match="linked already"):
        link("bob", "bob", keys("bob"))
    with pytest.raises(Refused, match="isn't linked"):
        links.unlink(personas.office("bob"), personas.actor("ian"), "why")
    with pytest.raises(Refused, match="Say why"):
        links.unlink(personas.office("amy"), personas.actor("ian"), "  ")
    with pytest.raises(NotAllowed):
        link("bob", "ann", keys("amy", "ann", "bob"), by="amy")
    assert circles() == {"amy": LAKESIDE, "ann": LAKESIDE, "bob": {"Northgate Family Medicine"}}
