"""Requests that an intranet has filled in: kept sealed, shown to a person, and made a draft only when they say so.

An intranet's page sends what it knows already: the member, the providers, the codes. It can prove nothing, so nothing
of it counts until somebody who is signed in has seen it. Until then, and for 15 minutes at most, it is kept sealed
under a random key that only the sender's browser holds: who has the database, or the address, can't read it.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from peewee import CharField, TextField

from casework import clock, drafts, fields
from casework.actor import Actor
from casework.answers import LINE_PREFIXES, Answers
from casework.drafts.saving import clean
from casework.drafts.starting import STATEMENTS
from casework.errors import Refused, TooMany
from casework.fields import MOST_LINES, field_of
from casework.fields.request import TYPE_OF_KIND
from casework.storage import transaction
from models import Base, CaseType, MomentField, Request, new_key

LIVES = timedelta(minutes=15)
MOST_BYTES = 64 * 1024
MOST_KEPT = 2000
MOST_OF_ONE = 200
"""Kept at once, of everybody and of one address: strangers can't fill the disk."""
OVER = "What your intranet sent has been used, or has waited longer than 15 minutes. Send it from there once more."

_TAKEN = frozenset(
    {"care_kind", *(each.name for section in fields.SECTIONS if section.letter in "BCD" for each in section.fields)}
    - STATEMENTS
)
"""Answers that may be prefilled beside the lines: which care, the member, the providers, the stay. No statements."""


class Prefill(Base):
    key = CharField(32, unique=True, default=new_key)
    sealed = TextField()
    origin = CharField(255)
    address = CharField(60, index=True)
    ends_at = MomentField(index=True)


@dataclass(frozen=True)
class Prefilled:
    """What an intranet sent. `origin`: from where; `left_out`: names that the form doesn't take from elsewhere."""

    origin: str
    answers: Answers
    left_out: list[str]
    ends_at: datetime


def receive(values: Mapping[str, str], origin: str, address: str) -> tuple[str, str]:
    """Keeps what an intranet sent (name of the control → text) for 15 minutes; returns its key and its secret.

    Both are needed to look at it; the secret is not kept here. Raises Refused when it is more than 64 KB or holds
    nothing that the form takes, TooMany when too many wait already.
    """
    taken, left_out = _sorted_out(values)
    text = json.dumps({"taken": taken, "left_out": left_out})
    if len(text) > 2 * MOST_BYTES or sum(len(each) for pair in values.items() for each in pair) > MOST_BYTES:
        raise Refused("This is more than a request holds: at most 64 KB.")
    if not taken:
        raise Refused("There was nothing in it that the request form has: see the names in docs/embedding.md.")
    key, secret = new_key(), AESGCM.generate_key(256)
    nonce = bytes(12)  # each secret seals one text only
    sealed = AESGCM(secret).encrypt(nonce, text.encode(), key.encode())
    with transaction():
        sweep()
        _leave_room(address)
        Prefill.create(
            key=key,
            sealed=urlsafe_b64encode(sealed).decode(),
            origin=origin[:255],
            address=address[:60],
            ends_at=clock.now() + LIVES,
        )
    return key, urlsafe_b64encode(secret).decode()


def _leave_room(address: str) -> None:
    of_one = Prefill.select().where(Prefill.address == address[:60]).count()
    if of_one >= MOST_OF_ONE or Prefill.select().count() >= MOST_KEPT:
        raise TooMany("Too many requests from intranets wait to be opened. Try again in a few minutes.", 300)


def _sorted_out(values: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What the form takes, lines counted from 1 without gaps, and the names of everything else."""
    taken = {name: clean(value).strip() for name, value in values.items() if _is_taken(name)}
    taken = {name: value for name, value in taken.items() if value and len(value) <= _most(name)}
    lines = {
        (prefix, line.number): number
        for prefix in LINE_PREFIXES
        for number, line in enumerate(Answers(CaseType.SERVICE, taken).all_lines(prefix)[: MOST_LINES[prefix]], 1)
    }
    kept: dict[str, str] = {}
    for name, value in taken.items():
        prefix, _, rest = name.partition("-")
        number, _, own = rest.partition("-")
        if prefix not in LINE_PREFIXES:
            kept[name] = value
        elif (prefix, int(number)) in lines:
            kept[f"{prefix}-{lines[prefix, int(number)]}-{own}"] = value
    left_out = sorted(name[:60] for name in values.keys() - taken.keys() if clean(values[name]).strip())
    return kept, left_out[:20]


def _is_taken(name: str) -> bool:
    control = field_of(name)
    return control is not None and control.name != "removed" and (name in _TAKEN or "-" in name)


def _most(name: str) -> int:
    control = field_of(name)
    return control.most if control else 0


def look(key: str, secret: str) -> Prefilled:
    """What was sent under this key, without using it up. Raises Refused when it is over, or not its secret."""
    row: Prefill | None = Prefill.by_key(key)
    if row is None or clock.now() >= row.ends_at:
        raise Refused(OVER)
    try:
        text = AESGCM(urlsafe_b64decode(secret)).decrypt(bytes(12), urlsafe_b64decode(row.sealed), key.encode())
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Refused(OVER) from error
    found = json.loads(text)
    kind = found["taken"].get("care_kind", "")
    answers = Answers(TYPE_OF_KIND.get(kind, CaseType.SERVICE), found["taken"])
    return Prefilled(row.origin, answers, found["left_out"], row.ends_at)


def make_draft(actor: Actor, key: str, secret: str) -> Request:
    """Makes a draft of the actor's office with what was sent, over what a new draft begins with; once.

    What the form refuses is left out, as nothing of a draft is. The draft takes the key over, so that a second click is
    led to it. Raises Refused as `look`, and when it was used already.
    """
    with transaction():
        there = drafts.begun(actor, key)
        if there is not None:
            return there
        sent = look(key, secret)
        drop(key)
        values = dict(sent.answers.values)
        kind = values.get("care_kind", "")
        request = drafts.start(actor, kind if kind in TYPE_OF_KIND else "", sent.answers.case_type, key)
        for prefix in LINE_PREFIXES:
            for _ in sent.answers.all_lines(prefix)[1:]:
                drafts.add_line(request, actor, prefix)
        drafts.save(request, actor, values, drafts.versions(request))
    return request


def drop(key: str) -> None:
    """Forgets what was sent under this key."""
    Prefill.delete().where(Prefill.key == key).execute()


def sweep() -> int:
    """Deletes what has waited too long; returns how many."""
    return int(Prefill.delete().where(Prefill.ends_at <= clock.now()).execute())
