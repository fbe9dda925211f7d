"""The tables that every room of the house speaks of, and facts that one row tells by itself.

A subject's own tables (sessions, access log, codes, counters, draft answers) live with their subject, on `Base`.
Moments are stored in UTC; dates are calendar days as the office means them (America/Chicago).
"""

import secrets
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Self

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

    id: int = AutoField()

    class Meta:
        database = database
        legacy_table_names = False

    @classmethod
    def by_key(cls, key: str) -> Self | None:
        """The row with this opaque key, or None. Who may see it is for `casework.access` to say."""
        found: Self | None = cls.get_or_none(cls.key == key)
        return found


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

    created_at: datetime = MomentField()

    class Meta:
        table_name = "office_group"


class Office(Base):
    key: str = CharField(32, unique=True, default=new_key)
    name: str = CharField(200)
    physician_name: str = CharField(200)
    npi: str = CharField(10)
    tin: str = CharField(9)
    phone: str = CharField(20)
    fax: str = CharField(20, default="")
    address: str = CharField(400)
    specialty: str = CharField(200, default="")
    group: Group | None = ForeignKeyField(Group, null=True, backref="offices")
    version: int = IntegerField(default=0)
    """Grows with every event that the office may see; its open pages poll this one number."""
    created_at: datetime = MomentField()


class User(Base):
    key: str = CharField(32, unique=True, default=new_key)
    username: str = CharField(80, unique=True)
    username_folded: str = CharField(80, unique=True)
    role: Role = EnumField(Role)
    office: Office | None = ForeignKeyField(Office, null=True, backref="users")
    state: UserState = EnumField(UserState, default=UserState.ACTIVE)
    name: str = CharField(200)
    credentials: str = CharField(200, default="")
    """A reviewer's licence and specialty as a letter gives them, e.g. 'MD, board-certified in internal medicine'."""
    email: str = CharField(254, default="")
    phone: str = CharField(20, default="")
    password_hash: str | None = CharField(200, null=True)
    totp_secret: str | None = CharField(200, null=True)
    totp_last_step: int = IntegerField(default=0)
    oidc_issuer: str | None = CharField(400, null=True)
    oidc_subject: str | None = CharField(255, null=True)
    wants_reactivation_at: datetime | None = MomentField(null=True)
    last_active_at: datetime | None = MomentField(null=True)
    created_at: datetime = MomentField()

    class Meta:
        indexes = ((("oidc_issuer", "oidc_subject"), True),)

    @property
    def is_staff(self) -> bool:
        return self.role != Role.PROVIDER


class Case(Base):
    """One patient's matter. A draft has one too; its numbers come with submit and acceptance."""

    key: str = CharField(32, unique=True, default=new_key)
    office: Office = ForeignKeyField(Office, backref="cases")
    case_type: CaseType = EnumField(CaseType)
    webcert_number: str | None = CharField(20, null=True, unique=True)
    authorization_number: str | None = CharField(20, null=True, unique=True)
    corrects: "Case | None" = ForeignKeyField("self", null=True, backref="corrected_by")
    """The rejected case that this one takes up again."""
    member_id: str = CharField(80, default="", index=True)
    """As compared: upper case, letters and digits only."""
    last_name: str = CharField(100, default="")
    first_name: str = CharField(100, default="")
    name_folded: str = CharField(202, default="")
    """'last, first' in lower case without accents, for the search."""
    birth_date: date | None = DateField(null=True)
    discharge_date: date | None = DateField(null=True)
    discharge_disposition: str = CharField(80, default="")
    created_at: datetime = MomentField()

    class Meta:
        indexes = ((("office", "name_folded"), False), (("member_id", "birth_date"), False))

    @property
    def member_name(self) -> str:
        return ", ".join(part for part in (self.last_name, self.first_name) if part)


