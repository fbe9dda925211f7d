"""The first tables."""

from peewee import BooleanField, CharField, DateField, ForeignKeyField, IntegerField, JSONField, Model, TextField

from models import MomentField


def up(migrator, db):
    class Group(Model):
        created_at = MomentField()

        class Meta:
            database = db
            table_name = "office_group"

    db.create_tables([Group])

    class Office(Model):
        key = CharField(unique=True, max_length=32)
        name = CharField(max_length=200)
        physician_name = CharField(max_length=200)
        npi = CharField(max_length=10)
        tin = CharField(max_length=9)
        phone = CharField(max_length=20)
        fax = CharField(max_length=20, default="")
        address = CharField(max_length=400)
        specialty = CharField(max_length=200, default="")
        group = ForeignKeyField(Group, null=True)
        version = IntegerField(default=0)
        told = TextField(default="")
        told_at = MomentField(null=True)
        created_at = MomentField()

        class Meta:
            database = db
            table_name = "office"

    db.create_tables([Office])

    class User(Model):
        key = CharField(unique=True, max_length=32)
        username = CharField(unique=True, max_length=80)
        username_folded = CharField(unique=True, max_length=80)
        role = CharField()
        office = ForeignKeyField(Office, null=True)
        state = CharField(default="active")
        name = CharField(max_length=200)
        credentials = CharField(max_length=200, default="")
        email = CharField(max_length=254, default="")
        phone = CharField(max_length=20, default="")
        password_hash = CharField(null=True, max_length=200)
        totp_secret = CharField(null=True, max_length=200)
        totp_pending = CharField(null=True, max_length=200)
        totp_last_step = IntegerField(default=0)
        oidc_issuer = CharField(null=True, max_length=400)
        oidc_subject = CharField(null=True)
        wants_reactivation_at = MomentField(null=True)
        last_active_at = MomentField(null=True)
        created_at = MomentField()

        class Meta:
            database = db
            table_name = "user"
            indexes = ((("oidc_issuer", "oidc_subject"), True),)

    db.create_tables([User])

    class Case(Model):
        key = CharField(unique=True, max_length=32)
        office = ForeignKeyField(Office)
        case_type = CharField()
        webcert_number = CharField(unique=True, null=True, max_length=20)
        authorization_number = CharField(unique=True, null=True, max_length=20)
        corrects = ForeignKeyField("self", null=True)
        member_id = CharField(index=True, max_length=80, default="")
        last_name = CharField(max_length=100, default="")
        first_name = CharField(max_length=100, default="")
        name_folded = CharField(max_length=202, default="")
        birth_date = DateField(null=True)
        discharge_date = DateField(null=True)
        discharge_disposition = CharField(max_length=80, default="")
        created_at = MomentField()

        class Meta:
            database = db
            table_name = "case"
            indexes = (
                (("office", "name_folded"), False),
                (("member_id", "birth_date"), False),
                (("name_folded",), False),
                (("birth_date",), False),
            )

    db.create_tables([Case])

    class Request(Model):
        key = CharField(unique=True, max_length=32)
        case = ForeignKeyField(Case)
        office = ForeignKeyField(Office)
        request_type = CharField(default="initial")
        builds_on = ForeignKeyField("self", null=True)
        status = CharField(default="draft")
        care_kind = CharField(max_length=40, default="")
        urgency_requested = CharField(null=True)
        urgency_assigned = CharField(null=True)
        is_attested = BooleanField(default=False)
        service_from = DateField(null=True)
        service_to = DateField(null=True)
        missing_count = IntegerField(default=0)
        created_by = ForeignKeyField(User)
        created_at = MomentField()
        updated_at = MomentField()
        submitted_by = ForeignKeyField(User, null=True)
        submitted_at = MomentField(null=True)
        accepted_at = MomentField(null=True)
        reviewer = ForeignKeyField(User, null=True)
        escalated_by = ForeignKeyField(User, null=True)
        physician = ForeignKeyField(User, null=True)
        clock_started_at = MomentField(null=True)
        due_at = MomentField(null=True)
        intake_due_at = MomentField(null=True)
        paused_at = MomentField(null=True)
        reply_by = MomentField(null=True)
        queue_at = MomentField(null=True)
        closing_reason = CharField(max_length=60, default="")
        closing_words = TextField(default="")
        is_void = BooleanField(default=False)
        outcome = CharField(null=True)
        decided_at = MomentField(null=True)
        valid_from = DateField(null=True)
        valid_to = DateField(null=True)
        decision_summary = CharField(max_length=200, default="")
        letter_opened_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "request"
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

    db.create_tables([Request])

    class AccessLog(Model):
        chain_number = IntegerField(unique=True)
        at = MomentField(index=True)
        action = CharField(max_length=40)
        actor = ForeignKeyField(User, null=True)
        case = ForeignKeyField(Case, null=True)
        request = ForeignKeyField(Request, null=True)
        subject = CharField(max_length=40, default="")
        address = CharField(max_length=60, default="")
        reference = CharField(max_length=40, default="")
        data = JSONField(default=dict)
        mac = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "access_log"
            indexes = ((("actor", "id"), False), (("case", "id"), False), (("action", "id"), False))

    db.create_tables([AccessLog])

    class InformationRequest(Model):
        key = CharField(unique=True, max_length=32)
        request = ForeignKeyField(Request)
        asked_by = ForeignKeyField(User)
        asked_at = MomentField()
        reason = TextField()
        reply_by = MomentField()
        answered_by = ForeignKeyField(User, null=True)
        answered_at = MomentField(null=True)
        ended_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "information_request"

    db.create_tables([InformationRequest])

    class InformationItem(Model):
        information_request = ForeignKeyField(InformationRequest)
        position = IntegerField()
        text = CharField(max_length=400)
        answer = TextField(default="")

        class Meta:
            database = db
            table_name = "information_item"

    db.create_tables([InformationItem])

    class Attachment(Model):
        key = CharField(unique=True, max_length=32)
        request = ForeignKeyField(Request)
        document_type = CharField(max_length=40, default="")
        name = CharField(max_length=200)
        kind = CharField(max_length=10)
        media_type = CharField(max_length=120)
        size = IntegerField()
        pages = IntegerField(null=True)
        sha256 = CharField(max_length=64)
        stored_name = CharField(max_length=120)
        wrapped_key = CharField(max_length=200)
        key_id = CharField(max_length=40)
        active_content = BooleanField(default=False)
        scan_state = CharField(max_length=20, default="not_scanned")
        by_cmsi = BooleanField(default=False)
        information_item = ForeignKeyField(InformationItem, null=True)
        uploaded_by = ForeignKeyField(User)
        uploaded_at = MomentField()
        removed_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "attachment"
            indexes = ((("request", "sha256"), False),)

    db.create_tables([Attachment])

    class ChainCheckpoint(Model):
        at = MomentField()
        count = IntegerField()
        mac = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "chain_checkpoint"

    db.create_tables([ChainCheckpoint])

    class ChainHead(Model):
        count = IntegerField(default=0)
        mac = CharField(max_length=64, default="")

        class Meta:
            database = db
            table_name = "chain_head"

    db.create_tables([ChainHead])

    class CodeRelease(Model):
        system = CharField(max_length=20)
        valid_from = DateField()
        source = CharField(max_length=200)
        digest = CharField(max_length=64)
        codes = IntegerField()
        loaded_at = MomentField()

        class Meta:
            database = db
            table_name = "code_release"
            indexes = ((("system", "valid_from"), True),)

    db.create_tables([CodeRelease])

    class Counter(Model):
        name = CharField(max_length=1)
        year = IntegerField()
        value = IntegerField()

        class Meta:
            database = db
            table_name = "number_counter"
            indexes = ((("name", "year"), True),)

    db.create_tables([Counter])

    class Determination(Model):
        key = CharField(unique=True, max_length=32)
        request = ForeignKeyField(Request)
        number = IntegerField(default=1)
        outcome = CharField()
        decided_by = ForeignKeyField(User)
        decided_at = MomentField()
        valid_from = DateField(null=True)
        valid_to = DateField(null=True)
        requirements = TextField(default="")
        rationale = TextField(default="")
        plan_provision = TextField(default="")
        notice_by_phone = TextField(default="")
        correction_reason = TextField(default="")

        class Meta:
            database = db
            table_name = "determination"
            indexes = ((("request", "number"), True), (("decided_at",), False))

    db.create_tables([Determination])

    class DiagnosisLine(Model):
        request = ForeignKeyField(Request)
        position = IntegerField()
        code = CharField(index=True, max_length=10)
        description = CharField(max_length=400, default="")
        is_primary = BooleanField(default=False)

        class Meta:
            database = db
            table_name = "diagnosis_line"

    db.create_tables([DiagnosisLine])

    class DraftAnswer(Model):
        request = ForeignKeyField(Request)
        name = CharField(max_length=60)
        value = TextField(default="")
        version = IntegerField(default=1)
        changed_by = ForeignKeyField(User)
        changed_at = MomentField()
        before = TextField(default="")

        class Meta:
            database = db
            table_name = "draft_answer"
            indexes = ((("request", "name"), True),)

    db.create_tables([DraftAnswer])

    class Event(Model):
        case = ForeignKeyField(Case, null=True)
        request = ForeignKeyField(Request, null=True)
        kind = CharField(max_length=60)
        actor = ForeignKeyField(User, null=True)
        at = MomentField()
        from_status = CharField(null=True)
        to_status = CharField(null=True)
        reason = TextField(default="")
        data = JSONField(default=dict)
        is_internal = BooleanField(default=False)
        chain_number = IntegerField(unique=True)
        mac = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "event"
            indexes = ((("kind", "id"), False),)

    db.create_tables([Event])

    class HcpcsCode(Model):
        code = CharField(unique=True, max_length=5)
        description = TextField()
        valid_from = DateField()
        valid_to = DateField(null=True)

        class Meta:
            database = db
            table_name = "hcpcs_code"

    db.create_tables([HcpcsCode])

    class IcdCode(Model):
        code = CharField(max_length=7)
        parent = CharField(index=True, max_length=7, default="")
        is_header = BooleanField()
        description = TextField()
        terms = TextField(default="")
        words = TextField()
        position = IntegerField(index=True, default=0)
        valid_from = DateField()
        valid_to = DateField(null=True)

        class Meta:
            database = db
            table_name = "icd_code"
            indexes = ((("code", "valid_from"), True),)

    db.create_tables([IcdCode])

    class JobRun(Model):
        name = CharField(unique=True, max_length=40)
        ran_at = MomentField()

        class Meta:
            database = db
            table_name = "job_run"

    db.create_tables([JobRun])

    class Letter(Model):
        key = CharField(unique=True, max_length=32)
        determination = ForeignKeyField(Determination, unique=True)
        supersedes = ForeignKeyField("self", null=True)
        content = JSONField()
        sha256 = CharField(max_length=64)
        size = IntegerField()
        stored_name = CharField(max_length=120)
        wrapped_key = CharField(max_length=200)
        key_id = CharField(max_length=40)
        issued_by = ForeignKeyField(User)
        issued_at = MomentField()
        opened_by = ForeignKeyField(User, null=True)
        opened_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "letter"

    db.create_tables([Letter])

    class ServiceLine(Model):
        request = ForeignKeyField(Request)
        position = IntegerField()
        code = CharField(index=True, max_length=10)
        description = CharField(max_length=400, default="")
        modifiers = CharField(max_length=20, default="")
        quantity = IntegerField()
        unit = CharField(max_length=20)
        frequency = CharField(max_length=80, default="")
        date_from = DateField()
        date_to = DateField()
        place_of_service = CharField(max_length=2, default="")
        details = CharField(max_length=300, default="")

        class Meta:
            database = db
            table_name = "service_line"

    db.create_tables([ServiceLine])

    class LineDecision(Model):
        determination = ForeignKeyField(Determination)
        service_line = ForeignKeyField(ServiceLine, null=True)
        outcome = CharField()
        quantity = IntegerField(default=0)
        date_from = DateField(null=True)
        date_to = DateField(null=True)
        basis = CharField(null=True)
        criterion = TextField(default="")
        rationale = TextField(default="")
        missing_information = TextField(default="")

        class Meta:
            database = db
            table_name = "line_decision"

    db.create_tables([LineDecision])

    class Note(Model):
        key = CharField(unique=True, max_length=32)
        request = ForeignKeyField(Request)
        author = ForeignKeyField(User)
        at = MomentField()
        is_internal = BooleanField(default=False)
        text = TextField()

        class Meta:
            database = db
            table_name = "note"

    db.create_tables([Note])

    class PeerToPeer(Model):
        key = CharField(unique=True, max_length=32)
        request = ForeignKeyField(Request)
        asked_by = ForeignKeyField(User)
        asked_at = MomentField()
        physician_name = CharField(max_length=200)
        phone = CharField(max_length=20)
        windows = JSONField()
        confirmed_window = CharField(max_length=200, default="")
        confirmed_by = ForeignKeyField(User, null=True)
        talk_outcome = TextField(default="")
        talked_at = MomentField(null=True)

        class Meta:
            database = db
            table_name = "peer_to_peer"

    db.create_tables([PeerToPeer])

    class Prefill(Model):
        key = CharField(unique=True, max_length=32)
        sealed = TextField()
        origin = CharField()
        address = CharField(index=True, max_length=60)
        ends_at = MomentField(index=True)

        class Meta:
            database = db
            table_name = "prefill"

    db.create_tables([Prefill])

    class Search(Model):
        key = CharField(unique=True, max_length=32)
        user = ForeignKeyField(User)
        text = CharField(max_length=120)
        at = MomentField(index=True)

        class Meta:
            database = db
            table_name = "search"

    db.create_tables([Search])

    class Session(Model):
        token_hash = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User)
        form_secret = CharField(max_length=64)
        address = CharField(max_length=60, default="")
        browser = CharField(max_length=200, default="")
        provider_session = CharField(default="")
        created_at = MomentField()
        seen_at = MomentField()
        proved_at = MomentField()

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])

    class Setting(Model):
        name = CharField(unique=True, max_length=60)
        value = JSONField()
        changed_by = ForeignKeyField(User)
        changed_at = MomentField()

        class Meta:
            database = db
            table_name = "setting"

    db.create_tables([Setting])

    class Stay(Model):
        request = ForeignKeyField(Request, unique=True)
        patient_status = CharField(max_length=20)
        admission_date = DateField()
        first_day = DateField(null=True)
        last_day = DateField(null=True)
        admission_type = CharField(max_length=20)
        level_of_care = CharField(max_length=40)
        days_requested = IntegerField()
        expected_discharge = DateField(null=True)

        class Meta:
            database = db
            table_name = "stay"

    db.create_tables([Stay])

    class Ticket(Model):
        token_hash = CharField(unique=True, max_length=64)
        purpose = CharField(max_length=20)
        user = ForeignKeyField(User, null=True)
        made_by = ForeignKeyField(User, null=True)
        made_at = MomentField()
        ends_at = MomentField(index=True)
        used_at = MomentField(null=True)
        data = JSONField(default=dict)

        class Meta:
            database = db
            table_name = "ticket"

    db.create_tables([Ticket])

    class Tries(Model):
        name = CharField(unique=True, max_length=64)
        count = IntegerField(default=0)
        last_at = MomentField(index=True)
        blocked_until = MomentField(null=True)

        class Meta:
            database = db
            table_name = "tries"

    db.create_tables([Tries])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("tries"))
    migrator.migrate(migrator.drop_table("ticket"))
    migrator.migrate(migrator.drop_table("stay"))
    migrator.migrate(migrator.drop_table("setting"))
    migrator.migrate(migrator.drop_table("session"))
    migrator.migrate(migrator.drop_table("search"))
    migrator.migrate(migrator.drop_table("prefill"))
    migrator.migrate(migrator.drop_table("peer_to_peer"))
    migrator.migrate(migrator.drop_table("note"))
    migrator.migrate(migrator.drop_table("line_decision"))
    migrator.migrate(migrator.drop_table("service_line"))
    migrator.migrate(migrator.drop_table("letter"))
    migrator.migrate(migrator.drop_table("job_run"))
    migrator.migrate(migrator.drop_table("icd_code"))
    migrator.migrate(migrator.drop_table("hcpcs_code"))
    migrator.migrate(migrator.drop_table("event"))
    migrator.migrate(migrator.drop_table("draft_answer"))
    migrator.migrate(migrator.drop_table("diagnosis_line"))
    migrator.migrate(migrator.drop_table("determination"))
    migrator.migrate(migrator.drop_table("number_counter"))
    migrator.migrate(migrator.drop_table("code_release"))
    migrator.migrate(migrator.drop_table("chain_head"))
    migrator.migrate(migrator.drop_table("chain_checkpoint"))
    migrator.migrate(migrator.drop_table("attachment"))
    migrator.migrate(migrator.drop_table("information_item"))
    migrator.migrate(migrator.drop_table("information_request"))
    migrator.migrate(migrator.drop_table("access_log"))
    migrator.migrate(migrator.drop_table("request"))
    migrator.migrate(migrator.drop_table("case"))
    migrator.migrate(migrator.drop_table("user"))
    migrator.migrate(migrator.drop_table("office"))
    migrator.migrate(migrator.drop_table("office_group"))
