"""Log lines: one JSON object each, in UTC, with ids and counts.

Never names, numbers of members, codes or file names.
"""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from config import current as settings

log = logging.getLogger("portal")
EXTRA = ("outcome", "count", "mac", "job", "why", "endpoint")
QUIET = frozenset({"health.alive", "health.ready", "health.figures", "static"})


class JsonLines(logging.Formatter):
    """JSON escapes line ends and control characters: nobody forges a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        line |= getattr(record, "line", {})
        if has_request_context():
            line.setdefault("id", g.get("request_id", ""))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            line["trace"] = _places(record.exc_info[1])
        return json.dumps(line, default=str)


def _places(error: BaseException) -> list[str]:
    """Where an error went through, without its message: that may quote what somebody typed."""
    found: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    cause = error.__cause__ or error.__context__
    return found[-12:] + ([f"from {type(cause).__name__}", *_places(cause)] if cause is not None else [])


def init_app(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    log.handlers[:] = [handler]
    log.setLevel(settings().log_level)
    log.propagate = False
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    """One line a request: by the name of its route, never by its address; none for a poll that found nothing new."""
    if response.status_code == 304 or (request.endpoint in QUIET and response.status_code < 500):
        return response
    log.info(
        "request",
        extra={
            "line": {
                "method": request.method,
                "endpoint": request.endpoint or "",
                "status": response.status_code,
                "ms": round(1000 * (time.perf_counter() - g.get("began", time.perf_counter())), 1),
                "address": request.remote_addr or "",
                "user": _user(),
            }
        },
    )
    return response


def _user() -> str:
    """Key of the signed-in user, if the request got so far as to know them."""
    visitor = g.get("_login_user")
    return str(visitor.user.key) if visitor is not None and visitor.is_authenticated else ""
