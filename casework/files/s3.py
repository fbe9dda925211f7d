"""A file store in an S3 bucket. What goes there is sealed here first: the bucket's owner reads nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store as Bucket

from casework.files.errors import Missing, Unavailable
from casework.files.incoming import storing
from casework.files.keys import KeyRing
from casework.files.store import Store, Stored

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class S3Blob:
    """Sealed bytes of an object, fetched in ranges of 1 MiB."""

    window = 16

    def __init__(self, bucket: Bucket, path: str) -> None:
        self._bucket, self._path = bucket, path
        with answering():
            self.size = int(obstore.head(bucket, path)["size"])

    def read_at(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        with answering():
            return bytes(obstore.get_range(self._bucket, self._path, start=offset, length=length))

    def close(self) -> None:
        """Nothing stays open between two ranges."""


class S3Store(Store):
    """Files as objects `ab/cd/abcd…` under a prefix of a bucket.

    The address is `s3://bucket/prefix?endpoint=https://…&region=…`; the credentials come from AWS_ACCESS_KEY_ID and
    AWS_SECRET_ACCESS_KEY (or the machine's role). Only https, but for an endpoint on this very machine; certificates
    are always checked.
    """

    def __init__(self, url: str, ring: KeyRing, temporary: Path) -> None:
        super().__init__(ring, temporary)
        parts = urlsplit(url)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        endpoint = options.get("endpoint", "")
        config: S3Config = {"region": options.get("region", "us-east-1")}
        if endpoint:
            config["endpoint"] = endpoint
        client: ClientConfig = {"connect_timeout": "5s", "timeout": "30s", "allow_http": _is_plain_here(endpoint)}
        self._bucket = Bucket(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options=client,
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=20)},
        )

    def blob(self, name: str) -> S3Blob:
        return S3Blob(self._bucket, _path(name))

    def write(self, name: str, sealed: bytes) -> None:
        with answering():
            obstore.put(self._bucket, _path(name), sealed)

    def adopt(self, path: Path, name: str) -> None:
        with answering(), storing():
            obstore.put(self._bucket, _path(name), path)
            there = int(obstore.head(self._bucket, _path(name))["size"])
            if there != path.stat().st_size:
                self.remove(name)
                raise Unavailable

    def remove(self, name: str) -> None:
        with answering():
            # Listing goes by whole folders, so the names are compared here.
            found = self._paths(f"{name[:2]}/{name[2:4]}")
            paths = [path for path in found if path.rpartition("/")[2].partition(".")[0] == name]
            if paths:
                obstore.delete(self._bucket, paths)

    def stored(self) -> Iterator[Stored]:
        with answering():
            for batch in obstore.list(self._bucket):
                for entry in batch:
                    name = entry["path"].rpartition("/")[2]
                    if "." not in name and not entry["path"].startswith("keys/"):
                        yield Stored(name, int(entry["size"]), entry["last_modified"])

    def key_checks(self) -> dict[str, str]:
        with answering():
            paths = self._paths("keys")
            return {path.removeprefix("keys/"): self._text(path) for path in paths}

    def put_key_check(self, key_id: str, value: str) -> None:
        if self.key_checks().get(key_id) != value:
            with answering():
                obstore.put(self._bucket, f"keys/{key_id}", value.encode())

    def forget_key(self, key_id: str) -> None:
        with answering():
            obstore.delete(self._bucket, f"keys/{key_id}")

    def ready(self) -> None:
        with answering():
            next(iter(obstore.list(self._bucket, "keys")), None)

    def _paths(self, folder: str) -> list[str]:
        return [str(entry["path"]) for batch in obstore.list(self._bucket, folder) for entry in batch]

    def _text(self, path: str) -> str:
        return bytes(obstore.get(self._bucket, path).bytes()).decode("ascii")


@contextmanager
def answering() -> Iterator[None]:
    """What the bucket's client raises, as the store's own faults."""
    try:
        yield
    except (NotFoundError, FileNotFoundError) as error:
        raise Missing from error
    except (BaseError, OSError) as error:
        raise Unavailable from error


def _path(name: str) -> str:
    return f"{name[:2]}/{name[2:4]}/{name}"


def _is_plain_here(endpoint: str) -> bool:
    parts = urlsplit(endpoint)
    return parts.scheme == "http" and parts.hostname in LOOPBACK
