"""Which releases of a code system are loaded."""

from peewee import CharField, DateField, IntegerField

from models import Base, MomentField

ICD10CM = "ICD-10-CM"
HCPCS = "HCPCS"


class CodeRelease(Base):
    """One release in the table: from when it holds, and where it came from."""

    system = CharField(20)
    valid_from = DateField()
    source = CharField(200)
    """Name of the package or file."""
    digest = CharField(64)
    """SHA-256 of what was read: loading the same again changes nothing."""
    codes = IntegerField()
    loaded_at = MomentField()

    class Meta:
        table_name = "code_release"
        indexes = ((("system", "valid_from"), True),)
