"""The one search box: says what it recognised in what was typed, and finds it among what the person may see.

The words never stand in a URL: they are kept on the server under a random token. Each meaning is looked up along an
index of its own, newest first, and the finds are merged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import SQL, CharField, Expression, ForeignKeyField, Select, Value, fn

from casework import access, clock, compare, numbers
from casework.actor import Actor
from casework.codes import cpt, hcpcs, icd10
from casework.errors import NotFound, TooMany
from casework.lists.rows import Row, rows_of
from casework.lists.tabs import PAGE, base_query
from casework.ready import Ready
from casework.storage import transaction
from config import current as settings
from models import Base, Case, DiagnosisLine, MomentField, Office, Request, ServiceLine, User, new_key

KEPT = timedelta(hours=12)
MINUTE = timedelta(minutes=1)
LONGEST = 120
MOST_CASES = 1000
"""So many cases or lines are looked at for one meaning: what finds more needs more words."""

_DATE = re.compile(r"(?<!\S)(\d{1,2}[/-]\d{1,2}[/-]\d{4}|\d{4}-\d{1,2}-\d{1,2})(?!\S)")


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


@dataclass(frozen=True)
class Meaning:
    """What the typed text may mean, in words, and the condition on Request and Case that finds it."""

    words: str
    condition: Any
    is_everywhere: bool = False
    """So many fit that they are looked for among the office's newest."""


def ask(actor: Actor, text: str) -> str:
    """Keeps what was typed as `remember` does; raises TooMany from who searches faster than a person can."""
    at = clock.now()
    lately = (Search.user == actor.user) & (Search.at > at - MINUTE)
    with transaction():
        if Search.select().where(lately).count() >= settings().searches_a_minute:
            raise TooMany("These were many searches in a short time. Wait a minute, then search again.", 60)
        return remember(actor, text)


def remember(actor: Actor, text: str) -> str:
    """Keeps what was typed and returns the token under which `find` answers."""
    at = clock.now()
    with transaction():
        Search.delete().where(Search.at < at - KEPT).execute()
        kept: Search = Search.create(user=actor.user, text=text.strip()[:LONGEST], at=at)
    return kept.key


def find(actor: Actor, token: str) -> Found:
    """What the kept search finds now. Raises NotFound for a token of somebody else, or one that is forgotten."""
    kept = Search.by_key(token)
    if kept is None or kept.user_id != actor.user.id:
        raise NotFound
    meanings, hint = recognised(actor, kept.text)
    if not meanings:
        return Found(kept.text, [], [], hint)
    found = _rows(actor, meanings)
    if not found and numbers.looks_bare(kept.text):
        hint = _BARE_HINT
    return Found(kept.text, [each.words for each in meanings], found[:PAGE], hint, len(found) > PAGE)


def case_of_number(actor: Actor, text: str) -> str:
    """The WebCert # of the one case that a whole WebCert # or Authorization # leads to; "" for any other text."""
    text = text.strip()[:LONGEST]
    number = numbers.parse(text)
    if number is None or not number.valid:
        return ""
    cases = {row.webcert_number or "" for row in _rows(actor, _of_number(actor, number, text))}
    return cases.pop() if len(cases) == 1 else ""


def _rows(actor: Actor, meanings: list[Meaning]) -> list[Row]:
    """One row more than a page holds, where there are more."""
    query = base_query(actor).where(Request.id.in_(_merged(actor, meanings))).order_by(Request.id.desc())
    return rows_of(Ready(query.limit(PAGE + 1)).run({}), actor.is_staff)


def _merged(actor: Actor, meanings: list[Meaning]) -> Any:
    """The newest finds of each meaning, as one subquery."""
    merged: Any = None
    for place, meaning in enumerate(meanings):
        visible = access.visible_requests if meaning.is_everywhere else access.visible_among
        newest = visible(actor, Request.id.alias("number")).where(meaning.condition)
        run = newest.order_by(Request.id.desc()).limit(PAGE + 1)
        found = Select([run.alias(f"run{place}")], [SQL("number")])
        merged = found if merged is None else merged.union_all(found)
    return merged


def recognised(actor: Actor, text: str) -> tuple[list[Meaning], str]:
    """What the text may mean, and a hint where it looks like a mistyped number of ours.

    A number or a date means only that; anything else may be a code, a member ID, a name and, for staff, an office.
    """
    number = numbers.parse(text)
    if number is not None and number.valid:
        return _of_number(actor, number, text), ""
    dated = _DATE.search(text)
    born = clock.parse_date(dated[1]) if dated else None
    if dated and born is not None:
        return [_of_birth(actor, born, f"{text[: dated.start()]} {text[dated.end() :]}")], ""
    return [*_of_codes(actor, text), *_of_member(actor, text), *_of_office(actor, text)], _hint(number)


