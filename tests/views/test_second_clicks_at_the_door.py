"""A second click where accounts are kept, or at the doors, is told what the first one did, and does nothing more."""

from collections.abc import Callable

import pytest
from flask import Flask

from casework import clock
from casework.accounts import resets, staff
from models import Event, Office, Role, User, UserState
from tests import personas
from tests.client import Client
from tests.unit.test_accounts_life import CHECKED, NEW_PASSWORD, code_of, secret_of, with_second_factor
from tests.views.test_auth import FORM
from views import web
from views.security import cookie_name

ClientFor = Callable[[str], Client]

KEPT = [
    ("ian", "reactivated", UserState.INACTIVE, "reactivate", {}, "The account is active again."),
    ("ian", "registration_approved", UserState.WAITING, "approve", {}, "The office can sign in now."),
    ("ian", "reinstated", UserState.DEACTIVATED, "reinstate", {}, "The account is open again."),
    ("ian", "deactivated", UserState.ACTIVE, "close", {"reason": "She left."}, "The account is closed"),
    ("ian", "second_factor_removed", UserState.ACTIVE, "remove_factor", {}, "The second factor is removed."),
]


@pytest.mark.parametrize(("who", "event", "state", "verb", "typed", "told"), KEPT, ids=[each[3] for each in KEPT])
def test_an_account_changes_once(
    client_for: ClientFor, who: str, event: str, state: UserState, verb: str, typed: dict[str, str], told: str
) -> None:
    keeper, amy = client_for(who), with_second_factor("amy")
    User.update(state=state).where(User.id == amy.id).execute()
    for _ in range(2):
        assert told in keeper.follow(keeper.post(f"/accounts/{amy.key}/{verb}", typed)).words
    assert Event.select().where(Event.kind == event).count() == 1


def test_a_role_changes_once_and_staff_is_added_once(client_for: ClientFor) -> None:
    ada, nora = client_for("ada"), {"username": "nora", "name": "Nora Sample", "role": "nurse"}
    pages = [ada.post("/accounts/staff/new", nora) for _ in range(2)]
    assert ["/invitation/" in each.words for each in pages] == [True, True]
    token = pages[1].words.split("/invitation/")[1].split()[0]
    assert staff.invited(token).name == "Nora Sample", "the link that is shown last is the good one"
    assert ada.post("/accounts/staff/new", nora | {"name": "Nora Other"}).status == 422
    for _ in range(2):
        page = ada.post(f"/accounts/{personas.user('nora').key}/role", {"role": "physician"})
        assert "The role is changed" in ada.follow(page).words
    assert [each.kind for each in Event.select()].count("role_changed") == 1
    assert personas.user("nora").role == Role.PHYSICIAN


def test_offices_are_linked_and_unlinked_once(client_for: ClientFor) -> None:
    ian, bob = client_for("ian"), f"/accounts/offices/{personas.office('bob').key}"
    page = ian.get(f"{bob}/link/{personas.office('ann').key}")
    for _ in range(2):
        assert "The offices are linked." in ian.send(page, "Link them", {"reason": "same patients"}).words
    page = ian.get(f"{bob}/unlink")
    for _ in range(2):
        assert "The office is unlinked" in ian.send(page, "Unlink", {"reason": "they parted"}).words
    kinds = [each.kind for each in Event.select()]
    assert (kinds.count("offices_linked"), kinds.count("office_unlinked")) == (1, 1)


def test_an_office_registers_once(app: Flask) -> None:
    client = Client(app)
    page = client.get("/register")
    for _ in range(2):
        assert "Your account is ready." in client.send(page, "Register", FORM).words
    for other in ({"password": f"{NEW_PASSWORD}x"}, {"npi": "1245319599"}):
        assert "taken" in client.submit(page, "Register", {**FORM, **other}).problems["username"]
    assert Office.select().where(Office.name == FORM["office_name"]).count() == 1


def test_a_password_is_set_once_by_its_link(make_app: Callable[..., Flask]) -> None:
    client = Client(make_app(staff_password=True))
    reset = resets.make_link(personas.user("amy"), personas.actor("ian"), CHECKED, "called")
    _, invitation = staff.add(staff.NewStaff("boss", "The Boss", Role.ADMIN), None)
    for address in (f"/set-password/{reset}", f"/invitation/{invitation}"):
        page = client.get(address)
        for _ in range(2):
            assert "password is set." in client.send(page, "Set password", {"password": NEW_PASSWORD}).words
        assert client.submit(page, "Set password", {"password": f"{NEW_PASSWORD}x"}).status == 404


def twin_of(client: Client) -> Client:
    """The same browser, before the answer to the first click has come."""
    twin = Client(client.app)
    for name in (web.session_cookie(), cookie_name("portal_visit")):
        cookie = client.flask.get_cookie(name, domain="localhost")
        if cookie is not None:
            twin.flask.set_cookie(name, cookie.value, domain="localhost")
    return twin


def test_a_second_click_under_the_old_token_leads_on(client_for: ClientFor) -> None:
    amy = client_for("amy")
    amy.get("/profile/password")
    typed, referer = {"password": NEW_PASSWORD, "csrf_token": amy.token}, {"Referer": "http://localhost/profile"}
    twin = twin_of(amy)
    assert "Your password is changed." in amy.follow(amy.post("/profile/password", typed)).words
    late = twin.post("/profile/password", typed, headers=referer)
    assert late.location == "/sign-in?next=/profile"
    assert amy.get(late.location).location == "/profile", "with the cookie that the first answer brought"
    page, twin = amy.get("/profile"), twin_of(amy)
    assert amy.submit(page, "Sign out").location == "/sign-in"
    assert twin.submit(page, "Sign out").location.startswith("/sign-in")


def test_a_code_that_was_taken_leads_on(app: Flask, the_clock: clock.Frozen) -> None:
    amy = with_second_factor("amy")
    the_clock.move(minutes=2)
    client = Client(app)
    page = client.sign_in("amy", personas.PASSWORD)
    twin, typed = twin_of(client), {"code": code_of(secret_of(amy))}
    assert client.submit(page, "Sign in", typed).location == "/dashboard"
    late = twin.submit(page, "Sign in", typed)
    assert late.location.startswith("/sign-in")
    assert client.follow(late).location == "/dashboard"
