"""A file store in a folder of this machine."""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from casework.files.errors import Missing, Unavailable
from casework.files.incoming import FileBlob, make_private, storing
from casework.files.keys import KeyRing
from casework.files.store import Store, Stored

FREE_BYTES = 256 * 1024 * 1024
"""With less room than this the store says that it is not ready."""


class FolderStore(Store):
    """Files as `ab/cd/abcd…` under a root folder, readable by the portal's own user alone."""

    def __init__(self, root: Path, ring: KeyRing) -> None:
        super().__init__(ring, root / "incoming")
        self.root = root

    def blob(self, name: str) -> FileBlob:
        with storing():
            return FileBlob(os.open(self._path(name), os.O_RDONLY))

    def write(self, name: str, sealed: bytes) -> None:
        with storing():
            self._write(self._path(name), sealed)

    def adopt(self, path: Path, name: str) -> None:
        target = self._path(name)
        try:
            with storing():
                self._make_folder(target.parent)
                path.rename(target)
                sync_folder(target.parent)
        except (Missing, Unavailable):
            with suppress(OSError):
                target.unlink(missing_ok=True)
            raise Unavailable from None

    def remove(self, name: str) -> None:
        folder = self._path(name).parent
        with storing():
            for path in folder.glob(f"{name}*"):
                path.unlink(missing_ok=True)
            if folder.is_dir():
                sync_folder(folder)

    def stored(self) -> Iterator[Stored]:
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if "." not in path.name:
                facts = path.stat()
                yield Stored(path.name, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def key_checks(self) -> dict[str, str]:
        with storing():
            return {path.name: path.read_text("ascii") for path in self._keys.glob("*")}

    def put_key_check(self, key_id: str, value: str) -> None:
        with storing():
            if self.key_checks().get(key_id) != value:
                self._write(self._keys / key_id, value.encode())

    def forget_key(self, key_id: str) -> None:
        with storing():
            (self._keys / key_id).unlink(missing_ok=True)

    def ready(self) -> None:
        with storing():
            make_private(self.root)
            room = os.statvfs(self.root)
            if room.f_bavail * room.f_frsize < FREE_BYTES or not os.access(self.root, os.W_OK):
                raise Unavailable

    @property
    def _keys(self) -> Path:
        return self.root / "keys"

    def _path(self, name: str) -> Path:
        return self.root / name[:2] / name[2:4] / name

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            make_private(folder)
            sync_folder(folder.parent)
            sync_folder(folder.parent.parent)

    def _write(self, target: Path, data: bytes) -> None:
        self._make_folder(target.parent)
        make_private(self.temporary)
        beside = self.temporary / f"{secrets.token_hex(16)}.part"
        try:
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(target)
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
