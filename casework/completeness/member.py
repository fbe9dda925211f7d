"""Section B: birth date, secondary plan, and cases that ask for the same."""

from collections.abc import Iterator
from datetime import date

from casework import clock
from casework.answers import Answers
from casework.completeness.problem import Context, Problem

OLDEST = 120


def check(answers: Answers, context: Context) -> Iterator[Problem]:
    born = answers.date("birth_date")
    if born is not None and born > context.today:
        yield Problem("birth_date", "B", "The date of birth is still to come. Enter it as on the member's card.")
    elif born is not None and age(born, context.today) > OLDEST:
        yield Problem("birth_date", "B", f"By this date the member is older than {OLDEST}. Check the year of birth.")
    if answers.text("is_secondary") == "yes":
        yield Problem(
            "is_secondary",
            "B",
            "CMSI does not authorize for secondary plans: send the request to the primary plan. "
            "If this plan is the primary one, change the answer.",
        )
    for each in context.duplicates:
        dates = f"{clock.show_date(each.service_from)} – {clock.show_date(each.service_to)}"
        yield Problem(
            "member_id",
            "B",
            f"WebCert # {each.webcert_number} asks for {', '.join(each.codes)} for this member, {dates}, already. "
            "Look there first: submit this one only if it is a different service.",
            is_warning=True,
            webcert_number=each.webcert_number,
        )


def age(born: date, on: date) -> int:
    """Full years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
