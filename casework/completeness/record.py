"""Section G: records are attached where the review needs them."""

from collections.abc import Iterator

from casework.answers import Answers
from casework.completeness.problem import Context, Problem
from models import RequestType


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    if answers.files:
        return
    if answers.request_type == RequestType.INITIAL:
        yield Problem("attachments", "G", "Attach the clinical records: at least one file must be with the request.")
    elif answers.request_type == RequestType.EXTENSION:
        yield Problem(
            "attachments", "G", "Attach the records since the last decision: every extension needs at least one file."
        )
    elif answers.request_type == RequestType.RECONSIDERATION and not answers.text("note"):
        yield Problem(
            "attachments", "G", "Attach new records, or write to the reviewer what should be looked at again."
        )
