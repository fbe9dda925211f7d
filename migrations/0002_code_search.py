"""The index of the words of the diagnosis codes, in the way of each database."""

from peewee import SqliteDatabase


def up(migrator, db):
    if isinstance(db, SqliteDatabase):
        db.execute_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS icd_search "
            "USING fts5(words, content='', detail='none', prefix='2 3 4 5 6 7 8 9')"
        )
    else:
        db.execute_sql(
            "CREATE INDEX IF NOT EXISTS icd_code_search ON icd_code USING gin (to_tsvector('simple', words))"
        )


def down(migrator, db):
    kind = "TABLE icd_search" if isinstance(db, SqliteDatabase) else "INDEX icd_code_search"
    db.execute_sql(f"DROP {kind}")
