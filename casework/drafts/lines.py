"""Service and diagnosis lines: added, removed, brought back, pasted."""

from dataclasses import dataclass, field

from casework.actor import Actor
from casework.answers import LINE_PREFIXES, TAKEN_OVER, Answers
from casework.codes import pasted
from casework.drafts import reading
from casework.drafts.saving import keep
from casework.errors import NotFound, Refused
from casework.fields import MOST_LINES
from casework.storage import transaction
from models import Request

_HIGHEST = 999
_COMMON = sorted(TAKEN_OVER - {"removed"})
_WORDS = {"service": "service lines", "diagnosis": "diagnosis lines"}


@dataclass(frozen=True)
class Pasted:
    """Numbers of the lines that were filled, the pieces without a code, and how many found no room."""

    numbers: list[int] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    left_out: int = 0


def blank_line(prefix: str, number: int) -> dict[str, str]:
    """What makes a line exist before anything is typed into it."""
    return {f"{prefix}-{number}-removed": ""}


def add_line(request: Request, actor: Actor, prefix: str) -> int:
    """Adds a 'service' or 'diagnosis' line and returns its number.

    A service line takes over dates, unit, place and frequency of the line before it. Raises Refused beyond 25 service
    or 12 diagnosis lines, Stale when the request is no draft any more.
    """
    _known(prefix)
    with transaction():
        held = reading.take(request)
        if not _room(held.before, prefix):
            raise Refused(_full(prefix))
        number = _next(held.before, prefix)
        keep(held, actor, _new_line(held.before, prefix, number))
    return number


def remove_line(request: Request, actor: Actor, prefix: str, number: int) -> None:
    """Takes a line out of the request; its answers stay, so that restore_line brings it back.

    Raises NotFound when the draft never had this line, Stale when it is no draft any more.
    """
    _set_removed(request, actor, prefix, number, "1")


def restore_line(request: Request, actor: Actor, prefix: str, number: int) -> None:
    """Brings a removed line back with all that was typed into it. Raises like remove_line, and Refused without room."""
    _set_removed(request, actor, prefix, number, "")


def paste(request: Request, actor: Actor, text: str) -> Pasted:
    """Fills service lines from a pasted list ('97110 x12, 97140-GP x12'): blank lines first, then new ones, up to 25.

    Raises Refused when there is no code in the text, Stale when the request is no draft any more.
    """
    found = pasted.parse(text)
    if not found.lines:
        raise Refused(
            "There is no code in this text. Paste codes with their quantity, for example 97110 x12, 97140-GP x12."
        )
    with transaction():
        held = reading.take(request)
        changes: dict[str, str] = {}
        numbers: list[int] = []
        before = after = held.before
        for line in found.lines:
            number = _free_line(after)
            if number is None:
                break
            changes.update(_filled(after, number, line))
            numbers.append(number)
            after = Answers(before.case_type, {**before.values, **changes}, before.request_type, before.files)
        keep(held, actor, changes)
    return Pasted(numbers, found.unread, len(found.lines) - len(numbers))


def fill_lines(request: Request, actor: Actor) -> int:
    """Fills what is empty in dates, unit, place and frequency of each service line from the line before it.

    Returns how many lines got something. Raises Stale when the request is no draft any more.
    """
    with transaction():
        held = reading.take(request)
        changes: dict[str, str] = {}
        last: dict[str, str] = {}
        filled = set()
        for line in held.before.lines("service"):
            own = {name: line.text(name) or last.get(name, "") for name in _COMMON}
            new = {line.control(name): value for name, value in own.items() if value and not line.text(name)}
            changes.update(new)
            filled.update([line.number] if new else [])
            last = own
        keep(held, actor, changes)
    return len(filled)


def _free_line(answers: Answers) -> int | None:
    blank = next((line.number for line in answers.lines("service") if line.is_blank), None)
    if blank is None and _room(answers, "service"):
        return _next(answers, "service")
    return blank


def _filled(answers: Answers, number: int, line: pasted.PastedLine) -> dict[str, str]:
    changes = {} if f"service-{number}-removed" in answers.values else _new_line(answers, "service", number)
    changes[f"service-{number}-code"] = line.code
    changes[f"service-{number}-modifiers"] = " ".join(line.modifiers)
    if line.quantity is not None:
        changes[f"service-{number}-quantity"] = str(line.quantity)
    if line.unit:
        changes[f"service-{number}-unit"] = line.unit
    return changes


def _new_line(answers: Answers, prefix: str, number: int) -> dict[str, str]:
    changes = blank_line(prefix, number)
    earlier = answers.lines(prefix)
    if prefix == "service" and earlier:
        taken = {name: earlier[-1].values.get(name, "") for name in _COMMON}
        changes.update({f"service-{number}-{name}": value for name, value in taken.items() if value})
    return changes


def _set_removed(request: Request, actor: Actor, prefix: str, number: int, value: str) -> None:
    _known(prefix)
    name = f"{prefix}-{number}-removed"
    with transaction():
        held = reading.take(request)
        if name not in held.rows:
            raise NotFound
        if held.rows[name].value == value:
            return
        if not value and not _room(held.before, prefix):
            raise Refused(_full(prefix))
        keep(held, actor, {name: value})


def _known(prefix: str) -> None:
    if prefix not in LINE_PREFIXES:
        raise NotFound


def _room(answers: Answers, prefix: str) -> bool:
    return len(answers.lines(prefix)) < MOST_LINES[prefix] and _next(answers, prefix) <= _HIGHEST


def _next(answers: Answers, prefix: str) -> int:
    return max((line.number for line in answers.all_lines(prefix)), default=0) + 1


def _full(prefix: str) -> str:
    return (
        f"A request holds at most {MOST_LINES[prefix]} {_WORDS[prefix]}. "
        "Remove one that is not needed, or put the others into a request of their own."
    )


def without_removed(answers: Answers) -> dict[str, str]:
    """A copy's answers: removed lines are left behind, the others count from 1, and one line of each kind is there."""
    kept = {name: value for name, value in answers.values.items() if name.partition("-")[0] not in LINE_PREFIXES}
    for prefix in LINE_PREFIXES:
        lines = answers.filled_lines(prefix)
        for number, line in enumerate(lines, 1):
            kept.update({f"{prefix}-{number}-{name}": value for name, value in line.values.items()})
        if not lines:
            kept.update(blank_line(prefix, 1))
    return kept
