"""The whole life of a request, walked at random: every verb by every person, at every moment, in every state."""

import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

import config
from casework import clock, storage
from casework.audit.verify import verify
from casework.errors import PortalError
from casework.workflow import claims, intake, office, review
from casework.workflow.table import TRANSITIONS
from models import (
    IN_CLINICAL_REVIEW,
    OPEN,
    Determination,
    Event,
    InformationRequest,
    Letter,
    Request,
    Status,
    Urgency,
    database,
)
from tests import instance
from tests.builders import make_request
from tests.deciding import denial, partial
from tests.personas import actor, user

pytestmark = pytest.mark.slow

OFFICE = st.sampled_from(["amy", "ann", "bob"])
STAFF = st.sampled_from(["ian", "nia", "nat", "pam", "paul", "ada", "amy"])
URGENCIES = st.sampled_from(list(Urgency))
STEPS = {
    (transition.event, source, transition.target)
    for transition in TRANSITIONS.values()
    for source in transition.sources
}
STARTS = {
    "standard": {},
    "expedited": {"urgency": "expedited", "criterion_infusion": "1"},
    "attested": {"urgency": "expedited", "attested": "1", "attesting_physician": "Iris Calder, MD"},
}


@dataclass(frozen=True)
class Seen:
    """What a row said after the step before."""

    status: Status
    due_at: datetime | None
    urgency: Urgency | None
    paused_at: datetime | None


