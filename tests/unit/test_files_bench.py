"""The process in which files of strangers are parsed: bounded, without keys, and replaced when it dies."""

import io
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casework.files.bench import Bench, Broke, TooMuch
from casework.files.errors import Damaged, FileRefused
from tests import samples

pytestmark = pytest.mark.slow

PDF = samples.pdf()
JOB = {"kind": "pdf", "size": len(PDF)}


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


def run(bench: Bench, reader: io.BytesIO | None = None, seconds: float = 20.0) -> int:
    return int(bench.run("check", reader or io.BytesIO(PDF), JOB, seconds)[0]["pages"])


def idle_process(bench: Bench) -> int:
    return bench._free[-1]._process.pid


class Interrupting(io.BytesIO):
    """Does something once, when its bytes are asked for."""

    def __init__(self, deed) -> None:
        super().__init__(PDF)
        self._deed = deed

    def read(self, size: int = -1, /) -> bytes:
        self._deed()
        return super().read(size)


def test_one_process_serves_job_after_job(bench: Bench):
    assert run(bench) == 1
    first = idle_process(bench)
    assert run(bench) == 1
    assert idle_process(bench) == first


def test_process_has_no_secret_and_can_write_no_file(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("FILE_KEYS", "2026:c2VjcmV0")
    run(bench)
    about = Path(f"/proc/{idle_process(bench)}")
    assert b"2026" not in (about / "environ").read_bytes()
    limits = {line[:25].strip(): line[25:].split()[0] for line in (about / "limits").read_text().splitlines()[1:]}
    assert limits["Max file size"] == "0"
    assert int(limits["Max address space"]) <= 2 << 30


def test_slow_job_is_ended_in_its_time(bench: Bench):
    started = time.monotonic()
    with pytest.raises(TooMuch):
        run(bench, Interrupting(lambda: time.sleep(0.5)), seconds=0.2)
    assert time.monotonic() - started < 5
    assert run(bench) == 1


def test_process_that_dies_in_its_job_costs_only_the_job(bench: Bench):
    run(bench)
    process = idle_process(bench)
    with pytest.raises(Broke):
        run(bench, Interrupting(lambda: os.kill(process, signal.SIGKILL)))
    assert run(bench) == 1


def test_process_that_died_while_idle_is_replaced(bench: Bench):
    run(bench)
    os.kill(idle_process(bench), signal.SIGKILL)
    time.sleep(0.1)
    assert run(bench) == 1


def test_fault_of_the_store_passes_through(bench: Bench):
    def fail() -> None:
        raise Damaged

    with pytest.raises(Damaged):
        run(bench, Interrupting(fail))
    assert run(bench) == 1


def test_jobs_wait_for_a_place_and_all_are_done(bench: Bench):
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _: run(bench), range(40))) == [1] * 40
    assert len(bench._free) <= 2


def test_refusal_and_process_survive_each_other(bench: Bench):
    run(bench)
    process = idle_process(bench)
    with pytest.raises(FileRefused, match="empty"):
        bench.run("check", io.BytesIO(), {"kind": "pdf", "size": 0}, 20)
    assert idle_process(bench) == process


class Zeros(io.RawIOBase):
    """Very many zero bytes that lie nowhere."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return offset

    def read(self, size: int = -1, /) -> bytes:
        return b" " * size


def test_memory_is_bounded(bench: Bench):
    with pytest.raises((TooMuch, Broke)):  # whether it could still say so depends on what was left
        bench.run("text", Zeros(), {"kind": "txt", "number": 1, "size": 3 << 30}, 60)
    assert run(bench) == 1
