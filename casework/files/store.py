"""Where the bytes of attachments and letters live: received, kept, read and deleted, always encrypted."""

import hashlib
import io
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from casework.files.cipher import CHUNK, Blob, opened, plain_size, seal
from casework.files.errors import Damaged, Missing
from casework.files.incoming import Incoming, Kept, storing
from casework.files.keys import KeyRing

FILE_LIMIT = 25 * 1024 * 1024
"""Largest attachment in bytes: 25 MB."""

_NAME = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"[a-z0-9-]{1,40}")


class Readable(Protocol):
    """What bytes come in by: a request's file part, an open file, a BytesIO."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True)
class Stored:
    """What is found in a store under a name."""

    stored_name: str
    size: int
    """Sealed bytes."""
    changed_at: datetime


class Store(ABC):
    """Sealed files under generated names; what kind of place holds them is the subclass's matter."""

    def __init__(self, ring: KeyRing, temporary: Path) -> None:
        self.ring = ring
        self.temporary = temporary
        """Folder for files on their way in. They are sealed with keys that exist in memory only."""

    def incoming(self, limit: int = FILE_LIMIT) -> Incoming:
        """An empty file to write into, for at most `limit` bytes."""
        return Incoming(self, limit)

    def receive(self, stream: Readable, limit: int = FILE_LIMIT) -> Incoming:
        """Reads a stream to its end into the store's care.

        Raises FileRefused (empty, too_large) and Unavailable; nothing is left behind then.
        """
        coming = self.incoming(limit)
        try:
            while not coming.is_too_large and (data := stream.read(CHUNK)):
                coming.write(data)
            return coming.finish()
        except BaseException:
            coming.discard()
            raise

    def put(self, data: bytes) -> Kept:
        """Keeps bytes that are in memory already, as letters are."""
        with self.incoming(limit=len(data)) as coming:
            coming.write(data)
            return coming.keep()

    def open(self, kept: Kept) -> io.BufferedReader:
        """A seekable reader of a stored file; a range costs only its own chunks.

        Raises Missing, Damaged (now or while reading), KeyFault, Unavailable.
        """
        data_key = self.ring.unwrap(kept.wrapped_key, kept.key_id, kept.stored_name)
        return opened(self.blob(checked_name(kept.stored_name)), data_key, kept.stored_name, kept.size)

    def read(self, kept: Kept) -> bytes:
        """All plain bytes of a stored file."""
        with self.open(kept) as reader:
            return reader.read()

    def verify(self, kept: Kept) -> None:
        """Reads all of a stored file and compares its hash. Raises Missing, Damaged, KeyFault, Unavailable."""
        with self.open(kept) as reader:
            if hashlib.file_digest(reader, "sha256").hexdigest() != kept.sha256:
                raise Damaged

    def rewrap(self, kept: Kept) -> Kept:
        """The same file with its key wrapped by the ring's current master key; its bytes are not touched."""
        data_key = self.ring.unwrap(kept.wrapped_key, kept.key_id, kept.stored_name)
        wrapped_key, key_id = self.ring.wrap(data_key, kept.stored_name)
        return replace(kept, wrapped_key=wrapped_key, key_id=key_id)

    def delete(self, stored_name: str) -> None:
        """Removes a file and everything derived from it; one that is gone already is no error."""
        self.remove(checked_name(stored_name))

    def derived(self, kept: Kept, part: str) -> bytes | None:
        """What was put beside a file under the name of this part (a page's image), or None."""
        name = _part_name(kept, part)
        data_key = self.ring.unwrap(kept.wrapped_key, kept.key_id, kept.stored_name)
        try:
            blob = self.blob(name)
        except Missing:
            return None
        with opened(blob, data_key, name, plain_size(blob.size)) as reader:
            return reader.read()

    def put_derived(self, kept: Kept, part: str, data: bytes) -> None:
        """Puts something made from a file beside it, sealed with the file's own key; it goes when the file goes."""
        name = _part_name(kept, part)
        data_key = self.ring.unwrap(kept.wrapped_key, kept.key_id, kept.stored_name)
        self.write(name, seal(data, data_key, name))

    def check_keys(self) -> None:
        """At start-up: compares the master keys with the check values in the store, and leaves one of the current key.

        Raises KeyFault when a key is lost or another one, Unavailable when the store doesn't answer.
        """
        self.ring.check(self.key_checks())
        self.put_key_check(self.ring.current, self.ring.check_value(self.ring.current))

    @abstractmethod
    def blob(self, name: str) -> Blob:
        """Sealed bytes by name. Raises Missing, Unavailable."""

    @abstractmethod
    def write(self, name: str, sealed: bytes) -> None:
        """Writes sealed bytes under a name, whole or not at all."""

    @abstractmethod
    def adopt(self, path: Path, name: str) -> None:
        """Takes a finished, synced file in under a name; the file may be moved."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Removes a name and all names derived from it."""

    @abstractmethod
    def stored(self) -> Iterator[Stored]:
        """All files (not what is derived from them), in no order: for backups and to find files without a row."""

    @abstractmethod
    def key_checks(self) -> dict[str, str]:
        """The check values in the store by key id."""

    @abstractmethod
    def put_key_check(self, key_id: str, value: str) -> None:
        """Leaves a check value; the same one again changes nothing."""

    @abstractmethod
    def forget_key(self, key_id: str) -> None:
        """Drops the check value of a master key that no file needs any more (after a rotation)."""

    @abstractmethod
    def ready(self) -> None:
        """Raises Unavailable when the store could not take a file right now."""

    def sweep(self, older_than: timedelta = timedelta(hours=24)) -> int:
        """Removes files that were on their way in when a process died; returns how many."""
        limit = datetime.now(UTC) - older_than
        count = 0
        with storing():
            for path in self.temporary.glob("*.part"):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit:
                    path.unlink(missing_ok=True)
                    count += 1
        return count


def checked_name(name: str) -> str:
    """A stored name as we make them; anything else (a path, say) is Missing."""
    if not _NAME.fullmatch(name):
        raise Missing
    return name


def _part_name(kept: Kept, part: str) -> str:
    if not _PART.fullmatch(part):
        raise ValueError("a part has a short name of lower-case letters, digits and hyphens")
    return f"{checked_name(kept.stored_name)}.{part}"


def open_store(url: str, ring: KeyRing, instance: Path) -> Store:
    """The store of a FILES_URL: a folder (`/path` or `file:///path`; empty: `files` in the instance folder) or
    `s3://bucket/prefix?endpoint=…`, whose files on their way in pass through `instance/incoming`, sealed.
    """
    from casework.files.folder import FolderStore
    from casework.files.s3 import S3Store

    if url.startswith("s3://"):
        return S3Store(url, ring, instance / "incoming")
    return FolderStore(Path(url.removeprefix("file://")) if url else instance / "files", ring)
