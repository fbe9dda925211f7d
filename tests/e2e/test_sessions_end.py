"""A session that is over opens nothing any more, on the worker that ended it and on the other one."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from casework.accounts import life, register, resets, sessions
from casework.accounts.profile import OfficeData, OwnData
from casework.accounts.sessions import Session
from tests import personas
from tests.e2e.line import Line, to_each_worker
from tests.unit.test_accounts_life import CHECKED, NEW_PASSWORD

OTHER_PASSWORD = "Marble-Copper-88!"
OFFICE = OfficeData("Sample Sleep Center", "Ada Moss, MD", "1234567893", "391000041", "4145550144", "", "1 Way", "")


def sign_out(server, line: Line, username: str) -> None:
    assert line.post("/sign-out").status == 303


def idle(server, line: Line, username: str) -> None:
    with server.inside():
        Session.update(seen_at=Session.get_by_id(newest(username)).seen_at - timedelta(minutes=15)).where(
            Session.id == newest(username)
        ).execute()


def too_old(server, line: Line, username: str) -> None:
    with server.inside():
        begun = Session.get_by_id(newest(username)).created_at - timedelta(hours=12)
        Session.update(created_at=begun).where(Session.id == newest(username)).execute()


def reset(server, line: Line, username: str) -> None:
    with server.inside():
        token = resets.make_link(personas.user(username), personas.actor("ian"), CHECKED, "called")
    caller = Line(server.url)
    caller.get(f"/set-password/{token}")
    assert caller.post(f"/set-password/{token}", {"password": OTHER_PASSWORD}).status == 303
    caller.close()


def closed(server, line: Line, username: str) -> None:
    with server.inside():
        life.deactivate(personas.user(username), personas.actor("ian"), "left the office")


def own_change(server, line: Line, username: str) -> None:
    """By the same person at another computer; the session there goes on."""
    there = Line(server.url)
    there.sign_in(username, NEW_PASSWORD)
    there.get("/profile/password")
    assert there.post("/profile/password", {"password": OTHER_PASSWORD}).status == 303
    assert there.get("/profile").status == 200
    there.close()


def newest(username: str) -> int:
    return sessions.of_user(personas.user(username))[0].id


ENDINGS = (sign_out, idle, too_old, reset, closed, own_change)


@pytest.fixture(scope="module")
def workers(server):
    lines = to_each_worker(server.url)
    yield lines
    for line in lines:
        line.close()


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_its_token_opens_nothing_on_any_worker(server, workers, ending: Callable[..., None]) -> None:
    username = f"zoe_{ending.__name__}"
    with server.inside():
        person = OwnData("Zoe Sample", "zoe@sample.example", "4145550133")
        register.register(register.Registration(username, NEW_PASSWORD, person, OFFICE))
    first, second = workers
    for line in workers:
        line.cookies.clear()
    first.sign_in(username, NEW_PASSWORD)
    token = first.cookies["portal_session"]
    second.cookies["portal_session"] = token
    assert [line.get("/dashboard").status for line in workers] == [200, 200]
    ending(server, first, username)
    for line in workers:
        line.cookies["portal_session"] = token
        answer = line.get("/dashboard")
        assert (answer.status, answer.location) == (303, "/sign-in?next=/dashboard")
        assert line.post("/session").status in (400, 403)
        assert b'"left":0' in line.get("/session").body.replace(b" ", b"")
    assert len({line.worker() for line in workers}) == 2, "both workers were asked"
