"""What an intranet may do: send a request that it has filled in, show counts, and show the portal in a frame."""

import sqlite3
from base64 import urlsafe_b64decode
from functools import partial
from urllib.parse import urlencode

import pytest

import config
from casework import drafts, intranet
from casework.errors import Refused, TooMany
from models import Request, Status
from tests import personas
from tests.builders import make_request
from tests.client import Client, browser_of
from tests.together import together

INTRA = "https://intra.example"
SENT = {
    "care_kind": "physical_therapy",
    "member_id": "XKM 4471 0923",
    "last_name": "Canaryname",
    "service-1-code": "97110",
    "service-1-quantity": "12",
    "service-4-code": "97140",
    "diagnosis-1-code": "M17.11",
}


@pytest.fixture
def listed(make_app):
    return make_app(prefill_origins=f"{INTRA} https://other.example")


def send(client: Client, values=SENT, origin=INTRA):
    """As the intranet's page does: no token, no cookie of ours, its own Origin."""
    headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"} if origin else {}
    return client.post("/prefill", {**values, "csrf_token": None}, headers=headers)


def drafts_there() -> int:
    return Request.select().where(Request.status == Status.DRAFT).count()


def test_what_was_sent_is_shown_and_becomes_a_draft_only_then(listed):
    client = browser_of("amy", listed)
    shown = client.follow(send(client))
    assert drafts_there() == 0
    assert [each for each in ("Canaryname", "97110", "97140", INTRA) if each not in shown.words] == []
    page = client.send(shown, "Make a draft of it")
    made = Request.select().where(Request.status == Status.DRAFT).get()
    values = drafts.answers(made).values
    assert page.response.request.path == f"/requests/{made.key}"
    assert values["last_name"] == "Canaryname"
    assert [line.text("code") for line in drafts.answers(made).lines("service")] == ["97110", "97140"]
    assert values["requesting_name"] == personas.office("amy").physician_name


def test_it_is_used_once(listed):
    client = browser_of("amy", listed)
    shown = client.follow(send(client))
    clicks = [client.submit(shown, "Make a draft of it") for _ in range(2)]
    assert {each.location for each in clicks} == {f"/requests/{Request.get().key}"}
    assert client.get(shown.response.request.path).status == 422
    assert drafts_there() == 1


def test_it_is_used_once_by_clicks_at_the_same_moment(db):
    key, secret = intranet.receive(SENT, INTRA, "192.0.2.7")
    people = [personas.actor(name) for name in ("amy", "bob", "amy", "bob")]
    told = together(*[partial(intranet.make_draft, each, key, secret) for each in people])
    assert [str(each) for each in told if not isinstance(each, Request)] == [intranet.OVER] * 2
    assert drafts_there() == 1


def test_a_clerk_may_turn_it_down(listed):
    client = browser_of("amy", listed)
    client.send(client.follow(send(client)), "Don't use it")
    assert drafts_there() == 0
    assert intranet.Prefill.select().count() == 0


def test_it_waits_for_the_sign_in(listed):
    client = Client(listed)
    page = client.follow(send(client))
    assert page.location.startswith("/sign-in?next=/prefill/")
    door = client.follow(page)
    shown = client.send(door, "Sign in", {"username": "amy", "password": personas.PASSWORD})
    assert shown.heading == "A request from your intranet"
    assert "Canaryname" in shown.words


def test_after_fifteen_minutes_it_is_gone(listed, the_clock):
    client = browser_of("amy", listed)
    address = send(client).location
    the_clock.move(minutes=14)
    assert client.get(address).status == 200
    the_clock.move(minutes=1)
    page = client.get(address)
    assert (page.status, "once more" in page.words) == (422, True)
    assert intranet.sweep() == 1


def test_another_browser_can_not_read_it(listed):
    address = send(browser_of("amy", listed)).location
    page = browser_of("ann", listed).get(address)
    assert (page.status, "Canaryname" in page.words) == (422, False)


