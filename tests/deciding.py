"""Decisions as reviewers make them, for tests."""

from datetime import date

from casework.workflow import review
from casework.workflow.review import Decision, Verdict
from models import Basis, LineOutcome, Request, ServiceLine

CRITERION = "Sample criteria for therapy, section 4"
RATIONALE = "The records show no functional measures since the evaluation."
MISSING = "Functional measures of the last four weeks, to show progress."
BY_PHONE = "Told Amy Sample, 414-555-0110, today at 2:10 PM."


def verdict(line: ServiceLine | None, outcome: LineOutcome, **other: object) -> Verdict:
    """An adverse verdict with all that it needs; `other` takes something away or changes it."""
    needed: dict[str, object] = {
        "basis": Basis.INSUFFICIENT,
        "criterion": CRITERION,
        "rationale": RATIONALE,
        "missing_information": MISSING,
    }
    return Verdict(line, outcome, **{**needed, **other})  # type: ignore[arg-type]  # fields by name


def partial(request: Request, quantity: int, last: date | None = None, **other: object) -> Decision:
    """Every line approved, with less than was asked."""
    verdicts = [
        verdict(
            line,
            LineOutcome.MODIFIED,
            **{"quantity": quantity, "date_from": asked.first, "date_to": last or asked.last, **other},
        )
        for line, asked in review.asked_of(request)
    ]
    return Decision(tuple(verdicts), notice_by_phone=BY_PHONE)


def denial(request: Request, **other: object) -> Decision:
    """Nothing approved, for insufficient information."""
    verdicts = [verdict(line, LineOutcome.DENIED, **other) for line, _ in review.asked_of(request)]
    return Decision(tuple(verdicts), notice_by_phone=BY_PHONE)
