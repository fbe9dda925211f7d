"""The file store in a bucket: a real S3 endpoint (moto) on a port of its own, and what happens when it is ill."""

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from casework.files.cipher import CHUNK
from casework.files.errors import Damaged, KeyFault, Missing, Unavailable
from casework.files.keys import KeyRing
from casework.files.s3 import S3Store
from casework.files.store import open_store

DATA = b"Member Hollis, Maren: knee pain since March. " * 60_000  # 2.7 MB: several ranges


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> KeyRing:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return KeyRing.parse(KeyRing.new_entry("2026"))


@pytest.fixture
def store(endpoint: str, keys: KeyRing, tmp_path: Path) -> S3Store:
    bucket = f"b{abs(hash(str(tmp_path)))}"
    address = urlsplit(endpoint)
    with socket.create_connection((address.hostname, address.port)) as asking:
        asking.sendall(f"PUT /{bucket} HTTP/1.0\r\nHost: {address.netloc}\r\nContent-Length: 0\r\n\r\n".encode())
        assert b" 200 " in asking.recv(4096)
    opened = open_store(f"s3://{bucket}/portal/files?endpoint={endpoint}", keys, tmp_path)
    assert isinstance(opened, S3Store)
    return opened


def test_kept_read_in_ranges_and_deleted(store: S3Store):
    with store.receive(io.BytesIO(DATA)) as coming:
        kept = coming.keep()
    other = store.put(b"another")
    assert not list(store.temporary.iterdir())
    assert store.read(kept) == DATA
    store.verify(kept)
    with store.open(kept) as reader:
        reader.seek(20 * CHUNK - 5)
        assert reader.read(10) == DATA[20 * CHUNK - 5 :][:10]
    assert {found.stored_name for found in store.stored()} == {kept.stored_name, other.stored_name}
    store.delete(kept.stored_name)
    with pytest.raises(Missing):
        store.open(kept)
    assert store.read(other) == b"another"


def test_bucket_holds_nothing_readable(store: S3Store):
    blob = store.blob(store.put(DATA).stored_name)
    assert b"Hollis" not in blob.read_at(0, blob.size)


def test_derived_goes_with_its_file(store: S3Store):
    kept = store.put(b"letter")
    assert store.derived(kept, "page-1") is None
    store.put_derived(kept, "page-1", b"picture")
    assert store.derived(kept, "page-1") == b"picture"
    store.delete(kept.stored_name)
    assert store.derived(kept, "page-1") is None


def test_keys_are_checked_in_the_bucket(store: S3Store, endpoint: str, tmp_path: Path):
    store.ready()
    store.check_keys()
    store.check_keys()
    store.ring = KeyRing.parse(KeyRing.new_entry("2027"))
    with pytest.raises(KeyFault, match="2026"):
        store.check_keys()
    store.forget_key("2026")
    store.check_keys()


def test_changed_object_is_damage(store: S3Store):
    kept = store.put(DATA)
    other = store.put(DATA)
    blob = store.blob(other.stored_name)
    store.write(kept.stored_name, blob.read_at(0, blob.size))
    with pytest.raises(Damaged):
        store.read(kept)


def test_bucket_that_is_down_leaves_nothing(keys: KeyRing, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    store = open_store(f"s3://bucket/x?endpoint=http://127.0.0.1:{port}", keys, tmp_path)
    coming = store.receive(io.BytesIO(DATA))
    with pytest.raises(Unavailable):
        coming.keep()
    assert not list(tmp_path.rglob("*.part"))
    with pytest.raises(Unavailable):
        store.ready()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)
def test_bucket_that_answers_with_errors_is_unavailable(keys: KeyRing, tmp_path: Path, answer: bytes):
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, args=(server, answer), daemon=True).start()
        url = f"s3://bucket/x?endpoint=http://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(Unavailable):
            open_store(url, keys, tmp_path).put(b"letter")
        server.shutdown(socket.SHUT_RDWR)


def serve(server: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(answer)


def test_plain_http_is_refused_for_other_machines(keys: KeyRing, tmp_path: Path):
    store = open_store("s3://bucket/x?endpoint=http://files.example:9000", keys, tmp_path)
    with pytest.raises(Unavailable) as told:
        store.put(b"letter")
    assert "scheme" in str(told.value.__cause__).lower()
