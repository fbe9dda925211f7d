"""An attachment's way in, whole: what is taken, what is refused, and what is left of each."""

import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.files.checks import check
from casework.files.errors import FileRefused, Unavailable
from casework.files.folder import FolderStore
from casework.files.keys import KeyRing
from casework.files.kinds import ACCEPT, KINDS
from casework.files.uploads import take
from tests import corpus, samples


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "files", KeyRing.parse(KeyRing.new_entry("a")))


def left(store: FolderStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", samples.VALID)
def test_valid_file_is_kept_and_downloads_as_it_came(store: FolderStore, name: str):
    data = samples.VALID[name]()
    taken = take(store.receive(io.BytesIO(data)), f"C:\\scans\\{name}")
    assert taken.name == name
    assert taken.scan_state == "not_scanned"
    assert store.read(taken.kept) == data
    assert taken.checked.kind in KINDS


@pytest.mark.parametrize("upload", random.Random(5).sample(corpus.REFUSED, 12), ids=lambda upload: upload.name)
def test_refused_file_leaves_nothing(store: FolderStore, upload: corpus.Upload):
    with pytest.raises(FileRefused):
        take(store.receive(io.BytesIO(upload.make())), upload.name)
    assert left(store) == []


def test_refused_file_of_a_form_leaves_nothing(store: FolderStore):
    coming = store.incoming(limit=1000)
    coming.write(b"%PDF-" * 1000)
    with pytest.raises(FileRefused, match="larger"):
        take(coming, "note.pdf")
    assert left(store) == []


@pytest.mark.parametrize(("verdict", "state"), [("clean", "clean"), ("waiting", "waiting")])
def test_scanner_decides_the_state(store: FolderStore, monkeypatch: pytest.MonkeyPatch, verdict: str, state: str):
    monkeypatch.setattr("casework.files.uploads.scan", lambda reader, address: verdict)
    assert take(store.receive(io.BytesIO(samples.pdf())), "a.pdf", "clamd:3310").scan_state == state


def test_infected_file_is_refused_and_gone(store: FolderStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("casework.files.uploads.scan", lambda reader, address: "infected")
    with pytest.raises(FileRefused, match="harmful") as told:
        take(store.receive(io.BytesIO(samples.pdf())), "a.pdf", "clamd:3310")
    assert told.value.reason == "infected"
    assert left(store) == []


def test_scanner_that_is_down_means_waiting(store: FolderStore):
    assert take(store.receive(io.BytesIO(samples.pdf())), "a.pdf", "127.0.0.1:1").scan_state == "waiting"


def test_stream_that_breaks_off_leaves_nothing(store: FolderStore):
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            if not data:
                raise ConnectionResetError
            return data

    with pytest.raises(ConnectionResetError):
        store.receive(Broken(samples.pdf()))
    assert left(store) == []


def test_store_without_room_keeps_nothing(store: FolderStore, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    coming = store.receive(io.BytesIO(samples.pdf()))
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Unavailable):
        take(coming, "a.pdf")
    assert left(store) == []


def test_endings_offered_are_those_that_are_taken():
    assert {name.rpartition(".")[2] for name in samples.VALID} <= {ending.strip(".") for ending in ACCEPT.split(",")}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(samples.VALID)), st.lists(st.tuples(st.floats(0, 0.999), st.binary(max_size=6)), max_size=5)
)
def test_any_change_is_taken_or_refused_in_words(name: str, changes: list[tuple[float, bytes]]):
    data = bytearray(samples.VALID[name]())
    for place, put in changes:
        at = int(place * len(data))
        data[at : at + len(put)] = put
    try:
        checked = check(io.BytesIO(bytes(data)), name)
    except FileRefused as told:
        assert told.message.endswith(".")  # noqa: PT017 - both ends are right
    else:
        assert checked.kind in KINDS
