"""Letters, codes, uploads and the copy of a running portal (budgets 9, 11, 14 and 16)."""

import io
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf
import typst

from casework import attachments, backup, drafts
from casework.codes import icd10
from casework.letters import pdf, typesetting
from casework.letters.compose import compose
from casework.letters.settable import settable
from models import Determination, Letter, Request, database
from tests import builders, personas, samples
from tools.bench.measure import Seen, at_most, milliseconds, ratio
from tools.bench.world import OFFICE, ROOT, Portal

TYPED = ("M17.11", "m1", "fract rad left", "diabetes type 2", "pain", "htn", "encounter")
UPLOAD = 24_000_000


def measure(portal: Portal) -> Iterator[Seen]:
    yield from _letters(portal)
    for typed in TYPED:
        yield at_most(f"16 look-up of {typed!r}: ms", 5, milliseconds(partial(icd10.search, typed)))
    yield from _uploads()
    yield from _copies(portal)


def _letters(portal: Portal) -> Iterator[Seen]:
    determination: Determination = Determination.select().order_by(Determination.id.desc()).get()
    content = compose(determination)
    template = ROOT / "casework" / "letters" / "letter.typ"
    compiler = typst.Compiler(template, root=template.parent, ignore_system_fonts=True)
    numbers = count()  # no letter is set twice: typst remembers

    def ours() -> None:
        pdf.letter_pdf({**compose(determination), "number": next(numbers)})

    def bare() -> None:
        data = {"data": json.dumps({**settable(content), "number": next(numbers)})}
        compiler.compile(format="pdf", sys_inputs=data, pdf_standards="ua-1")

    yield at_most("11 letter: CPU of the bare compile", 2, ratio(ours, bare, rounds=5), " ×")
    letter = Letter.select().where(Letter.determination == determination).get()
    download = portal.call(f"/letters/{letter.key}.pdf", OFFICE)
    before = typesetting._compiler.cache_info()
    assert download().status == 200  # noqa: S101 - nothing else is worth measuring
    after = typesetting._compiler.cache_info()
    rendered = (after.hits + after.misses) - (before.hits + before.misses)
    yield at_most("11 repeated download: renderings", 0, rendered)


def _uploads() -> Iterator[Seen]:
    content = _large_pdf()
    draft = builders.make_draft(by=OFFICE, files=0)

    def upload() -> None:
        row = attachments.receive(draft, personas.actor(OFFICE), io.BytesIO(content), "large.pdf")
        attachments.remove(row)

    def copy() -> None:
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(io.BytesIO(content), file)
            file.flush()
            os.fsync(file.fileno())

    yield at_most("9 upload of 24 MB, checked and sealed: time of a copy", 6, _quickest(upload) / _quickest(copy), " ×")


def _large_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(samples.pdf())) as made:
        made.Root.Extra = made.make_stream(os.urandom(UPLOAD))
        written = io.BytesIO()
        made.save(written)
    return written.getvalue()


def _quickest(what: Callable[[], Any], times: int = 3) -> float:
    def once() -> float:
        began = time.monotonic()
        what()
        return time.monotonic() - began

    return min(once() for _ in range(times))


def _copies(portal: Portal) -> Iterator[Seen]:
    """The copy by `flask backup` while somebody types, against `cp` of the same files."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name)
        saving = _Typing()
        seconds = _quickest(lambda: backup.back_up(target / "copy"), 1)
        saves, failed = saving.stop()
        plain = _quickest(
            lambda: subprocess.run(["cp", "-r", str(portal.settings.instance), str(target / "plain")], check=True), 1
        )
        found = len(backup.faults(target / "copy"))
    yield at_most("14 live copy: time of cp", 3, seconds / plain, " ×")
    yield at_most(f"14 saves that failed meanwhile, of {saves}", 0, failed)
    yield at_most("14 faults that its check finds", 0, found)


class _Typing(threading.Thread):
    """Somebody who saves a draft again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = builders.make_draft(by=OFFICE, files=0)
        self.saves = self.failed = 0
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        actor = personas.actor(OFFICE)
        while not self._ended.is_set():
            request = Request.get_by_id(self.draft.id)
            saved = drafts.save(request, actor, {"note": str(self.saves)}, drafts.versions(request))
            self.saves += 1
            self.failed += bool(saved.refused or saved.clashes)
        database.close()

    def stop(self) -> tuple[int, int]:
        self._ended.set()
        self.join()
        return self.saves, self.failed
