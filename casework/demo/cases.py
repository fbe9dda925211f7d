"""Some sixty sample cases in all states, made by the verbs that people use, at believable times of the last weeks."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from casework import attachments, clock, drafts, letters
from casework.actor import Actor
from casework.compared import Asked
from casework.demo import catalog, paper
from casework.demo.catalog import Care
from casework.workflow import after, claims, intake, office, review
from casework.workflow.review import Decision, Verdict
from models import Basis, Case, LineOutcome, Request, Urgency, User

Step = Callable[["Scene"], None]


@dataclass
class Scene:
    """One request on its way: whose, and the clock that its steps move."""

    people: dict[str, User]
    by: str
    time: clock.Frozen
    request: Request

    def actor(self, name: str = "") -> Actor:
        return Actor(self.people[name or self.by])

    def again(self) -> Request:
        self.request = Request.get_by_id(self.request.id)
        return self.request

    def wait(self, **amount: float) -> None:
        self.time.move(**amount)


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


def submit(scene: Scene) -> None:
    scene.wait(minutes=14)
    scene.request = office.submit(scene.again(), scene.actor())


def accept(scene: Scene) -> None:
    scene.wait(hours=1.5)
    asked = scene.again()
    scene.request = intake.accept(asked, scene.actor("ian"), asked.urgency_requested or Urgency.STANDARD, "", None)


def accept_as_standard(scene: Scene) -> None:
    scene.wait(hours=1)
    words = "None of the expedited criteria is met; the infusion is planned for the coming weeks."
    scene.request = intake.accept(scene.again(), scene.actor("ian"), Urgency.STANDARD, words, None)


def claimed(scene: Scene) -> None:
    scene.wait(minutes=30)
    claims.claim(scene.again(), scene.actor("nia"))


def rejected(reason: str, words: str = "") -> Step:
    def step(scene: Scene) -> None:
        scene.wait(hours=2)
        intake.reject(scene.again(), scene.actor("ian"), reason, words)

    return step


def asks(*items: str) -> Step:
    def step(scene: Scene) -> None:
        scene.wait(hours=3)
        reason = "Without these the criterion can't be applied."
        review.ask_information(scene.again(), scene.actor("nia"), items, reason)

    return step


def answers(scene: Scene) -> None:
    scene.wait(hours=5)
    asked = office.open_question(scene.again())
    assert asked is not None
    attach(scene, "Progress notes")
    office.answer_information(scene.again(), scene.actor(), {item.id: "Attached." for item in asked.items})


def escalated(scene: Scene) -> None:
    scene.wait(hours=4)
    review.escalate(scene.again(), scene.actor("nia"), "The criterion is not met by the records on file.")


def approved(scene: Scene) -> None:
    scene.wait(hours=6)
    asked = scene.again()
    decision = replace(review.as_asked(asked), requirements=catalog.REQUIREMENTS if asked.id % 3 == 0 else "")
    review.decide(asked, scene.actor("nia"), _told_by_phone(asked, decision))


def decided(turn: Callable[[Verdict, Asked], Verdict], words: int) -> Step:
    def step(scene: Scene) -> None:
        scene.wait(hours=7)
        asked = scene.again()
        pairs = zip(review.as_asked(asked).verdicts, review.asked_of(asked), strict=True)
        verdicts = tuple(turn(verdict, what) for verdict, (_, what) in pairs)
        decision = Decision(verdicts, rationale=catalog.EXPLANATIONS[words])
        review.decide(asked, scene.actor("pam"), _told_by_phone(asked, decision))

    return step


def _told_by_phone(asked: Request, decision: Decision) -> Decision:
    if asked.urgency != Urgency.EXPEDITED:
        return decision
    return replace(
        decision, notice_by_phone=f"Told to the office's contact by phone, {clock.show_moment(clock.now())}."
    )


def _adverse(verdict: Verdict, basis: Basis, words: int) -> Verdict:
    return replace(
        verdict,
        basis=basis,
        criterion=catalog.CRITERION.format(chapter=words + 4),
        rationale=catalog.EXPLANATIONS[words],
        missing_information=catalog.MISSING if basis == Basis.INSUFFICIENT else "",
    )


def two_thirds(verdict: Verdict, asked: Asked) -> Verdict:
    if asked.quantity < 2:
        return verdict
    fewer = replace(verdict, outcome=LineOutcome.MODIFIED, quantity=max(1, asked.quantity * 2 // 3))
    if asked.what == "Stay":
        fewer = replace(fewer, date_to=asked.first + timedelta(days=fewer.quantity - 1))
    return _adverse(fewer, Basis.INSUFFICIENT, 0)


def nothing(basis: Basis, words: int) -> Callable[[Verdict, Asked], Verdict]:
    def turn(verdict: Verdict, asked: Asked) -> Verdict:
        denied = replace(verdict, outcome=LineOutcome.DENIED, quantity=0, date_from=None, date_to=None)
        return _adverse(denied, basis, words)

    return turn


def letter_opened(scene: Scene) -> None:
    scene.wait(hours=2)
    for determination in scene.again().determinations:
        for letter in determination.letters:
            letters.stamp_opened(letter, scene.actor())


def extended(*steps: Step, days: int = 2) -> Step:
    """An extension of the same case, with its own steps."""

    def step(scene: Scene) -> None:
        scene.wait(hours=9)
        scene.request = drafts.start_extension(scene.again(), scene.actor())
        more = _more_of(scene.request, days)
        drafts.save(scene.request, scene.actor(), more, drafts.versions(scene.request))
        attach(scene, "Progress notes")
        for each in steps:
            each(scene)

    return step


def _more_of(request: Request, days: int) -> dict[str, str]:
    typed = drafts.answers(request)
    more = {"certified": "1", "benefits_verified": "1", "clinical_summary": "Still needs the care, improving slowly."}
    if typed.is_inpatient:
        return more | {"days_requested": str(days)}
    first = typed.lines("service")[0].date("from") or clock.today()
    for line in typed.lines("service"):
        begin = line.date("from") or first
        more[line.control("from")] = clock.show_date(begin)
        more[line.control("to")] = clock.show_date(begin + timedelta(days=21))
        more[line.control("quantity")] = line.text("quantity") or "6"
    return more


def reconsidered(scene: Scene) -> None:
    scene.wait(hours=26)
    scene.request = drafts.start_reconsideration(scene.again(), scene.actor())
    typed = {"certified": "1", "benefits_verified": "1", "note": "The therapy notes of six weeks are attached now."}
    drafts.save(scene.request, scene.actor(), typed, drafts.versions(scene.request))
    attach(scene, "Therapy notes of six weeks")
    submit(scene)


def changed(scene: Scene) -> None:
    scene.wait(hours=16)
    scene.request = drafts.start_change(scene.again(), scene.actor())
    typed = {"certified": "1", "benefits_verified": "1", "note": "The surgeon is away: one week later, please."}
    drafts.save(scene.request, scene.actor(), typed, drafts.versions(scene.request))
    attach(scene, "Change of schedule")
    submit(scene)


def talk_asked(scene: Scene) -> None:
    scene.wait(hours=3)
    windows = ["Monday 8:00 to 9:00 AM", "Tuesday 12:00 to 1:00 PM", "Wednesday 4:00 to 4:30 PM"]
    after.ask_peer_to_peer(scene.again(), scene.actor(), "Iris Calder, MD", "414-555-0110", windows)


def discharged(scene: Scene) -> None:
    scene.wait(hours=20)
    after.discharge(scene.again().case, scene.actor(), clock.today(), "home")


def withdrawn(scene: Scene) -> None:
    scene.wait(hours=4)
    office.withdraw(scene.again(), scene.actor(), "The patient has chosen another surgeon.")


def cancelled(scene: Scene) -> None:
    scene.wait(hours=30)
    office.cancel(scene.again(), scene.actor(), "The visit did not take place.")


def attach(scene: Scene, title: str) -> None:
    case = scene.request.case
    pdf = paper.record(
        title,
        f"{case.member_name}",
        clock.show_date(clock.now()),
        [drafts.answers(scene.request).text("clinical_summary"), "Seen today; plan as discussed with the patient."],
    )
    attachments.receive(scene.request, scene.actor(), io.BytesIO(pdf), f"{title}.pdf")


IN_REVIEW = (submit, accept, claimed)
APPROVED = (*IN_REVIEW, approved)
READ = (*APPROVED, letter_opened)
PARTLY = (submit, accept, claimed, escalated, decided(two_thirds, 0))
DENIED = (submit, accept, claimed, escalated, decided(nothing(Basis.NOT_APPROPRIATE, 1), 1))
UNPROVEN = (submit, accept, claimed, escalated, decided(nothing(Basis.INSUFFICIENT, 0), 0))
ER = catalog.ER_ADMISSION
STORIES: tuple[Story, ...] = (
    *(Story(900 - 40 * n, by, care, n, READ) for n, (by, care) in enumerate([
        ("amy", catalog.MRI), ("ann", catalog.THERAPY), ("bob", catalog.DME), ("amy", catalog.SURGERY),
        ("amy", catalog.INFUSION), ("bob", catalog.HOME_NURSING), ("ann", catalog.OCCUPATIONAL),
        ("bob", catalog.SPEECH), ("amy", catalog.SURGICAL), ("bob", catalog.MRI),
    ])),
    Story(330, "amy", catalog.MEDICAL, 10, (*APPROVED, letter_opened, extended(submit, accept, claimed, approved), discharged), 0, ER),
    Story(300, "bob", catalog.REHABILITATION, 16, (*APPROVED, letter_opened), 1),
    Story(290, "ann", catalog.THERAPY, 11, (*PARTLY, letter_opened)),
    Story(270, "amy", catalog.RESIDENTIAL, 5, DENIED, 1, {"urgency": "expedited", "criterion_behavioral_admission": "1"}),
    Story(260, "bob", catalog.MRI, 17, (*UNPROVEN, letter_opened)),
    Story(250, "amy", catalog.SURGERY, 9, (*READ, cancelled), 12),
    Story(240, "ann", catalog.OCCUPATIONAL, 19, (submit, withdrawn)),
    Story(230, "bob", catalog.THERAPY, 13, READ),
    Story(220, "amy", catalog.MRI, 12, (*IN_REVIEW, asks("Radiograph report of the knee"), answers, approved)),
    Story(200, "amy", catalog.THERAPY, 1, PARTLY),
    Story(190, "bob", catalog.INFUSION, 4, (submit, accept_as_standard, claimed), 14, {"urgency": "expedited", "criterion_infusion": "1"}),
    Story(170, "ann", catalog.THERAPY, 15, (*APPROVED,)),
    Story(165, "amy", catalog.SURGICAL, 14, (submit, accept, claimed, escalated), 12),
    Story(150, "bob", catalog.HOME_NURSING, 8, (*IN_REVIEW, asks("Plan of care, signed", "Wound measurements of the last two visits"))),
    Story(140, "amy", catalog.DME, 6, APPROVED),
    Story(120, "ann", catalog.SPEECH, 18, (submit, rejected("several_therapies"))),
    Story(118, "amy", catalog.MRI, 3, (submit, rejected("clinicals", "Page 2 of the office note can't be read."))),
    Story(110, "bob", catalog.SURGERY, 2, (submit, rejected("member"))),
    Story(100, "amy", catalog.MEDICAL, 16, (*APPROVED, extended(submit, accept, claimed)), 0, ER),
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
    Story(40, "bob", catalog.RESIDENTIAL, 15, (submit, accept, claimed, escalated), 1, {"urgency": "expedited", "criterion_behavioral_admission": "1"}),
    Story(34, "amy", catalog.MEDICAL, 8, (submit, accept, claimed, asks("Vital signs and oxygen need of the last 24 hours")), 0, ER),
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
    with clock.frozen(present - timedelta(hours=story.hours_ago)) as time:
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
