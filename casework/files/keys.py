"""Master keys: they wrap the random key that each stored file has of its own."""

import binascii
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.files.errors import Damaged, KeyFault

KEY_BYTES = 32
NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class KeyRing:
    """The master keys of an installation by id; `current` wraps, the older ones still unwrap."""

    def __init__(self, current: str, keys: Mapping[str, bytes]) -> None:
        if current not in keys:
            raise KeyFault("The current master key of the file store is not among the keys.")
        if any(len(key) != KEY_BYTES for key in keys.values()):
            raise KeyFault("A master key of the file store must have 32 bytes (base64 of them: 44 characters).")
        self.current = current
        self._keys = dict(keys)

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """The ring of a setting: `id:base64` entries separated by spaces, the first one is current.

        Raises KeyFault with words for the operator; they never hold a key.
        """
        keys: dict[str, bytes] = {}
        for entry in text.split():
            name, colon, value = entry.partition(":")
            if not colon or not _KEY_ID.fullmatch(name) or name in keys:
                raise KeyFault("FILE_KEYS must list each master key once as id:base64, separated by spaces.")
            keys[name] = _decoded(name, value)
        if not keys:
            raise KeyFault("FILE_KEYS is empty: the file store needs a master key (id:base64 of 32 random bytes).")
        return cls(next(iter(keys)), keys)

    @staticmethod
    def new_entry(key_id: str) -> str:
        """A fresh random master key as an entry for FILE_KEYS."""
        return f"{key_id}:{b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"

    def wrap(self, data_key: bytes, stored_name: str) -> tuple[str, str]:
        """(wrapped key as text of 80 characters, id of the master key used)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._keys[self.current]).encrypt(nonce, data_key, _bound(self.current, stored_name))
        return b64encode(nonce + sealed).decode(), self.current

    def unwrap(self, wrapped_key: str, key_id: str, stored_name: str) -> bytes:
        """The data key of a stored file. KeyFault: its master key is not on the ring; Damaged: it doesn't open."""
        if key_id not in self._keys:
            lost = f"The master key {key_id!r} of the file store is missing from FILE_KEYS."
            raise KeyFault(f"{lost} Add it after the current key.")
        try:
            raw = b64decode(wrapped_key, validate=True)
            nonce, sealed = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return AESGCM(self._keys[key_id]).decrypt(nonce, sealed, _bound(key_id, stored_name))
        except (InvalidTag, ValueError) as error:
            raise Damaged from error

    def check_value(self, key_id: str) -> str:
        """A value that tells this key from every other one without telling anything about it."""
        return hmac.new(self._keys[key_id], b"file store key check", sha256).hexdigest()

    def check(self, stored: Mapping[str, str]) -> None:
        """Compares the ring with the check values kept beside the files (key id -> check value).

        Raises KeyFault that names the key ids which are missing or have another key now: a lost or wrong key is
        told when the portal starts, not at somebody's first download.
        """
        lost = sorted(key_id for key_id in stored if key_id not in self._keys)
        wrong = sorted(
            key_id
            for key_id, value in stored.items()
            if key_id in self._keys and not hmac.compare_digest(value, self.check_value(key_id))
        )
        if lost:
            raise KeyFault(
                f"FILE_KEYS lacks {', '.join(lost)}: files in the store need it. Add it after the current key."
            )
        if wrong:
            raise KeyFault(
                f"FILE_KEYS has another key under {', '.join(wrong)} than the one that the store was made with."
            )


def _decoded(name: str, value: str) -> bytes:
    try:
        return b64decode(value, validate=True)
    except binascii.Error as error:
        raise KeyFault(f"The master key {name!r} in FILE_KEYS is not base64.") from error


def _bound(key_id: str, stored_name: str) -> bytes:
    return f"data key {key_id} {stored_name}".encode()
