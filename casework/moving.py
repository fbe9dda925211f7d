"""All rows of one database into another, as from SQLite to PostgreSQL: whole and checked, or not at all."""

from typing import Any

from peewee import Database, Model, sort_models  # type: ignore[attr-defined]  # not in its stubs

from casework import migrating, storage
from casework.audit.chain import ChainHead
from casework.audit.verify import verify
from casework.codes import icd10
from casework.errors import Refused
from casework.storage import rows, transaction
from models import Base, Office, User, database

AT_ONCE = 500
"""Rows a statement."""


def copy_from(url: str) -> dict[str, int]:
    """Fills the database in use, which must be empty, with the rows of the one under `url`; returns rows by table.

    Raises Refused when it isn't empty, when the other one has another shape, or when the chain of events and access
    log is not whole after the copy. Then nothing is kept. The other database is only read: nobody may work in it.
    """
    migrating.migrate()
    if User.select().exists() or Office.select().exists():
        raise Refused("There is something in this database already. Copy into an empty one.")
    source = storage.opened(url)
    with source.connection_context():
        if migrating.pending(source):
            raise Refused("The other database is not in the newest shape. Let the portal migrate it first.")
        with transaction():
            ChainHead.delete().execute()
            copied = {model._meta.table_name: _copy(model, source) for model in tables()}
            _go_on_counting()
            if not verify().is_whole:
                raise Refused("The chain of events and access log is not whole: see flask audit verify.")
    return copied


def tables() -> list[type[Model]]:
    """All tables of the portal, each after those that it points to."""
    return list(sort_models(Base.__subclasses__()))


def _copy(model: type[Model], source: Database) -> int:
    place = model._meta.sorted_fields.index(model._meta.primary_key)
    some = _after(model, source, 0)
    while some:
        model.insert_many(some, fields=model._meta.sorted_fields).execute()
        some = _after(model, source, some[-1][place])
    return model.select().count()


def _after(model: type[Model], source: Database, last: int) -> list[Any]:
    """The next rows of the other database, whose own way with JSON and booleans reads them."""
    key = model._meta.primary_key
    with source.bind_ctx([model], bind_refs=False, bind_backrefs=False):
        return rows(model.select().where(key > last).order_by(key).limit(AT_ONCE))


def _go_on_counting() -> None:
    """New rows get numbers after those that came; SQLite's search of codes is filled, PostgreSQL's fills itself."""
    if storage.is_sqlite():
        icd10.renew_search()
        return
    for model in tables():
        name = model._meta.table_name
        highest = f'SELECT COALESCE(MAX(id), 0) + 1 FROM "{name}"'  # noqa: S608 - a name of ours
        database.execute_sql(f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), ({highest}), false)")
