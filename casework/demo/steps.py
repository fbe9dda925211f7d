"""What happens to a sample request: one step after the other, each by the verb that a person would use."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from casework import attachments, clock, drafts, letters
from casework.actor import Actor
from casework.compared import Asked
from casework.demo import catalog, paper
from casework.workflow import after, claims, intake, office, review
from casework.workflow.review import Decision, Verdict
from models import Basis, LineOutcome, Request, Urgency, User

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
    if asked is None:
        raise LookupError("nothing was asked")
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
