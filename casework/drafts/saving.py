"""Saving what was typed: a few fields after a moment of quiet, or the whole form by its button."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from casework import compare, completeness
from casework.actor import Actor
from casework.answers import Answers
from casework.completeness.typed import span
from casework.drafts import reading
from casework.fields import applying, field_of
from casework.fields.lines import has_service_asterisks, needs_service_lines
from casework.fields.request import KINDS, TYPE_OF_KIND
from casework.storage import transaction
from models import Case, CaseType, Request, User


@dataclass(frozen=True)
class Clash:
    """Somebody else changed this field meanwhile: what stands there now, by whom and since when, and its version."""

    value: str
    who: str
    at: datetime
    version: int


@dataclass(frozen=True)
class Saved:
    """`versions`: of every answer that was sent, or changed by it; `also`: what followed from it in other answers.

    `clashes` and `refused` (with the reason in words) were not stored: the page keeps what was typed there.
    `redraw`: other fields apply now than before.
    """

    at: datetime
    versions: dict[str, int] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    also: dict[str, str] = field(default_factory=dict)
    redraw: bool = False
    missing_count: int = 0


def save(request: Request, actor: Actor, changes: Mapping[str, str], known: Mapping[str, int]) -> Saved:
    """Stores `changes` (name of the control → text as typed) in one transaction.

    `known` holds the version that the page had of each field, 0 when it is missing. A field that was changed since, by
    somebody else or in another window of the actor's, is not stored but told as a clash, unless both typed the same, or
    the page sends back what it was shown: that page has its old version still. Unknown and over-long answers are
    refused one by one; everything else is kept. Raises Stale when the request is no draft any more.
    """
    typed = {name: clean(value) for name, value in changes.items()}
    with transaction():
        held = reading.take(request)
        rows, before = held.rows, held.before
        refused = {name: reason for name, value in typed.items() if (reason := _refusal(name, value, before))}
        new = {name: value for name, value in typed.items() if name not in refused and value != _value(rows.get(name))}
        late = {name: rows[name] for name in new if name in rows and known.get(name, 0) < rows[name].version}
        clashes = {name: _clash(row) for name, row in late.items() if not _was_shown(new[name], row, actor)}
        taken = {name: value for name, value in new.items() if name not in late}
        also = {**_one_primary(taken, before), **_type_of_kind(taken, before)}
        taken |= also
        after, missing = keep(held, actor, taken)
    sent = (typed.keys() | taken.keys()) - refused.keys() - (late.keys() - clashes.keys())
    versions = {name: (rows[name].version if name in rows else 0) + (name in taken) for name in sent}
    return Saved(held.at, versions, clashes, refused, also, _shape(before) != _shape(after), missing)


def keep(held: reading.Held, actor: Actor, changes: Mapping[str, str]) -> tuple[Answers, int]:
    """Stores these answers of the draft that was taken, with all that follows from them; returns as `mirror`."""
    reading.write(held.request, actor, changes, held.at, held.rows)
    return mirror(held.request, held.before, changes)


def clean(text: str) -> str:
    """The text as it was typed; without what no database keeps (NUL, half characters), with plain line ends."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cs") if not text.isascii() else text


def _refusal(name: str, value: str, before: Answers) -> str:
    control = field_of(name)
    rest = name.partition("-")[2]
    if control is None or control.name == "removed":
        return "The form has no such field."
    if rest and f"{name.rpartition('-')[0]}-removed" not in before.values:
        return "This line is not part of the request."
    if len(value) > control.most:
        return f"{control.label}: at most {control.most} characters, these are {len(value)}. Shorten it to save it."
    return ""


def _value(row: reading.Row | None) -> str:
    return row.value if row else ""


def _was_shown(value: str, row: reading.Row, actor: Actor) -> bool:
    """Whether the page sends back what it was shown, before a colleague changed it."""
    return value == row.before and row.changed_by_id != actor.user.id


def _clash(row: reading.Row) -> Clash:
    return Clash(row.value, User[row.changed_by_id].name, row.changed_at, row.version)


def _one_primary(taken: Mapping[str, str], before: Answers) -> dict[str, str]:
    """One diagnosis is the primary one: the others that were are no longer."""
    chosen = [name for name, value in taken.items() if name.endswith("-primary") and value == "1"]
    if not chosen:
        return {}
    ticked = (line.control("primary") for line in before.all_lines("diagnosis") if line.ticked("primary"))
    return dict.fromkeys({*ticked, *chosen} - {chosen[-1]}, "")


def _type_of_kind(taken: Mapping[str, str], before: Answers) -> dict[str, str]:
    """A kind of care brings its case type along, unless the type is chosen with it."""
    of_kind = TYPE_OF_KIND.get(taken.get("care_kind", ""))
    if of_kind is None or of_kind == before.case_type or "case_type" in taken or not before.is_initial:
        return {}
    return {"case_type": of_kind.value}


def mirror(request: Request, before: Answers, changes: Mapping[str, str]) -> tuple[Answers, int]:
    """Brings the columns of request and case that lists show in step with the answers, inside the transaction.

    Returns the answers after `changes` and how many problems stand before a submit.
    """
    values = {**before.values, **changes}
    if before.is_initial:
        _mirror_case(request.case, values, changes)
    after = Answers(request.case.case_type, values, before.request_type, before.files)
    known = completeness.context(request)
    missing = completeness.missing_count(after, known)
    begin, end = span(after, known.approved_through)
    kind = after.text("care_kind")
    columns = {
        "care_kind": kind if kind in KINDS else "",
        "urgency_requested": after.urgency,
        "service_from": begin,
        "service_to": end,
        "missing_count": missing,
    }
    _update(request, columns)
    return after, missing


def _mirror_case(case: Case, values: Mapping[str, str], changes: Mapping[str, str]) -> None:
    if not changes.keys() & {"case_type", "member_id", "last_name", "first_name", "birth_date"}:
        return
    chosen = values.get("case_type", "")
    case_type = CaseType(chosen) if chosen in list(CaseType) else case.case_type
    _update(case, {"case_type": case_type, **member_columns(Answers(case_type, values))})


def member_columns(answers: Answers) -> dict[str, object]:
    """The columns of a case that tell whose it is."""
    last_name, first_name = answers.text("last_name"), answers.text("first_name")
    return {
        "member_id": compare.member_id(answers.text("member_id"))[:80],
        "last_name": last_name,
        "first_name": first_name,
        "name_folded": compare.name_folded(last_name, first_name)[:202],
        "birth_date": answers.date("birth_date"),
    }


def _update(row: Case | Request, columns: Mapping[str, object]) -> None:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        type(row).update(**changed).where(type(row).id == row.id).execute()
    for name, value in changed.items():
        setattr(row, name, value)


def _shape(answers: Answers) -> list[tuple[str, bool]]:
    """Which controls apply, and which of them are required; whether service lines are."""
    asked = [("service lines", needs_service_lines(answers)), ("asterisks", has_service_asterisks(answers))]
    return asked + [(name, control.required(answers)) for name, control in applying(answers)]


def recount(request: Request) -> int:
    """Counts anew how many problems stand before a submit, after a file came or went; returns the count."""
    with transaction():
        return mirror(request, reading.answers(request), {})[1]
