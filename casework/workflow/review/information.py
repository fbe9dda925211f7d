"""Ask the office for named items, and go on when they don't come."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from casework import access, again, clock
from casework.actor import Actor
from casework.errors import Refused, Stale
from casework.storage import transaction
from casework.vocabulary import counted
from casework.workflow import due, table
from models import InformationItem, InformationRequest, Request, Status, Urgency

MOST_ITEMS = 12
LONGEST_ITEM = 400
LONGER = {Urgency.EXPEDITED: timedelta(days=5), Urgency.STANDARD: timedelta(days=45), Urgency.RETRO: timedelta(days=45)}
"""How much later than the rule's shortest time to answer (casework.clock) a reviewer may set its end."""

TEMPLATES: dict[str, tuple[str, ...]] = {
    "Any request": (
        "Office notes of the last 3 months with history and physical examination",
        "Signed order of the requesting provider",
        "Results of imaging already done, with date and reading",
        "Letter of medical necessity",
    ),
    "Therapy": (
        "Initial evaluation with functional measures",
        "Plan of care with goals, frequency and duration, signed by the ordering provider",
        "Progress notes of the visits so far, with objective measures",
    ),
    "Stay": (
        "Daily progress notes and vital signs since the last review",
        "Admission history and physical",
        "Discharge plan with the expected date",
        "Treatment plan with the days of attendance",
    ),
    "Procedure, equipment or drug": (
        "Conservative treatment tried so far, with dates and results",
        "Operative plan with the codes of all procedures",
        "Face-to-face note that documents the need for the equipment",
        "Dose, frequency, duration and earlier drugs tried",
    ),
}
"""Items that are often asked for; a reviewer changes the words as the case needs."""


def ask_information(
    request: Request, actor: Actor, items: Sequence[str], reason: str, reply_by: datetime | None = None
) -> InformationRequest:
    """Asks the office for `items` (1 to 12, in words) with a reason; the office has until `reply_by` (UTC).

    None for `reply_by` gives the shortest time that the rule allows: 48 hours when Expedited, 45 days otherwise.
    Expedited: only within 24 hours of receipt; 29 CFR 2560.503-1(f)(2)(i). Standard and Retro: the clock stands still
    until the answer, (f)(4). Raises NotAllowed, Refused and Stale.
    """
    wanted = [" ".join(item.split()) for item in items if item.strip()]
    with again.once(actor, "information_requested", request, reason.strip(), items=len(wanted)):
        _ask(request, actor, wanted, reason, reply_by)
    return request.information_requests.order_by(InformationRequest.id.desc()).get()


def _ask(request: Request, actor: Actor, wanted: list[str], reason: str, reply_by: datetime | None) -> None:
    access.require(actor, "ask_information", request)
    check_hands(request, actor)
    _check_words(wanted, reason)
    at = clock.now()
    until = _checked_reply_by(request, at, reply_by)
    mine = {"physician": actor.user} if request.status == Status.PHYSICIAN_REVIEW else {}
    with transaction():
        table.move(
            request,
            "ask_information",
            actor,
            reason.strip(),
            data={"items": len(wanted)},
            unchanged=("due_at", "physician_id"),
            paused_at=at,
            reply_by=until,
            reviewer=actor.user,
            **mine,
        )
        asked: InformationRequest = InformationRequest.create(
            request=request, asked_by=actor.user, asked_at=at, reason=reason.strip(), reply_by=until
        )
        for position, text in enumerate(wanted, start=1):
            InformationItem.create(information_request=asked, position=position, text=text)


def check_hands(request: Request, actor: Actor) -> None:
    """Raises Refused when another physician has claimed this request, in physician review or asking from there."""
    physician = request.physician
    if physician is not None and physician.id != actor.user.id:
        raise Refused(f"{physician.username} has claimed this request. Have it handed over to you first.")


