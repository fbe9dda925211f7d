"""A case: its page, what can be added to it, and the office's verbs after a submit."""

from flask import Blueprint

bp = Blueprint("cases", __name__)

from views.cases import following, page, records, verbs  # noqa: E402 - they register their routes on bp

__all__ = ["bp", "following", "page", "records", "verbs"]
