"""Processes of their own that do a verb at the same moment, as the workers of several servers do.

`with Racers(4) as racers: racers.together(home, ("submit", {"draft": 7, "by": "amy"}), …)`
"""

import io
import json
import os
import select
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import config
from casework import attachments, audit, backup, clock, drafts, migrating, staged, storage
from casework.accounts import doors, links, register, resets
from casework.accounts.doors import Caller
from casework.accounts.profile import OfficeData, OwnData
from casework.errors import PortalError
from casework.lists import search
from casework.workflow import office, review
from models import Attachment, Office, Request, database
from tests import deciding, instance, personas, samples

Task = Callable[[], object]
HEAD_START = 0.01
"""Seconds between all being ready and the moment."""
PATIENCE = 60
"""Seconds after which a racer that says nothing counts as broken."""


def submit(draft: int, by: str) -> Task:
    row, actor = Request.get_by_id(draft), personas.actor(by)
    return lambda: office.submit(row, actor).case.webcert_number


def decide(request: int, by: str, adverse: bool) -> Task:
    row, actor = Request.get_by_id(request), personas.actor(by)
    decision = deciding.denial(row) if adverse else review.as_asked(row)
    return lambda: review.decide(row, actor, decision)


def link(first: int, second: int, agreed: list[str]) -> Task:
    offices, ian = [Office.get_by_id(each) for each in (first, second)], personas.actor("ian")
    return lambda: links.link(*offices, ian, "same patients", agreed)


def sign_up(username: str, password: str) -> Task:
    person = OwnData("Zoe Sample", "zoe@sample.example", "4145550133")
    place = OfficeData("Sample Sleep Center", "Ada Moss, MD", "1234567893", "391000041", "4145550144", "", "1 Way", "")
    return lambda: register.register(register.Registration(username, password, person, place)).username


def attach(draft: int, by: str, words: str, more: int = 0) -> Task:
    row, actor = Request.get_by_id(draft), personas.actor(by)
    content = samples.pdf(lines=[words]) + b"\n%" + b"x" * more + b"\n%%EOF\n"
    return lambda: attachments.receive(row, actor, io.BytesIO(content), "late.pdf").key


def stage(request: int, by: str, words: str) -> Task:
    row, actor = Request.get_by_id(request), personas.actor(by)
    content = samples.pdf(lines=[words])
    return lambda: staged.receive(row, actor, io.BytesIO(content), "late.pdf").key


def seek(by: str, words: str) -> Task:
    actor = personas.actor(by)
    return lambda: search.ask(actor, words)


def export(by: str) -> Task:
    actor = personas.actor(by)
    return lambda: audit.exported(actor, "volumes", 1).id


def remove(file: int) -> Task:
    row = Attachment.get_by_id(file)
    assert row.request.case is not None
    return lambda: attachments.remove(row)


def save(draft: int, by: str, **typed: str) -> Task:
    row, actor = Request.get_by_id(draft), personas.actor(by)
    return lambda: len(drafts.save(row, actor, typed, drafts.versions(row)).versions)


def sign_in(username: str, password: str, address: str) -> Task:
    return lambda: doors.by_password(username, password, Caller(address, "test")).token


def reset(token: str, password: str) -> Task:
    return lambda: resets.set_password(token, password).username


def start(folder: str) -> Task:
    """A first start with nothing there: its secrets, its database, its tables."""

    def begin() -> list[object]:
        made = config.from_env({"INSTANCE": folder, "DEMO": "1"})
        config.use(made)
        storage.open_database(made).connect()
        applied = migrating.migrate()
        return [made.secret_key, made.audit_key, made.file_keys, len(applied)]

    return begin


def back_up(folder: str) -> Task:
    return lambda: backup.back_up(Path(folder))


def die() -> Task:
    """As a process ends that the system kills."""
    return lambda: os._exit(9)


TASKS: tuple[Callable[..., Task], ...] = (
    submit, decide, link, sign_up, attach, stage, seek, export, remove, save, sign_in, reset, start, back_up, die,
)  # fmt: skip
VERBS = {each.__name__: each for each in TASKS}


