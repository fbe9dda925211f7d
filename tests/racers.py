"""Processes of their own that do a verb at the same moment, as the workers of several servers do.

`with Racers(4) as racers: racers.together(folder, ("submit", {"draft": 7, "by": "amy"}), …)`
"""

import io
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import config
from casework import attachments, clock, drafts, migrating, storage
from casework.accounts import doors, links, register, resets
from casework.accounts.doors import Caller
from casework.accounts.profile import OfficeData, OwnData
from casework.errors import PortalError
from casework.workflow import office, review
from models import Attachment, Office, Request, database
from tests import deciding, instance, personas, samples

Task = Callable[[], object]
HEAD_START = 0.04
"""Seconds that all have to read what they need before the moment comes."""


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


def attach(draft: int, by: str, words: str) -> Task:
    row, actor, content = Request.get_by_id(draft), personas.actor(by), samples.pdf(lines=[words])
    return lambda: attachments.receive(row, actor, io.BytesIO(content), "late.pdf").key


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


VERBS: dict[str, Callable[..., Task]] = {
    each.__name__: each for each in (submit, decide, link, sign_up, attach, remove, save, sign_in, reset, start)
}


def main() -> None:
    """Reads tasks, one a line, and says what came of each: {"value": …} or {"refused": "Stale"}."""
    here = ""
    with clock.frozen(instance.NOW):
        for line in sys.stdin:
            told = json.loads(line)
            if told["folder"] != here:
                here = told["folder"]
                _move_to(Path(here))
            print(json.dumps(_answer(told)), flush=True)  # noqa: T201 - this is how it answers


def _move_to(folder: Path) -> None:
    if database.obj is not None:
        database.close()
    instance.use(instance.settings_for(folder))
    database.connect()


def _answer(told: dict[str, Any]) -> dict[str, object]:
    task = VERBS[told["verb"]](**told["given"])
    while time.time() < told["at"]:
        pass
    try:
        value = task()
    except PortalError as error:
        return {"refused": type(error).__name__}
    return {"value": value if isinstance(value, str | int | list) else None}


class Racers:
    """So many processes, waiting for tasks."""

    def __init__(self, number: int) -> None:
        command = [sys.executable, "-m", "tests.racers"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.processes = [subprocess.Popen(command, cwd=instance.ROOT, **pipes) for _ in range(number)]

    def __enter__(self) -> "Racers":
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.processes:
            each.communicate(timeout=20)

    def together(self, folder: Path, *tasks: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Does one task in each process at the same moment; gives their answers."""
        at = time.time() + timedelta(seconds=HEAD_START).total_seconds()
        runners = self.processes[: len(tasks)]
        for process, (verb, given) in zip(runners, tasks, strict=True):
            line = {"verb": verb, "given": given, "folder": str(folder), "at": at}
            process.stdin.write(f"{json.dumps(line)}\n")  # type: ignore[union-attr]  # it has a pipe
            process.stdin.flush()  # type: ignore[union-attr]  # it has a pipe
        return [json.loads(process.stdout.readline()) for process in runners]  # type: ignore[union-attr]  # likewise


if __name__ == "__main__":
    main()
