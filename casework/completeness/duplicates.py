"""Cases that ask for the same as this one, among those that the person may see: nothing is told of others."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from casework import access, clock, compare
from casework.actor import Actor
from casework.answers import Answers
from casework.codes import icd10, services
from casework.completeness.problem import Duplicate
from casework.completeness.typed import span
from models import OPEN, Case, CaseType, DiagnosisLine, Request, ServiceLine, Status

_MOST = 5


@dataclass(frozen=True)
class _Asked:
    member_id: str
    birth_date: date
    begin: date
    end: date
    codes: Collection[str]
    diagnoses: Collection[str]
    is_stay: bool
    """Two stays ask for the same by their diagnosis too, whatever service lines stand beside it."""


def of_answers(
    answers: Answers, request: Request, actor: Actor, approved_through: date | None = None
) -> tuple[Duplicate, ...]:
    """Cases like this draft or request: same member ID and birth date, a code in common, overlapping dates.

    For CMSI's people these are the cases of all offices. An extension of a stay goes on after `approved_through`.
    """
    begin, end = span(answers, approved_through)
    member = compare.member_id(answers.text("member_id"))
    born = answers.date("birth_date")
    if not member or born is None or begin is None or end is None:
        return ()
    found = (services.service_code(line.text("code")) for line in answers.filled_lines("service"))
    codes = {each.code for each in found if isinstance(each, services.ServiceCode)}
    diagnoses = {
        icd10.dotted(icd10.normalise(line.text("code")))
        for line in answers.filled_lines("diagnosis")
        if line.text("code")
    }
    return _find(actor, request, _Asked(member, born, begin, end, codes, diagnoses, answers.is_inpatient))


def _find(actor: Actor, request: Request, asked: _Asked) -> tuple[Duplicate, ...]:
    same_member = (
        (Case.member_id == asked.member_id) & (Case.birth_date == asked.birth_date) & (Request.case != request.case_id)
    )
    overlapping = (Request.service_from <= asked.end) & (Request.service_to >= asked.begin)
    going_on = Request.status.in_(OPEN) | (
        (Request.status == Status.DETERMINED) & (Request.service_to >= clock.today())
    )
    rows = access.visible_among(actor).where(same_member & overlapping & going_on)
    newest = cast(Iterable[Request], rows.order_by(Request.id.desc()).limit(_MOST * 10))
    found = {row.id: row for row in newest}
    if not found:
        return ()
    common = _in_common(ServiceLine, list(found), asked.codes)
    if asked.is_stay:
        stays = [row.id for row in found.values() if row.case.case_type == CaseType.INPATIENT]
        common = _in_common(DiagnosisLine, stays, asked.diagnoses) | common
    by_case: dict[str, Duplicate] = {}
    for key, shared in common.items():
        row = found[key]
        number, begin, end = row.case.webcert_number, row.service_from, row.service_to
        if number and begin and end:
            by_case.setdefault(number, Duplicate(number, tuple(shared), begin, end))
    return tuple(by_case.values())[:_MOST]


def _in_common(
    lines: type[ServiceLine] | type[DiagnosisLine], requests: list[int], codes: Collection[str]
) -> dict[int, list[str]]:
    if not codes:
        return {}
    same = (lines.request.in_(requests)) & (lines.code.in_(list(codes)))
    common: dict[int, list[str]] = {}
    rows: Iterable[ServiceLine | DiagnosisLine] = (
        lines.select(lines.request, lines.code).where(same).order_by(lines.code)
    )
    for line in rows:
        shared = common.setdefault(line.request_id, [])
        if line.code not in shared:
            shared.append(line.code)
    return common
