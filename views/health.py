"""For those who run the portal: is it alive, is it ready, how is it doing. No one's data, no sign-in."""

import hmac
from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from casework import attachments, migrating
from config import current as settings
from models import database
from views import metrics
from views.web import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers; nothing else is asked."""
    return jsonify(status="alive")


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Whether the database answers, is in its newest shape, and the file store takes files under its keys."""
    checks = {"database": _database(), "migrations": _migrations(), "files": _files()}
    is_ready = all(checks.values())
    said = {name: "ok" if fine else "failed" for name, fine in checks.items()}
    return jsonify(status="ready" if is_ready else "not ready", **said), 200 if is_ready else 503


@bp.get("/metrics")
@public
def figures() -> ResponseReturnValue:
    """For Prometheus: from this machine alone, or with the token."""
    if not _may_see_metrics():
        abort(404)
    metrics.note_state()
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _may_see_metrics() -> bool:
    token = settings().metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    try:
        return ip_address(request.remote_addr or "").is_loopback and "X-Forwarded-For" not in request.headers
    except ValueError:
        return False


def _database() -> bool:
    try:
        database.execute_sql("SELECT 1").fetchone()
    except Exception:
        return False
    return True


def _migrations() -> bool:
    try:
        return not migrating.pending()
    except Exception:
        return False


def _files() -> bool:
    try:
        store = attachments.store()
        store.ready()
        store.ring.check(store.key_checks())
    except Exception:
        return False
    return True
