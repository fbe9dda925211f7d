"""Log lines and problem pages give nothing away: no line can be forged, no message of an error gets out."""

import io
import json
import logging
from collections.abc import Callable

import pytest
from flask import Flask

from casework.errors import TooMany
from tests.client import Client
from views import problems
from views.logs import JsonLines

SECRET = "John Q. Patient 01/02/1950"


def line(error: Exception | None = None, words: str = "event", **more: object) -> dict[str, object]:
    """A log line as it is written, read again."""
    record = logging.LogRecord(
        "portal", logging.ERROR, __file__, 1, words, None, (type(error), error, None) if error else None
    )
    for name, value in more.items():
        setattr(record, name, value)
    text = JsonLines().format(record)
    assert "\n" not in text
    assert "\x1b" not in text
    return json.loads(text)


def test_nobody_forges_a_line() -> None:
    written = line(words='x\n{"event": "signed in"}\x1b[31m')
    assert written["event"] == 'x\n{"event": "signed in"}\x1b[31m'
    assert written["at"].endswith("+00:00")


def test_an_error_is_told_by_type_and_place() -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        record = logging.LogRecord(
            "portal", logging.ERROR, __file__, 1, "failure", None, (KeyError, error, error.__traceback__)
        )
        text = JsonLines().format(record)
    assert "Patient" not in text
    assert json.loads(text)["error"] == "KeyError"
    assert "from ValueError" in json.loads(text)["trace"]


@pytest.fixture
def failing(make_app: Callable[..., Flask]) -> Flask:
    """The portal with pages that fail."""
    app = make_app()

    @app.get("/fail")
    def fail() -> None:
        raise ValueError(SECRET)

    @app.get("/fail/<int:status>")
    def refuse(status: int) -> object:
        return problems.problem(status, "")

    @app.get("/slow")
    def slow() -> None:
        raise TooMany("Wait.", 30)

    return app


def test_a_failure_gives_a_reference_and_a_phone(failing: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logging.getLogger("portal").handlers[0], "stream", stream)
    answer = failing.test_client().get("/fail")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "262-369-8750" in page
    assert "800-861-8744" in page
    for word in ("Patient", "ValueError", "Traceback", "sqlite", "/work", "peewee"):
        assert word not in page
    written = [json.loads(each) for each in stream.getvalue().splitlines()]
    failure = next(each for each in written if each["event"] == "failure")
    assert str(failure["id"]) in page
    assert "Patient" not in json.dumps(written)


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429])
def test_each_problem_has_words_and_a_way_on(failing: Flask, status: int) -> None:
    client = Client(failing)
    page = client.get(f"/fail/{status}")
    assert page.status == status
    assert "262-369-8750 or 800-861-8744" in page.words
    fragment = client.get(f"/fail/{status}", htmx=True)
    assert (fragment.status, fragment.headers["HX-Retarget"]) == (status, "#main")


def test_closed_and_too_many_say_when_to_come_back(failing: Flask) -> None:
    client = Client(failing)
    assert client.get("/fail/503").headers["Retry-After"] == "60"
    answer = client.get("/slow")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "30")


def test_without_its_database_the_portal_says_so_and_stays_closed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from models import database

    client = app.test_client()
    client.set_cookie("portal_session", "x" * 43, domain="localhost")
    database.execute_sql("ALTER TABLE session RENAME TO gone")
    for path in ("/profile", "/dashboard", "/sign-in"):
        answer = client.get(path)
        assert answer.status_code == 500, path
        assert "262-369-8750" in answer.get_data(as_text=True)
    assert client.get("/healthz").status_code == 200
