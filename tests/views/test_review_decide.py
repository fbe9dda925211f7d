"""Decide on the page: as asked in two clicks, line by line, the letter before it is issued, corrections."""

from datetime import timedelta

import pytest

from casework.workflow import office, review
from models import Basis, Determination, Letter, LineDecision, LineOutcome, Outcome, Request, RequestType, Status, User
from tests.builders import accept, approve, escalate, make_request
from tests.deciding import denial
from tests.personas import actor, user

URGENT = {"urgency": "expedited", "criterion_infusion": "1"}
REASONS = {
    "basis": "insufficient_information",
    "criterion": "Sample criteria for therapy, section 4",
    "rationale": "The records show no functional measures since the evaluation.",
    "missing_information": "Functional measures of the last four weeks, to show progress.",
}


def again(request: Request) -> Request:
    return Request.get_by_id(request.id)


def opened(client, request: Request):
    return client.get(f"/review/{request.key}")


def line(number: int, outcome: str, **more: str) -> dict[str, str]:
    """What a physician fills in for one line."""
    return {f"decision-verdicts-{number}-{name}": value for name, value in {"outcome": outcome, **more}.items()}


@pytest.mark.parametrize("username", ["nia", "pam"])
def test_an_approval_as_asked_is_two_clicks(client_for, username):
    request = accept(make_request())
    reviewer = client_for(username)
    preview = reviewer.submit(opened(reviewer, request), "Approve as asked")
    assert preview.status == 200
    assert preview.heading == f"Letter before it is issued, {request.case.webcert_number}"
    assert "Nothing is decided yet" in preview.words
    assert not Determination.select().exists()
    page = reviewer.send(preview, "Issue the letter")
    assert "The determination is recorded and its letter issued." in page.words
    request = again(request)
    assert (request.outcome, request.reviewer) == (Outcome.APPROVAL, user(username))
    assert [(each.quantity, each.outcome) for each in LineDecision.select()] == [(12, "approved"), (12, "approved")]
    assert "not opened yet" in page.words


