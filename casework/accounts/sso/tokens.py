"""Reading the provider's tokens: signature, algorithm, issuer, audience, times, nonce.

OpenID Connect Core 1.0, 3.1.3.7.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from casework import clock
from casework.accounts.sso import provider
from casework.accounts.sso.errors import SsoRefused
from config import current as settings

SKEW = timedelta(minutes=1)
OLDEST = timedelta(minutes=10)
ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class Expected:
    """What an ID token must answer to."""

    nonce: str
    access_token: str
    proof_since: datetime | None = None
    """For a proof of who somebody is: the provider must have asked the person after this moment."""


def id_claims(token: Any, expected: Expected) -> dict[str, Any]:
    """The claims of an ID token that is the provider's answer to us. Raises SsoRefused with what is wrong."""
    claims, header = _verified(token)
    _check_common(claims)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), expected.nonce.encode()):
        raise SsoRefused("nonce")
    _check_subject(claims)
    if "at_hash" in claims and claims["at_hash"] != _half_hash(expected.access_token, header["alg"]):
        raise SsoRefused("at_hash")
    if settings().oidc_acr and claims.get("acr") != settings().oidc_acr:
        raise SsoRefused("acr", "Sign in with your second factor: single sign-on came back without it.")
    if expected.proof_since is not None and _moment(claims, "auth_time") < expected.proof_since - SKEW:
        raise SsoRefused("auth_time", "Sign in anew at the single sign-on service to go on.")
    return claims


def logout_claims(token: Any) -> dict[str, Any]:
    """The claims of a logout token (OpenID Connect Back-Channel Logout, 2.6). Raises SsoRefused."""
    claims, header = _verified(token)
    _check_common(claims)
    if header.get("typ", "logout+jwt").lower() not in ("logout+jwt", "jwt"):
        raise SsoRefused("typ")
    events = claims.get("events")
    if not isinstance(events, Mapping) or LOGOUT_EVENT not in events:
        raise SsoRefused("events")
    if "nonce" in claims or not (claims.get("sub") or claims.get("sid")) or not isinstance(claims.get("jti"), str):
        raise SsoRefused("logout claims")
    return claims


def _verified(token: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Claims and header of a token whose signature is right under a key of the provider and an algorithm we accept."""
    if not isinstance(token, str) or len(token) > 20_000:
        raise SsoRefused("no token")
    allowed = sorted(ASYMMETRIC & set(settings().oidc_algorithms.split()))
    try:
        header = jws.extract_compact(token.encode()).headers()
        if header.get("alg") not in allowed or "crit" in header:
            raise SsoRefused("algorithm")
        decoded = _decode(token, provider.keys(), allowed) or _decode(token, provider.keys(fresh=True), allowed)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise SsoRefused("token") from error
    if decoded is None:
        raise SsoRefused("signature")
    return dict(decoded.claims), dict(decoded.header)


def _decode(token: str, keys: KeySet, allowed: list[str]) -> jwt.Token | None:
    """The token, or None when none of these keys fits: the provider may have new ones."""
    try:
        return jwt.decode(token, keys, algorithms=allowed)
    except (JoseError, ValueError):
        return None


def _check_common(claims: Mapping[str, Any]) -> None:
    """Issuer, audience and times."""
    if claims.get("iss") != settings().oidc_issuer:
        raise SsoRefused("iss")
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    own = settings().oidc_client_id
    if own not in listed:
        raise SsoRefused("aud")
    if claims.get("azp", own) != own or (len(listed) > 1 and "azp" not in claims):
        raise SsoRefused("azp")
    _check_times(claims)


def _check_times(claims: Mapping[str, Any]) -> None:
    now = clock.now()
    if _moment(claims, "exp") <= now - SKEW:
        raise SsoRefused("exp")
    issued = _moment(claims, "iat")
    if issued > now + SKEW or issued < now - OLDEST:
        raise SsoRefused("iat")
    if "nbf" in claims and _moment(claims, "nbf") > now + SKEW:
        raise SsoRefused("nbf")


def _check_subject(claims: Mapping[str, Any]) -> None:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or "\x00" in subject:
        raise SsoRefused("sub")


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 1e11:
        raise SsoRefused(name)
    return datetime.fromtimestamp(value, clock.now().tzinfo)


def _half_hash(token: str, algorithm: str) -> str:
    """The left half of the access token's hash, as at_hash carries it."""
    size = algorithm[2:] if algorithm[2:] in ("256", "384", "512") else "512"
    digest = hashlib.new(f"sha{size}", token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
