"""Nobody changes what was recorded: triggers against UPDATE, DELETE and INSERT OR REPLACE; the chain's first end."""

from peewee import SqliteDatabase

TABLES = ("event", "access_log")

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'this table is append-only'; END $$
"""


def up(migrator, db):
    db.execute_sql("INSERT INTO chain_head (count, mac) VALUES (0, '')")
    if isinstance(db, SqliteDatabase):
        for table in TABLES:
            _guard_sqlite(db, table)
        return
    db.execute_sql(POSTGRES_FUNCTION)
    for table in TABLES:
        db.execute_sql(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION is_append_only()"
        )
        db.execute_sql(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()"
        )


def _guard_sqlite(db, table):
    """INSERT OR REPLACE deletes without a DELETE trigger where recursive_triggers is off: so it is caught before."""
    for verb in ("UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
        )
    db.execute_sql(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 - the two names above
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR chain_number = NEW.chain_number) "
        "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
    )


def down(migrator, db):
    for table in TABLES:
        names = ("update", "delete", "replace") if isinstance(db, SqliteDatabase) else ("append_only", "truncate")
        for name in names:
            prefix = f"{table}_no_" if name != "append_only" else f"{table}_"
            tail = "" if isinstance(db, SqliteDatabase) else f" ON {table}"
            db.execute_sql(f"DROP TRIGGER {prefix}{name}{tail}")
    if not isinstance(db, SqliteDatabase):
        db.execute_sql("DROP FUNCTION is_append_only")
    db.execute_sql("DELETE FROM chain_head")