def test_a_nurse_adds_requirements_and_dates_but_no_denial(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    page = opened(nia, request)
    assert "Denied" not in page.text
    answers = {"decision-requirements": "Use a network provider.", "decision-valid_to": "1/31/2027"}
    preview = nia.submit(page, "Approve as asked", answers)
    assert "Use a network provider." in preview.words
    nia.send(preview, "Issue the letter")
    assert again(request).valid_to.isoformat() == "2027-01-31"
    assert "Use a network provider." in Letter.get().content["requirements"]


def test_a_nurse_who_posts_a_denial_is_refused(client_for):
    request = accept(make_request(lines=1))
    nia = client_for("nia")
    opened(nia, request)
    for step in ("preview", "issue"):
        answers = line(0, "denied", **REASONS) | {"step": step}
        refused = nia.post(f"/review/{request.key}/decision", answers)
        assert refused.status == 422
        assert "Only a physician denies or approves less than was asked" in refused.words
    assert again(request).status == Status.IN_REVIEW


def test_a_partial_approval_line_by_line(client_for):
    request = escalate(accept(make_request(lines=3)))
    pam = client_for("pam")
    answers = line(0, "modified", quantity="8", **REASONS) | line(1, "denied") | line(2, "approved")
    preview = pam.submit(opened(pam, request), "Preview letter", answers)
    assert preview.status == 200, preview.problems
    assert "8 visits approved" in preview.words
    pam.send(preview, "Issue the letter")
    made = list(LineDecision.select().order_by(LineDecision.id))
    assert [(each.outcome, each.quantity) for each in made[:2]] == [("modified", 8), ("denied", 0)]
    assert made[2].outcome == LineOutcome.APPROVED
    assert made[1].rationale == made[0].rationale == REASONS["rationale"]
    assert again(request).outcome == Outcome.PARTIAL_APPROVAL


def test_another_basis_takes_no_reasons_over_from_the_line_above(client_for):
    request = accept(make_request(lines=2))
    pam = client_for("pam")
    answers = line(0, "denied", **REASONS) | line(1, "denied", basis=Basis.EXCLUSION.value)
    refused = pam.submit(opened(pam, request), "Preview letter", answers)
    assert set(refused.problems) == {"decision-verdicts-1-criterion", "decision-verdicts-1-rationale"}


def test_reasons_that_lines_share_are_asked_for_once(client_for):
    request = accept(make_request(lines=3))
    answers = line(0, "denied", basis=REASONS["basis"]) | line(1, "denied") | line(2, "denied", basis="plan_exclusion")
    refused = (pam := client_for("pam")).submit(opened(pam, request), "Preview letter", answers)
    asked = {(0, "criterion"), (0, "rationale"), (0, "missing_information"), (2, "criterion"), (2, "rationale")}
    assert set(refused.problems) == {f"decision-verdicts-{place}-{name}" for place, name in asked}


def test_what_is_missing_is_told_beside_each_control_and_nothing_is_lost(client_for):
    request = accept(make_request(lines=2))
    pam = client_for("pam")
    answers = line(0, "modified", quantity="8 visits", date_to="soon", rationale="Too many.")
    refused = pam.submit(opened(pam, request), "Preview letter", answers | {"decision-requirements": "Call first."})
    assert refused.status == 422
    assert set(refused.problems) == {
        f"decision-verdicts-0-{name}" for name in ("quantity", "date_to", "basis", "criterion")
    }
    kept = refused.form("Preview letter").values
    assert (kept["decision-verdicts-0-quantity"], kept["decision-verdicts-0-date_to"]) == ("8 visits", "soon")
    assert (kept["decision-verdicts-0-rationale"], kept["decision-requirements"]) == ("Too many.", "Call first.")


def test_valid_dates_that_are_none_are_refused(client_for):
    request = accept(make_request())
    nia = client_for("nia")
    refused = nia.submit(opened(nia, request), "Approve as asked", {"decision-valid_to": "next year"})
    assert list(refused.problems) == ["decision-valid_to"]


def test_the_preview_goes_back_with_everything_typed(client_for):
    request = accept(make_request(lines=2))
    pam = client_for("pam")
    answers = line(0, "denied", **REASONS)
    preview = pam.submit(opened(pam, request), "Preview letter", answers)
    page = pam.submit(preview, "Change the decision")
    assert page.status == 200
    assert page.heading == f"Review {request.case.webcert_number}"
    kept = page.form("Preview letter").values
    assert {name: kept[name] for name in answers} == answers


def test_an_expedited_denial_asks_for_the_notice_by_phone(client_for):
    request = accept(make_request(lines=1, **URGENT))
    pam = client_for("pam")
    refused = pam.submit(opened(pam, request), "Preview letter", line(0, "denied", **REASONS))
    assert list(refused.problems) == ["decision-notice_by_phone"]
    told = {"decision-notice_by_phone": "Told Amy Sample, 414-555-0110, 2:10 PM."}
    preview = pam.submit(refused, "Preview letter", told)
    assert "Told Amy Sample, 414-555-0110, 2:10 PM." in preview.words
    pam.send(preview, "Issue the letter")
    assert again(request).outcome == Outcome.DENIAL


def test_a_letter_that_lacks_something_is_not_offered_for_issue(client_for):
    User.update(credentials="").where(User.username == "pam").execute()
    request = accept(make_request(lines=1))
    pam = client_for("pam")
    preview = pam.submit(opened(pam, request), "Preview letter", line(0, "denied", **REASONS))
    assert preview.status == 200
    assert "The letter can't be issued yet" in preview.words
    assert "credentials" in preview.words
    assert "Issue the letter" not in preview.words
    values = preview.form("Change the decision").values
    refused = pam.post(f"/review/{request.key}/decision", {**values, "step": "issue"})
    assert refused.status == 422
    assert "credentials" in refused.words
    assert again(request).status == Status.IN_REVIEW


def test_two_reviewers_preview_and_the_second_to_issue_is_told(client_for):
    request = accept(make_request(lines=1))
    nia, pam = client_for("nia"), client_for("pam")
    first = nia.submit(opened(nia, request), "Approve as asked")
    second = pam.submit(opened(pam, request), "Preview letter", line(0, "denied", **REASONS))
    nia.send(first, "Issue the letter")
    late = pam.submit(second, "Issue the letter")
    assert late.status == 409
    assert REASONS["rationale"] in late.words
    assert (again(request).outcome, Determination.select().count()) == (Outcome.APPROVAL, 1)


def test_records_that_came_during_the_preview_stop_the_issue(client_for):
    request = accept(make_request(lines=1))
    pam = client_for("pam")
    preview = pam.submit(opened(pam, request), "Preview letter", line(0, "denied", **REASONS))
    office.add_records(request, actor("amy"), "The evaluation is attached.")
    late = pam.submit(preview, "Issue the letter")
    assert late.status == 409
    assert "The office added something" in late.words
    assert late.form("Preview letter").values["decision-verdicts-0-rationale"] == REASONS["rationale"]
    pam.send(pam.submit(late, "Preview letter"), "Issue the letter")
    assert again(request).outcome == Outcome.DENIAL


def test_a_letter_is_not_previewed_as_a_correction_of_what_somebody_else_decided(client_for):
    request = accept(make_request(lines=1))
    pam = client_for("pam")
    page = opened(pam, request)
    approve(request)
    late = pam.submit(page, "Preview letter", line(0, "denied", **REASONS))
    assert late.status == 409
    assert "somebody else was faster" in late.words
    assert REASONS["rationale"] in late.words


def test_who_escalated_is_told_that_another_physician_denies(client_for):
    request = escalate(accept(make_request()), by="pam")
    pam = client_for("pam")
    page = opened(pam, request)
    assert "You escalated this request" in page.words
    assert "Preview letter" not in page.text
    assert "Preview letter" in opened(client_for("paul"), request).text


def test_a_correction_adds_a_second_letter(client_for):
    request = approve(accept(make_request(lines=1)))
    pam = client_for("pam")
    page = opened(pam, request)
    answers = {f"correction-verdicts-0-{name}": value for name, value in {"outcome": "denied", **REASONS}.items()}
    refused = pam.submit(page, "Preview letter", answers)
    assert refused.status == 422
    assert "Say why the determination is corrected" in refused.words
    preview = pam.submit(refused, "Preview letter", {"correction-correction": "The plan excludes it."})
    assert "This letter corrects an earlier one" in preview.words
    page = pam.send(preview, "Issue the letter")
    assert [each.number for each in Determination.select().order_by(Determination.number)] == [1, 2]
    assert again(request).outcome == Outcome.DENIAL
    assert "replaced by the one above" in page.words


def test_a_nurse_corrects_nothing(client_for):
    request = approve(accept(make_request(lines=1)))
    nia = client_for("nia")
    assert "Correct this determination" not in opened(nia, request).text
    assert nia.post(f"/review/{request.key}/correction").status == 403


def test_days_of_a_stay_beside_its_lines(client_for):
    request = accept(make_request(inpatient=True))
    pam = client_for("pam")
    (_, asked), *_ = review.asked_of(request)
    answers = line(0, "modified", quantity="2", date_to=(asked.first + timedelta(days=1)).isoformat(), **REASONS)
    preview = pam.submit(opened(pam, request), "Preview letter", answers)
    assert preview.status == 200, preview.problems
    pam.send(preview, "Issue the letter")
    assert again(request).decision_summary == f"2 of {asked.quantity} days"
    assert LineDecision.get().service_line is None


def test_a_correction_begins_with_what_was_decided_last(client_for):
    request = accept(make_request(lines=2))
    pam = client_for("pam")
    answers = line(0, "modified", quantity="8", **REASONS)
    pam.send(pam.submit(opened(pam, request), "Preview letter", answers), "Issue the letter")
    values = opened(pam, request).form("Preview letter").values
    typed = {name: values[f"correction-verdicts-0-{name}"] for name in ("outcome", "quantity", *REASONS)}
    assert typed == {"outcome": "modified", "quantity": "8", **REASONS}
    assert values["correction-verdicts-1-outcome"] == "approved"


def test_a_correction_keeps_what_belongs_to_the_whole(client_for):
    request = accept(make_request(lines=1))
    pam = client_for("pam")
    answers = line(0, "modified", quantity="8", **REASONS) | {
        "decision-requirements": "Only at a center of the network.",
        "decision-plan_provision": "Section 7.2, therapy.",
        "decision-valid_to": "03/31/2027",
    }
    pam.send(pam.submit(opened(pam, request), "Preview letter", answers), "Issue the letter")
    values = opened(pam, request).form("Preview letter").values
    whole = ("requirements", "plan_provision", "rationale", "valid_from", "valid_to")
    kept = [values[f"correction-{name}"] for name in whole]
    assert kept == ["Only at a center of the network.", "Section 7.2, therapy.", "", "", "03/31/2027"]


def test_a_reconsideration_says_who_decides_it(client_for):
    before = accept(make_request(lines=1))
    review.decide(before, actor("pam"), denial(before))
    request = accept(make_request(lines=1))
    Request.update(request_type=RequestType.RECONSIDERATION, builds_on=before).where(Request.id == request.id).execute()
    page = opened(client_for("pam"), request)
    assert "another physician decides now" in page.words
    assert "Approve as asked" not in page.words
    assert "A physician decides a reconsideration" in opened(client_for("nia"), request).words
    assert "Preview letter" in opened(client_for("paul"), request).words
