"""An OpenID provider for the tests: it checks PKCE, knows auth_time, acr and back-channel sign-out, and can misbehave.

It speaks HTTP on a port of its own for discovery, keys, tokens and userinfo; the person's part (signing in there) is
`authorize`, called with the address that the portal sends the browser to.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from casework import clock

CLIENT = "portal"
SECRET = "a secret of the client, long enough for HS256"

Claims = dict[str, Any]


@cache
def rsa_key(kid: str) -> RSAKey:
    """A key pair; making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid})


class Provider:
    """`claims`, `header`, `answer`, `userinfo` and `metadata` change what it says; tests set them to misbehave."""

    def __init__(self) -> None:
        self.key = rsa_key("one")
        self.signing_key: Any = self.key
        self.header: Claims = {"alg": "RS256", "kid": "one"}
        self.person: Claims = {
            "sub": "s-1",
            "name": "Ida Sample",
            "preferred_username": "ida",
            "groups": ["cmsi-intake"],
        }
        self.claims: Callable[[Claims], Claims] = lambda claims: claims
        self.answer: Callable[[Claims], Claims] = lambda answer: answer
        self.userinfo: Callable[[Claims], Claims] = lambda claims: claims
        self.metadata: Callable[[Claims], Claims] = lambda metadata: metadata
        self.keys: Callable[[Claims], Claims] = lambda keys: keys
        self.encode: Callable[[Claims], str] | None = None
        self.replies: dict[str, tuple[int, bytes, dict[str, str]]] = {}
        """Path to a raw answer instead of the right one."""
        self.grants: dict[str, Claims] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def settings(self) -> dict[str, str]:
        """What the portal is told of it."""
        return {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_roles": "cmsi-intake=intake cmsi-nurses=nurse cmsi-doctors=physician cmsi-admins=admin",
        }

    def authorize(self, address: str, **more: str) -> str:
        """The person signs in: the query of the way back to the portal."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert given["response_type"] == "code"
        assert given["client_id"] == CLIENT
        assert given["code_challenge_method"] == "S256"
        assert {"openid"} <= set(given["scope"].split())
        code = secrets.token_urlsafe(16)
        self.grants[code] = given
        return urlencode({"code": code, "state": given["state"], "iss": self.issuer, **more})

    def tokens(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        """The answer of the token endpoint: PKCE, secret, redirect address and single use are checked."""
        given = self.grants.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        verifier = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            given is None
            or authorization != f"Basic {basic}"
            or verifier.rstrip(b"=").decode() != given["code_challenge"]
            or form.get("redirect_uri") != given["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 60, "id_token": self.id_token(given)}
        return 200, self.answer(answer)

    def id_token(self, given: Claims) -> str:
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": given["nonce"],
            **self.person,
        }
        claims |= {"auth_time": now, "sid": "sid-1"}
        return self.signed(self.claims(claims))

    def signed(self, claims: Claims) -> str:
        if self.encode is not None:
            return self.encode(claims)
        return jwt.encode(self.header, claims, self.signing_key, algorithms=[self.header["alg"]])

    def logout_token(self, **more: Any) -> str:
        """For the back channel; claims given as None are left out."""
        now = int(clock.now().timestamp())
        event = {"http://schemas.openid.net/event/backchannel-logout": {}}
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 120, "jti": secrets.token_hex(8)}
        claims |= {"events": event, "sub": "s-1", **more}
        return self.signed({name: value for name, value in claims.items() if value is not None})

    def described(self) -> Claims:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo"}
        paths |= {"jwks_uri": "keys", "end_session_endpoint": "end"}
        return self.metadata({"issuer": self.issuer, **{name: f"{self.issuer}/{path}" for name, path in paths.items()}})

    def reply(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for a request of the portal."""
        self.asked.append(path)
        if path in self.replies:
            return self.replies[path]
        status, body = 200, {}
        if path == "/.well-known/openid-configuration":
            body = self.described()
        elif path == "/keys":
            body = self.keys({"keys": [self.key.as_dict(private=False)]})
        elif path == "/token":
            status, body = self.tokens(form, authorization)
        elif path == "/userinfo" and authorization == "Bearer at-1":
            body = self.userinfo(dict(self.person))
        else:
            status = 404
        return status, json.dumps(body).encode(), {"Content-Type": "application/json"}


def none_signed(claims: Claims) -> str:
    """A token of algorithm none."""
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."


def _part(content: Claims) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def with_secret(secret: str | bytes) -> Callable[[Claims], str]:
    """Tokens of HS256 under this secret."""
    key = secret.encode() if isinstance(secret, str) else secret

    def signed(claims: Claims) -> str:
        content = f"{_part({'alg': 'HS256'})}.{_part(claims)}"
        return f"{content}.{_text(hmac.new(key, content.encode(), hashlib.sha256).digest())}"

    return signed


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            status, body, headers = provider.reply(path, form, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
