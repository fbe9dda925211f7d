"""The top floor: settings, extensions, headers, error pages, blueprints."""

import hashlib
import logging
import re
import secrets
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, url_for
from flask_login import current_user
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

import cli
import config
from casework import access, attachments, clock, storage
from casework.codes.identifiers import show_phone, show_tin
from casework.files.errors import KeyFault, Unavailable
from casework.vocabulary import CASE_TYPES
from models import database, new_key
from views import came_from, logs, metrics, problems, security, uploads, web, wire
from views.routing import Portal, register

ROOT = Path(__file__).resolve().parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """The portal as a WSGI application. Raises config.Misconfigured when it must not start like this."""
    with cli.in_words(config.Misconfigured):
        settings = settings or config.from_env()
        settings.check()
        config.use(settings)
        storage.open_database(settings)
        _check_files()
    app = Portal(__name__, static_folder="static", static_url_path="/static")
    app.request_class = uploads.PortalRequest
    logs.init_app(app)
    metrics.init_app(app)
    app.before_request(_begin)
    app.teardown_request(_end)
    wire.init_app(app)
    security.init_app(app)
    web.init_app(app)
    _furnish(app)
    register(app)
    cli.init_app(app)
    problems.init_app(app)
    return app


def _check_files() -> None:
    """A lost master key is told now, not at somebody's first download; a store that doesn't answer comes back later."""
    try:
        attachments.store().check_keys()
    except KeyFault as fault:
        raise config.Misconfigured(fault.message) from fault
    except Unavailable:
        logging.getLogger("portal").warning("file store unavailable at start")


def _begin() -> None:
    g.request_id = secrets.token_hex(6)
    if database.is_closed():
        database.connect()


def _end(_: BaseException | None) -> None:
    storage.give_back()


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
        return {"me": me, "site": config.current(), "embedded": web.is_embedded(), "now": clock.now()}

    app.jinja_env.globals.update(
        can=can,
        new_key=new_key,
        csrf_token=web.csrf_token,
        asset=asset,
        page_path=web.page_path,
        case_types=CASE_TYPES,
        came_from=came_from.latest,
    )
    app.jinja_env.filters.update(
        date=clock.show_date,
        time=clock.show_time,
        moment=clock.show_moment,
        due=clock.show_due,
        recent=clock.show_recent,
        ago=clock.ago,
        filesize=_filesize,
        phone=show_phone,
        tin=show_tin,
        unbroken=_unbroken,
        in_comment=_in_comment,
        month=clock.show_month,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("ui.html").module


NUMBERS = re.compile(r"\b(?:[WA]\d\d-\d{6,}-\d|\d{3}-\d{3}-\d{4})\b|\(In Process\)")
"""WebCert #, Authorization #, phone numbers, and the remark of a status."""


def _unbroken(text: str) -> Markup:
    """The text with each number of ours, phone number and remark of a status kept on one line."""
    return Markup(NUMBERS.sub(r'<span class="nowrap">\g<0></span>', str(escape(text))))  # noqa: S704 - escaped


def _in_comment(drawn: Markup) -> Markup:
    """What was drawn, as a comment can hold it: two dashes would end it."""
    return Markup(str(drawn).replace("--", "&#45;&#45;"))  # noqa: S704 - drawn


def _filesize(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"