class Lifecycle(RuleBasedStateMachine):
    """One request. Refused steps change nothing; steps that are taken keep every promise below."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        shutil.copyfile(self.empty, folder / "portal.db")
        settings = instance.settings_for(folder)
        config.use(settings)
        storage.open_database(settings)
        self.stack.enter_context(database.connection_context())
        self.clock = self.stack.enter_context(clock.frozen(instance.NOW))

    def teardown(self) -> None:
        assert verify().is_whole
        self.stack.close()

    @initialize(start=st.sampled_from(sorted(STARTS)))
    def submit(self, start: str) -> None:
        self.request = make_request(lines=1, files=1, **STARTS[start])

    def _look(self) -> Seen:
        row = Request.get_by_id(self.request.id)
        return Seen(row.status, row.due_at, row.urgency, row.paused_at)

    def _do(self, verb: object, *given: object, **named: object) -> bool:
        """Does a step on a fresh row; whether it was taken."""
        self.request = Request.get_by_id(self.request.id)
        before, events = self._look(), Event.select().count()
        try:
            verb(self.request, *given, **named)
        except PortalError as error:
            told = error.message
        else:
            return True
        assert told
        assert (self._look(), Event.select().count()) == (before, events), "a refused step changed something"
        return False

    @rule(hours=st.integers(1, 20 * 24))
    def wait(self, hours: int) -> None:
        self.clock.move(hours=hours)

    @rule(who=STAFF, urgency=URGENCIES)
    def accept(self, who: str, urgency: Urgency) -> None:
        self._do(intake.accept, actor(who), urgency, "By the criteria.")

    @rule(who=STAFF)
    def reject(self, who: str) -> None:
        self._do(intake.reject, actor(who), "clinicals")

    @rule(who=STAFF, urgency=URGENCIES)
    def change_urgency(self, who: str, urgency: Urgency) -> None:
        is_attested, before = self.request.is_attested, self._look().urgency
        if self._do(intake.change_urgency, actor(who), urgency, "By the criteria.") and is_attested:
            assert clock.is_raised(before, urgency), "an attested urgency was lowered by CMSI"

    @rule(who=STAFF)
    def claim(self, who: str) -> None:
        self._do(claims.claim, actor(who))

    @rule(who=STAFF, to=STAFF)
    def hand_over(self, who: str, to: str) -> None:
        self._do(claims.hand_over, actor(who), user(to))

    @rule(who=STAFF)
    def release(self, who: str) -> None:
        self._do(claims.release, actor(who))

    @rule(who=STAFF)
    def ask(self, who: str) -> None:
        self._do(review.ask_information, actor(who), ["Plan of care"], "To see the goals.")

    @rule(who=OFFICE)
    def answer(self, who: str) -> None:
        self._do(office.add_records, actor(who), "Here it is.")

    @rule(who=STAFF)
    def go_on(self, who: str) -> None:
        is_time_left = self.request.reply_by is not None and clock.now() <= self.request.reply_by
        assert not (self._do(review.end_information, actor(who)) and is_time_left)

    @rule(who=STAFF)
    def escalate(self, who: str) -> None:
        self._do(review.escalate, actor(who), "Please look.")

    @rule(who=STAFF)
    def take_back(self, who: str) -> None:
        self._do(review.take_back, actor(who))

    @rule(who=STAFF, kind=st.sampled_from([review.as_asked, denial, partial]))
    def decide(self, who: str, kind: object) -> None:
        row = Request.get_by_id(self.request.id)
        decision = kind(row, 8) if kind is partial else kind(row)
        if self._do(review.decide, actor(who), decision):
            self._check_decider(row, who, kind is not review.as_asked)

    def _check_decider(self, row: Request, who: str, is_adverse: bool) -> None:
        assert row.status in IN_CLINICAL_REVIEW
        assert who in (("pam", "paul") if is_adverse else ("nia", "nat", "pam", "paul"))
        if row.status == Status.PHYSICIAN_REVIEW:
            assert who in ("pam", "paul")
        assert not (is_adverse and row.escalated_by == user(who)), "who escalated decided adversely"

    @precondition(lambda self: self._look().status == Status.DETERMINED)
    @rule(who=STAFF)
    def correct(self, who: str) -> None:
        row = Request.get_by_id(self.request.id)
        self._do(review.correct_determination, actor(who), partial(row, 6), "Records had come in.")

    @rule(who=OFFICE)
    def withdraw(self, who: str) -> None:
        self._do(office.withdraw, actor(who), "The patient is better.")

    @rule(who=OFFICE)
    def cancel(self, who: str) -> None:
        self._do(office.cancel, actor(who), "The care is not given.")

    @rule(who=OFFICE)
    def take_urgency_back(self, who: str) -> None:
        self._do(office.take_back_urgency, actor(who))

    @rule(who=STAFF)
    def void(self, who: str) -> None:
        self._do(review.void, actor(who), "Entered twice.")

    @invariant()
    def statuses_move_only_by_the_table(self) -> None:
        """The event list alone tells each status that the request has had, in order, and each step is in the table."""
        if not hasattr(self, "request"):
            return
        status = Status.DRAFT
        for event in Event.select().where(Event.request == self.request, Event.to_status.is_null(False)):
            assert event.from_status == status
            assert (event.kind, event.from_status, event.to_status) in STEPS
            status = event.to_status
        assert status == self._look().status

    @invariant()
    def the_clock_keeps_its_promises(self) -> None:
        if not hasattr(self, "request"):
            return
        row = Request.get_by_id(self.request.id)
        is_waiting = row.status == Status.INFO_REQUESTED
        assert (row.paused_at is not None) == (row.reply_by is not None) == is_waiting
        assert (row.queue_at is not None) == (row.status in OPEN)
        started = row.clock_started_at
        assert started >= row.submitted_at
        longest = {
            Urgency.EXPEDITED: timedelta(hours=72),
            Urgency.STANDARD: timedelta(days=16),
            Urgency.RETRO: timedelta(days=31),
        }
        asked = list(InformationRequest.select().where(InformationRequest.request == row))
        if not asked:
            assert row.due_at <= started + longest[row.urgency]
        assert sum(each.answered_at is None and each.ended_at is None for each in asked) == int(is_waiting)

    @invariant()
    def a_determination_has_its_letter(self) -> None:
        if not hasattr(self, "request"):
            return
        made = Determination.select().where(Determination.request == self.request)
        letters = Letter.select().join(Determination).where(Determination.request == self.request)
        assert letters.count() == made.count()
        row = Request.get_by_id(self.request.id)
        assert (row.status == Status.DETERMINED) <= (made.count() > 0)
        last = made.order_by(Determination.number.desc()).first()
        assert row.outcome == (last.outcome if last else None)
        accepted = row.accepted_at is not None
        assert (row.case.authorization_number is not None) == accepted


@pytest.fixture
def machine(peopled_database: Path) -> type[Lifecycle]:
    return type("Lifecycle", (Lifecycle,), {"empty": peopled_database})


def test_the_life_of_a_request(machine: type[Lifecycle]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(machine)
