"""What counts of a case, what of it is approved, and until when."""

from collections.abc import Iterable
from datetime import date

from models import Case, Request, RequestType, Status, Stay

GONE = (Status.DRAFT, Status.ARCHIVED, Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED)
INSTEAD = (RequestType.CHANGE, RequestType.RECONSIDERATION)


def counting(requests: Iterable[Request]) -> list[Request]:
    """Those of a case's requests that count, in the order given: pending ones, and decided ones.

    An approved change or reconsideration takes the place of the request that it takes up; before that, and when it is
    denied, that request stands. Drafts, rejected, withdrawn and cancelled requests count for nothing.
    """
    alive = [each for each in requests if each.status not in GONE]
    replaced = {each.builds_on_id for each in alive if each.is_granted and each.request_type in INSTEAD}
    return [each for each in alive if each.id not in replaced and (each.is_granted or each.request_type not in INSTEAD)]


def approved_through(case: Case) -> date | None:
    """The last day for which anything is approved; None when nothing is."""
    granted = (each for each in counting(case.requests) if each.is_granted)
    return max((each.valid_to for each in granted if each.valid_to), default=None)


def admission_date(case: Case) -> date | None:
    """The admission date of the latest submitted request of the case that has a stay."""
    of_case = Stay.select().join(Request).where(Request.case == case, Request.submitted_at.is_null(False))
    newest: Stay | None = of_case.order_by(Stay.id.desc()).first()
    return newest.admission_date if newest else None
