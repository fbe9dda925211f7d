"""Which columns each role reads, of a request in which states, and by which verbs a form's words come into them.

Beside MAY, which says who may do what; both stand in docs/security.md as people read them. `*` is the rest of a table.
A column that stands here under no verb is written by the work alone (a status by its transition, a number by its
counter, a time by the clock), never by what somebody posts.
"""

from dataclasses import dataclass

from casework.access import ADMIN, EVERYONE, INTAKE, OFFICE, SENT, STAFF, Rule
from casework.actor import Actor
from models import Request

BOTH_SIDES = (Rule(OFFICE), Rule(INTAKE, SENT))
"""Who reads what both sides share; CMSI only after it was sent, an admin never."""


@dataclass(frozen=True)
class Fields:
    """`columns` as Table.column; `read`: by whom; `written_by`: verbs of MAY whose forms bring them."""

    columns: tuple[str, ...]
    read: tuple[Rule, ...]
    written_by: tuple[str, ...] = ()


def _of(table: str, names: str) -> tuple[str, ...]:
    return tuple(f"{table}.{name}" for name in names.split())


FIELDS: dict[str, Fields] = {
    # the office asks
    "answers of the form": Fields(
        _of("DraftAnswer", "*")
        + _of("Case", "member_id last_name first_name name_folded birth_date case_type")
        + _of("Request", "care_kind urgency_requested is_attested service_from service_to")
        + _of("DiagnosisLine", "*")
        + _of("ServiceLine", "*")
        + _of("Stay", "*"),
        BOTH_SIDES,
        ("start_request", "edit", "submit"),
    ),
    "discharge": Fields(_of("Case", "discharge_date discharge_disposition"), BOTH_SIDES, ("discharge",)),
    "files": Fields(
        _of("Attachment", "name document_type removed_at information_item *"),
        BOTH_SIDES,
        ("edit", "add_records", "answer_information", "reconsider", "add_report"),
    ),
    "answers to questions": Fields(_of("InformationItem", "answer"), BOTH_SIDES, ("answer_information",)),
    "wish for a talk": Fields(
        _of("PeerToPeer", "physician_name phone windows"), BOTH_SIDES, ("ask_peer_to_peer", "manage_peer_to_peer")
    ),
    "why it was closed": Fields(
        _of("Request", "closing_reason closing_words is_void"), BOTH_SIDES, ("withdraw", "cancel", "reject", "void")
    ),
    # CMSI reviews
    "urgency that counts": Fields(
        _of("Request", "urgency_assigned"),
        BOTH_SIDES,
        ("accept", "raise_urgency", "lower_urgency", "lower_urgency_self"),
    ),
    "who has it in hand": Fields(
        _of("Request", "reviewer physician escalated_by"), (Rule(INTAKE, SENT),), ("claim", "hand_over", "accept")
    ),
    "questions": Fields(
        _of("InformationRequest", "*") + _of("InformationItem", "text position *"), BOTH_SIDES, ("ask_information",)
    ),
    "notes": Fields(_of("Note", "text *"), BOTH_SIDES, ("note_to_office", "add_records", "answer_information")),
    "internal notes": Fields(_of("Note", "is_internal"), (Rule(INTAKE, SENT),), ("note_internally",)),
    "determination": Fields(
        _of("Determination", "*") + _of("LineDecision", "*"),
        BOTH_SIDES,
        ("decide", "decide_adversely", "correct_determination"),
    ),
    "outcome of a talk": Fields(_of("PeerToPeer", "*"), BOTH_SIDES, ("manage_peer_to_peer",)),
    # the work alone
    "status, owner, numbers, times": Fields(_of("Case", "*") + _of("Request", "*"), BOTH_SIDES),
    "letters": Fields(_of("Letter", "*"), BOTH_SIDES),
    "time line": Fields(_of("Event", "*"), (*BOTH_SIDES, Rule(ADMIN))),
    "internal steps": Fields(_of("Event", "is_internal"), (Rule(INTAKE, SENT), Rule(ADMIN))),
    "where bytes lie": Fields(
        _of("Attachment", "stored_name wrapped_key key_id") + _of("Letter", "stored_name wrapped_key key_id"), ()
    ),
    # accounts
    "own data": Fields(_of("User", "name email phone"), (Rule(EVERYONE),), ("keep_profile",)),
    "office's data": Fields(
        _of("Office", "name physician_name npi tin phone fax address specialty"),
        (Rule(OFFICE | STAFF),),
        ("start_request",),
    ),
    "role and licence": Fields(_of("User", "role credentials"), (Rule(STAFF),), ("change_role",)),
    "state of an account": Fields(_of("User", "state wants_reactivation_at last_active_at *"), (Rule(STAFF),)),
    "links of offices": Fields(_of("Office", "group told told_at *") + _of("Group", "*"), (Rule(OFFICE | STAFF),)),
    "passwords and second factors": Fields(
        _of("User", "password_hash totp_secret totp_pending totp_last_step oidc_issuer oidc_subject"), ()
    ),
}


def group_of(column: str) -> str:
    """The words under which this column ('Note.text') stands in FIELDS. Raises LookupError when it stands nowhere."""
    rest = f"{column.partition('.')[0]}.*"
    for name in (column, rest):
        for words, fields in FIELDS.items():
            if name in fields.columns:
                return words
    raise LookupError(column)


def reads(actor: Actor, words: str, request: Request | None = None) -> bool:
    """Whether this person reads these columns (of this request, which they see)."""
    return any(
        actor.role in rule.roles and (request is None or request.status in rule.states) for rule in FIELDS[words].read
    )


def written(words: str, table: str) -> tuple[str, ...]:
    """Names of a table's columns that a form writes under these words."""
    return tuple(name.partition(".")[2] for name in FIELDS[words].columns if name.startswith(f"{table}."))
