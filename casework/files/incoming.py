"""A file on its way in, and what is remembered of it once it is kept."""

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from casework.files.cipher import CHUNK, Sealer, opened
from casework.files.errors import FileRefused, Missing, Unavailable
from casework.files.keys import KEY_BYTES

if TYPE_CHECKING:
    from casework.files.store import Store


class KeptRow(Protocol):
    """A row that remembers a stored file, as `models.Attachment` and letters do."""

    stored_name: str
    size: int
    sha256: str
    wrapped_key: str
    key_id: str


@dataclass(frozen=True)
class Kept:
    """What a row must remember of a stored file to read it again."""

    stored_name: str
    size: int
    """Plain bytes."""
    sha256: str
    """Of the plain bytes, hexadecimal."""
    wrapped_key: str
    key_id: str

    @classmethod
    def of(cls, row: KeptRow) -> "Kept":
        """The five values as a row has them."""
        return cls(row.stored_name, row.size, row.sha256, row.wrapped_key, row.key_id)


class FileBlob:
    """Sealed bytes in a file of this machine."""

    window = 4

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size

    def read_at(self, offset: int, length: int) -> bytes:
        with storing():
            return os.pread(self._descriptor, length, offset)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


class Incoming:
    """A file on its way in: sealed as it arrives into a file whose key exists in memory only.

    Written to (`write`, or as the `stream_factory` of a form parser), then read for the checks (`open`), then either
    kept or discarded; leaving it as a context manager, or closing it, discards what was not kept.
    """

    def __init__(self, store: "Store", limit: int) -> None:
        self._store, self._limit = store, limit
        self.stored_name = secrets.token_hex(16)
        self._data_key = secrets.token_bytes(KEY_BYTES)
        self._sealer = Sealer(self._data_key, self.stored_name)
        self._hash = hashlib.sha256()
        self._waiting = bytearray()
        self._reader: io.BufferedReader | io.BytesIO | None = None
        self.size = 0
        self.is_too_large = False
        self._finished = False
        with storing():
            make_private(store.temporary)
            self.path = store.temporary / f"{self.stored_name}.part"
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            self._put(self._sealer.head)
        except Unavailable:
            self.discard()
            raise

    @property
    def sha256(self) -> str:
        """Of the plain bytes written so far, hexadecimal."""
        return self._hash.hexdigest()

    def write(self, data: bytes) -> int:
        """Takes the next plain bytes. Past the limit nothing more is stored and `finish` will say so."""
        if self.is_too_large:
            return len(data)
        self.size += len(data)
        if self.size > self._limit:
            self.is_too_large = True
            self._waiting.clear()
            with storing():
                os.ftruncate(self._file, 0)
            return len(data)
        self._hash.update(data)
        self._waiting += data
        full = (len(self._waiting) - 1) // CHUNK * CHUNK  # the last chunk waits: it is sealed as the last one
        if full > 0:
            with memoryview(self._waiting) as view:
                for at in range(0, full, CHUNK):
                    self._put(self._sealer.seal(view[at : at + CHUNK], last=False))
            del self._waiting[:full]
        return len(data)

    def finish(self) -> Self:
        """Ends the writing. Raises FileRefused when the file is empty or larger than the limit."""
        if self.is_too_large:
            raise too_large(self._limit)
        if self.size == 0:
            raise FileRefused("empty", "This file is empty. Save or scan the document again, then attach the new file.")
        if not self._finished:
            self._put(self._sealer.seal(bytes(self._waiting), last=True))
            self._waiting.clear()
            self._finished = True
        return self

    def open(self) -> io.BufferedReader:
        """A seekable reader of the plain bytes; they are decrypted in memory as they are read."""
        self.finish()
        return opened(FileBlob(os.dup(self._file)), self._data_key, self.stored_name, self.size)

    def keep(self) -> Kept:
        """Makes the file durable under its generated name. Raises Unavailable and leaves nothing when it can't."""
        self.finish()
        try:
            with storing():
                os.fsync(self._file)
                self._store.adopt(self.path, self.stored_name)
        except Unavailable:
            self.discard()
            raise
        wrapped_key, key_id = self._store.ring.wrap(self._data_key, self.stored_name)
        self.discard()
        return Kept(self.stored_name, self.size, self.sha256, wrapped_key, key_id)

    def discard(self) -> None:
        """Drops what was received and not kept; may be called again."""
        self._close_reader()
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    # A form parser writes, rewinds and reads what it made.
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Rewinds for reading; the writing ends here."""
        return self._for_reading().seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Plain bytes from the present position."""
        return self._for_reading().read(size)

    def tell(self) -> int:
        return self._for_reading().tell() if self._finished else self.size

    def close(self) -> None:
        self.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def _for_reading(self) -> io.BufferedReader | io.BytesIO:
        """An empty or too large file reads as empty here: its refusal comes from `finish`, beside its name."""
        if self._reader is None:
            nothing = self.is_too_large or self.size == 0
            self._reader = io.BytesIO() if nothing else self.open()
        return self._reader

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _put(self, data: bytes) -> None:
        with storing():
            view = memoryview(data)
            while view:
                view = view[os.write(self._file, view) :]


@contextmanager
def storing() -> Iterator[None]:
    """Faults of the disk (full, read-only, I/O error) as Unavailable; no such file as Missing."""
    try:
        yield
    except FileNotFoundError as error:
        raise Missing from error
    except OSError as error:
        raise Unavailable from error


def make_private(folder: Path) -> None:
    """Makes a folder, and the missing ones above it, for the portal's own user alone."""
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)


def too_large(limit: int) -> FileRefused:
    """The refusal of a file of more than `limit` bytes."""
    megabytes = limit // (1024 * 1024)
    return FileRefused(
        "too_large",
        f"This file is larger than {megabytes} MB. Split it, or scan it again in black and white at 200 dpi, "
        f"and attach parts of at most {megabytes} MB each.",
    )
