"""Some sixty sample cases in all states, at believable times of the last weeks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as day_time

from casework import clock, drafts
from casework.actor import Actor
from casework.demo import catalog
from casework.demo.catalog import Care
from casework.demo.steps import (
    Scene,
    Step,
    accept,
    accept_as_standard,
    answers,
    approved,
    asks,
    attach,
    cancelled,
    changed,
    claimed,
    decided,
    discharged,
    escalated,
    extended,
    letter_opened,
    nothing,
    reconsidered,
    rejected,
    submit,
    talk_asked,
    two_thirds,
    withdrawn,
)
from models import Basis, Case, Request, User

FRESH = 48
"""Hours: stories as young as this one are told back from the present moment."""


@dataclass(frozen=True)
class Story:
    """`hours_ago` the draft was begun; care begins `lead` days after that."""

    hours_ago: float
    by: str
    care: Care
    patient: int
    steps: tuple[Step, ...] = ()
    lead: int = 5
    typed: dict[str, str] = field(default_factory=dict)
    files: int = 1


IN_REVIEW = (submit, accept, claimed)
APPROVED = (*IN_REVIEW, approved)
READ = (*APPROVED, letter_opened)
PARTLY = (submit, accept, claimed, escalated, decided(two_thirds, 0))
DENIED = (submit, accept, claimed, escalated, decided(nothing(Basis.NOT_APPROPRIATE, 1), 1))
UNPROVEN = (submit, accept, claimed, escalated, decided(nothing(Basis.INSUFFICIENT, 0), 0))
ER = catalog.ER_ADMISSION
BEHAVIORAL = {"urgency": "expedited", "criterion_behavioral_admission": "1"}
INFUSION = {"urgency": "expedited", "criterion_infusion": "1"}
EXTENDED = extended(submit, accept, claimed)
EXTENDED_AND_APPROVED = extended(submit, accept, claimed, approved)
WOUND = asks("Plan of care, signed", "Wound measurements of the last two visits")
OXYGEN = asks("Vital signs and oxygen need of the last 24 hours")
STORIES: tuple[Story, ...] = (
    *(Story(900 - 40 * n, by, care, n, READ) for n, (by, care) in enumerate((
        ("amy", catalog.MRI), ("ann", catalog.THERAPY), ("bob", catalog.DME), ("amy", catalog.SURGERY),
        ("amy", catalog.INFUSION), ("bob", catalog.HOME_NURSING), ("ann", catalog.OCCUPATIONAL),
        ("bob", catalog.SPEECH), ("amy", catalog.SURGICAL), ("bob", catalog.MRI),
    ))),
    Story(330, "amy", catalog.MEDICAL, 10, (*APPROVED, letter_opened, EXTENDED_AND_APPROVED, discharged), 0, ER),
    Story(300, "bob", catalog.REHABILITATION, 16, (*APPROVED, letter_opened), 1),
    Story(290, "ann", catalog.THERAPY, 11, (*PARTLY, letter_opened)),
    Story(270, "amy", catalog.RESIDENTIAL, 5, DENIED, 1, BEHAVIORAL),
    Story(260, "bob", catalog.MRI, 17, (*UNPROVEN, letter_opened)),
    Story(250, "amy", catalog.SURGERY, 9, (*READ, cancelled), 12),
    Story(240, "ann", catalog.OCCUPATIONAL, 19, (submit, withdrawn)),
    Story(230, "bob", catalog.THERAPY, 13, READ),
    Story(220, "amy", catalog.MRI, 12, (*IN_REVIEW, asks("Radiograph report of the knee"), answers, approved)),
    Story(200, "amy", catalog.THERAPY, 1, PARTLY),
    Story(190, "bob", catalog.INFUSION, 4, (submit, accept_as_standard, claimed), 14, INFUSION),
    Story(170, "ann", catalog.THERAPY, 15, (*APPROVED,)),
    Story(165, "amy", catalog.SURGICAL, 14, (submit, accept, claimed, escalated), 12),
    Story(150, "bob", catalog.HOME_NURSING, 8, (*IN_REVIEW, WOUND)),
    Story(140, "amy", catalog.DME, 6, APPROVED),
    Story(120, "ann", catalog.SPEECH, 18, (submit, rejected("several_therapies"))),
    Story(118, "amy", catalog.MRI, 3, (submit, rejected("clinicals", "Page 2 of the office note can't be read."))),
    Story(110, "bob", catalog.SURGERY, 2, (submit, rejected("member"))),
    Story(100, "amy", catalog.MEDICAL, 16, (*APPROVED, EXTENDED), 0, ER),
    Story(96, "bob", catalog.MEDICAL, 7, (*APPROVED,), 0, ER),
    Story(72, "amy", catalog.MEDICAL, 0, (*APPROVED, letter_opened), 0, ER),
    Story(160, "amy", catalog.SURGERY, 18, (*DENIED, letter_opened, reconsidered), 15),
    Story(130, "bob", catalog.SURGICAL, 1, (*READ, changed), 18),
    Story(115, "ann", catalog.SPEECH, 7, (*UNPROVEN, letter_opened, talk_asked)),
    Story(90, "amy", catalog.HOME_NURSING, 10, READ),
    Story(80, "bob", catalog.OCCUPATIONAL, 0, PARTLY),
    Story(70, "ann", catalog.THERAPY, 9, (submit, accept)),
    Story(66, "amy", catalog.MRI, 5, APPROVED),
    Story(60, "amy", catalog.SURGERY, 17, IN_REVIEW, 10),
    Story(50, "bob", catalog.MRI, 10, (submit, accept)),
    Story(48, "amy", catalog.INFUSION, 13, (submit, accept), 9),
    Story(40, "bob", catalog.RESIDENTIAL, 15, (submit, accept, claimed, escalated), 1, BEHAVIORAL),
    Story(34, "amy", catalog.MEDICAL, 8, (submit, accept, claimed, OXYGEN), 0, ER),
    Story(30, "ann", catalog.OCCUPATIONAL, 11, (submit, accept)),
    Story(28, "amy", catalog.THERAPY, 6, APPROVED),
    Story(26, "bob", catalog.SPEECH, 18, (submit,)),
    Story(22, "amy", catalog.MRI, 19, (submit,)),
    Story(20, "amy", catalog.SURGICAL, 12, (submit,), 20),
    Story(12, "ann", catalog.THERAPY, 2, (submit,)),
    Story(9, "bob", catalog.MEDICAL, 14, (submit, accept), 0, ER),
    Story(7, "amy", catalog.MEDICAL, 3, (submit,), 0, ER),
    Story(5, "bob", catalog.DME, 5, (submit,), 1, {"urgency": "expedited", "criterion_dme_discharge": "1"}),
    Story(4, "amy", catalog.INFUSION, 18, (submit,), 6),
    Story(26, "amy", catalog.SURGERY, 7, typed={"group_number": "", "certified": ""}),
    Story(6, "ann", catalog.THERAPY, 4, typed={"certified": ""}, files=0),
    Story(3, "amy", catalog.MRI, 15, typed={"requesting_phone": "414-555", "certified": ""}, files=0),
    Story(2, "bob", catalog.RESIDENTIAL, 13, typed={"member_id": "", "days_requested": "", "certified": ""}),
    Story(1, "amy", catalog.THERAPY, 0, typed={"benefits_verified": ""}),
)  # fmt: skip


def make_cases(people: dict[str, User]) -> int:
    """Makes the sample cases, unless there are cases already, and returns how many were made.

    `people` as `people.make_people` gives them. The clock is put back for each and runs on afterwards.
    """
    if Case.select().exists():
        return 0
    present = clock.now()
    return sum(1 for story in STORIES for _ in _played(story, people, present))


def _played(story: Story, people: dict[str, User], present: datetime) -> Iterator[Request]:
    with clock.frozen(_begun(story, present)) as time:
        actor = Actor(people[story.by])
        request = drafts.start(actor, story.care.kind)
        scene = Scene(people, story.by, time, request)
        first = clock.today() + timedelta(days=story.lead)
        typed = story.care.answers(first) | catalog.PATIENTS[story.patient].answers() | catalog.PROVIDER | story.typed
        for prefix, count in (("service", len(story.care.lines)), ("diagnosis", len(story.care.diagnoses))):
            for _ in range(count - 1):
                drafts.add_line(request, actor, prefix)
        drafts.save(request, actor, typed, drafts.versions(request))
        for number in range(story.files):
            attach(scene, story.care.record if number == 0 else f"{story.care.record} {number + 1}")
        for step in story.steps:
            step(scene)
        yield scene.request


def _begun(story: Story, present: datetime) -> datetime:
    """When the draft was begun: on a weekday in office hours, but for the newest, which are hours old at any time."""
    begun = clock.chicago(present - timedelta(hours=story.hours_ago))
    if story.hours_ago <= FRESH:
        return begun
    day = begun.date() - timedelta(days=max(0, begun.weekday() - 4))
    return datetime.combine(day, day_time(8, int(story.hours_ago * 7) % 60), clock.ZONE)