class Request(Base):
    """What is asked and decided; a row of the dashboard."""

    key: str = CharField(32, unique=True, default=new_key)
    case: Case = ForeignKeyField(Case, backref="requests")
    office: Office = ForeignKeyField(Office, backref="requests")
    request_type: RequestType = EnumField(RequestType, default=RequestType.INITIAL)
    builds_on: "Request | None" = ForeignKeyField("self", null=True, backref="followed_by")
    """The request that this extension, change or reconsideration takes up, or that it was copied or corrected from."""
    status: Status = EnumField(Status, default=Status.DRAFT)
    care_kind: str = CharField(40, default="")
    urgency_requested: Urgency | None = EnumField(Urgency, null=True)
    urgency_assigned: Urgency | None = EnumField(Urgency, null=True)
    is_attested: bool = BooleanField(default=False)
    """A physician stated that this is urgent: CMSI can't lower it."""
    service_from: date | None = DateField(null=True)
    service_to: date | None = DateField(null=True)
    missing_count: int = IntegerField(default=0)

    created_by: User = ForeignKeyField(User, backref="+")
    created_at: datetime = MomentField()
    updated_at: datetime = MomentField()
    submitted_by: User | None = ForeignKeyField(User, null=True, backref="+")
    submitted_at: datetime | None = MomentField(null=True)
    accepted_at: datetime | None = MomentField(null=True)

    reviewer: User | None = ForeignKeyField(User, null=True, backref="claimed")
    escalated_by: User | None = ForeignKeyField(User, null=True, backref="+")
    physician: User | None = ForeignKeyField(User, null=True, backref="+")
    """The physician who has claimed it in physician review."""

    clock_started_at: datetime | None = MomentField(null=True)
    due_at: datetime | None = MomentField(null=True)
    intake_due_at: datetime | None = MomentField(null=True)
    paused_at: datetime | None = MomentField(null=True)
    """Since when the clock stands still for an information request; None while it runs."""
    reply_by: datetime | None = MomentField(null=True)

    closing_reason: str = CharField(60, default="")
    """Why it was rejected, withdrawn, cancelled or made void: the code of the choice."""
    closing_words: str = TextField(default="")
    is_void: bool = BooleanField(default=False)

    outcome: Outcome | None = EnumField(Outcome, null=True)
    decided_at: datetime | None = MomentField(null=True)
    valid_from: date | None = DateField(null=True)
    valid_to: date | None = DateField(null=True)
    decision_summary: str = CharField(200, default="")
    """A few words for the list, e.g. '8 of 12 visits'."""
    letter_opened_at: datetime | None = MomentField(null=True)

    class Meta:
        indexes = (
            (("office", "status", "id"), False),
            (("status", "due_at", "id"), False),
            (("reviewer", "status", "due_at"), False),
        )

    @property
    def is_open(self) -> bool:
        """Submitted and not yet decided or closed."""
        return self.status in OPEN

    @property
    def urgency(self) -> Urgency | None:
        """The urgency that counts: the assigned one, else the requested one."""
        return self.urgency_assigned or self.urgency_requested


class DiagnosisLine(Base):
    request: Request = ForeignKeyField(Request, backref="diagnosis_lines")
    position: int = IntegerField()
    code: str = CharField(10, index=True)
    description: str = CharField(400, default="")
    is_primary: bool = BooleanField(default=False)


class ServiceLine(Base):
    request: Request = ForeignKeyField(Request, backref="service_lines")
    position: int = IntegerField()
    code: str = CharField(10, index=True)
    description: str = CharField(400, default="")
    modifiers: str = CharField(20, default="")
    quantity: int = IntegerField()
    unit: str = CharField(20)
    frequency: str = CharField(80, default="")
    date_from: date = DateField()
    date_to: date = DateField()
    place_of_service: str = CharField(2, default="")
    details: str = CharField(300, default="")
    """Durable equipment (rent, purchase, months) and drugs (NDC, dose, route), in words."""

    @property
    def code_with_modifiers(self) -> str:
        return f"{self.code} {self.modifiers}".strip()


class Stay(Base):
    """The stay that an Inpatient request asks for."""

    request: Request = ForeignKeyField(Request, unique=True, backref="stays")
    patient_status: str = CharField(20)
    admission_date: date = DateField()
    admission_type: str = CharField(20)
    level_of_care: str = CharField(40)
    days_requested: int = IntegerField()
    expected_discharge: date | None = DateField(null=True)


class InformationRequest(Base):
    """What CMSI asks the office for during review."""

    key: str = CharField(32, unique=True, default=new_key)
    request: Request = ForeignKeyField(Request, backref="information_requests")
    asked_by: User = ForeignKeyField(User, backref="+")
    asked_at: datetime = MomentField()
    reason: str = TextField()
    reply_by: datetime = MomentField()
    answered_by: User | None = ForeignKeyField(User, null=True, backref="+")
    answered_at: datetime | None = MomentField(null=True)
    ended_at: datetime | None = MomentField(null=True)
    """When its time was over or the request was decided on the record, without an answer."""


class InformationItem(Base):
    information_request: InformationRequest = ForeignKeyField(InformationRequest, backref="items")
    position: int = IntegerField()
    text: str = CharField(400)
    answer: str = TextField(default="")


class Attachment(Base):
    """A file of a request; its bytes lie encrypted in the file store."""

    key: str = CharField(32, unique=True, default=new_key)
    request: Request = ForeignKeyField(Request, backref="attachments")
    document_type: str = CharField(40, default="")
    name: str = CharField(200)
    kind: str = CharField(10)
    media_type: str = CharField(120)
    size: int = IntegerField()
    pages: int | None = IntegerField(null=True)
    sha256: str = CharField(64)
    stored_name: str = CharField(120)
    wrapped_key: str = CharField(200)
    key_id: str = CharField(40)
    active_content: bool = BooleanField(default=False)
    scan_state: str = CharField(20, default="not_scanned")
    by_cmsi: bool = BooleanField(default=False)
    """Letters and reports that CMSI adds are counted and listed apart from the office's records."""
    information_item: InformationItem | None = ForeignKeyField(InformationItem, null=True, backref="attachments")
    uploaded_by: User = ForeignKeyField(User, backref="+")
    uploaded_at: datetime = MomentField()
    removed_at: datetime | None = MomentField(null=True)

    class Meta:
        indexes = ((("request", "sha256"), False),)


