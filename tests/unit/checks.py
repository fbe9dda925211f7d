"""How the tests of the checks ask: answers in, problems by control out."""

from datetime import date

from casework import completeness
from casework.answers import Answers
from casework.completeness import Context, Problem
from casework.fields.request import TYPE_OF_KIND
from models import CaseType, RequestType
from tests.instance import NOW

TODAY = date(2026, 11, 24)
assert NOW.date() == TODAY


def picture(
    values: dict[str, str], *, files: int = 1, request_type: RequestType = RequestType.INITIAL, case_type: str = ""
) -> Answers:
    kind = CaseType(case_type) if case_type else TYPE_OF_KIND.get(values["care_kind"].strip(), CaseType.SERVICE)
    return Answers(kind, values, request_type, files)


def told(
    values: dict[str, str],
    *,
    files: int = 1,
    request_type: RequestType = RequestType.INITIAL,
    case_type: str = "",
    approved_through: date | None = None,
) -> dict[str, Problem]:
    """Problems by control; more than one for a control fails."""
    answers = picture(values, files=files, request_type=request_type, case_type=case_type)
    found = completeness.problems(answers, Context(TODAY, approved_through))
    by_control = {each.control: each for each in found}
    assert len(by_control) == len(found)
    return by_control


def messages(values: dict[str, str], **how: object) -> dict[str, str]:
    return {control: each.message for control, each in told(values, **how).items()}
