"""Sealed gaps, under which alone old rows of the access log may go; recovery codes of the second factor."""

from peewee import CharField, ForeignKeyField, IntegerField, Model, SqliteDatabase

from models import MomentField

COVERED = "EXISTS (SELECT 1 FROM chain_gap WHERE OLD.chain_number BETWEEN chain_gap.first AND chain_gap.chain_number)"
RAISE = "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
SAME = "EXISTS (SELECT 1 FROM chain_gap WHERE id = NEW.id OR chain_number = NEW.chain_number)"

ON_SQLITE = (
    "DROP TRIGGER access_log_no_delete",
    f"CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log WHEN NOT {COVERED} {RAISE}",
    f"CREATE TRIGGER chain_gap_no_update BEFORE UPDATE ON chain_gap {RAISE}",
    f"CREATE TRIGGER chain_gap_no_delete BEFORE DELETE ON chain_gap {RAISE}",
    f"CREATE TRIGGER chain_gap_no_replace BEFORE INSERT ON chain_gap WHEN {SAME} {RAISE}",
)
ON_POSTGRES = (
    f"""CREATE OR REPLACE FUNCTION is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF {COVERED} THEN RETURN OLD; END IF; RAISE EXCEPTION 'this table is append-only'; END $$""",
    "DROP TRIGGER access_log_append_only ON access_log",
    "CREATE TRIGGER access_log_append_only BEFORE UPDATE ON access_log FOR EACH ROW EXECUTE FUNCTION is_append_only()",
    "CREATE TRIGGER access_log_kept BEFORE DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION is_kept()",
    """CREATE TRIGGER chain_gap_append_only BEFORE UPDATE OR DELETE ON chain_gap
    FOR EACH ROW EXECUTE FUNCTION is_append_only()""",
    """CREATE TRIGGER chain_gap_no_truncate BEFORE TRUNCATE ON chain_gap
    FOR EACH STATEMENT EXECUTE FUNCTION is_append_only()""",
)


def up(migrator, db):
    class ChainGap(Model):
        first = IntegerField()
        chain_number = IntegerField(unique=True)
        mac = CharField(max_length=64)
        seal = CharField(max_length=64)
        at = MomentField()

        class Meta:
            database = db
            table_name = "chain_gap"

    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class RecoveryCode(Model):
        user = ForeignKeyField(User)
        code_hash = CharField(max_length=64, unique=True)
        made_at = MomentField()
        used_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "recovery_code"

    db.create_tables([ChainGap, RecoveryCode])
    for statement in ON_SQLITE if isinstance(db, SqliteDatabase) else ON_POSTGRES:
        db.execute_sql(statement)


BACK_ON_SQLITE = (
    "DROP TRIGGER access_log_no_delete",
    f"CREATE TRIGGER access_log_no_delete BEFORE DELETE ON access_log {RAISE}",
)
BACK_ON_POSTGRES = (
    "DROP TRIGGER access_log_kept ON access_log",
    "DROP FUNCTION is_kept",
    "DROP TRIGGER access_log_append_only ON access_log",
    """CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE ON access_log
    FOR EACH ROW EXECUTE FUNCTION is_append_only()""",
)
"""As it was before: what goes by the gaps would fail at every row once their table is gone."""


def down(migrator, db):
    for statement in BACK_ON_SQLITE if isinstance(db, SqliteDatabase) else BACK_ON_POSTGRES:
        db.execute_sql(statement)
    db.execute_sql("DROP TABLE recovery_code")
    db.execute_sql("DROP TABLE chain_gap")
