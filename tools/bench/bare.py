"""A Flask application with one page and nothing else: what the portal is measured against."""

from flask import Flask


def create_app() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "<!doctype html><title>Bare</title><p>Hello")
    return app