class Note(Base):
    """Words on a request: to the office or by it, or internal, which no office ever sees."""

    key: str = CharField(32, unique=True, default=new_key)
    request: Request = ForeignKeyField(Request, backref="notes")
    author: User = ForeignKeyField(User, backref="+")
    at: datetime = MomentField()
    is_internal: bool = BooleanField(default=False)
    text: str = TextField()


class Determination(Base):
    """A decision on a request; a correction adds a second one, and the last counts."""

    key: str = CharField(32, unique=True, default=new_key)
    request: Request = ForeignKeyField(Request, backref="determinations")
    number: int = IntegerField(default=1)
    outcome: Outcome = EnumField(Outcome)
    decided_by: User = ForeignKeyField(User, backref="+")
    decided_at: datetime = MomentField()
    valid_from: date | None = DateField(null=True)
    valid_to: date | None = DateField(null=True)
    requirements: str = TextField(default="")
    """The plan's navigation or care requirements, for an approval."""
    rationale: str = TextField(default="")
    plan_provision: str = TextField(default="")
    notice_by_phone: str = TextField(default="")
    """Expedited: to whom, by whom and when the outcome was told by phone."""
    correction_reason: str = TextField(default="")

    class Meta:
        indexes = ((("request", "number"), True),)


class LineDecision(Base):
    """What was decided on one service line, or, without one, on the days of the stay."""

    determination: Determination = ForeignKeyField(Determination, backref="lines")
    service_line: ServiceLine | None = ForeignKeyField(ServiceLine, null=True, backref="decisions")
    outcome: LineOutcome = EnumField(LineOutcome)
    quantity: int = IntegerField(default=0)
    """Approved units, or approved days of the stay; 0 when denied."""
    date_from: date | None = DateField(null=True)
    date_to: date | None = DateField(null=True)
    basis: Basis | None = EnumField(Basis, null=True)
    criterion: str = TextField(default="")
    rationale: str = TextField(default="")
    missing_information: str = TextField(default="")


class Letter(Base):
    """A determination letter as it was issued: never rendered again, never changed."""

    key: str = CharField(32, unique=True, default=new_key)
    determination: Determination = ForeignKeyField(Determination, unique=True, backref="letters")
    supersedes: "Letter | None" = ForeignKeyField("self", null=True, backref="superseded_by")
    content: dict[str, Any] = JSONField()
    """What the letter says, element by element: the page is drawn from it."""
    sha256: str = CharField(64)
    size: int = IntegerField()
    stored_name: str = CharField(120)
    wrapped_key: str = CharField(200)
    key_id: str = CharField(40)
    issued_by: User = ForeignKeyField(User, backref="+")
    issued_at: datetime = MomentField()
    opened_by: User | None = ForeignKeyField(User, null=True, backref="+")
    opened_at: datetime | None = MomentField(null=True)


class PeerToPeer(Base):
    """A talk between the office's physician and CMSI's, asked for after an adverse decision."""

    key: str = CharField(32, unique=True, default=new_key)
    request: Request = ForeignKeyField(Request, backref="peer_to_peer_talks")
    asked_by: User = ForeignKeyField(User, backref="+")
    asked_at: datetime = MomentField()
    physician_name: str = CharField(200)
    phone: str = CharField(20)
    windows: list[str] = JSONField()
    confirmed_window: str = CharField(200, default="")
    confirmed_by: User | None = ForeignKeyField(User, null=True, backref="+")
    talk_outcome: str = TextField(default="")
    talked_at: datetime | None = MomentField(null=True)


class Event(Base):
    """What happened, in the past tense. Append-only: the time line and the outbox are read from it."""

    case: Case | None = ForeignKeyField(Case, null=True, backref="events")
    request: Request | None = ForeignKeyField(Request, null=True, backref="events")
    kind: str = CharField(60)
    actor: User | None = ForeignKeyField(User, null=True, backref="+")
    at: datetime = MomentField()
    from_status: Status | None = EnumField(Status, null=True)
    to_status: Status | None = EnumField(Status, null=True)
    reason: str = TextField(default="")
    data: dict[str, Any] = JSONField(default=dict)
    is_internal: bool = BooleanField(default=False)
    """Staff alone see it on the time line."""
    mac: str = CharField(64, default="")
    """Keyed hash over the row before and this row: see casework.audit."""
