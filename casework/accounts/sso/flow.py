"""The way to the provider and back: authorization code with PKCE, state and nonce, for one browser and used once."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError

from casework import audit, clock
from casework.accounts import sessions, tickets
from casework.accounts.doors import Caller
from casework.accounts.sso import people, provider, tokens
from casework.accounts.sso.errors import SsoRefused, SsoUnreachable
from casework.actor import Actor
from casework.errors import Refused
from casework.storage import transaction
from config import current as settings
from models import User

REFUSED_THERE = (
    "The single sign-on service didn't let you in. It is for CMSI's staff only; medical offices sign in with username "
    "and password."
)


@dataclass(frozen=True)
class Arrival:
    """Who came back, the token of the session, and where they wanted to go."""

    user: User
    token: str
    back: str | None


def is_set_up() -> bool:
    """Whether there is an OpenID provider."""
    return bool(settings().oidc_issuer and settings().oidc_client_id)


def start(
    visit: str,
    redirect_uri: str,
    back: str | None = None,
    *,
    session: sessions.Session | None = None,
    invitation: str = "",
) -> str:
    """The address at the provider to send this browser to.

    `visit` is the browser's own secret, `back` where to go afterwards. With `session` the person proves again who they
    are: the provider has to ask them anew. With `invitation` (a ticket's token) the identity is bound to that account.
    Raises SsoRefused and SsoUnreachable.
    """
    if invitation:
        tickets.look("invitation", invitation)
    found = provider.metadata()
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    kept: dict[str, Any] = {
        "nonce": nonce,
        "verifier": verifier,
        "visit": sessions.hash_of(visit),
        "redirect_uri": redirect_uri,
        "back": back,
        "proves": session.id if session else 0,
        "invitation": sessions.hash_of(invitation) if invitation else "",
    }
    with transaction():
        state = tickets.issue("sso", **kept)
    more = {"prompt": "login", "max_age": "0"} if session else {}
    if settings().oidc_acr:
        more["acr_values"] = settings().oidc_acr
    address, _ = provider.client(redirect_uri).create_authorization_url(
        found["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier, **more
    )
    return str(address)


def finish(answer: Mapping[str, str], visit: str, caller: Caller) -> Arrival:
    """Lets in whoever the provider's answer (the query of the way back) speaks of; SsoRefused, SsoUnreachable."""
    ticket = _own_ticket(answer.get("state", ""), visit)
    if answer.get("iss", settings().oidc_issuer) != settings().oidc_issuer:
        raise SsoRefused("iss of the answer")
    if "error" in answer or not answer.get("code"):
        raise SsoRefused(f"answer {answer.get('error', 'without code')[:40]}", REFUSED_THERE)
    claims = _claims(answer["code"], ticket)
    if ticket.data["proves"]:
        return _proved(ticket, claims, caller)
    user = people.admit(claims, caller.address, ticket.data["invitation"])
    with transaction():
        token = sessions.start(user, caller.address, caller.browser, str(claims.get("sid") or ""))
        User.update(last_active_at=clock.now()).where(User.id == user.id).execute()
        audit.write("signed_in", Actor(user, caller.address, caller.reference), door="sso")
    return Arrival(user, token, ticket.data["back"])


def sign_out_by_provider(logout_token: str) -> int:
    """Back-channel sign-out: ends the sessions that the provider names; returns how many. Raises SsoRefused."""
    claims = tokens.logout_claims(logout_token)
    with transaction():
        if not tickets.first_time("logout", claims["jti"]):
            raise SsoRefused("replayed")
        ended = sessions.end_at_provider(settings().oidc_issuer, str(claims.get("sub", "")), str(claims.get("sid", "")))
        audit.write("signed_out_by_provider", sessions=ended)
    return ended


def sign_out_address(back: str) -> str | None:
    """Where a person also signs out of the provider, if it has such a place."""
    address = provider.metadata().get("end_session_endpoint")
    query = urlencode({"client_id": settings().oidc_client_id, "post_logout_redirect_uri": back})
    return f"{address}?{query}" if isinstance(address, str) else None


def _own_ticket(state: str, visit: str) -> tickets.Ticket:
    """The ticket of this state: unused, young, and this browser's own."""
    try:
        with transaction():
            ticket = tickets.use("sso", state)
    except Refused as refusal:
        raise SsoRefused("state") from refusal
    if not hmac.compare_digest(ticket.data["visit"], sessions.hash_of(visit)):
        raise SsoRefused("other browser")
    return ticket


def _claims(code: str, ticket: tickets.Ticket) -> dict[str, Any]:
    """What the provider says of the person, from the ID token and from its userinfo, which must agree."""
    token = _exchanged(code, ticket)
    access_token = token.get("access_token")
    if not isinstance(access_token, str) or str(token.get("token_type", "")).lower() != "bearer":
        raise SsoRefused("access token")
    since = ticket.made_at if ticket.data["proves"] else None
    claims = tokens.id_claims(token.get("id_token"), tokens.Expected(ticket.data["nonce"], access_token, since))
    said = provider.get_json(provider.metadata()["userinfo_endpoint"], access_token)
    if said.get("sub") != claims["sub"]:
        raise SsoRefused("sub of the userinfo")
    return {**said, **claims}


def _exchanged(code: str, ticket: tickets.Ticket) -> dict[str, Any]:
    """The tokens for this code."""
    client = provider.client(ticket.data["redirect_uri"])
    try:
        with client:
            found = client.fetch_token(
                provider.metadata()["token_endpoint"],
                code=code,
                code_verifier=ticket.data["verifier"],
                timeout=provider.TIMEOUT,
            )
    except AuthlibBaseError as error:
        raise SsoRefused(f"code: {error.error or ''}"[:60]) from error
    except (requests.RequestException, OSError) as error:
        raise SsoUnreachable(type(error).__name__) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise SsoRefused("token answer") from error
    return dict(found)


def _proved(ticket: tickets.Ticket, claims: Mapping[str, Any], caller: Caller) -> Arrival:
    """A person who is signed in proved again who they are: the same one, or nobody."""
    session: sessions.Session | None = sessions.Session.get_or_none(sessions.Session.id == ticket.data["proves"])
    if session is None or session.user.oidc_subject != claims["sub"] or session.user.oidc_issuer != claims["iss"]:
        raise SsoRefused("other person", "You signed in there as somebody else. Sign in as yourself to go on.")
    with transaction():
        token = sessions.renew(session, is_proof=True)
        audit.write("proved", Actor(session.user, caller.address, caller.reference), door="sso")
    return Arrival(session.user, token, ticket.data["back"])