def test_who_signs_in_next_at_this_computer_does_not_see_it(listed):
    client = browser_of("amy", listed)
    address = send(client).location
    shown = client.get(address)
    assert "Canaryname" in shown.words
    client.submit(shown, "Sign out")
    client.sign_in("bob", personas.PASSWORD)
    page = client.get(address)
    assert (page.status, "Canaryname" in page.words) == (422, False)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"last_name=%00Canary", "application/x-www-form-urlencoded", 400),
        (b"last_name=%ff%fe%80", "application/x-www-form-urlencoded", 303),
        (b"last_name=+ADw-script+AD4-", "application/x-www-form-urlencoded; charset=utf-7", 303),
        (b'{"last_name": "Canary"}', "application/json", 422),
        (b"last_name=Canary", "text/plain", 422),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"a&" * 32_000, "application/x-www-form-urlencoded", 422),
        (b"last_name=" + b"x" * (64 * 1024 - 10), "application/x-www-form-urlencoded", 422),
        (b"last_name=" + b"x" * (64 * 1024 - 9), "application/x-www-form-urlencoded", 413),
    ],
)
def test_odd_bodies_end_in_words(listed, body, kind, status):
    client = Client(listed)
    answer = client.flask.post("/prefill", data=body, content_type=kind, headers={"Origin": INTRA})
    assert answer.status_code == status
    assert intranet.Prefill.select().count() == (status == 303)


def test_the_database_does_not_hold_it_in_clear(listed):
    send(Client(listed))
    path = config.current().database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as rows:
        dump = "\n".join(map(str, rows.execute("select * from prefill").fetchall()))
    sealed = intranet.Prefill.get().sealed
    assert sealed in dump
    assert "Canaryname" not in dump
    assert b"Canaryname" not in urlsafe_b64decode(sealed)


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "https://intra.example.evil", "http://intra.example"]
)
def test_only_listed_origins_may_send(listed, origin):
    assert send(Client(listed), origin=origin).status == 403
    assert intranet.Prefill.select().count() == 0


def test_without_a_list_there_is_no_such_page(app):
    assert send(Client(app)).status == 404


def test_more_than_64_kb_is_refused(listed):
    assert send(Client(listed), {**SENT, "last_name": "x" * 64 * 1024}).status == 413


def test_statements_and_unknown_names_are_left_out_and_told(listed):
    client = browser_of("amy", listed)
    more = {"certified": "1", "benefits_verified": "1", "attested": "1", "color": "red", "service-1-removed": "1"}
    shown = client.follow(send(client, {**SENT, **more}))
    assert "attested, benefits_verified, certified, color, service-1-removed" in shown.words
    client.submit(shown, "Make a draft of it")
    values = drafts.answers(Request.select().where(Request.status == Status.DRAFT).get()).values
    assert not any(values.get(name) for name in more)


def test_markup_in_what_was_sent_stays_text(listed):
    client = browser_of("amy", listed)
    shown = client.follow(send(client, {**SENT, "last_name": "<script>alert(1)</script>", "<b>x": "y"}))
    assert "<script>alert" not in shown.text
    assert "<b>x" in shown.words


def test_a_stranger_can_not_fill_the_disk(db):
    for _ in range(intranet.MOST_OF_ONE):
        intranet.receive(SENT, INTRA, "192.0.2.7")
    with pytest.raises(TooMany):
        intranet.receive(SENT, INTRA, "192.0.2.7")
    intranet.receive(SENT, INTRA, "192.0.2.8")


def test_nothing_that_the_form_takes_is_refused(db):
    with pytest.raises(Refused, match=r"docs/embedding\.md"):
        intranet.receive({"color": "red"}, INTRA, "192.0.2.7")


def test_the_widget_counts_for_the_office_and_is_no_activity(client_for, the_clock):
    make_request(Status.INFO_REQUESTED)
    make_request(Status.SUBMITTED)
    client = client_for("amy")
    page = client.get("/widget")
    assert "Your turn: 1" in page.words
    assert "Pending (In Process)1" in page.words
    for _ in range(3):
        the_clock.move(minutes=6)
        page = client.get("/widget")
    assert "not signed in" in page.words


