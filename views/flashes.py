"""What a page says once after a redirect, kept by the browser meanwhile: sealed, since it may tell of a patient.

Flask's own cookie is signed, and readable by whoever has the browser's folder.
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import Flask, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature


class SealedCookie(SecureCookieSessionInterface):
    """Flask's cookie for messages, sealed under the secret key; earlier secret keys still open it."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified:  # else nothing but Vary: Cookie would be added, which every page says already
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> Any:
        return _seal((app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]))


class _Seal:
    """In place of Flask's signing serializer, with the two methods that Flask calls."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._cipher = MultiFernet(
            [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"flash|{key}".encode()).digest())) for key in keys]
        )
        self._json = TaggedJSONSerializer()

    def dumps(self, content: dict[str, Any]) -> str:
        return self._cipher.encrypt(self._json.dumps(content).encode()).decode()

    def loads(self, sealed: str, max_age: int) -> Any:
        try:
            return self._json.loads(self._cipher.decrypt(sealed.encode(), ttl=max_age).decode())
        except InvalidToken as error:
            raise BadSignature("not sealed here") from error


_seal = lru_cache(maxsize=2)(_Seal)
"""Its ciphers are made once, not for every request."""
