"""The tables that every room of the house speaks of, and facts that one row tells by itself.

A subject's own tables (sessions, access log, codes, counters, draft answers) live with their subject, on `Base`.
Moments are stored in UTC; dates are calendar days as the office means them (America/Chicago).
"""

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, overload

from peewee import (
    AutoField,
    BooleanField,
    CharField,
    DatabaseProxy,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    TextField,
)

if TYPE_CHECKING:  # peewee ships types, playhouse doesn't
    from peewee import Field, ModelSelect

    E = TypeVar("E")

    class EnumField(Field[E]):
        @overload
        def __new__(cls, enum: type[E], *, null: Literal[True], **options: Any) -> "EnumField[E | None]": ...
        @overload
        def __new__(cls, enum: type[E], *, null: Literal[False] = ..., **options: Any) -> "EnumField[E]": ...
        def __new__(cls, enum: type[E], **options: Any) -> Any: ...
else:
    from playhouse.fields import EnumField


database = DatabaseProxy()


def new_key() -> str:
    """An opaque id for URLs: 96 random bits, 16 URL-safe characters."""
    return secrets.token_urlsafe(12)


class MomentField(DateTimeField):
    """An aware moment; UTC in the database, sortable as text where the database stores text."""

    def db_value(self, value: datetime | None) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"

    def python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC)


class Base(Model):
    """Every table of the portal."""

    id = AutoField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def by_key(cls, key: str) -> Self | None:
        """The row with this opaque key, or None. Who may see it is for `casework.access` to say."""
        return cls.get_or_none(key=key)


class Role(StrEnum):
    PROVIDER = "provider"
    INTAKE = "intake"
    NURSE = "nurse"
    PHYSICIAN = "physician"
    ADMIN = "admin"


class UserState(StrEnum):
    WAITING = "waiting"
    ACTIVE = "active"
    INACTIVE = "inactive"
    DEACTIVATED = "deactivated"


class CaseType(StrEnum):
    INPATIENT = "inpatient"
    SERVICE = "service"


class RequestType(StrEnum):
    INITIAL = "initial"
    EXTENSION = "extension"
    CHANGE = "change"
    RECONSIDERATION = "reconsideration"


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REJECTED = "rejected"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    PHYSICIAN_REVIEW = "physician_review"
    DETERMINED = "determined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


OPEN = (Status.SUBMITTED, Status.IN_REVIEW, Status.INFO_REQUESTED, Status.PHYSICIAN_REVIEW)
IN_CLINICAL_REVIEW = (Status.IN_REVIEW, Status.INFO_REQUESTED, Status.PHYSICIAN_REVIEW)


class Urgency(StrEnum):
    EXPEDITED = "expedited"
    STANDARD = "standard"
    RETRO = "retro"


class Outcome(StrEnum):
    APPROVAL = "approval"
    PARTIAL_APPROVAL = "partial_approval"
    DENIAL = "denial"


class LineOutcome(StrEnum):
    APPROVED = "approved"
    MODIFIED = "modified"
    DENIED = "denied"


class Basis(StrEnum):
    """Why a line was not approved as asked."""

    NOT_APPROPRIATE = "not_medically_appropriate"
    EXCLUSION = "plan_exclusion"
    INSUFFICIENT = "insufficient_information"


class Group(Base):
    """Offices that intake has linked: each sees and works on the others' drafts and cases."""

    created_at = MomentField()
    offices: "ModelSelect[Office]"

    class Meta:
        table_name = "office_group"


class Office(Base):
    key = CharField(32, unique=True, default=new_key)
    name = CharField(200)
    physician_name = CharField(200)
    npi = CharField(10)
    tin = CharField(9)
    phone = CharField(20)
    fax = CharField(20, default="")
    address = CharField(400)
    specialty = CharField(200, default="")
    group = ForeignKeyField(Group, null=True, backref="offices")
    group_id: int | None
    version = IntegerField(default=0)
    """Grows with every event that the office may see; its open pages poll this one number."""
    told = TextField(default="")
    """What CMSI told the office last about its account, e.g. that it is linked with another one."""
    told_at = MomentField(null=True)
    created_at = MomentField()
    users: "ModelSelect[User]"
    cases: "ModelSelect[Case]"
    requests: "ModelSelect[Request]"


