"""The table of answers, as they were typed."""

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from models import Base, MomentField, Request, User


class DraftAnswer(Base):
    """One answer of a request. After submit it stays as it is: the record of what was sent."""

    request = ForeignKeyField(Request, backref="+")
    request_id: int
    name = CharField(60)
    """The name of its control: 'last_name', 'service-3-code'."""
    value = TextField(default="")
    version = IntegerField(default=1)
    """Grows with each change; 0 stands for an answer that has no row yet."""
    changed_by = ForeignKeyField(User, backref="+")
    changed_by_id: int
    changed_at = MomentField()
    before = TextField(default="")
    """What stood here before the person who changed it last began to."""

    class Meta:
        indexes = ((("request", "name"), True),)
