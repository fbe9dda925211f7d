"""The file store in a folder: in, out, ranges, tampering, faults of the disk."""

import errno
import hashlib
import io
import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.files.cipher import CHUNK, HEAD, SEALED
from casework.files.errors import Damaged, FileRefused, KeyFault, Missing, Unavailable
from casework.files.folder import FolderStore
from casework.files.incoming import Kept
from casework.files.keys import KeyRing
from casework.files.store import open_store

SIZES = [1, 100, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 17]
SECRET = b"Member Hollis, Maren: knee pain since March. "


def some_bytes(size: int) -> bytes:
    return (SECRET * (size // len(SECRET) + 1))[:size]


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.parse(KeyRing.new_entry("2026"))


@pytest.fixture
def store(tmp_path: Path, ring: KeyRing) -> FolderStore:
    return FolderStore(tmp_path / "files", ring)


def files_of(store: FolderStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def path_of(store: FolderStore, kept: Kept) -> Path:
    return store.root / kept.stored_name[:2] / kept.stored_name[2:4] / kept.stored_name


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_is_read_again(store: FolderStore, size: int):
    data = some_bytes(size)
    with store.receive(io.BytesIO(data)) as coming:
        with coming.open() as reader:
            assert reader.read() == data
        kept = coming.keep()
    assert (kept.size, kept.sha256) == (size, hashlib.sha256(data).hexdigest())
    assert store.read(kept) == data
    store.verify(kept)


def test_stored_under_a_generated_name_for_the_owner_alone(store: FolderStore):
    kept = store.put(SECRET)
    assert files_of(store) == [path_of(store, kept)]
    assert path_of(store, kept).stat().st_mode & 0o777 == 0o600
    assert store.root.stat().st_mode & 0o777 == 0o700


def test_nothing_readable_on_disk_at_any_time(store: FolderStore):
    coming = store.receive(io.BytesIO(some_bytes(3 * CHUNK)))
    coming.open().close()
    assert [SECRET in path.read_bytes() for path in files_of(store)] == [False]
    coming.keep()
    assert [SECRET in path.read_bytes() for path in files_of(store)] == [False]


def test_discarded_file_leaves_nothing(store: FolderStore):
    store.receive(io.BytesIO(SECRET)).discard()
    assert files_of(store) == []


@pytest.mark.parametrize(("size", "reason"), [(0, "empty"), (1001, "too_large"), (5 * CHUNK, "too_large")])
def test_empty_and_too_large_are_refused_and_leave_nothing(store: FolderStore, size: int, reason: str):
    with pytest.raises(FileRefused) as told:
        store.receive(io.BytesIO(some_bytes(size)), limit=1000)
    assert told.value.reason == reason
    assert files_of(store) == []


def test_form_parser_writes_rewinds_and_reads(store: FolderStore):
    with store.incoming() as coming:
        for at in range(0, 200_000, 1000):
            coming.write(some_bytes(200_000)[at : at + 1000])
        assert coming.tell() == 200_000
        assert coming.seek(0) == 0
        assert coming.read(10) == SECRET[:10]
        assert coming.tell() == 10
        assert store.read(coming.keep()) == some_bytes(200_000)


def test_too_large_part_of_a_form_does_not_break_the_parser(store: FolderStore):
    with store.incoming(limit=1000) as coming:
        for _ in range(10):
            assert coming.write(b"x" * 500) == 500
        assert coming.seek(0) == 0
        assert coming.read() == b""
        with pytest.raises(FileRefused, match="larger than"):
            coming.finish()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5 * CHUNK + 40), st.integers(-1, 2 * CHUNK)), min_size=1, max_size=8))
def test_any_range_equals_the_slice(tmp_path_factory: pytest.TempPathFactory, ranges: list[tuple[int, int]]):
    data = random.Random(7).randbytes(5 * CHUNK + 17)
    store = FolderStore(tmp_path_factory.mktemp("files"), KeyRing("a", {"a": b"a" * 32}))
    with store.open(store.put(data)) as reader:
        for start, length in ranges:
            assert reader.seek(start) == start
            assert reader.read(length) == (data[start:] if length < 0 else data[start : start + length])


def test_range_reads_only_its_own_chunks(store: FolderStore):
    kept = store.put(some_bytes(100 * CHUNK))
    path = path_of(store, kept)
    sealed = bytearray(path.read_bytes())
    sealed[HEAD + 5 * SEALED] ^= 1  # damage far from the range
    path.write_bytes(sealed)
    with store.open(kept) as reader:
        reader.seek(60 * CHUNK + 5)
        assert reader.read(20) == some_bytes(100 * CHUNK)[60 * CHUNK + 5 :][:20]
    with pytest.raises(Damaged):
        store.read(kept)


def swap(data: bytearray) -> None:
    first, second = slice(HEAD, HEAD + SEALED), slice(HEAD + SEALED, HEAD + 2 * SEALED)
    data[first], data[second] = data[second], data[first]


def double(data: bytearray) -> None:
    data[HEAD + SEALED : HEAD + 2 * SEALED] = data[HEAD : HEAD + SEALED]