class User(Base):
    key = CharField(32, unique=True, default=new_key)
    username = CharField(80, unique=True)
    username_folded = CharField(80, unique=True)
    role = EnumField(Role)
    office = ForeignKeyField(Office, null=True, backref="users")
    office_id: int | None
    state = EnumField(UserState, default=UserState.ACTIVE)
    name = CharField(200)
    credentials = CharField(200, default="")
    """A reviewer's licence and specialty as a letter gives them, e.g. 'MD, board-certified in internal medicine'."""
    email = CharField(254, default="")
    phone = CharField(20, default="")
    password_hash = CharField(200, null=True)
    totp_secret = CharField(200, null=True)
    totp_pending = CharField(200, null=True)
    """A new secret that waits for its first code."""
    totp_last_step = IntegerField(default=0)
    oidc_issuer = CharField(400, null=True)
    oidc_subject = CharField(255, null=True)
    wants_reactivation_at = MomentField(null=True)
    last_active_at = MomentField(null=True)
    created_at = MomentField()
    claimed: "ModelSelect[Request]"

    class Meta:
        indexes = ((("oidc_issuer", "oidc_subject"), True),)

    @property
    def is_staff(self) -> bool:
        return self.role != Role.PROVIDER


class Case(Base):
    """One patient's matter. A draft has one too; its numbers come with submit and acceptance."""

    key = CharField(32, unique=True, default=new_key)
    office = ForeignKeyField(Office, backref="cases")
    office_id: int
    case_type = EnumField(CaseType)
    webcert_number = CharField(20, null=True, unique=True)
    authorization_number = CharField(20, null=True, unique=True)
    corrects = ForeignKeyField("self", null=True, backref="corrected_by")
    corrects_id: int | None
    """The rejected case that this one takes up again."""
    member_id = CharField(80, default="", index=True)
    """As compared: upper case, letters and digits only."""
    last_name = CharField(100, default="")
    first_name = CharField(100, default="")
    name_folded = CharField(202, default="")
    """'last, first' in lower case without accents, for the search."""
    birth_date = DateField(null=True)
    discharge_date = DateField(null=True)
    discharge_disposition = CharField(80, default="")
    created_at = MomentField()
    corrected_by: "ModelSelect[Case]"
    requests: "ModelSelect[Request]"
    events: "ModelSelect[Event]"

    class Meta:
        indexes = (
            (("office", "name_folded"), False),
            (("member_id", "birth_date"), False),
            (("name_folded",), False),
            (("birth_date",), False),
        )

    @property
    def member_name(self) -> str:
        return ", ".join(part for part in (self.last_name, self.first_name) if part)


class Request(Base):
    """What is asked and decided; a row of the dashboard."""

    key = CharField(32, unique=True, default=new_key)
    case = ForeignKeyField(Case, backref="requests")
    case_id: int
    office = ForeignKeyField(Office, backref="requests")
    office_id: int
    request_type = EnumField(RequestType, default=RequestType.INITIAL)
    builds_on = ForeignKeyField("self", null=True, backref="followed_by")
    builds_on_id: int | None
    """The request that this extension, change or reconsideration takes up, or that it was copied or corrected from."""
    status = EnumField(Status, default=Status.DRAFT)
    care_kind = CharField(40, default="")
    urgency_requested = EnumField(Urgency, null=True)
    urgency_assigned = EnumField(Urgency, null=True)
    is_attested = BooleanField(default=False)
    """A physician stated that this is urgent: CMSI can't lower it."""
    service_from = DateField(null=True)
    service_to = DateField(null=True)
    missing_count = IntegerField(default=0)

    created_by = ForeignKeyField(User, backref="+")
    created_by_id: int
    created_at = MomentField()
    updated_at = MomentField()
    submitted_by = ForeignKeyField(User, null=True, backref="+")
    submitted_by_id: int | None
    submitted_at = MomentField(null=True)
    accepted_at = MomentField(null=True)

    reviewer = ForeignKeyField(User, null=True, backref="claimed")
    reviewer_id: int | None
    escalated_by = ForeignKeyField(User, null=True, backref="+")
    escalated_by_id: int | None
    physician = ForeignKeyField(User, null=True, backref="+")
    physician_id: int | None
    """The physician who has claimed it in physician review."""

    clock_started_at = MomentField(null=True)
    due_at = MomentField(null=True)
    intake_due_at = MomentField(null=True)
    paused_at = MomentField(null=True)
    """Since when the clock stands still for an information request; None while it runs."""
    reply_by = MomentField(null=True)
    queue_at = MomentField(null=True)
    """Where it stands in CMSI's queue: when the next step is due; None when it is not open. Set by workflow.table."""

    closing_reason = CharField(60, default="")
    """Why it was rejected, withdrawn, cancelled or made void: the code of the choice."""
    closing_words = TextField(default="")
    is_void = BooleanField(default=False)

    outcome = EnumField(Outcome, null=True)
    decided_at = MomentField(null=True)
    valid_from = DateField(null=True)
    valid_to = DateField(null=True)
    decision_summary = CharField(200, default="")
    """A few words for the list, e.g. '8 of 12 visits'."""
    letter_opened_at = MomentField(null=True)
    followed_by: "ModelSelect[Request]"
    diagnosis_lines: "ModelSelect[DiagnosisLine]"
    service_lines: "ModelSelect[ServiceLine]"
    stays: "ModelSelect[Stay]"
    information_requests: "ModelSelect[InformationRequest]"
    attachments: "ModelSelect[Attachment]"
    notes: "ModelSelect[Note]"
    determinations: "ModelSelect[Determination]"
    peer_to_peer_talks: "ModelSelect[PeerToPeer]"
    events: "ModelSelect[Event]"

    class Meta:
        indexes = (
            (("office", "status", "id"), False),
            (("office", "letter_opened_at", "status", "id"), False),
            (("office", "valid_to"), False),
            (("queue_at", "id"), False),
            (("status", "queue_at", "id"), False),
            (("reviewer", "queue_at", "id"), False),
            (("care_kind", "queue_at", "id"), False),
            (("submitted_at",), False),
        )

    @property
    def is_open(self) -> bool:
        """Submitted and not yet decided or closed."""
        return self.status in OPEN

    @property
    def is_granted(self) -> bool:
        """Decided, and approved at least in part."""
        return self.status == Status.DETERMINED and self.outcome != Outcome.DENIAL

    @property
    def is_adverse(self) -> bool:
        """Decided, and denied at least in part."""
        return self.status == Status.DETERMINED and self.outcome != Outcome.APPROVAL

    @property
    def urgency(self) -> Urgency | None:
        """The urgency that counts: the assigned one, else the requested one."""
        return self.urgency_assigned or self.urgency_requested


