"""What is approved in a case, and until when: read from the determinations that count."""

from datetime import date

from models import Case, Outcome, Request, RequestType, Status, Stay


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


def admission_date(case: Case) -> date | None:
    """The admission date of the latest submitted request of the case that has a stay."""
    of_case = Stay.select().join(Request).where(Request.case == case, Request.submitted_at.is_null(False))
    newest: Stay | None = of_case.order_by(Stay.id.desc()).first()
    return newest.admission_date if newest else None