TAMPERING = {
    "flip in head": lambda data: data.__setitem__(0, data[0] ^ 1),
    "flip in salt": lambda data: data.__setitem__(6, data[6] ^ 1),
    "flip in first chunk": lambda data: data.__setitem__(HEAD, data[HEAD] ^ 1),
    "flip in last tag": lambda data: data.__setitem__(-1, data[-1] ^ 1),
    "cut one byte": lambda data: data.__delitem__(-1),
    "cut to whole chunks": lambda data: data.__delitem__(slice(HEAD + 2 * SEALED, None)),
    "cut to nothing": lambda data: data.clear(),
    "lengthened": lambda data: data.extend(b"0" * 40),
    "chunks swapped": swap,
    "chunk doubled": double,
}


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_damage(store: FolderStore, how: str):
    kept = store.put(some_bytes(3 * CHUNK + 5))
    path = path_of(store, kept)
    data = bytearray(path.read_bytes())
    TAMPERING[how](data)
    path.write_bytes(data)
    with pytest.raises(Damaged):
        store.read(kept)


def test_cut_file_with_a_cut_size_in_the_row_is_damage(store: FolderStore):
    kept = store.put(some_bytes(3 * CHUNK))
    path = path_of(store, kept)
    path.write_bytes(path.read_bytes()[: HEAD + 2 * SEALED])
    with pytest.raises(Damaged):
        store.read(Kept(kept.stored_name, 2 * CHUNK, kept.sha256, kept.wrapped_key, kept.key_id))


def test_file_of_another_name_does_not_open(store: FolderStore):
    one, two = store.put(SECRET), store.put(SECRET)
    path_of(store, one).write_bytes(path_of(store, two).read_bytes())
    with pytest.raises(Damaged):
        store.read(one)


def test_wrong_hash_is_found_by_verify(store: FolderStore):
    kept = store.put(SECRET)
    with pytest.raises(Damaged):
        store.verify(Kept(kept.stored_name, kept.size, "0" * 64, kept.wrapped_key, kept.key_id))


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "ab", "ABCDEF0123456789abcdef0123456789", "keys/2026"])
def test_names_that_we_never_made_are_missing(store: FolderStore, name: str):
    wrapped, key_id = store.ring.wrap(bytes(32), name)
    with pytest.raises(Missing):
        store.open(Kept(name, 1, "", wrapped, key_id))
    with pytest.raises(Missing):
        store.delete(name)


def test_deleted_file_is_missing_with_all_derived_from_it(store: FolderStore):
    kept = store.put(SECRET)
    store.put_derived(kept, "page-1", b"picture")
    assert store.derived(kept, "page-1") == b"picture"
    store.delete(kept.stored_name)
    store.delete(kept.stored_name)
    assert files_of(store) == []
    assert store.derived(kept, "page-1") is None
    with pytest.raises(Missing):
        store.open(kept)


@pytest.mark.parametrize("size", [0, 1, CHUNK, 3 * CHUNK + 1])
def test_derived_bytes_of_any_size(store: FolderStore, size: int):
    kept = store.put(SECRET)
    store.put_derived(kept, "page-1", some_bytes(size))
    store.put_derived(kept, "page-1", some_bytes(size))
    assert store.derived(kept, "page-1") == some_bytes(size)
    assert [found.stored_name for found in store.stored()] == [kept.stored_name]


def test_rotation_rewraps_and_forgets_the_old_key(tmp_path: Path):
    old, new = KeyRing.new_entry("2025"), KeyRing.new_entry("2026")
    before = open_store(str(tmp_path), KeyRing.parse(old), tmp_path)
    before.check_keys()
    kept = before.put(SECRET)
    both = open_store(f"file://{tmp_path}", KeyRing.parse(f"{new} {old}"), tmp_path)
    both.check_keys()
    rewrapped = both.rewrap(kept)
    after = open_store(str(tmp_path), KeyRing.parse(new), tmp_path)
    with pytest.raises(KeyFault, match="2025"):
        after.check_keys()
    after.forget_key("2025")
    after.check_keys()
    assert rewrapped.key_id == "2026"
    assert after.read(rewrapped) == SECRET
    with pytest.raises(KeyFault, match="2025"):
        after.read(kept)


def test_wrong_key_under_a_known_id_is_told_at_start(tmp_path: Path):
    open_store("", KeyRing.parse(KeyRing.new_entry("a")), tmp_path).check_keys()
    with pytest.raises(KeyFault, match="another key under a"):
        open_store("", KeyRing.parse(KeyRing.new_entry("a")), tmp_path).check_keys()


@pytest.mark.parametrize("call", ["write", "fsync", "rename"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_fault_of_the_disk_leaves_no_half_file(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, call: str, code: int
):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    store.put(SECRET)
    before = files_of(store)
    with monkeypatch.context() as broken:
        broken.setattr(os if call != "rename" else Path, call, fail)
        with pytest.raises(Unavailable):
            store.receive(io.BytesIO(some_bytes(3 * CHUNK))).keep()
    assert files_of(store) == before
    assert store.read(store.put(SECRET)) == SECRET


def test_full_disk_is_not_ready(store: FolderStore, monkeypatch: pytest.MonkeyPatch):
    store.ready()
    monkeypatch.setattr("casework.files.folder.FREE_BYTES", 1 << 60)
    with pytest.raises(Unavailable):
        store.ready()


def test_sweep_removes_what_a_dead_process_left(store: FolderStore):
    coming = store.receive(io.BytesIO(SECRET))
    assert store.sweep() == 0
    os.utime(coming.path, (1, 1))
    assert store.sweep(timedelta(hours=1)) == 1
    assert files_of(store) == []
    coming.discard()
