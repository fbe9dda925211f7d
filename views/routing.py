"""All blueprints of the portal, and the converters of their URLs."""

from importlib import import_module

from flask import Flask
from werkzeug.routing import BaseConverter

SUBJECTS = (
    "help",
    "auth",
    "sso",
    "tickets",
    "profile",
    "dashboard",
    "search",
    "requests",
    "lines",
    "attachments",
    "codes",
    "cases",
    "letters",
    "queue",
    "review",
    "decisions",
    "viewer",
    "accounts",
    "reports",
    "audit",
    "settings",
    "intranet",
    "health",
)
"""Modules of `views` that hold a blueprint named `bp`."""


class KeyConverter(BaseConverter):
    """An opaque id as models.new_key makes it."""

    regex = r"[A-Za-z0-9_-]{16}"


class NumberConverter(BaseConverter):
    """A WebCert # or Authorization # as it is written in URLs."""

    regex = r"[WA]\d\d-\d{6,9}-\d"


def register(app: Flask) -> None:
    app.url_map.converters.update(key=KeyConverter, number=NumberConverter)
    for subject in SUBJECTS:
        app.register_blueprint(import_module(f"views.{subject}").bp)
