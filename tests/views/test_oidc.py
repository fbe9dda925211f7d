"""Single sign-on against a provider that behaves, and against one that misbehaves in every way we know."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from casework import clock
from casework.accounts import sessions, staff
from casework.accounts.sessions import Session
from casework.accounts.sso import provider as known
from casework.audit.access_log import AccessLog
from models import Event, Role, User, UserState
from tests.client import Client, Page
from tests.provider import CLIENT, SECRET, Provider, none_signed, rsa_key, with_secret

MakeApp = Callable[..., Flask]


@pytest.fixture
def provider(the_clock: clock.Frozen) -> Iterator[Provider]:
    """A provider on a port of its own; what the portal remembers of others is forgotten."""
    known.forget()
    running = Provider()
    yield running
    running.close()
    known.forget()


@pytest.fixture
def sso(portal: Flask, install: Callable[..., object], provider: Provider) -> Flask:
    """The portal, told of the provider."""
    install(**provider.settings())
    return portal


def arrive(client: Client, provider: Provider, start: str = "/sso/start", **more: str) -> Page:
    """From the portal to the provider and back."""
    address = client.get(start).response.headers["Location"]
    return client.get(f"/sso/callback?{provider.authorize(address, **more)}")


def ida() -> User | None:
    return User.get_or_none(oidc_subject="s-1")


def test_staff_come_in_with_the_role_of_their_group(sso: Flask, provider: Provider) -> None:
    client = Client(sso)
    assert arrive(client, provider).location == "/queue"
    user = ida()
    assert user is not None
    assert (user.role, user.username, user.oidc_issuer, user.password_hash) == (
        Role.INTAKE,
        "ida",
        provider.issuer,
        None,
    )
    assert client.get("/profile").status == 200
    assert [row.action for row in AccessLog.select()] == ["signed_in"]
    assert "at-1" not in str(list(Session.select().dicts())) + str(list(AccessLog.select().dicts()))


def test_the_strongest_group_counts_and_is_followed(sso: Flask, provider: Provider) -> None:
    first = Client(sso)
    arrive(first, provider)
    provider.person["groups"] = ["cmsi-nurses", "cmsi-doctors", "other"]
    arrive(Client(sso), provider)
    assert User.get(oidc_subject="s-1").role == Role.PHYSICIAN
    assert first.get("/profile").status == 303
    assert "role_changed" in [event.kind for event in Event.select()]
    provider.person["groups"] = []
    assert arrive(Client(sso), provider).status == 403
    assert Session.select().count() == 0


def test_an_e_mail_address_never_tells_who_somebody_is(sso: Flask, provider: Provider) -> None:
    User.update(email="ada@sample.example").where(User.username == "ada").execute()
    provider.person |= {"email": "ada@sample.example", "preferred_username": "ada"}
    arrive(Client(sso), provider)
    made = User.get(oidc_subject="s-1")
    assert (made.username, made.role) == ("ada2", Role.INTAKE)


def test_next_leads_back_to_the_page(sso: Flask, provider: Provider) -> None:
    assert arrive(Client(sso), provider, "/sso/start?next=/profile").location == "/profile"
    assert arrive(Client(sso), provider, "/sso/start?next=//evil.example").location == "/queue"


def test_new_keys_of_the_provider_are_taken_up(sso: Flask, provider: Provider) -> None:
    arrive(Client(sso), provider)
    provider.key = provider.signing_key = rsa_key("two")
    provider.header["kid"] = "two"
    known._known.keys_at -= known.KEYS_REST
    assert arrive(Client(sso), provider).location == "/queue"


def test_an_inactive_member_of_staff_is_told(sso: Flask, provider: Provider) -> None:
    arrive(Client(sso), provider)
    User.update(state=UserState.DEACTIVATED).where(User.oidc_subject == "s-1").execute()
    page = arrive(Client(sso), provider)
    assert (page.status, "isn't active" in page.words) == (403, True)


def test_an_invitation_binds_the_identity(make_app: MakeApp, provider: Provider) -> None:
    client = Client(make_app(**{**provider.settings(), "oidc_roles": ""}))
    assert arrive(client, provider).status == 403
    boss, token = staff.add(staff.NewStaff("boss", "The Boss", Role.ADMIN), None)
    former = sessions.start(boss)
    page = client.get(f"/invitation/{token}")
    assert arrive(client, provider, page.links["Single Sign-On (SSO)"]).location == "/accounts"
    assert User.get(username="boss").oidc_subject == "s-1"
    assert sessions.find(former) is None, "somebody who was in before stays in"
    assert arrive(Client(client.app), provider).location == "/accounts"
    assert client.get(f"/sso/start?invitation={token}").status == 403


def test_a_proof_asks_the_provider_anew(sso: Flask, provider: Provider, the_clock: clock.Frozen) -> None:
    client = Client(sso)
    arrive(client, provider)
    client.get("/profile")
    the_clock.move(minutes=11)
    page = client.follow(client.get("/profile/data"))
    start = page.links["Prove it by Single Sign-On (SSO)"]
    address = client.get(start).response.headers["Location"]
    assert "prompt=login" in address
    assert "max_age=0" in address
    back = client.get(f"/sso/callback?{provider.authorize(address)}")
    assert back.location == "/profile/data"
    assert client.get("/profile/data").status == 200


def test_a_proof_by_another_person_or_an_old_one_is_none(
    sso: Flask, provider: Provider, the_clock: clock.Frozen
) -> None:
    client = Client(sso)
    arrive(client, provider)
    the_clock.move(minutes=11)
    start = "/sso/start?prove=1"
    provider.claims = lambda claims: claims | {"auth_time": claims["iat"] - 600}
    assert arrive(client, provider, start).status == 403
    provider.claims = lambda claims: claims
    provider.person["sub"] = "s-2"
    assert arrive(client, provider, start).status == 403
    assert client.get("/profile/data").location.startswith("/prove")


def test_sign_out_offers_the_provider_too(sso: Flask, provider: Provider) -> None:
    client = Client(sso)
    arrive(client, provider)
    page = client.send(client.get("/profile"), "Sign out")
    assert page.links["Sign out of single sign-on too"].startswith(f"{provider.issuer}/end?client_id={CLIENT}")
    assert client.get("/profile").status == 303


@pytest.mark.parametrize("who", [{"sub": "s-1"}, {"sub": None, "sid": "sid-1"}, {"sid": "sid-1"}])
def test_the_back_channel_ends_sessions(sso: Flask, provider: Provider, who: dict[str, Any]) -> None:
    client, other = Client(sso), Client(sso)
    arrive(client, provider)
    token = provider.logout_token(**who)
    assert other.flask.post("/sso/back-channel", data={"logout_token": token}).status_code == 200
    assert client.get("/profile").status == 303
    assert other.flask.post("/sso/back-channel", data={"logout_token": token}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "x"},
        {"events": None},
        {"events": {"other": {}}},
        {"sub": None},
        {"jti": None},
        {"aud": "other"},
        {"iss": "http://evil.example"},
        {"exp": 1},
        {"iat": 1},
    ],
)
def test_a_wrong_logout_token_ends_nothing(sso: Flask, provider: Provider, wrong: dict[str, Any]) -> None:
    client = Client(sso)
    arrive(client, provider)
    token = provider.logout_token(**wrong)
    assert Client(sso).flask.post("/sso/back-channel", data={"logout_token": token}).status_code == 400
    assert client.get("/profile").status == 200


def changed(**more: Any) -> Callable[[Provider], None]:
    """Claims of the ID token changed; None leaves one out."""

    def misbehave(provider: Provider) -> None:
        provider.claims = lambda claims: {name: value for name, value in (claims | more).items() if value is not None}

    return misbehave


def shifted(name: str, seconds: int) -> Callable[[Provider], None]:
    def misbehave(provider: Provider) -> None:
        provider.claims = lambda claims: claims | {name: claims["iat"] + seconds}

    return misbehave


def without(name: str) -> Callable[[Provider], None]:
    def misbehave(provider: Provider) -> None:
        provider.answer = lambda answer: {key: value for key, value in answer.items() if key != name}

    return misbehave


def encoding(encode: Callable[[Provider], Callable[[dict[str, Any]], str]]) -> Callable[[Provider], None]:
    def misbehave(provider: Provider) -> None:
        provider.encode = encode(provider)

    return misbehave


def replying(path: str, status: int, body: bytes, **headers: str) -> Callable[[Provider], None]:
    def misbehave(provider: Provider) -> None:
        provider.replies[path] = (status, body, headers)

    return misbehave


def foreign_key(provider: Provider) -> None:
    provider.signing_key = rsa_key("foreign")


def forged_payload(provider: Provider) -> None:
    provider.answer = lambda answer: answer | {"id_token": _forged(answer["id_token"])}


def _forged(token: str) -> str:
    head, payload, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "==")) | {"sub": "s-9"}
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b'=').decode()}.{signature}"


def own_symmetric_key(provider: Provider) -> None:
    """The list of keys holds a symmetric one, under which the token is signed."""
    provider.keys = lambda keys: {
        "keys": [{"kty": "oct", "kid": "o", "k": base64.urlsafe_b64encode(b"x" * 32).decode()}]
    }
    provider.encode = with_secret(b"x" * 32)


def userinfo_of_another(provider: Provider) -> None:
    provider.userinfo = lambda claims: claims | {"sub": "s-9"}


def critical_header(provider: Provider) -> None:
    provider.header |= {"crit": ["b64"], "b64": True}


MISBEHAVIOURS: dict[str, Callable[[Provider], None]] = {
    "wrong nonce": changed(nonce="x"),
    "no nonce": changed(nonce=None),
    "wrong issuer": changed(iss="https://evil.example"),
    "no issuer": changed(iss=None),
    "wrong audience": changed(aud="other"),
    "no audience": changed(aud=None),
    "two audiences without azp": changed(aud=[CLIENT, "other"]),
    "azp of another": changed(aud=[CLIENT, "other"], azp="other"),
    "no subject": changed(sub=None),
    "empty subject": changed(sub=""),
    "subject of another kind": changed(sub=7),
    "expired": shifted("exp", -120),
    "no expiry": changed(exp=None),
    "expiry as text": changed(exp="tomorrow"),
    "issued tomorrow": changed(iat=2_000_000_000),
    "issued long ago": changed(iat=1_000_000_000),
    "not valid yet": shifted("nbf", 3600),
    "wrong at_hash": changed(at_hash="x"),
    "algorithm none": encoding(lambda provider: none_signed),
    "HS256 with the client's secret": encoding(lambda provider: with_secret(SECRET)),
    "HS256 with the public key": encoding(lambda provider: with_secret(provider.key.as_pem(private=False))),
    "an algorithm that isn't listed": lambda provider: provider.header.update(alg="RS512"),
    "foreign key": foreign_key,
    "forged payload": forged_payload,
    "symmetric key in the list": own_symmetric_key,
    "critical header": critical_header,
    "no id_token": without("id_token"),
    "no access token": without("access_token"),
    "no token type": without("token_type"),
    "id_token of another kind": lambda provider: setattr(provider, "answer", lambda answer: answer | {"id_token": [1]}),
    "userinfo of another": userinfo_of_another,
    "userinfo fails": replying("/userinfo", 500, b"{}"),
    "userinfo redirects": replying("/userinfo", 302, b"", Location="http://127.0.0.1:9/"),
    "userinfo isn't JSON": replying("/userinfo", 200, b"<html>"),
    "tokens refused": replying("/token", 400, b'{"error": "invalid_grant"}'),
    "tokens aren't JSON": replying("/token", 200, b"<html>"),
    "tokens are a list": replying("/token", 200, b"[]"),
    "tokens redirect": replying("/token", 307, b"", Location="http://127.0.0.1:9/"),
    "keys aren't JSON": replying("/keys", 200, b"no"),
    "keys fail": replying("/keys", 503, b""),
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_a_misbehaving_provider_lets_nobody_in(sso: Flask, provider: Provider, name: str) -> None:
    MISBEHAVIOURS[name](provider)
    client = Client(sso)
    page = arrive(client, provider)
    assert page.status in (403, 503), page.words
    assert page.heading == "Single Sign-On (SSO)"
    assert client.get("/profile").status == 303
    assert (ida(), Session.select().count()) == (None, 0)
    assert AccessLog.get().action == "sign_in_refused"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "ftp://evil.example"},
        {"userinfo_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
def test_metadata_of_somebody_else_are_not_believed(sso: Flask, provider: Provider, metadata: dict[str, Any]) -> None:
    provider.metadata = lambda found: found | metadata
    page = Client(sso).get("/sso/start")
    assert (page.status, page.heading) == (403, "Single Sign-On (SSO)")


def test_a_provider_that_is_down_is_told(sso: Flask, provider: Provider) -> None:
    provider.close()
    page = Client(sso).get("/sso/start")
    assert (page.status, "doesn't answer" in page.words) == (503, True)
    assert Client(sso).get("/sign-in").status == 200


def test_a_code_or_state_is_good_once_and_in_one_browser(sso: Flask, provider: Provider) -> None:
    client, thief = Client(sso), Client(sso)
    address = client.get("/sso/start").response.headers["Location"]
    query = provider.authorize(address)
    thief.get("/sign-in")
    assert thief.get(f"/sso/callback?{query}").status == 403
    assert client.get(f"/sso/callback?{query}").status == 403
    again = provider.authorize(client.get("/sso/start").response.headers["Location"])
    assert client.get(f"/sso/callback?{again}").location == "/queue"
    assert client.get(f"/sso/callback?{again}").status == 403


@pytest.mark.parametrize(
    "more", [{"iss": "https://evil.example"}, {"error": "access_denied"}, {"state": "x"}, {"code": ""}]
)
def test_a_wrong_way_back_leads_nowhere(sso: Flask, provider: Provider, more: dict[str, str]) -> None:
    page = arrive(Client(sso), provider, **more)
    assert (page.status, page.heading, ida()) == (403, "Single Sign-On (SSO)", None)


def test_a_state_is_too_old_after_ten_minutes(sso: Flask, provider: Provider, the_clock: clock.Frozen) -> None:
    client = Client(sso)
    query = provider.authorize(client.get("/sso/start").response.headers["Location"])
    the_clock.move(minutes=10)
    assert client.get(f"/sso/callback?{query}").status == 403


def test_a_second_factor_at_the_provider_can_be_demanded(make_app: MakeApp, provider: Provider) -> None:
    app = make_app(**provider.settings(), oidc_acr="mfa")
    assert arrive(Client(app), provider).status == 403
    provider.claims = lambda claims: claims | {"acr": "mfa"}
    assert arrive(Client(app), provider).location == "/queue"


def test_an_office_user_who_comes_back_is_helped(sso: Flask, provider: Provider) -> None:
    provider.person["groups"] = ["other"]
    page = arrive(Client(sso), provider)
    assert page.links["Sign in with Username / Password"] == "/sign-in"
    assert "262-369-8750 or 800-861-8744" in page.words
