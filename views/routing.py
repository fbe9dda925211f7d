"""All blueprints of the portal, the converters of their URLs, and the addresses that pages point to."""

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

from flask import Flask, has_request_context, request
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


NOT_KEPT = frozenset({"_external", "_method", "_scheme", "token", "invitation", "next"})
"""Parts of an address that depend on the request, or are secret, or anybody's text."""


class Portal(Flask):
    """Flask that builds an address once: a page has thirty of them, nearly always the same."""

    def url_for(self, /, endpoint: str, **values: Any) -> str:
        if endpoint.startswith(".") or not has_request_context() or any(map(values.get, NOT_KEPT)):
            return super().url_for(endpoint, **values)
        return self._kept(request.script_root, endpoint, **values)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view or hook is a coroutine: Flask would look at each of them in each request."""
        return func

    @lru_cache(maxsize=4096, typed=True)  # noqa: B019 - there is one application a process
    def _kept(self, root: str, endpoint: str, /, **values: Any) -> str:
        return super().url_for(endpoint, **values)


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
