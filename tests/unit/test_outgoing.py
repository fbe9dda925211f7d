"""The portal by itself connects to nothing: with SQLite and a folder, a whole case passes without one connection."""

import socket

import pytest

from models import Letter, Status
from tests import builders
from tests.client import browser_of


def test_a_whole_case_without_a_connection(app, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"connects to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    with socket.socket() as probe, pytest.raises(AssertionError, match="connects"):
        probe.connect(("127.0.0.1", 9))
    request = builders.make_request(Status.DETERMINED)
    letter = Letter.select().get()
    for who in ("amy", "nia"):
        client = browser_of(who, app)
        for path in (f"/cases/{request.case.webcert_number}", f"/letters/{letter.key}.pdf", "/help", "/profile"):
            assert client.get(path).status == 200
