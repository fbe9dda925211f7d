"""The portal on a real PostgreSQL: its first start, its roles, its connections, and what comes after it was away."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from peewee import ProgrammingError

import config
from app import create_app
from casework import clock, moving, storage
from casework.audit.verify import verify
from casework.codes import icd10
from casework.lists import search
from models import Case, Event, Request, Status, User, database
from tests import builders, instance, personas
from tests.client import browser_of
from tests.postgres import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def engine() -> str:
    return "postgresql"


def flask(settings: config.Settings, *arguments: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    done = subprocess.run(
        command, cwd=instance.ROOT, env=instance.environment(settings), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def empty(postgres: Server, tmp_path: Path) -> Iterator[config.Settings]:
    """An installation on an empty database."""
    name = postgres.new()
    yield instance.settings_for(tmp_path, database_url=postgres.url(name), demo=True)
    instance.disconnect()
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_first_start_with_all_codes_and_the_sample_cases(empty: config.Settings) -> None:
    flask(empty, "init")
    assert "made" in flask(empty, "demo")
    flask(empty, "jobs", "--all")
    assert "whole" in flask(empty, "audit", "verify")
    instance.use(empty)
    with database.connection_context():
        assert icd10.search("fx femur left", on=clock.today())
        assert icd10.search("M17.11")[0].code == "M17.11"
        assert {each.status for each in Request.select()} >= {Status.DRAFT, Status.SUBMITTED, Status.DETERMINED}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_all_rows_come_over_from_sqlite(db: config.Settings, empty: config.Settings) -> None:
    request = builders.make_request(Status.DETERMINED)
    before = {model._meta.table_name: model.select().count() for model in moving.tables()}
    instance.disconnect()
    told = flask(empty, "copy-from", db.database_url)
    instance.use(empty)
    with database.connection_context():
        assert {model._meta.table_name: model.select().count() for model in moving.tables()} == before
        assert Request.get_by_id(request.id).case.webcert_number == request.case.webcert_number
        assert verify().is_whole
        builders.make_request()  # new rows get new numbers
    assert f"event: {before['event']}" in told
    with pytest.raises(AssertionError, match="something in this database already"):
        flask(empty, "copy-from", db.database_url)


def test_nothing_comes_over_from_a_chain_that_is_broken(
    install: Callable[..., config.Settings], peopled_database: Path, empty: config.Settings
) -> None:
    broken = install(peopled_database, database_url="")
    builders.make_request()
    database.execute_sql("DROP TRIGGER event_no_update")
    Event.update(reason="changed").where(Event.id == 2).execute()
    instance.disconnect()
    with pytest.raises(AssertionError, match="not whole"):
        flask(empty, "copy-from", f"sqlite:///{broken.instance / 'portal.db'}")
    instance.use(empty)
    with database.connection_context():
        assert not User.select().exists()


def test_no_server_and_no_folder_outlives_the_tests() -> None:
    script = "from tests.postgres import *\nwith running() as it: print(it.folder, flush=True); input()"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], cwd=instance.ROOT, text=True, **pipes) as tests:
        folder = Path(tests.stdout.readline().strip())
        server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        assert Path(f"/proc/{server}/exe").exists()
        tests.kill()
    ends = time.monotonic() + 20
    while folder.exists() or Path(f"/proc/{server}/exe").exists():
        assert time.monotonic() < ends, "something is left of a server whose tests were killed"
        time.sleep(0.1)


def test_more_people_at_once_than_connections(app: Flask) -> None:
    def look(_: int) -> int:
        return browser_of("amy", app).get("/dashboard").status

    with ThreadPoolExecutor(50) as people:
        assert set(people.map(look, range(100))) == {200}
    assert len(database.obj._in_use) <= 1, "a request kept its connection"


def test_away_is_said_and_back_is_back(app: Flask, postgres: Server) -> None:
    amy = browser_of("amy", app)
    assert amy.get("/dashboard").status == 200
    instance.disconnect()
    postgres.stop("immediate")
    try:
        away = app.test_client().get("/sign-in")
    finally:
        postgres.start()
    assert away.status_code == 503
    assert "saved" in away.text
    assert "wait a minute" in away.text
    assert amy.get("/dashboard").status == 200


def test_a_restart_costs_nobody_an_answer(app: Flask, postgres: Server) -> None:
    """Connections that it cut lie in the pool."""
    amy = browser_of("amy", app)
    for how in ("immediate", "fast"):
        assert amy.get("/dashboard").status == 200
        postgres.stop(how)
        postgres.start()
    assert amy.get("/dashboard").status == 200


def test_a_writer_that_never_ends_is_not_waited_for(db: config.Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE", 1)
    number = storage._number("write")
    with psycopg.connect(db.database_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (number,))
        with pytest.raises(storage.DOWN):
            builders.make_draft()
    assert builders.make_draft()


def test_a_name_is_looked_for_along_its_index(db: config.Settings) -> None:
    """Whatever the order of letters of the database is: that of a language would hold no beginnings together."""
    request = builders.make_request()
    found = search.find(personas.actor("amy"), search.remember(personas.actor("amy"), "Holl"))
    assert [row.webcert_number for row in found.rows] == [request.case.webcert_number]
    sql, values = Case.select(Case.id).where(Case.office == request.office, search._named("holl")).sql()
    with database.atomic():
        database.execute_sql("SET LOCAL enable_seqscan = off")
        plan = [step for (step,) in database.execute_sql(f"EXPLAIN {sql}", values).fetchall()]
    along = next(step for step in plan if "Index Cond" in step)
    assert "name_folded" in along, plan
    collation = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'name_folded'"
    assert database.execute_sql(collation).fetchall() == [("C",)]


def test_the_role_that_runs_it_rewrites_nothing(postgres: Server, tmp_path: Path, the_clock: clock.Frozen) -> None:
    script = (instance.ROOT / "deploy" / "postgres-roles.sql").read_text(encoding="utf-8")
    before, after = (
        script.replace(":'owner_password'", "'o'").replace(":'run_password'", "'r'").split("\\connect portal")
    )
    for statement in before.split(";")[:-1]:
        postgres.sql(statement)
    postgres.sql(after, "portal")
    owner = instance.settings_for(tmp_path, database_url=postgres.url("portal", "portal_owner"))
    instance.use(owner)
    with database.connection_context():
        instance.migrated_with_people()
    instance.use(instance.settings_for(tmp_path, database_url=postgres.url("portal", "portal")))
    with database.connection_context():
        builders.make_draft()
        for forbidden in ("DROP TRIGGER event_append_only ON event", "TRUNCATE event", "CREATE TABLE mine (a int)"):
            with pytest.raises(ProgrammingError):
                database.execute_sql(forbidden)
    create_app(config.current())
    instance.disconnect()
    postgres.sql("DROP DATABASE portal WITH (FORCE)")
