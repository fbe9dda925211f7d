"""Stored bytes: sealed in chunks, so that any part can be read without the rest.

A blob is `HEAD` (4 bytes of format, 16 of salt) and chunks of 64 KiB plain bytes, each sealed with AES-256-GCM.
The blob's key is derived from the file's data key, the salt and the name; the nonce counts the chunks; the associated
data are the name, the number of the chunk and whether it is the last one. So a changed, cut, reordered, swapped or
lengthened blob doesn't open.
"""

import io
import secrets
from typing import TYPE_CHECKING, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.files.errors import Damaged

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FORMAT = b"PCF1"
SALT = 16
HEAD = len(FORMAT) + SALT
CHUNK = 64 * 1024
TAG = 16
SEALED = CHUNK + TAG


def sealed_size(size: int) -> int:
    """Bytes that a blob of `size` plain bytes takes up; an empty one still has its one, empty chunk."""
    return HEAD + size + TAG * max(1, -(-size // CHUNK))


def plain_size(size: int) -> int:
    """Plain bytes in a blob of `size` sealed ones."""
    return size - HEAD - TAG * -(-(size - HEAD) // SEALED)


class Sealer:
    """Seals one blob, chunk after chunk."""

    def __init__(self, data_key: bytes, name: str) -> None:
        salt = secrets.token_bytes(SALT)
        self.head = FORMAT + salt
        self._aead = _cipher(data_key, salt, name)
        self._name = name
        self._number = 0

    def seal(self, chunk: bytes | memoryview, *, last: bool) -> bytes:
        """The next chunk sealed: 64 KiB of plain bytes, fewer only when it is the last one."""
        nonce, bound = _nonce(self._number), _bound(self._name, self._number, last=last)
        self._number += 1
        return self._aead.encrypt(nonce, chunk, bound)


def seal(data: bytes, data_key: bytes, name: str) -> bytes:
    """A whole blob of plain bytes in memory."""
    sealer = Sealer(data_key, name)
    starts = range(0, max(len(data), 1), CHUNK)
    chunks = (sealer.seal(data[at : at + CHUNK], last=at + CHUNK >= len(data)) for at in starts)
    return sealer.head + b"".join(chunks)


class Blob(Protocol):
    """Sealed bytes somewhere: a file, an object of a bucket."""

    size: int
    """Sealed bytes in all."""
    window: int
    """How many chunks are worth fetching at once."""

    def read_at(self, offset: int, length: int) -> bytes: ...

    def close(self) -> None: ...


class _Opened(io.RawIOBase):
    """Plain bytes of a blob, read and checked window by window."""

    def __init__(self, blob: Blob, data_key: bytes, name: str, size: int) -> None:
        super().__init__()
        if blob.size != sealed_size(size):
            blob.close()
            raise Damaged
        head = blob.read_at(0, HEAD)
        if len(head) != HEAD or not head.startswith(FORMAT):
            blob.close()
            raise Damaged
        self._blob, self._name, self._size = blob, name, size
        self._aead = _cipher(data_key, head[len(FORMAT) :], name)
        self._count = max(1, -(-size // CHUNK))
        self._position = 0
        self._window_start = -1
        self._window = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if self._position >= self._size:
            if self._size == 0:
                self._plain(0)
            return 0
        window, start = self._plain(self._position), self._position - self._window_start
        view = memoryview(buffer).cast("B")
        part = window[start : start + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._blob.close()
            self._window = b""
        super().close()

    def _plain(self, position: int) -> bytes:
        """The plain window around a position."""
        if self._window_start <= position < self._window_start + len(self._window):
            return self._window
        first = position // CHUNK
        count = min(self._blob.window, self._count - first)
        sealed = self._blob.read_at(HEAD + first * SEALED, count * SEALED)
        self._window = b"".join(self._unsealed(sealed, first, at) for at in range(count))
        self._window_start = first * CHUNK
        return self._window

    def _unsealed(self, sealed: bytes, first: int, at: int) -> bytes:
        number = first + at
        bound = _bound(self._name, number, last=number == self._count - 1)
        try:
            return self._aead.decrypt(_nonce(number), sealed[at * SEALED : (at + 1) * SEALED], bound)
        except (InvalidTag, ValueError) as error:
            raise Damaged from error


def opened(blob: Blob, data_key: bytes, name: str, size: int) -> io.BufferedReader:
    """A seekable reader of the `size` plain bytes of a blob. Damaged, now or while reading: they are not as written."""
    return io.BufferedReader(_Opened(blob, data_key, name, size), CHUNK)


def _cipher(data_key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"stored file " + name.encode()).derive(data_key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _bound(name: str, number: int, *, last: bool) -> bytes:
    return b"%s %d %d" % (name.encode(), number, last)
