"""Each migration can be taken back and applied again, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playhouse.migrations import Runner

from casework import storage
from casework.migrating import MIGRATIONS
from models import database
from tests import instance

OF_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
OF_POSTGRES = """
SELECT 'column', table_name || '.' || column_name, concat(data_type, is_nullable, column_default, collation_name)
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2, 3
"""


@pytest.fixture
def empty(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A database without tables, in use and connected."""
    url = f"sqlite:///{tmp_path / 'portal.db'}"
    if engine == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.new())
    instance.use(instance.settings_for(tmp_path, database_url=url))
    with database.connection_context():
        yield
    instance.disconnect()


def schema() -> list[tuple[Any, ...]]:
    found = database.execute_sql(OF_SQLITE if storage.is_sqlite() else OF_POSTGRES).fetchall()
    return [tuple(row) for row in found if "schema_migration" not in str(row)]


@pytest.mark.databases
def test_each_step_back_leaves_what_was_there_before_and_can_be_gone_again(empty: None) -> None:
    runner = Runner(database.obj, str(MIGRATIONS))
    names = [each.name for each in runner.status()]
    before = {}
    for name in names:
        before[name] = schema()
        runner.up(name)
    whole = schema()
    for name in reversed(names):
        assert runner.down() == [name]
        assert schema() == before[name], f"{name}: down() leaves another schema than up() found"
    assert runner.up() == names
    assert schema() == whole
    instance.migrated_with_people()
