"""The door for username and password."""

from casework import audit, clock
from casework.accounts import passwords, sessions
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from models import User, UserState

WRONG = "Username or password is wrong. Both are case-sensitive."


def by_password(username: str, password: str, address: str = "", browser: str = "") -> tuple[User, str]:
    """Lets a person in by username and password, both exactly as typed: the user and the new session's token.

    Raises Refused, with the same words and at the same cost whether the username exists or not.
    """
    user: User | None = User.get_or_none(username=username)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise Refused(WRONG)
    if user.state != UserState.ACTIVE:
        raise Refused("Your account isn't active. Call CMSI's intake team.")
    with transaction():
        token = sessions.start(user, address, browser)
        User.update(last_active_at=clock.now()).where(User.id == user.id).execute()
        audit.record("signed_in", Actor(user, address))
    return user, token
