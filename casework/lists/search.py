"""The one search box: says what it recognised in what was typed, and finds it among what the person may see.

The words never stand in a URL: they are kept on the server under a random token.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

from peewee import CharField, Expression, ForeignKeyField

from casework import clock, compare, numbers
from casework.actor import Actor
from casework.codes import cpt, icd10
from casework.errors import NotFound
from casework.lists.tabs import PAGE, Row, base_query, rows_of
from models import Base, Case, DiagnosisLine, MomentField, Office, Request, ServiceLine, User, new_key

KEPT = timedelta(hours=12)
LONGEST = 120


class Search(Base):
    """What somebody searched for, so that its page can be opened again; forgotten after half a day."""

    key = CharField(32, unique=True, default=new_key)
    user = ForeignKeyField(User, backref="+")
    user_id: int
    text = CharField(LONGEST)
    at = MomentField(index=True)


@dataclass(frozen=True)
class Found:
    """`recognised`: the meanings that were searched for, in words; `hint`: what may be wrong with what was typed."""

    text: str
    recognised: list[str]
    rows: list[Row]
    hint: str = ""
    has_more: bool = False


def remember(actor: Actor, text: str) -> str:
    """Keeps what was typed and returns the token under which `find` answers."""
    at = clock.now()
    Search.delete().where(Search.at < at - KEPT).execute()
    kept: Search = Search.create(user=actor.user, text=text.strip()[:LONGEST], at=at)
    return kept.key


def find(actor: Actor, token: str) -> Found:
    """What the kept search finds now. Raises NotFound for a token of somebody else, or one that is forgotten."""
    kept = Search.by_key(token)
    if kept is None or kept.user_id != actor.user.id:
        raise NotFound
    meanings, hint = _meanings(kept.text, actor.is_staff)
    if not meanings:
        return Found(kept.text, [], [], hint)
    condition = meanings[0][1]
    for _, other in meanings[1:]:
        condition = condition | other
    query = base_query(actor).where(condition).order_by(Request.id.desc()).limit(PAGE + 1)
    rows = rows_of(query.objects(), actor.is_staff)
    return Found(kept.text, [words for words, _ in meanings], rows[:PAGE], hint, len(rows) > PAGE)


def _meanings(text: str, for_staff: bool) -> tuple[list[tuple[str, Expression]], str]:
    number = numbers.parse(text)
    if number is not None and number.valid:
        return _of_number(number, text), ""
    born = clock.parse_date(text)
    if born is not None:
        return [(f"date of birth {clock.show_date(born)}", Case.birth_date == born)], ""
    found = [*_of_codes(text), *_of_member(text)]
    if for_staff and compare.fold(text):
        found.append(("office", Office.name.startswith(text.strip())))
    return found, _hint(number)


def _hint(number: numbers.Number | None) -> str:
    if number is None:
        return ""
    return f"{number.text} looks like one of our numbers, but its last digit does not fit: please compare it once more."


def _of_number(number: numbers.Number, text: str) -> list[tuple[str, Expression]]:
    is_webcert = number.kind == numbers.Kind.WEBCERT
    column = Case.webcert_number if is_webcert else Case.authorization_number
    found = [(f"{'WebCert #' if is_webcert else 'Authorization #'} {number.text}", column == number.text)]
    plain = compare.member_id(text)
    if number.text.replace("-", "") != plain:
        found.append((f"member ID {plain}", Case.member_id == plain))
    return found


def _of_codes(text: str) -> list[tuple[str, Expression]]:
    typed = text.strip().upper()
    found: list[tuple[str, Expression]] = []
    if cpt.well_formed(typed) or re.fullmatch(r"[A-Z]\d{4}", typed):
        with_code = ServiceLine.select(ServiceLine.request).where(ServiceLine.code == typed)
        found.append((f"service code {typed}", Request.id.in_(with_code)))
    if icd10.well_formed(icd10.normalise(typed)) and any(c.isdigit() for c in typed):
        code = icd10.dotted(icd10.normalise(typed))
        diagnosed = DiagnosisLine.select(DiagnosisLine.request).where(DiagnosisLine.code == code)
        found.append((f"diagnosis code {code}", Request.id.in_(diagnosed)))
    return found


def _of_member(text: str) -> list[tuple[str, Expression]]:
    found: list[tuple[str, Expression]] = []
    plain = compare.member_id(text)
    if len(plain) >= 4 and any(c.isdigit() for c in plain):
        found.append((f"member ID {plain}", Case.member_id == plain))
    name = compare.fold(text)
    if name and not any(c.isdigit() for c in name):
        found.append(("member name", _named(name)))
    return found


def _named(name: str) -> Expression:
    """'okafor', 'okafor, sam' or 'samuel okafor': last name first as kept, and turned round."""
    condition: Expression = Case.name_folded.startswith(name)
    if "," not in name and " " in name:
        first, _, last = name.rpartition(" ")
        condition = condition | Case.name_folded.startswith(f"{last}, {first}")
    return condition