def test_the_widget_shows_an_outsider_nothing(client_for):
    number = make_request(Status.INFO_REQUESTED).case.webcert_number
    assert number in client_for("amy").get("/widget").words
    outsider = client_for("bob").get("/widget").words
    assert number not in outsider
    assert "Accepted0" in outsider
    for other in ("bob", "nobody", "nia", "ada"):
        assert "Your turn" not in client_for(other).get("/widget").words


def test_the_widget_is_a_fragment_for_a_page_of_the_same_origin(client_for):
    fragment = client_for("amy").get("/widget?fragment=1", htmx=True)
    assert fragment.text.lstrip().startswith('<div class="widget">')


def test_the_embedded_look_is_remembered_before_and_after_sign_in(client_for):
    client = client_for("nobody")
    framed = {"Sec-Fetch-Dest": "iframe"}
    assert "Provider Portal" not in client.get("/sign-in?embed=1", headers=framed).links
    client.sign_in("amy", personas.PASSWORD)
    links = client.get("/dashboard", headers=framed).links
    assert "Add" in links
    assert not any("Provider Portal" in name for name in links)
    assert any(
        "Provider Portal" in name for name in client.get("/dashboard", headers={"Sec-Fetch-Dest": "document"}).links
    )
    client.get("/dashboard?embed=0", headers=framed)
    assert any("Provider Portal" in name for name in client.get("/dashboard", headers=framed).links)


def test_a_form_whose_cookies_are_blocked_says_what_to_do(app):
    client = Client(app)
    page = client.get("/sign-in?next=/queue")
    client.flask.delete_cookie("portal_visit", domain="localhost")
    refused = client.submit(page, "Sign in", {"username": "amy", "password": personas.PASSWORD})
    assert (refused.status, refused.heading) == (403, "Cookies are blocked here")
    assert refused.links["Open the portal in a new window"] == "/sign-in?next=/queue"
    stranger = Client(app).post("/sign-in", {"username": "amy", "csrf_token": None})
    assert stranger.status == 400


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"embed_mode": "on"}, "EMBED_MODE must be"),
        ({"embed_mode": "same-site"}, "FRAME_ANCESTORS"),
        ({"embed_mode": "cross-site", "frame_ancestors": INTRA}, "https PUBLIC_URL"),
        ({"prefill_origins": "intra.example"}, "no origin"),
        ({"prefill_origins": f"{INTRA}/start"}, "no origin"),
        ({"prefill_origins": "https://Intra.example"}, "small letters"),
        ({"prefill_origins": "'self'"}, "no origin"),
    ],
)
def test_settings_that_can_not_work_are_told_at_the_start(settings, words):
    with pytest.raises(config.Misconfigured, match=words):
        config.Settings(**settings).check()


def test_cookies_and_headers_for_another_sites_frame(make_app):
    app = make_app(public_url="https://localhost", embed_mode="cross-site", frame_ancestors=INTRA, staff_password=True)
    response = app.test_client().get("/sign-in", base_url="https://localhost")
    cookies = response.headers.getlist("Set-Cookie")
    assert cookies
    for each in cookies:
        assert each.startswith("__Host-")
        assert {"SameSite=None", "Secure", "Partitioned", "HttpOnly"} <= set(each.split("; "))
    assert f"frame-ancestors {INTRA}" in response.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers


def test_nobody_frames_it_unless_a_setting_says_so(make_app):
    response = make_app(frame_ancestors=INTRA).test_client().get("/sign-in")
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"


def test_query_of_urlencoded_form_is_what_a_plain_form_sends(listed):
    body = urlencode(SENT)
    page = Client(listed).flask.post(
        "/prefill", data=body, content_type="application/x-www-form-urlencoded", headers={"Origin": INTRA}
    )
    assert page.status_code == 303
    assert page.headers["Location"].startswith("/prefill/")
    assert "Canaryname" not in page.headers["Location"]
