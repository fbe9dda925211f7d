"""Providers and facilities that the group used before, offered while typing."""

from dataclasses import dataclass, field

from casework import access, compare
from casework.actor import Actor
from casework.codes.identifiers import show_phone, show_tin
from casework.drafts.model import DraftAnswer
from models import Office, Request

_PREFIXES = {"provider": ("requesting", "servicing"), "facility": ("facility",)}
_PARTS = ("name", "npi", "tin", "specialty", "address", "phone", "fax")
_RECENT = 300
"""So many of the group's newest requests are looked through: enough for the usual names, and quick at any size."""
_MOST = 8


@dataclass(frozen=True)
class Suggestion:
    """A provider or facility; `parts` holds npi, tin, specialty, address, phone and fax as far as they are known."""

    name: str
    parts: dict[str, str] = field(default_factory=dict)


def suggestions(actor: Actor, kind: str, text: str) -> list[Suggestion]:
    """At most eight providers ('provider') or facilities ('facility') whose name holds each word of `text`.

    From the newest requests of the group and its offices' own physicians; newest first. Short texts find nothing.
    """
    words = compare.fold(text).split()
    if kind not in _PREFIXES or actor.user.office is None or sum(map(len, words)) < 2:
        return []
    found: dict[str, Suggestion] = {}
    offices = access.circle(actor.user.office)
    for each in [*_used(offices, _PREFIXES[kind]), *(_physicians(offices) if kind == "provider" else ())]:
        folded = compare.fold(each.name)
        if folded and all(word in folded for word in words):
            found.setdefault(f"{folded} {each.parts.get('npi', '')}", each)
    return list(found.values())[:_MOST]


def _used(offices: list[int], prefixes: tuple[str, ...]) -> list[Suggestion]:
    recent = Request.select(Request.id).where(Request.office.in_(offices)).order_by(Request.id.desc()).limit(_RECENT)
    names = [f"{prefix}_{part}" for prefix in prefixes for part in _PARTS]
    rows = (
        DraftAnswer.select(DraftAnswer.request, DraftAnswer.name, DraftAnswer.value)
        .where(DraftAnswer.request.in_(recent), DraftAnswer.name.in_(names), DraftAnswer.value != "")
        .order_by(DraftAnswer.request.desc())
    )
    gathered: dict[tuple[int, str], dict[str, str]] = {}
    for row in rows:
        prefix, _, part = row.name.partition("_")
        gathered.setdefault((row.request_id, prefix), {})[part] = row.value.strip()
    return [Suggestion(parts.pop("name"), parts) for parts in gathered.values() if "name" in parts]


def _physicians(offices: list[int]) -> list[Suggestion]:
    return [
        Suggestion(
            office.physician_name,
            {
                "npi": office.npi,
                "tin": show_tin(office.tin),
                "specialty": office.specialty,
                "address": office.address,
                "phone": show_phone(office.phone),
                "fax": show_phone(office.fax),
            },
        )
        for office in Office.select().where(Office.id.in_(offices))
    ]
