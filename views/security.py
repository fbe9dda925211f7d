"""Headers, cookies, hosts and proxies: what the portal believes of a request, and what it tells browsers."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config import current as settings
from views.flashes import SealedCookie

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
NO_DOCUMENT = frozenset({"text/css", "text/javascript"})
"""What a browser uses within a page: opened by itself it is text, under a policy that allows nothing."""
UNREADABLE = "What your browser sent holds characters that can't be kept. Take them out and send it again."


def init_app(app: Flask) -> None:
    site = settings()
    is_framed_elsewhere = site.embed_mode == "cross-site"
    app.config.update(
        SECRET_KEY=site.secret_key,
        SECRET_KEY_FALLBACKS=site.secret_key_fallbacks.split(),
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_PARTS=1000,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        TRUSTED_HOSTS=[urlsplit(site.public_url).hostname or "localhost", *LOOPBACK],
        SESSION_COOKIE_NAME=cookie_name("portal_flash"),
        SESSION_COOKIE_SAMESITE="None" if is_framed_elsewhere else "Lax",
        SESSION_COOKIE_SECURE=site.is_https,
        SESSION_COOKIE_PARTITIONED=is_framed_elsewhere,
        SESSION_COOKIE_PATH=f"{site.prefix}/",
        APPLICATION_ROOT=site.prefix or "/",
    )
    app.wsgi_app = Mounted(app.wsgi_app, site.prefix)  # type: ignore[method-assign]  # how WSGI middleware is put on
    if hops := site.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, 0)  # type: ignore[method-assign]  # how WSGI middleware is put on
    app.session_interface = SealedCookie()
    app.before_request(refuse_unreadable)
    app.after_request(guard)


class Mounted:
    """Puts the portal under the path prefix of PUBLIC_URL, whether the proxy in front strips it or not."""

    def __init__(self, application: Callable[..., Iterable[bytes]], prefix: str) -> None:
        self.application = application
        self.prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.prefix:
            path = environ.get("PATH_INFO", "")
            if path == self.prefix or path.startswith(self.prefix + "/"):
                environ["PATH_INFO"] = path[len(self.prefix) :] or "/"
            environ["SCRIPT_NAME"] = self.prefix
        return self.application(environ, start_response)


def cookie_name(name: str) -> str:
    """With the strictest prefix that https and the path allow: a browser then takes it from nobody else."""
    if not settings().is_https:
        return name
    return f"__Secure-{name}" if settings().prefix else f"__Host-{name}"


def refuse_unreadable() -> None:
    """No text of ours has a NUL in it, and no database keeps one."""
    if "\x00" in request.path or b"\x00" in unquote_to_bytes(request.query_string):
        abort(400, UNREADABLE)
    if request.mimetype == "application/x-www-form-urlencoded" and any(
        "\x00" in text for pair in request.form.items(multi=True) for text in pair
    ):
        abort(400, UNREADABLE)


@cache
def policy(ancestors: str) -> str:
    """The Content-Security-Policy of pages: everything from ourselves, nothing from anywhere else."""
    own = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
    none = ("default-src", "base-uri", "object-src")
    rules = [f"{name} 'none'" for name in none] + [f"{name} 'self'" for name in own]
    return "; ".join([*rules, f"frame-ancestors {ancestors}"])


def guard(response: Response) -> Response:
    """Security headers of every answer; a test holds the literal set.

    An answer without a body has nothing to show, run or frame: one that is polled all day says no more than it must.
    """
    site = settings()
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if response.status_code in (204, 304):
        headers.pop("Content-Type", None)
    else:
        _set_policies(response, site.frame_ancestors if site.embed_mode != "off" else "")
    if site.is_https and not site.prefix:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    _set_caching(response)
    return response


def _set_policies(response: Response, ancestors: str) -> None:
    headers = response.headers
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Robots-Tag"] = "noindex"
    if response.mimetype in NO_DOCUMENT:
        headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return
    headers.setdefault("Content-Security-Policy", policy(ancestors or "'none'"))
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if not ancestors:
        headers["X-Frame-Options"] = "DENY"


def _set_caching(response: Response) -> None:
    if request.endpoint == "static" and response.status_code in (200, 304):
        lasting = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
        response.headers["Cache-Control"] = lasting
        return
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["Vary"] = "HX-Request, HX-Request-Type, Cookie"
