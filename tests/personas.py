"""The people of the tests: those of the demo, by the names that everybody knows.

`amy` and `ann` work in two linked offices; `bob`, of a third one, must see nothing of theirs; `ian` takes in, `nia` and
`nat` are nurses, `pam` and `paul` physicians, `ada` keeps accounts.
"""

from casework.actor import Actor
from casework.demo.people import LAKESIDE_ORTHOPEDICS, LAKESIDE_THERAPY, NORTHGATE, PASSWORD, PEOPLE
from models import Office, User

NOBODY = "nobody"
"""A visitor who has not signed in."""

EVERYBODY = tuple(person.username for person in PEOPLE)
OFFICES = (LAKESIDE_ORTHOPEDICS, LAKESIDE_THERAPY, NORTHGATE)

__all__ = ["EVERYBODY", "NOBODY", "OFFICES", "PASSWORD", "actor", "office", "user"]


def user(username: str) -> User:
    """The row of this persona."""
    return User.get(User.username == username)


def actor(username: str) -> Actor:
    """The persona as casework knows who acts."""
    return Actor(user(username), "127.0.0.1", "test")


def office(username: str) -> Office:
    """The office that this persona works in."""
    found = user(username).office
    assert found is not None, f"{username} is of CMSI's staff"
    return found
