"""Figures for Prometheus: requests by route and status, how long they took, and what is open."""

import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Gauge, Histogram

from casework.accounts import sessions
from casework.lists import queue

REQUESTS = Counter("portal_requests_total", "Answers by route and status", ("endpoint", "status"))
SECONDS = Histogram(
    "portal_request_seconds", "Time to answer by route", ("endpoint",), buckets=(0.01, 0.05, 0.1, 0.5, 1, 5)
)
OPEN_REQUESTS = Gauge("portal_open_requests", "Requests for authorization that are open, by status", ("status",))
SESSIONS = Gauge("portal_sessions", "Sessions that have not been swept")


def init_app(app: Flask) -> None:
    app.after_request(_count)


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, str(response.status_code)).inc()
    SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("began", time.perf_counter()))
    return response


def note_state() -> None:
    """Reads what is open now."""
    for status, count in queue.open_by_status().items():
        OPEN_REQUESTS.labels(status.value).set(count)
    SESSIONS.set(sessions.count())
