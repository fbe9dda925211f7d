"""Folded names are compared letter by letter, as on SQLite: a search for their beginning runs along their index."""

from peewee import SqliteDatabase


def up(migrator, db):
    _compare(db, '"C"')


def down(migrator, db):
    _compare(db, '"default"')


def _compare(db, collation):
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(f'ALTER TABLE "case" ALTER COLUMN name_folded TYPE varchar(202) COLLATE {collation}')
