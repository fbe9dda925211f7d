"""The OpenID provider: what it says about itself (discovery), its keys, and calls to it.

Only the configured issuer is believed; no redirect is followed; every call has a time limit.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from casework.accounts.sso.errors import SsoRefused, SsoUnreachable
from config import current as settings

TIMEOUT = (5, 10)
METADATA_LIVES = 3600
KEYS_REST = 60
"""Seconds before the keys are asked for again because a token names one that isn't known."""
MOST_BYTES = 1_000_000


@dataclass
class _Known:
    """What is remembered of the provider in this process."""

    issuer: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    metadata_at: float = 0
    keys: KeySet | None = None
    keys_at: float = 0


_known = _Known()


def metadata() -> dict[str, Any]:
    """The provider's own description, read from its discovery address and kept for an hour.

    Raises SsoRefused when it isn't the configured issuer's, SsoUnreachable when it can't be read.
    """
    global _known
    issuer, known = settings().oidc_issuer, _known
    if known.issuer == issuer and time.monotonic() - known.metadata_at <= METADATA_LIVES:
        return known.metadata
    found = get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise SsoRefused("issuer of the metadata")
    _check_addresses(found)
    _known = _Known(issuer, found, time.monotonic())
    return found


def keys(fresh: bool = False) -> KeySet:
    """The provider's public keys; `fresh` asks again, at most once a minute."""
    known = _known
    rests = time.monotonic() - known.keys_at < KEYS_REST
    if known.keys is not None and (rests or not fresh):
        return known.keys
    found = get_json(metadata()["jwks_uri"])
    try:
        read = KeySet.import_key_set({"keys": [key for key in found["keys"] if _is_public(key)]})
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise SsoRefused("keys") from error
    _known.keys, _known.keys_at = read, time.monotonic()
    return read


def forget() -> None:
    """Forgets what is known of the provider."""
    global _known
    _known = _Known()


def client(redirect_uri: str) -> OAuth2Session:
    """A client of this provider for one sign-in: authorization code with PKCE."""
    session = OAuth2Session(
        settings().oidc_client_id,
        settings().oidc_client_secret or None,
        scope="openid profile email",
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=_manner_of_secret(),
    )
    session.max_redirects = 0
    return session


def get_json(address: str, token: str = "") -> dict[str, Any]:
    """A JSON object from the provider. Raises SsoUnreachable when there is none."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with requests.get(address, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise SsoUnreachable(f"status {answer.status_code}")
            body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise SsoUnreachable(type(error).__name__) from error
    return as_object(body)


def as_object(body: bytes) -> dict[str, Any]:
    """The JSON object in an answer's body; raises SsoRefused for anything else."""
    try:
        found = json.loads(body[:MOST_BYTES])
    except ValueError as error:
        raise SsoRefused("not JSON") from error
    if not isinstance(found, dict):
        raise SsoRefused("not an object")
    return found


def _check_addresses(found: dict[str, Any]) -> None:
    """All addresses are there, and as safe as the issuer's own."""
    scheme = urlsplit(settings().oidc_issuer).scheme
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        address = found.get(name)
        if not isinstance(address, str) or urlsplit(address).scheme not in ("https", scheme):
            raise SsoRefused(f"{name} of the metadata")


def _is_public(key: Any) -> bool:
    """Public signature keys only: a symmetric or private key in the list would let others sign."""
    return (
        isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and "d" not in key and key.get("use") != "enc"
    )


def _manner_of_secret() -> str:
    if not settings().oidc_client_secret:
        return "none"
    supported = metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in supported else "client_secret_post"
