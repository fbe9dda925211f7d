"""What is approved in a case, and until when: read from the determinations that count."""

from dataclasses import dataclass
from datetime import date, timedelta

from casework import clock
from models import Case, CaseType, Outcome, Request, RequestType, Status, Stay


@dataclass(frozen=True)
class Use:
    """Days of an Inpatient case: approved (over all its requests), used until now, and the last approved day."""

    approved_days: int
    used_days: int
    approved_through: date | None


def counting(case: Case) -> list[Request]:
    """The determined requests of the case that approved something and still count, oldest first.

    An approved change or reconsideration takes the place of the request that it builds on.
    """
    decided = list(
        case.requests.where((Request.status == Status.DETERMINED) & (Request.outcome != Outcome.DENIAL)).order_by(
            Request.decided_at
        )
    )
    instead = (RequestType.CHANGE, RequestType.RECONSIDERATION)
    replaced = {each.builds_on_id for each in decided if each.request_type in instead}
    return [each for each in decided if each.id not in replaced]


def approved_through(case: Case) -> date | None:
    """The last day for which anything is approved; None when nothing is."""
    return max((each.valid_to for each in counting(case) if each.valid_to), default=None)


def ends_within(case: Case, days: int) -> bool:
    """Whether what is approved ends today or within so many days, and the patient is not discharged."""
    through = approved_through(case)
    if through is None or case.discharge_date is not None:
        return False
    return clock.today() <= through <= clock.today() + timedelta(days=days)


def use(case: Case) -> Use | None:
    """Approved and used days of an Inpatient case that was submitted; None for others.

    A day is used by the night spent: admission to discharge (or today) counts its nights, at least one.
    """
    admitted = admission_date(case)
    if case.case_type != CaseType.INPATIENT or admitted is None:
        return None
    approved = 0
    for request in counting(case):
        last = max(request.determinations, key=lambda each: each.number, default=None)
        if last is not None:
            approved += sum(each.quantity for each in last.lines if each.service_line_id is None)
    until = case.discharge_date or clock.today()
    used = max((until - admitted).days, 1) if until >= admitted else 0
    return Use(approved, used, approved_through(case))


def admission_date(case: Case) -> date | None:
    """The admission date of the latest submitted request of the case that has a stay."""
    of_case = Stay.select().join(Request).where(Request.case == case, Request.submitted_at.is_null(False))
    newest: Stay | None = of_case.order_by(Stay.id.desc()).first()
    return newest.admission_date if newest else None