def _check_words(items: list[str], reason: str) -> None:
    if not items:
        raise Refused("Name at least one item that the office should send.")
    if len(items) > MOST_ITEMS:
        raise Refused(f"Ask for at most {MOST_ITEMS} items at once.")
    if any(len(item) > LONGEST_ITEM for item in items):
        raise Refused(f"Keep each item within {LONGEST_ITEM} characters.", "own")
    if not reason.strip():
        raise Refused("Say why the information is needed: the office reads it.", "reason")


def ask_by(request: Request) -> datetime | None:
    """The last moment to ask for information; None: at any time."""
    urgency, started = request.urgency, request.clock_started_at
    return clock.ask_by(urgency, started) if urgency and started else None


def _checked_reply_by(request: Request, at: datetime, reply_by: datetime | None) -> datetime:
    urgency = request.urgency
    if urgency is None:
        raise ValueError("a request that was never submitted has no clock")
    last_moment = ask_by(request)
    if last_moment is not None and at > last_moment:
        raise Refused(
            f"For an Expedited request information had to be asked for by {clock.show_moment(last_moment)}, "
            f"{clock.IN_FORCE.expedited_ask_hours} hours after receipt. Call the contact, or decide on what is there."
        )
    earliest = clock.reply_by(urgency, at)
    if reply_by is None:
        return earliest
    if reply_by < earliest:
        raise Refused(f"The office needs time to answer until {clock.show_moment(earliest)} at least.")
    latest = clock.end_of_day(clock.chicago(earliest + LONGER[urgency]).date())
    if reply_by > latest:
        raise Refused(f"The office gets time to answer until {clock.show_moment(latest)} at most.")
    return reply_by


def reply_choices(request: Request) -> list[tuple[str, str]]:
    """The times to answer that a form offers: (choice, words), the shortest first.

    The shortest is '': it begins when the question is asked, not some moment before; others are like '72h' or '60d'.
    """
    if request.urgency == Urgency.EXPEDITED:
        shortest, unit, longer = clock.IN_FORCE.expedited_reply_hours, "hours", (24, 48)
    else:
        shortest, unit, longer = clock.IN_FORCE.reply_days, "days", (15, 45)
    choices = ((f"{shortest + more}{unit[0]}", counted(shortest + more, unit)) for more in longer)
    return [("", counted(shortest, unit)), *choices]


def reply_moment(choice: str) -> datetime | None:
    """The moment that a choice of `reply_choices` means now; None for '' (the shortest) and for anything else."""
    if not choice[:-1].isdecimal():
        return None
    number, at = int(choice[:-1]), clock.now()
    if choice.endswith("h"):
        return at + timedelta(hours=number)
    return clock.end_of_day(clock.chicago(at).date() + timedelta(days=number))


def end_information(request: Request, actor: Actor | None) -> Request:
    """Goes on without an answer once the time for it is over; the clock runs again, from that moment.

    `actor` is None when the portal itself notices. Raises NotAllowed, Refused (the office still has time) and Stale.
    """
    with again.once(actor, "information_time_over", request):
        if actor is not None:
            access.require(actor, "end_information", request)
        check_time_is_over(request, "go on without the answer")
        due.resume(request, actor, answered=False)
    return request


def end_unanswered() -> int:
    """Ends every information request whose time is over, so that no request waits for somebody to notice; how many.

    One that is answered or ended at this very moment by somebody else is left to them.
    """
    late = Request.select().where(Request.status == Status.INFO_REQUESTED, Request.reply_by < clock.now())
    ended = 0
    for request in list(late):
        with suppress(Stale, Refused):
            end_information(request, None)
            ended += 1
    return ended


def check_time_is_over(request: Request, what: str) -> None:
    """Raises Refused while the office still has time to answer; `what` is what has to wait, in words."""
    if request.reply_by is not None and clock.now() <= request.reply_by:
        raise Refused(f"The office has until {clock.show_moment(request.reply_by)} to answer: {what} after that.")
