"""What every test may ask for: the portal on a fresh database, a person's browser, a clock that stands."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings

import config
from app import create_app
from casework import clock
from models import database
from tests import instance
from tests.client import Client, browser_of
from tests.postgres import Server, running

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4_000_000_000:  # a disk would be waited for at every commit
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("fast", max_examples=25, stateful_step_count=20, **patient)
settings.register_profile("full", max_examples=500, stateful_step_count=60, **patient)
settings.load_profile("full" if os.environ.get("COUNTS") == "full" else "fast")


@pytest.fixture(scope="session")
def scale() -> int:
    """How many times more a test of many inputs does in `make test-all`."""
    return 20 if os.environ.get("COUNTS") == "full" else 1


@pytest.fixture(scope="session")
def ready_database(pytestconfig: pytest.Config) -> Path:
    """A database file after `flask init`: tables and all codes."""
    return instance.initialized(pytestconfig.cache.mkdir("portal"))


@pytest.fixture(scope="session")
def peopled_database(ready_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with the personas in it, and with a few of the diagnosis codes."""
    few = instance.with_few_codes(ready_database)
    return instance.peopled(few, tmp_path_factory.mktemp("peopled"), instance.NOW)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `databases` runs on SQLite and on PostgreSQL."""
    if "engine" in metafunc.fixturenames and metafunc.definition.get_closest_marker("databases"):
        metafunc.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    """The database that this test runs on."""
    return str(getattr(request, "param", os.environ.get("ENGINE", "sqlite")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server of PostgreSQL."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def peopled_postgres(postgres: Server, peopled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database of it with what is in `peopled_database`."""
    name = postgres.new()
    instance.filled(postgres.url(name), tmp_path_factory.mktemp("postgres"), peopled_database)
    return name


@pytest.fixture
def place(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Path | None], tuple[Path, str]]]:
    """Makes a folder for an installation with a fresh copy of the database with the personas; gives the URL of it."""
    used = []

    def make(copy_of: Path | None) -> tuple[Path, str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        if engine == "sqlite" or copy_of:
            shutil.copyfile(copy_of or request.getfixturevalue("peopled_database"), folder / "portal.db")
            return folder, f"sqlite:///{folder / 'portal.db'}"
        server, template = request.getfixturevalue("postgres"), request.getfixturevalue("peopled_postgres")
        used.append((server, server.new(template)))
        return folder, server.url(used[-1][1])

    yield make
    _disconnect()
    for server, name in used:
        server.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def install(
    place: Callable[[Path | None], tuple[Path, str]], the_clock: clock.Frozen
) -> Iterator[Callable[..., config.Settings]]:
    """Makes an installation with a fresh database, in use and connected: install(registration="approval").

    `copy_of`: a file of SQLite to begin with instead of the one with the personas.
    """

    def install(copy_of: Path | None = None, **more: Any) -> config.Settings:
        _disconnect()
        folder, url = place(copy_of)
        made = instance.settings_for(folder, **{"database_url": url, **more})
        instance.use(made)
        database.connect()
        return made

    yield install
    _disconnect()


def _disconnect() -> None:
    if database.obj is not None:
        instance.disconnect()


@pytest.fixture
def db(install: Callable[..., config.Settings]) -> config.Settings:
    """For tests of casework: a fresh database with the personas, no web around it."""
    return install()


@pytest.fixture(scope="session")
def portal(peopled_database: Path) -> Flask:
    """The portal as it comes, made once; `app` gives it the test's own database."""
    app = create_app(instance.settings_for(peopled_database.parent))
    app.testing = True
    return app


@pytest.fixture
def app(portal: Flask, install: Callable[..., config.Settings]) -> Flask:
    """The portal as it comes, with the personas, on a database of this test's own."""
    install()
    return portal


@pytest.fixture
def make_app(install: Callable[..., config.Settings]) -> Callable[..., Flask]:
    """Makes the portal with other settings: make_app(embed_mode="cross-site"). Each has its own database."""

    def make_app(**more: Any) -> Flask:
        app = create_app(install(**more))
        app.testing = True
        database.connect(reuse_if_open=True)
        return app

    return make_app


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], Client]:
    """The browser of a persona, signed in: client_for("amy"). client_for("nobody") has not signed in."""
    return lambda username: browser_of(username, app)


@pytest.fixture
def the_clock() -> Iterator[clock.Frozen]:
    """The portal's clock, standing at NOW until the test moves it: the_clock.move(hours=2)."""
    with clock.frozen(instance.NOW) as stopped:
        yield stopped