class DiagnosisLine(Base):
    request = ForeignKeyField(Request, backref="diagnosis_lines")
    request_id: int
    position = IntegerField()
    code = CharField(10, index=True)
    description = CharField(400, default="")
    is_primary = BooleanField(default=False)


class ServiceLine(Base):
    request = ForeignKeyField(Request, backref="service_lines")
    request_id: int
    position = IntegerField()
    code = CharField(10, index=True)
    description = CharField(400, default="")
    modifiers = CharField(20, default="")
    quantity = IntegerField()
    unit = CharField(20)
    frequency = CharField(80, default="")
    date_from = DateField()
    date_to = DateField()
    place_of_service = CharField(2, default="")
    details = CharField(300, default="")
    """Durable equipment (rent, purchase, months) and drugs (NDC, dose, route), in words."""
    decisions: "ModelSelect[LineDecision]"

    @property
    def code_with_modifiers(self) -> str:
        return f"{self.code} {self.modifiers}".strip()


class Stay(Base):
    """The stay that an Inpatient request asks for."""

    request = ForeignKeyField(Request, unique=True, backref="stays")
    request_id: int
    patient_status = CharField(20)
    admission_date = DateField()
    first_day = DateField(null=True)
    last_day = DateField(null=True)
    """The days asked for; those of an extension begin after the approved ones. None: counted from the admission."""
    admission_type = CharField(20)
    level_of_care = CharField(40)
    days_requested = IntegerField()
    expected_discharge = DateField(null=True)


class InformationRequest(Base):
    """What CMSI asks the office for during review."""

    key = CharField(32, unique=True, default=new_key)
    request = ForeignKeyField(Request, backref="information_requests")
    request_id: int
    asked_by = ForeignKeyField(User, backref="+")
    asked_by_id: int
    asked_at = MomentField()
    reason = TextField()
    reply_by = MomentField()
    answered_by = ForeignKeyField(User, null=True, backref="+")
    answered_by_id: int | None
    answered_at = MomentField(null=True)
    ended_at = MomentField(null=True)
    """When its time was over or the request was decided on the record, without an answer."""
    items: "ModelSelect[InformationItem]"


class InformationItem(Base):
    """One thing that CMSI asks for. `answer` is kept as it is typed; CMSI reads it once the request is answered."""

    information_request = ForeignKeyField(InformationRequest, backref="items")
    information_request_id: int
    position = IntegerField()
    text = CharField(400)
    answer = TextField(default="")
    attachments: "ModelSelect[Attachment]"


class Attachment(Base):
    """A file of a request; its bytes lie encrypted in the file store."""

    key = CharField(32, unique=True, default=new_key)
    request = ForeignKeyField(Request, backref="attachments")
    request_id: int
    document_type = CharField(40, default="")
    name = CharField(200)
    kind = CharField(10)
    media_type = CharField(120)
    size = IntegerField()
    pages = IntegerField(null=True)
    sha256 = CharField(64)
    stored_name = CharField(120)
    wrapped_key = CharField(200)
    key_id = CharField(40)
    active_content = BooleanField(default=False)
    scan_state = CharField(20, default="not_scanned")
    by_cmsi = BooleanField(default=False)
    """Letters and reports that CMSI adds are counted and listed apart from the office's records."""
    information_item = ForeignKeyField(InformationItem, null=True, backref="attachments")
    information_item_id: int | None
    uploaded_by = ForeignKeyField(User, backref="+")
    uploaded_by_id: int
    uploaded_at = MomentField()
    removed_at = MomentField(null=True)

    class Meta:
        indexes = ((("request", "sha256"), False),)