def _of_office(actor: Actor, text: str) -> Iterator[Meaning]:
    """For staff: offices whose name begins like this."""
    name = " ".join(text.split())
    if not actor.is_staff or len(name) < 3:
        return
    offices = [office.id for office in Office.select(Office.id).where(Office.name.startswith(name)).limit(PAGE)]
    if offices:
        yield Meaning("office", Request.office.in_(offices))


def _cases(actor: Actor, condition: Any, office: Any = None) -> Any:
    """Requests of the cases of which this is true, looked up along an index of the cases: that of an office's names,
    if `office` is its column, else one of what is sought."""
    cases = Case.select(Case.id).where(condition)
    if not actor.is_staff:
        cases = cases.where((office or access.checked(Case.office)).in_(access.linked(actor.user.office)))
    return Request.case.in_(cases.limit(MOST_CASES))


_BARE_HINT = "If this is a WebCert # or an Authorization #, a digit of it is not right: please compare it once more."


def _hint(number: numbers.Number | None) -> str:
    if number is None:
        return ""
    return f"{number.text} looks like one of our numbers, but its last digit does not fit: please compare it once more."


def _of_birth(actor: Actor, born: Any, rest: str) -> Meaning:
    words, condition = f"date of birth {clock.show_date(born)}", Case.birth_date == born
    name = compare.fold(rest).strip(" ,")
    if name:
        return Meaning(f"member name with {words}", _cases(actor, condition & _named(name)))
    return Meaning(words, _cases(actor, condition))


def _of_number(actor: Actor, number: numbers.Number, text: str) -> list[Meaning]:
    is_webcert = number.kind == numbers.Kind.WEBCERT
    column = Case.webcert_number if is_webcert else Case.authorization_number
    found = [Meaning(f"{'WebCert #' if is_webcert else 'Authorization #'} {number.text}", column == number.text)]
    plain = compare.member_id(text)
    if number.text.replace("-", "") != plain:
        found.append(_of_member_id(actor, plain))
    return found


def _of_codes(actor: Actor, text: str) -> Iterator[Meaning]:
    typed = text.strip().upper()
    if cpt.well_formed(typed) or hcpcs.well_formed(typed):
        yield _has(actor, f"service code {typed}", ServiceLine, typed)
    if icd10.well_formed(icd10.normalise(typed)) and any(c.isdigit() for c in typed):
        code = icd10.dotted(icd10.normalise(typed))
        yield _has(actor, f"diagnosis code {code}", DiagnosisLine, code)


def _has(actor: Actor, words: str, line: Any, code: str) -> Meaning:
    """Requests with such a line. A rare code leads to them; of a frequent one an office has some among its newest."""
    newest = line.select(line.request).where(line.code == code).order_by(line.request.desc()).limit(MOST_CASES)
    ids = [each.request_id for each in newest]
    if len(ids) < MOST_CASES or actor.is_staff:
        return Meaning(words, Request.id.in_(ids))
    there = fn.EXISTS(line.select(Value(1)).where(line.request == Request.id, line.code == code))
    return Meaning(words, there, is_everywhere=True)


def _of_member(actor: Actor, text: str) -> Iterator[Meaning]:
    plain = compare.member_id(text)
    if len(plain) >= 4 and any(c.isdigit() for c in plain):
        yield _of_member_id(actor, plain)
    name = compare.fold(text)
    if name and not any(c.isdigit() for c in name):
        yield Meaning("member name", _cases(actor, _named(name), Case.office))


def _of_member_id(actor: Actor, plain: str) -> Meaning:
    return Meaning(f"member ID {plain}", _cases(actor, Case.member_id == plain))


def _named(name: str) -> Expression:
    """'okafor', 'okafor, sam' or 'samuel okafor': last name first as kept, and turned round."""
    condition = _begins(Case.name_folded, name)
    if "," not in name and " " in name:
        first, _, last = name.rpartition(" ")
        condition = condition | _begins(Case.name_folded, f"{last}, {first}")
    return condition


def _begins(column: Any, text: str) -> Expression:
    """The column, compared letter by letter, begins with this text: a range, which its index can run along."""
    condition: Expression = (column >= text) & (column < f"{text}\U0010ffff")
    return condition
