"""The whole set of security headers, cookies, hosts and proxies, literally."""

from collections.abc import Callable

import pytest
from flask import Flask

from casework.demo.people import PASSWORD
from tests.client import Client, Page, browser_of

MakeApp = Callable[..., Flask]

POLICY = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "X-Frame-Options": "DENY",
}
PRODUCTION = {
    "public_url": "https://portal.sample.example",
    "staff_password": True,
}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/sign-in", 200),
        ("/nothing", 404),
        ("/profile", 303),
        ("/static/icon.svg", 200),
        ("/static/no", 404),
        ("/healthz", 200),
    ],
)
def test_every_answer_has_them_all(app: Flask, path: str, status: int) -> None:
    with app.test_client().get(path) as answer:
        assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert not any(name.startswith("Access-Control") for name in dict(answer.headers))
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("name", ["app.css", "app.js"])
def test_scripts_and_style_sheets_may_do_nothing_by_themselves(app: Flask, name: str) -> None:
    with app.test_client().get(f"/static/{name}") as answer:
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_answer_without_a_body_says_no_more_than_it_must(app: Flask) -> None:
    client = browser_of("amy", app)
    page = client.get("/dashboard", htmx=True)
    assert page.headers["Content-Security-Policy"] == POLICY
    poll = client.get("/dashboard", htmx=True, headers={"HX-PTag": page.headers["HX-PTag"], "X-Background": "1"})
    assert poll.status == 304
    assert dict(poll.headers) == {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "Vary": "HX-Request, HX-Request-Type, Cookie",
    }


def test_only_named_static_files_are_kept_by_browsers(app: Flask) -> None:
    client = app.test_client()
    for path, kept in (("?v=1", "public, max-age=31536000, immutable"), ("", "no-cache")):
        with client.get(f"/static/app.css{path}") as answer:
            assert answer.headers["Cache-Control"] == kept
    for path in ("/", "/sign-in", "/nothing", "/static/no?v=1", "/healthz"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path


def test_production_says_https_for_two_years_and_prefixes_its_cookies(make_app: MakeApp) -> None:
    client = make_app(**PRODUCTION).test_client()
    answer = client.get("/sign-in", base_url="https://portal.sample.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-portal_")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert "Expires" not in cookie


def test_under_a_prefix_nothing_leaves_it(make_app: MakeApp) -> None:
    app = make_app(**{**PRODUCTION, "public_url": "https://intra.sample.example/apps/portal"})
    client = app.test_client()
    for path in ("/apps/portal/profile", "/profile"):
        answer = client.get(path, base_url="https://intra.sample.example")
        assert answer.headers["Location"] == "/apps/portal/sign-in?next=/apps/portal/profile"
    answer = client.get("/apps/portal/sign-in", base_url="https://intra.sample.example")
    assert "Strict-Transport-Security" not in answer.headers
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Secure-portal_visit=")
    assert "Path=/apps/portal/" in cookie.split("; ")
    page = answer.get_data(as_text=True)
    assert 'href="/sign' not in page
    assert 'action="/sign' not in page


def test_frames_are_for_named_sites_only(make_app: MakeApp) -> None:
    app = make_app(embed_mode="same-site", frame_ancestors="https://intra.sample.example")
    answer = app.test_client().get("/nothing")
    assert "frame-ancestors https://intra.sample.example" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    silent = make_app(embed_mode="off", frame_ancestors="https://intra.sample.example").test_client().get("/")
    assert silent.headers["Content-Security-Policy"] == POLICY


def test_cookies_in_another_sites_frame(make_app: MakeApp) -> None:
    """The browser of the tests complains about a cookie that isn't Secure, Partitioned and SameSite=None here."""
    frames = {"embed_mode": "cross-site", "frame_ancestors": "https://other.example"}
    app = make_app(public_url="https://localhost", staff_password=True, **frames)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    client = Client(app)
    door = client.get("/sign-in?embed=1")
    entered = client.submit(door, "Sign in", {"username": "amy", "password": PASSWORD})
    changed = client.submit(client.get("/profile/password"), "Change password", {"password": "Copper-Meadow-58!"})
    assert [_names(each) for each in (door, entered, changed)] == [
        {"__Host-portal_visit", "__Host-portal_flash"},
        {"__Host-portal_session"},
        {"__Host-portal_session", "__Host-portal_flash"},
    ]


def _names(page: Page) -> set[str]:
    """Of the cookies that come with this page."""
    return {each.partition("=")[0] for each in page.headers.getlist("Set-Cookie")}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example"])
def test_other_hosts_are_refused(app: Flask, host: str) -> None:
    answer = app.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True)


FORGED = {
    "X-Forwarded-For": "203.0.113.66",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.66;host=evil.example",
}


def test_nobody_forges_address_host_or_prefix(app: Flask) -> None:
    from casework.audit.access_log import AccessLog

    client = Client(app)
    page = client.get("/sign-in", headers=FORGED)
    assert "evil" not in page.text
    client.post("/sign-in", {"username": "amy", "password": "wrong"}, headers=FORGED)
    assert AccessLog.get().address == "127.0.0.1"


def test_a_proxy_that_is_counted_is_believed_for_its_own_hop(make_app: MakeApp) -> None:
    from casework.audit.access_log import AccessLog

    client = Client(make_app(proxy_hops=1))
    client.get("/sign-in")
    client.post(
        "/sign-in", {"username": "amy", "password": "x"}, headers={"X-Forwarded-For": "203.0.113.66, 198.51.100.3"}
    )
    assert AccessLog.get().address == "198.51.100.3"


def test_trace_and_odd_methods_are_refused(app: Flask) -> None:
    client = app.test_client()
    assert client.open("/sign-in", method="TRACE").status_code == 405
    assert client.open("/sign-in", method="PROPFIND").status_code == 405


@pytest.mark.parametrize("path", ["/.git/config", "/static/", "/static/..%2fconfig.py", "/static/../config.py", "/%00"])
def test_nothing_beside_the_portal_is_served(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (400, 404)


def test_a_nul_is_refused_in_words(app: Flask) -> None:
    client = Client(app)
    assert client.get("/sign-in?next=%00").status == 400
    client.get("/sign-in")
    page = client.post("/sign-in", {"username": "amy\x00", "password": PASSWORD})
    assert page.status == 400
    assert "characters that can't be kept" in page.words


def test_metrics_are_for_this_machine_or_the_token(make_app: MakeApp) -> None:
    client = make_app().test_client()
    assert client.get("/metrics").status_code == 200
    assert b"portal_requests_total" in client.get("/metrics").data
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    client = make_app(metrics_token="t" * 20).test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer " + "t" * 20}).status_code == 200


def test_alive_and_ready(app: Flask) -> None:
    from models import database

    client = app.test_client()
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready", "database": "ok", "migrations": "ok", "files": "ok"}
    database.execute_sql("DELETE FROM schema_migration WHERE name LIKE '0003%'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["migrations"]) == (503, "failed")
