"""The top floor: settings, extensions, headers, error pages, blueprints."""

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

import cli
import config
from casework import access, clock, storage
from models import database
from views import problems, uploads, web
from views.routing import register

ROOT = Path(__file__).resolve().parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """The portal as a WSGI application. Raises config.Misconfigured when it must not start like this."""
    settings = settings or config.from_env()
    settings.check()
    config.use(settings)
    storage.open_database(settings)
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.request_class = uploads.PortalRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=settings.secret_key_fallbacks.split(),
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_PARTS=1000,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        SESSION_COOKIE_NAME="portal_flash",
        SESSION_COOKIE_SAMESITE="None" if settings.embed_mode == "cross-site" else "Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_PARTITIONED=settings.embed_mode == "cross-site",
        APPLICATION_ROOT=settings.prefix or "/",
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, hops)  # type: ignore[method-assign]
    app.before_request(_begin)
    app.after_request(_guard)
    web.init_app(app)
    _furnish(app)
    register(app)
    cli.init_app(app)
    problems.init_app(app)
    return app


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    if database.is_closed():
        database.connect()


def _guard(response: Response) -> Response:
    """Security headers of every answer; the literal set is tested."""
    ancestors = config.current().frame_ancestors if config.current().embed_mode != "off" else ""
    response.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors {ancestors or chr(39) + 'none' + chr(39)}",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    if config.current().is_https and not config.current().prefix:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("HX-Request", "HX-Request-Type", "Cookie"))
    return response


def _furnish(app: Flask) -> None:
    """What every template may use."""

    @cache
    def fingerprint(name: str) -> str:
        return hashlib.sha256((ROOT / "static" / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=fingerprint(name))

    def can(verb: str, thing: Any = None) -> bool:
        return current_user.is_authenticated and access.can(web.actor(), verb, thing)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        me = current_user.user if current_user.is_authenticated else None
        return {"me": me, "site": config.current(), "embedded": False, "now": clock.now()}

    app.jinja_env.globals.update(can=can, csrf_token=web.csrf_token, asset=asset)
    app.jinja_env.filters.update(
        date=clock.show_date,
        time=clock.show_time,
        moment=clock.show_moment,
        due=clock.show_due,
        ago=clock.ago,
        filesize=_filesize,
        phone=_phone,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module


def _filesize(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


def _phone(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if len(digits) == 10 and digits.isdigit() else digits