class Note(Base):
    """Words on a request: to the office or by it, or internal, which no office ever sees."""

    key = CharField(32, unique=True, default=new_key)
    request = ForeignKeyField(Request, backref="notes")
    request_id: int
    author = ForeignKeyField(User, backref="+")
    author_id: int
    at = MomentField()
    is_internal = BooleanField(default=False)
    text = TextField()


class Determination(Base):
    """A decision on a request; a correction adds a second one, and the last counts."""

    key = CharField(32, unique=True, default=new_key)
    request = ForeignKeyField(Request, backref="determinations")
    request_id: int
    number = IntegerField(default=1)
    outcome = EnumField(Outcome)
    decided_by = ForeignKeyField(User, backref="+")
    decided_by_id: int
    decided_at = MomentField()
    valid_from = DateField(null=True)
    valid_to = DateField(null=True)
    requirements = TextField(default="")
    """The plan's navigation or care requirements, for an approval."""
    rationale = TextField(default="")
    plan_provision = TextField(default="")
    notice_by_phone = TextField(default="")
    """Expedited: to whom, by whom and when the outcome was told by phone."""
    correction_reason = TextField(default="")
    lines: "ModelSelect[LineDecision]"
    letters: "ModelSelect[Letter]"

    class Meta:
        indexes = ((("request", "number"), True), (("decided_at",), False))


class LineDecision(Base):
    """What was decided on one service line, or, without one, on the days of the stay."""

    determination = ForeignKeyField(Determination, backref="lines")
    determination_id: int
    service_line = ForeignKeyField(ServiceLine, null=True, backref="decisions")
    service_line_id: int | None
    outcome = EnumField(LineOutcome)
    quantity = IntegerField(default=0)
    """Approved units, or approved days of the stay; 0 when denied."""
    date_from = DateField(null=True)
    date_to = DateField(null=True)
    basis = EnumField(Basis, null=True)
    criterion = TextField(default="")
    rationale = TextField(default="")
    missing_information = TextField(default="")


class Letter(Base):
    """A determination letter as it was issued: never rendered again, never changed."""

    key = CharField(32, unique=True, default=new_key)
    determination = ForeignKeyField(Determination, unique=True, backref="letters")
    determination_id: int
    supersedes = ForeignKeyField("self", null=True, backref="superseded_by")
    supersedes_id: int | None
    content = JSONField()
    """What the letter says, element by element: the page is drawn from it."""
    sha256 = CharField(64)
    size = IntegerField()
    stored_name = CharField(120)
    wrapped_key = CharField(200)
    key_id = CharField(40)
    issued_by = ForeignKeyField(User, backref="+")
    issued_by_id: int
    issued_at = MomentField()
    opened_by = ForeignKeyField(User, null=True, backref="+")
    opened_by_id: int | None
    opened_at = MomentField(null=True)
    superseded_by: "ModelSelect[Letter]"


class PeerToPeer(Base):
    """A talk between the office's physician and CMSI's, asked for after an adverse decision."""

    key = CharField(32, unique=True, default=new_key)
    request = ForeignKeyField(Request, backref="peer_to_peer_talks")
    request_id: int
    asked_by = ForeignKeyField(User, backref="+")
    asked_by_id: int
    asked_at = MomentField()
    physician_name = CharField(200)
    phone = CharField(20)
    windows = JSONField()
    confirmed_window = CharField(200, default="")
    confirmed_by = ForeignKeyField(User, null=True, backref="+")
    confirmed_by_id: int | None
    talk_outcome = TextField(default="")
    talked_at = MomentField(null=True)


class Event(Base):
    """What happened, in the past tense. Append-only: the time line and the outbox are read from it."""

    case = ForeignKeyField(Case, null=True, backref="events")
    case_id: int | None
    request = ForeignKeyField(Request, null=True, backref="events")
    request_id: int | None
    kind = CharField(60)
    actor = ForeignKeyField(User, null=True, backref="+")
    actor_id: int | None
    at = MomentField()
    from_status = EnumField(Status, null=True)
    to_status = EnumField(Status, null=True)
    reason = TextField(default="")
    data = JSONField(default=dict)
    is_internal = BooleanField(default=False)
    """Staff alone see it on the time line."""
    chain_number = IntegerField(unique=True)
    """Its place in the chain, which it shares with the access log: see casework.audit.chain."""
    mac = CharField(64)

    class Meta:
        indexes = ((("kind", "id"), False),)
