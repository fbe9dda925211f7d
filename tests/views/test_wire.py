"""What goes over the wire: compressed, small, in few requests; the budgets of a first visit and of the scripts."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.client import Client

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
GZIP = {"Accept-Encoding": "gzip"}


def weight(name: str) -> int:
    return len(gzip.compress((STATIC / name).read_bytes(), 9))


def test_a_first_visit_is_light(app: Flask) -> None:
    browser = app.test_client()
    page = browser.get("/", headers=GZIP)
    html = gzip.decompress(page.data).decode()
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', html)
    sizes = [len(browser.get(part, headers=GZIP).data) for part in parts]
    assert 1 + len(parts) <= 5
    assert len(page.data) + sum(sizes) <= 30_000


def test_own_scripts_stay_small() -> None:
    own = weight("app.js") + weight("form.js")
    assert own <= 6_000
    assert own + weight("htmx-4.0.1.min.js") + weight("hx-ptag.min.js") <= 20 * 1024


def test_the_style_sheet_stays_small() -> None:
    assert weight("app.css") <= 8_000


def test_an_asset_is_the_same_compressed_and_plain(app: Flask) -> None:
    browser = app.test_client()
    packed = browser.get("/static/app.css", headers=GZIP)
    with browser.get("/static/app.css") as plain:
        assert plain.content_encoding is None
        assert gzip.decompress(packed.data) == plain.data == (STATIC / "app.css").read_bytes()


def test_an_asset_that_the_browser_has_is_not_sent_again(app: Flask) -> None:
    browser = app.test_client()
    etag = browser.get("/static/app.css", headers=GZIP).headers["ETag"]
    with browser.get("/static/app.css", headers={**GZIP, "If-None-Match": etag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_a_browser_that_takes_no_gzip_gets_the_page(client_for: Callable[[str], Client]) -> None:
    page = client_for("amy").get("/dashboard")
    assert "Content-Encoding" not in page.headers
    assert page.heading == "Authorization requests"


@pytest.mark.parametrize("path", ["/", "/dashboard"])
def test_no_two_pages_carry_the_same_token(client_for: Callable[[str], Client], path: str) -> None:
    browser = client_for("amy")
    tokens = {re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)[0] for _ in range(2)}
    assert len(tokens) == 2


@pytest.mark.parametrize("token", ["", "zz", "00" * 64, "ab", "é" * 64])
def test_a_made_up_token_is_refused(client_for: Callable[[str], Client], token: str) -> None:
    assert client_for("amy").post("/search", {"q": "W26", "csrf_token": token}).status == 400


def test_no_page_repeats_what_its_address_says(client_for) -> None:
    client = client_for("amy")
    for path in ("/dashboard?tab=drafts&x=", "/help?x=", "/nowhere/", "/requests/NoSuchKeyHere_00?x=", "/search?q="):
        assert "Quillfeather" not in client.get(f"{path}Quillfeather").text
