"""Registration: a new office with its primary physician, and its first user."""

import unicodedata
from dataclasses import dataclass

from peewee import IntegrityError

from casework import again, audit, clock
from casework.accounts import passwords
from casework.accounts.profile import OfficeData, OwnData
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from config import current as settings
from models import Office, Role, User, UserState

TAKEN = "This username is taken. Choose another one."


@dataclass(frozen=True)
class Registration:
    """What a new office tells about itself and its first user."""

    username: str
    password: str
    person: OwnData
    office: OfficeData


def register(given: Registration, address: str = "", request_id: str = "") -> User:
    """Makes the office and its user in one transaction and returns the user.

    The account works at once, or waits for intake where registration is set to "approval".
    Raises Refused when the username is taken, also in other capitals.
    """
    waits = settings().registration == "approval"
    password_hash = passwords.hash_of(given.password)
    at = clock.now()
    try:
        with transaction():
            office = Office.create(**vars(given.office), created_at=at)
            user = User.create(
                username=given.username,
                username_folded=fold(given.username),
                role=Role.PROVIDER,
                office=office,
                state=UserState.WAITING if waits else UserState.ACTIVE,
                **vars(given.person),
                password_hash=password_hash,
                last_active_at=at,
                created_at=at,
            )
            audit.record("registered", Actor(user, address, request_id), user=user.key, office=office.key)
    except IntegrityError:
        raise Refused(TAKEN) from None
    return user


def has_just_registered(given: Registration) -> bool:
    """Whether it was this very registration, by a first click, that took the username: the password proves it."""
    user: User | None = User.get_or_none(username=given.username)
    if user is None or user.office is None or user.created_at < again.since():
        return False
    told = ((user, given.person), (user.office, given.office))
    is_same = all(getattr(row, name) == value for row, data in told for name, value in vars(data).items())
    return is_same and passwords.matches(user.password_hash, given.password)


def is_taken(username: str) -> bool:
    """Whether somebody has this username, in whatever capitals."""
    return User.select().where(User.username_folded == fold(username)).exists()


def fold(username: str) -> str:
    """Two usernames that differ only in capitals, or in the width of their letters, are the same one here."""
    return unicodedata.normalize("NFKC", username).casefold()
