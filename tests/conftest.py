"""What every test may ask for: the portal on a fresh database, a person's browser, a clock that stands."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

import config
from app import create_app
from casework import clock, storage
from casework.accounts import sessions
from models import database
from tests import personas
from tests.client import Client
from views import web

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 24, 15, 12, tzinfo=UTC)
"""Tuesday, November 24, 2026, 9:12 AM in Chicago: when every test begins."""

patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("fast", max_examples=25, stateful_step_count=20, **patient)
settings.register_profile("full", max_examples=500, stateful_step_count=60, **patient)
settings.load_profile("full" if os.environ.get("COUNTS") == "full" else "fast")


@pytest.fixture(scope="session")
def scale() -> int:
    """How many times more a test of many inputs does in `make test-all`."""
    return 20 if os.environ.get("COUNTS") == "full" else 1


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One of the parallel test processes at a time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _settings(folder: Path, **more: Any) -> config.Settings:
    return config.Settings(
        database_url=f"sqlite:///{folder / 'portal.db'}",
        files_url=str(folder / "files"),
        secret_key="k" * 40,
        audit_key="a" * 40,
        file_keys="test:" + "QUFB" * 10 + "QUE=",
        instance=folder,
        **more,
    )


def _fingerprint(*folders: str) -> str:
    """Changes with everything that shapes an empty database."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def ready_database(pytestconfig: pytest.Config) -> Path:
    """A database after `init`: tables and all codes. Made once for each shape of it, and kept between runs."""
    folder = pytestconfig.cache.mkdir("portal") / _fingerprint("migrations", "casework/codes")
    with _alone(folder.with_suffix(".lock")):
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _run_init(folder)
            (folder / "ready").touch()
    return folder / "portal.db"


def _run_init(folder: Path) -> None:
    app = create_app(_settings(folder))
    result = app.test_cli_runner().invoke(args=["init"])
    assert result.exit_code == 0, f"flask init failed: {result.output} {result.exception!r}"
    _settle_file()


def _settle_file() -> None:
    """Leaves the whole database in its one file, so that a copy of the file is a copy of the database."""
    database.connect(reuse_if_open=True)
    if storage.is_sqlite():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@pytest.fixture(scope="session")
def peopled_database(ready_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the personas in it."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copyfile(ready_database, folder / "portal.db")
    made = _settings(folder)
    config.use(made)
    storage.open_database(made)
    with database.connection_context(), clock.frozen(NOW):
        personas.settle()
    _settle_file()
    return folder / "portal.db"


@pytest.fixture
def make_app(peopled_database: Path, tmp_path: Path, the_clock: clock.Frozen) -> Iterator[Callable[..., Flask]]:
    """Makes the portal with settings of the test's own: make_app(embed_mode="cross-site"). Each has its own database."""
    made: list[Flask] = []

    def make(**more: Any) -> Flask:
        folder = tmp_path / f"instance{len(made) or ''}"
        folder.mkdir()
        shutil.copyfile(peopled_database, folder / "portal.db")
        app = create_app(replace(_settings(folder), **more))
        app.testing = True
        database.connect(reuse_if_open=True)
        made.append(app)
        return app

    yield make
    if made and not database.is_closed():
        database.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The portal as it comes, with the personas, on a database of this test's own."""
    return make_app()


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], Client]:
    """The browser of a persona, signed in: client_for("amy"). client_for("nobody") has not signed in."""

    def client_for(username: str) -> Client:
        client = Client(app)
        if username != personas.NOBODY:
            token = sessions.start(personas.user(username), "127.0.0.1", "test")
            client.flask.set_cookie(web.session_cookie(), token, domain="localhost")
        return client

    return client_for


@pytest.fixture
def the_clock() -> Iterator[clock.Frozen]:
    """The portal's clock, standing at NOW until the test moves it: the_clock.move(hours=2)."""
    with clock.frozen(NOW) as stopped:
        yield stopped
