"""Behind a reverse proxy, at the root of a host and under a path: the samples of docs/embedding.md as they are."""

import http.client
import re
import ssl
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests import samples
from tests.e2e import proxies
from tests.e2e.conftest import PRODUCTION, ROOT
from tests.e2e.pages import RequestForm
from tests.e2e.test_frames import sign_in
from tests.serving import Server, free_port, running


def test_the_samples_in_the_docs_are_the_files_of_deploy():
    files = [
        (ROOT / "deploy" / name).read_text(encoding="utf-8") for name in ("nginx-own-host.conf", "nginx-prefix.conf")
    ]
    assert files == list(proxies.samples("nginx"))


def _ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=ssl._create_unverified_context(), timeout=30)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


@contextmanager
def behind(proxy: proxies.Proxy, ready_database: Path, folder: Path, prefix: str):
    port = free_port()
    home = f"https://{proxies.HOST}:{port}{prefix}"
    with (
        running(ready_database, folder / "portal", public_url=home, **PRODUCTION) as server,
        proxy.running(folder / "proxy", bool(prefix), port, server.port),
    ):
        yield home, port, server


def _work(page, tmp_path: Path) -> None:
    """Sign in, start a request, and attach a file that is larger than nginx takes by itself."""
    sign_in(page)
    form = RequestForm.add(page, "Physical therapy")
    form.add_line("service")
    large = tmp_path / "large.pdf"
    large.write_bytes(samples.pdf() + b"%" + b"x" * 2_000_000 + b"\n%%EOF\n")
    page.get_by_label("Attach clinicals").set_input_files(large)
    expect(page.get_by_text(re.compile("File\\(s\\) attached")).first).to_be_visible()
    expect(page.get_by_role("link", name="large.pdf")).to_be_visible()


def _claims_are_dropped(server: Server, port: int, prefix: str) -> None:
    """What a client says about itself is not believed: its address in the log is the real one."""
    body = urlencode({"username": "amy", "password": "x"}).encode()
    claims = {"X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http", "Forwarded": "for=203.0.113.9"}
    _ask(port, "POST", f"{prefix}/sign-in", body, Host=f"portal.test:{port}", **claims)
    assert '"address": "127.0.0.1"' in server.log.read_text()
    assert "203.0.113.9" not in server.log.read_text()


@pytest.mark.parametrize("prefix", ["", "/apps/portal"], ids=["own host", "under a path"])
@pytest.mark.parametrize("proxy", proxies.PROXIES, ids=lambda proxy: proxy.language)
def test_the_samples_work(open_page, ready_database, tmp_path, proxy, prefix):
    if proxy.path is None:
        pytest.skip(
            f"{proxy.program} is not on this machine (apt-get install {proxy.package}): its samples are not tried"
        )
    with behind(proxy, ready_database, tmp_path, prefix) as (home, port, server):
        page = open_page(ignore_https_errors=True, at=f"{home}/")
        page.goto(f"{home}/dashboard")
        _work(page, tmp_path)
        assert page.url.startswith(f"{home}/requests/")
        _claims_are_dropped(server, port, prefix)
        assert _ask(port, "GET", f"{prefix}/metrics", Host=f"portal.test:{port}").status == 404
        assert _ask(port, "GET", f"{prefix}/readyz", Host=f"portal.test:{port}").status == 200
        written = [each.stat().st_size for each in (tmp_path / "proxy").rglob("*") if each.is_file()]
        assert max(written) < 1_000_000, "the proxy keeps no patient data on its disk"


def test_under_a_prefix_through_a_plain_proxy(open_page, street, prefixed, tmp_path):
    street.passed.clear()
    page = open_page(ignore_https_errors=True)
    page.goto(street.address("apps.test", "/apps/portal/dashboard"))
    _work(page, tmp_path)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    outside = [each for each in street.passed if not each.startswith("apps.test /apps/portal/")]
    assert not outside, "the browser asked for addresses outside the prefix"
