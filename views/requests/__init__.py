"""Requests of an office: begun, filled in, checked, sent, read; copied, corrected, split, discarded."""

from flask import Blueprint

bp = Blueprint("requests", __name__)

from views.requests import copies, form, sending  # noqa: E402 - they register their routes on bp

__all__ = ["bp", "copies", "form", "sending"]