def main() -> None:
    """Reads tasks, one a line, and says what came of each: {"value": …}, {"refused": "Stale"} or {"broke": "…"}."""
    here: dict[str, str] = {}
    with clock.frozen(instance.NOW):
        for line in sys.stdin:
            told = json.loads(line)
            if told["home"] != here:
                here = told["home"]
                _move_to(here)
            _say(_answer(told))


def _say(answer: dict[str, object]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it answers


def _move_to(home: dict[str, str]) -> None:
    if database.obj is not None:
        instance.disconnect()
    instance.use(config.from_env(home))
    database.connect()


def _answer(told: dict[str, Any]) -> dict[str, object]:
    """What came of the task, begun at the moment that is told when all are ready."""
    try:
        task = VERBS[told["verb"]](**told["given"])
        _say({"ready": True})
        moment = float(sys.stdin.readline())
        while time.time() < moment:
            pass
        value = task()
    except PortalError as error:
        return {"refused": type(error).__name__}
    except Exception:
        return {"broke": traceback.format_exc(limit=-6)}
    return {"value": value if isinstance(value, str | int | list) else None}


class _Racer:
    """One process. What it can't do is told by the test that asked for it; the next test finds it ready again."""

    def __init__(self) -> None:
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the process
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._said}
        self.process = subprocess.Popen([sys.executable, "-m", "tests.racers"], cwd=instance.ROOT, text=True, **pipes)

    def tell(self, words: str) -> None:
        with suppress(BrokenPipeError):  # `hear` says why
            self.process.stdin.write(f"{words}\n")  # type: ignore[union-attr]  # it has a pipe
            self.process.stdin.flush()  # type: ignore[union-attr]  # it has a pipe

    def hear(self) -> dict[str, Any]:
        answers, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if answers else ""  # type: ignore[union-attr]  # it has a pipe
        return dict(json.loads(line)) if line else {"broke": self._last_words(bool(answers))}

    def _last_words(self, ended: bool) -> str:
        self.end()
        self._said.seek(0)
        return f"a racer {'died' if ended else f'did not answer for {PATIENCE} s'}: {self._said.read()[-2000:]}"

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def close(self) -> None:
        self.end()
        self._said.close()

    def or_another(self) -> "_Racer":
        """This one, or a new one in its place if it has ended."""
        if self.process.poll() is None:
            return self
        self.close()
        return _Racer()


class Racers:
    """So many processes, waiting for tasks."""

    def __init__(self, number: int) -> None:
        self._racers = [_Racer() for _ in range(number)]

    def __enter__(self) -> "Racers":
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._racers:
            each.close()

    def together(self, home: config.Settings, *tasks: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Does one task in each process at the same moment; gives their answers. Fails when one of them broke."""
        self._racers = [each.or_another() for each in self._racers]
        runners = self._racers[: len(tasks)]
        for racer, (verb, given) in zip(runners, tasks, strict=True):
            racer.tell(json.dumps({"verb": verb, "given": given, "home": instance.environment(home)}))
        answers = [each.hear() for each in runners]
        ready = [racer for racer, answer in zip(runners, answers, strict=True) if "ready" in answer]
        moment = time.time() + HEAD_START
        for each in ready:
            each.tell(str(moment))
        answers = [each.hear() if each in ready else answer for each, answer in zip(runners, answers, strict=True)]
        broken = [answer["broke"] for answer in answers if "broke" in answer]
        assert not broken, "\n".join(broken)
        return answers

    def killed(self, home: config.Settings, task: tuple[str, dict[str, Any]], after: float) -> bool:
        """Does the task in a process that is killed so many seconds after it began; True when it had answered."""
        racer = self._racers[0] = self._racers[0].or_another()
        racer.tell(json.dumps({"verb": task[0], "given": task[1], "home": instance.environment(home)}))
        assert "ready" in racer.hear()
        racer.tell(str(time.time()))
        answers, _, _ = select.select([racer.process.stdout], [], [], after)
        racer.end()
        return bool(answers)


if __name__ == "__main__":
    main()
