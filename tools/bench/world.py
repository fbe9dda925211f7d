"""A portal in a folder of its own: the sample people, and as many requests as a measurement wants."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import EnvironBuilder

import config
from app import create_app
from casework.accounts import sessions
from models import Request, Status, database
from tests import builders, instance, personas
from views import web

ROOT = instance.ROOT
OFFICE = "bob"
"""Whose office gets the rows."""
STATES = (
    Status.IN_REVIEW,
    Status.INFO_REQUESTED,
    Status.PHYSICIAN_REVIEW,
    Status.DETERMINED,
    Status.DETERMINED,
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for each, value in self.headers if each == name), "")

    @property
    def wire(self) -> int:
        """Bytes over the wire: status line, headers, body; 37 for the server's date."""
        lines = sum(len(name) + len(value) + 4 for name, value in self.headers)
        return len("HTTP/1.1 200 OK") + 4 + 37 + lines + len(self.body)


Call = Callable[[], Answer]


@dataclass(frozen=True)
class Portal:
    """The application in this process, called as a server calls it."""

    app: Flask
    settings: config.Settings

    def call(self, path: str, username: str = "", **headers: str) -> Call:
        """A function that asks for this page as this person, again and again. Headers by names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if username:
            named["Cookie"] = f"{web.session_cookie()}={sessions.start(personas.user(username))}"
        return caller(self.app, path, named)


def caller(app: Flask, path: str, headers: dict[str, str]) -> Call:
    environ = EnvironBuilder(path, headers=list(headers.items())).get_environ()

    def ask() -> Answer:
        given: list[Any] = []
        answer: Any = app.wsgi_app(dict(environ), lambda status, sent, error=None: given.extend((status, sent)))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return Answer(int(given[0].split()[0]), given[1], body)

    return ask


@contextmanager
def portal() -> Iterator[Portal]:
    """A portal with the sample people and fifty requests of one office; gone afterwards."""
    with tempfile.TemporaryDirectory() as name, open("/dev/null", "w", encoding="utf-8") as nowhere:
        folder = Path(name)
        made = instance.peopled(instance.initialized(folder / "made"), folder / "portal")
        settings = instance.settings_for(made.parent)
        app = create_app(settings)
        for handler in logging.getLogger("portal").handlers:
            handler.setStream(nowhere)  # lines are written, as they are in use
        database.connect(reuse_if_open=True)
        try:
            _make_rows(50)
            yield Portal(app, settings)
        finally:
            database.close()


def _make_rows(count: int) -> None:
    """So many requests of the Accepted tab, in the mix of states that a dashboard shows."""
    made = [builders.make_request(state, by=OFFICE) for state in STATES]
    for number in range(len(made), count):
        _copy(made[number % len(made)], number)


def _copy(request: Request, number: int) -> None:
    numbers = {"webcert_number": f"W25-8{number:05d}-0", "authorization_number": f"A25-8{number:05d}-0"}
    case = _copy_row("case", request.case_id, number, numbers)
    _copy_row("request", request.id, number, {"case_id": case})


def _copy_row(table: str, row: int, number: int, other: dict[str, Any]) -> int:
    """A row once more, but for its key and `other` columns."""
    named = {"key": f"copy{number:012d}", **other}
    kept = ", ".join(f'"{each.name}"' for each in database.get_columns(table) if each.name not in ("id", *named))
    new, marks = ", ".join(named), ", ".join("?" * len(named))
    sql = f'INSERT INTO "{table}" ({new}, {kept}) SELECT {marks}, {kept} FROM "{table}" WHERE id = ?'  # noqa: S608 - own words
    return int(database.execute_sql(sql, (*named.values(), row)).lastrowid)
