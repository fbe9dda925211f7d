"""The doors as a browser meets them: sign in, sign out, register, expiry, proof, one-time links."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from casework import clock
from casework.accounts import resets, sessions, staff, totp
from casework.accounts.sessions import Session
from casework.audit.access_log import AccessLog
from casework.demo.people import PASSWORD
from models import Office, Role, User, UserState
from tests import personas
from tests.client import Client
from tests.unit.test_accounts_life import CHECKED, NEW_PASSWORD, code_of, with_second_factor
from views import web

ClientFor = Callable[[str], Client]

FORM = {
    "name": "Zoe Sample",
    "email": "zoe@sample.example",
    "phone": "(414) 555-0133",
    "office_name": "Sample Sleep Center",
    "physician_name": "Sample Physician Ada Moss, MD",
    "npi": "1234567893",
    "tin": "39-1000041",
    "address": "1 Sample Way, Milwaukee, WI 53202",
    "office_phone": "414.555.0144",
    "username": "zoe",
    "password": NEW_PASSWORD,
}


def actions() -> list[str]:
    return [row.action for row in AccessLog.select().order_by(AccessLog.id)]


@pytest.mark.parametrize(
    ("username", "home"),
    [("amy", "/dashboard"), ("ian", "/queue"), ("nia", "/queue"), ("pam", "/queue"), ("ada", "/accounts")],
)
def test_everybody_gets_home(make_app: Callable[..., Flask], username: str, home: str) -> None:
    client = Client(make_app(demo=True))
    assert client.sign_in(username, PASSWORD).location == home


def test_the_demo_says_so_and_production_has_no_staff_password(make_app: Callable[..., Flask]) -> None:
    assert PASSWORD in Client(make_app(demo=True)).get("/sign-in").words
    client = Client(make_app())
    assert PASSWORD not in client.get("/sign-in").words
    assert client.sign_in("ian", PASSWORD).status == 422
    assert client.get("/sign-in/staff").status == 404


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/profile", "/profile"),
        ("/dashboard?tab=pending", "/dashboard?tab=pending"),
        ("//evil.example", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("https://evil.example/", "/dashboard"),
        ("/x\r\nSet-Cookie: a=b", "/dashboard"),
        ("javascript:alert(1)", "/dashboard"),
        ("/a//evil.example", "/dashboard"),
        ("\t//evil.example", "/dashboard"),
    ],
)
def test_next_leads_to_own_pages_only(app: Flask, wanted: str, leads_to: str) -> None:
    client = Client(app)
    page = client.get("/sign-in", query_string={"next": wanted})
    assert client.submit(page, "Sign in", {"username": "amy", "password": PASSWORD}).location == leads_to
    other = Client(app)
    other.get("/sign-in")
    posted = other.post("/sign-in", {"username": "amy", "password": PASSWORD, "next": wanted})
    assert posted.location == leads_to


def test_a_wrong_password_says_nothing_of_the_username(app: Flask) -> None:
    told = {Client(app).sign_in(username, "wrong").problems["username"] for username in ("amy", "nobody")}
    assert told == {"Username or password is wrong. Both are case-sensitive."}
    page = Client(app).sign_in("Amy", PASSWORD)
    assert page.status == 422
    assert PASSWORD not in page.text


def test_too_many_tries_are_told_when_to_come_back(app: Flask) -> None:
    answers = [Client(app).sign_in("amy", "wrong") for _ in range(6)]
    assert [page.status for page in answers] == [422] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 16
    assert actions() == ["sign_in_refused"] * 5 + ["sign_in_slowed"]


def test_sign_out_ends_the_session_on_the_server(client_for: ClientFor) -> None:
    amy, stolen = client_for("amy"), client_for("amy")
    copy = amy.flask.get_cookie(web.session_cookie(), domain="localhost").value
    assert amy.submit(amy.get("/profile"), "Sign out").location == "/sign-in"
    stolen.flask.set_cookie(web.session_cookie(), copy, domain="localhost")
    assert stolen.get("/profile").location.startswith("/sign-in")
    assert amy.get("/sign-out").status == 405


def test_a_session_fixed_beforehand_is_worth_nothing(app: Flask) -> None:
    client = Client(app)
    client.flask.set_cookie(web.session_cookie(), "known-to-the-attacker", domain="localhost")
    client.sign_in("amy", PASSWORD)
    assert client.flask.get_cookie(web.session_cookie(), domain="localhost").value != "known-to-the-attacker"
    assert sessions.find("known-to-the-attacker") is None


def test_who_signs_in_next_ends_the_session_before(client_for: ClientFor) -> None:
    client = client_for("amy")
    token = client.flask.get_cookie(web.session_cookie()).value
    client.get("/profile")
    assert client.post("/sign-in", {"username": "ann", "password": PASSWORD}).status == 303
    assert sessions.find(token) is None
    assert client.flask.get_cookie(web.session_cookie()).value != token


@pytest.mark.parametrize("referer", ["http://[", "//[x", "http://[::1"])
def test_a_referer_that_is_no_address_leads_to_sign_in(app: Flask, referer: str) -> None:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Current-URL": referer}
    answer = Client(app).flask.get("/dashboard", headers=headers)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_after_expiry_the_same_page_opens_again(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    the_clock.move(minutes=16)
    asked = client.get("/profile?x=1")
    assert asked.location == "/sign-in?next=/profile?x%3D1"
    page = client.follow(asked)
    assert "You were signed out" in page.words
    back = client.submit(page, "Sign in", {"username": "amy", "password": PASSWORD})
    assert back.location == "/profile?x=1"
    assert client.get("/profile", htmx=True).status == 200


def test_a_fragment_of_an_expired_session_leads_to_sign_in(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    the_clock.move(minutes=16)
    answer = client.get("/profile", htmx=True, headers={"HX-Current-URL": "http://localhost/dashboard"})
    assert (answer.status, answer.location) == (401, "/sign-in?next=/dashboard")


def test_background_requests_are_no_activity(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    for _ in range(2):
        the_clock.move(minutes=7)
        client.get("/profile", headers={"X-Background": "1"})
        assert client.flask.get("/session", headers={"X-Background": "1"}).json["left"] <= 480
    the_clock.move(minutes=2)
    assert client.flask.get("/session", headers={"X-Background": "1"}).json == {"left": 0}


def test_stay_begins_the_idle_time_anew(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    client.get("/profile")
    the_clock.move(minutes=14)
    assert client.flask.get("/session", headers={"X-Background": "1"}).json["left"] == 60
    answer = client.flask.post("/session", headers={"X-CSRF-Token": client.token})
    assert answer.json["left"] == 900
    assert client.flask.post("/session", headers={"X-CSRF-Token": answer.json["token"]}).status_code == 200


def test_an_office_registers_and_signs_in(app: Flask) -> None:
    client = Client(app)
    page = client.submit(client.get("/register"), "Register", FORM)
    assert client.follow(page).heading == "Sign in"
    zoe = User.get(username="zoe")
    assert (zoe.role, zoe.office.npi, zoe.office.tin, zoe.office.phone) == (
        Role.PROVIDER,
        "1234567893",
        "391000041",
        "4145550144",
    )
    assert zoe.office.group_id is None
    assert client.sign_in("zoe", NEW_PASSWORD).location == "/dashboard"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("username", "zoe z", "no spaces"),
        ("username", "AMY", "taken"),
        ("username", "amy", "taken"),
        ("username", "ａｍｙ", "taken"),
        ("password", "Summer2026!!", "easy to guess"),
        ("npi", "1234567890", "check digit"),
        ("tin", "12", "9 digits"),
        ("email", "zoe", "e-mail address like"),
        ("phone", "123", "10 digits"),
        ("office_name", "", "name of your office"),
    ],
)
def test_what_registration_refuses(app: Flask, field: str, value: str, told: str) -> None:
    client = Client(app)
    page = client.submit(client.get("/register"), "Register", {**FORM, field: value})
    assert page.status == 422
    assert told in page.problems[field]
    assert list(page.problems) == [field]
    assert Office.select().where(Office.name == FORM["office_name"]).count() == 0


def test_guesses_at_usernames_are_slowed_down_at_registration_too(app: Flask) -> None:
    client = Client(app)
    page = client.get("/register")
    told = [client.submit(page, "Register", {"username": "amy"}).status for _ in range(11)]
    assert told == [422] * 10 + [429]
    assert client.submit(page, "Register", {"username": "nobody-has-this"}).status == 429


def test_registration_binds_nothing_else(app: Flask) -> None:
    client = Client(app)
    client.get("/register")
    client.post("/register", {**FORM, "role": "admin", "state": "active", "group": "1", "office_id": "1"})
    zoe = User.get(username="zoe")
    assert (zoe.role, zoe.office.name, zoe.office.group_id) == (Role.PROVIDER, FORM["office_name"], None)


def test_registration_may_wait_for_intake(make_app: Callable[..., Flask]) -> None:
    client = Client(make_app(registration="approval"))
    client.submit(client.get("/register"), "Register", FORM)
    assert client.sign_in("zoe", NEW_PASSWORD).heading == "Your account isn't open yet"
    assert User.get(username="zoe").state == UserState.WAITING
    assert Session.select().count() == 0


def test_an_inactive_person_asks_intake(app: Flask, the_clock: clock.Frozen) -> None:
    the_clock.move(days=31)
    client = Client(app)
    page = client.sign_in("amy", PASSWORD)
    assert page.heading == "Your account is inactive"
    assert "262-369-8750 or 800-861-8744" in page.words
    assert "Monday to Friday" in page.words
    assert "Intake knows" in client.send(page, "Ask intake to reactivate it").words
    assert personas.user("amy").wants_reactivation_at == clock.now()


def test_a_new_password_asks_for_the_old_one_first(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client, elsewhere = client_for("amy"), client_for("amy")
    the_clock.move(minutes=11)
    asked = client.get("/profile/password")
    assert asked.location == "/prove?next=/profile/password"
    page = client.follow(asked)
    assert client.submit(page, "Go on", {"password": "wrong"}).problems.keys() == {"password"}
    page = client.send(page, "Go on", {"password": PASSWORD})
    assert page.heading == "Change your password"
    before = client.flask.get_cookie(web.session_cookie(), domain="localhost").value
    assert client.send(page, "Change password", {"password": NEW_PASSWORD}).heading == "Your profile"
    assert client.flask.get_cookie(web.session_cookie(), domain="localhost").value != before
    assert elsewhere.get("/profile").location.startswith("/sign-in")
    assert actions()[-3:] == ["proof_refused", "proved", "password_set"]


def test_own_sessions_are_seen_and_ended(client_for: ClientFor) -> None:
    here, there, bob = client_for("amy"), client_for("amy"), client_for("bob")
    assert bob.get("/profile").status == 200
    page = here.get("/profile")
    assert page.words.count("Sign out there") == 1
    assert "Signed out there." in here.send(page, "Sign out there").words
    assert there.get("/profile").status == 303
    others = Session.get(Session.user == personas.user("bob"))
    here.post("/profile/sessions/end", {"session": str(others.id)})
    assert bob.get("/profile").status == 200


def test_a_second_factor_from_start_to_end(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    page = client.send(client.get("/profile/second-factor"), "Begin")
    picture = client.get("/profile/totp.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert b'fill="#fff"' in picture.data, "on a dark page only a picture with a white ground can be scanned"
    secret = totp.waiting_secret(personas.user("amy"))
    assert "code" in client.submit(page, "Confirm", {"code": "123"}).problems
    page = client.submit(page, "Confirm", {"code": code_of(secret)})
    assert page.heading == "Your recovery codes"
    the_clock.move(seconds=90)
    fresh = Client(client.app)
    page = fresh.sign_in("amy", PASSWORD)
    assert page.heading == "Enter your code"
    assert fresh.get("/profile").location.startswith("/sign-in")
    assert fresh.submit(page, "Sign in", {"code": code_of(secret)}).location == "/dashboard"


def test_recovery_codes_are_shown_once_and_let_in_once(client_for: ClientFor) -> None:
    client = client_for("amy")
    assert client.post("/profile/recovery-codes").status == 422
    with_second_factor("amy")
    page = client.get("/profile")
    assert "8 recovery codes left" in page.words
    page = client.submit(page, "Make new recovery codes")
    code = re.findall(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}", page.words)[0]
    assert code not in client.get("/profile").words
    fresh = Client(client.app)
    page = fresh.sign_in("amy", PASSWORD)
    problems = fresh.submit(page, "Sign in", {"recovery": "ABCD"}).problems
    assert problems == {"recovery": "This recovery code is wrong, or was used already. Try another one."}
    assert "code" in fresh.submit(page, "Sign in", {"code": ""}).problems
    assert "You used a recovery code: 7 left" in fresh.send(page, "Sign in", {"recovery": code}).words
    again = Client(client.app)
    page = again.sign_in("amy", PASSWORD)
    assert "recovery" in again.submit(page, "Sign in", {"recovery": code}).problems


def test_one_proof_does_not_last_by_what_it_opened(client_for: ClientFor, the_clock: clock.Frozen) -> None:
    client = client_for("amy")
    with_second_factor("amy")
    the_clock.move(minutes=9)
    assert client.submit(client.get("/profile"), "Make new recovery codes").heading == "Your recovery codes"
    the_clock.move(minutes=2)
    assert client.get("/profile/password").location.startswith("/prove")
    page = client.get("/profile")
    assert client.submit(page, "Make new recovery codes").location.startswith("/prove")


def test_where_it_is_required_nothing_opens_without_a_second_factor(make_app: Callable[..., Flask]) -> None:
    client = Client(make_app(office_totp="required"))
    page = client.follow(client.sign_in("amy", PASSWORD))
    assert page.location == "/profile/second-factor"
    assert client.get("/profile").status == 200


def test_a_reset_link_from_call_to_sign_in(app: Flask, client_for: ClientFor) -> None:
    amy = personas.user("amy")
    intake = client_for("ian")
    page = intake.get(f"/accounts/{amy.key}/reset-link")
    refused = intake.submit(page, "Make the link", {"checks": ["name"], "reason": "called"})
    assert list(refused.problems) == ["checks"]
    page = intake.submit(page, "Make the link", {"checks": list(CHECKED), "reason": "called"})
    link = page.words.split("http://localhost")[1].split()[0]
    office = Client(app)
    for _ in range(2):
        page = office.get(link)
        assert page.heading == "Set a new password"
    assert "Your new password is set" in office.send(page, "Set password", {"password": NEW_PASSWORD}).words
    assert office.get(link).status == 404
    page = office.follow(office.sign_in("amy", NEW_PASSWORD))
    assert "Your password was set anew on Tue Nov 24, 2026, 9:12 AM CST" in page.words
    again = Client(app)
    assert "set anew" not in again.follow(again.sign_in("amy", NEW_PASSWORD)).words


def test_guessed_links_are_slowed_down(app: Flask) -> None:
    client = Client(app)
    answers = [client.get(f"/set-password/guess{number}").status for number in range(22)]
    assert answers == [404] * 20 + [429] * 2
    token = resets.make_link(personas.user("amy"), personas.actor("ian"), CHECKED, "called")
    assert client.get(f"/set-password/{token}").status == 429


def test_an_invitation_opens_the_staff_door(make_app: Callable[..., Flask]) -> None:
    client = Client(make_app(staff_password=True))
    _, token = staff.add(staff.NewStaff("boss", "The Boss", Role.ADMIN), None)
    page = client.send(client.get(f"/invitation/{token}"), "Set password", {"password": NEW_PASSWORD})
    assert page.heading == "Staff sign-in"
    entered = client.submit(page, "Sign in", {"username": "boss", "password": NEW_PASSWORD})
    assert client.follow(entered).location == "/profile/second-factor"
    assert client.get(f"/invitation/{token}").status == 404


def test_offices_that_take_single_sign_on_are_told_where_to_go(app: Flask) -> None:
    page = Client(app).get("/sso")
    assert page.links["Sign in with Username / Password"] == "/sign-in"
    assert Client(app).get("/sso/start").heading == page.heading
    assert Client(app).get("/sso/callback?code=x&state=y").heading == page.heading
