"""Single sign-on against a provider that others wrote: oidc-provider-mock, in a process of its own."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import requests
from flask import Flask

from casework import clock
from casework.accounts.sso import provider as known
from models import Role, User
from tests.client import Client

PERSON = {"sub": "nora-1", "name": "Nora Sample", "preferred_username": "nora", "groups": ["cmsi-nurses"]}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a running provider."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--user-claims", json.dumps(PERSON)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            if requests.get(address, timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


@pytest.fixture
def sso(portal: Flask, install: Callable[..., object], issuer: str, the_clock: clock.Frozen) -> Flask:
    """The portal, told of the provider; its clock shows the provider's time."""
    the_clock.at = datetime.now(UTC)
    known.forget()
    install(
        oidc_issuer=issuer,
        oidc_client_id="portal",
        oidc_client_secret="any secret will do",
        oidc_roles="cmsi-nurses=nurse",
    )
    return portal


def signed_in_there(address: str, subject: str) -> str:
    """The person signs in at the provider: the path and query of the way back."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text[:500]
    return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])


def test_a_nurse_comes_in(sso: Flask) -> None:
    client = Client(sso)
    address = client.get("/sso/start").response.headers["Location"]
    assert client.get(signed_in_there(address, "nora-1")).location == "/queue"
    nora = User.get(username="nora")
    assert (nora.role, nora.name, nora.oidc_subject) == (Role.NURSE, "Nora Sample", "nora-1")
    assert client.get("/profile").status == 200


def test_somebody_without_a_group_is_helped(sso: Flask) -> None:
    client = Client(sso)
    address = client.get("/sso/start").response.headers["Location"]
    page = client.get(signed_in_there(address, "somebody-else"))
    assert (page.status, page.heading) == (403, "Single Sign-On (SSO)")
    assert page.links["Sign in with Username / Password"] == "/sign-in"


def test_who_declines_there_is_helped_here(sso: Flask) -> None:
    client = Client(sso)
    address = client.get("/sso/start").response.headers["Location"]
    answer = requests.post(address, data={"action": "deny"}, allow_redirects=False, timeout=10)
    page = client.get(re.sub(r"^https?://[^/]+", "", answer.headers["Location"]))
    assert (page.status, page.heading) == (403, "Single Sign-On (SSO)")
