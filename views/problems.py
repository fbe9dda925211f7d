"""What goes wrong, as a page: what happened, what to do, a reference number and the phones.

Never a trace, never patient data.
"""

import logging

from flask import Flask, Response, current_app, g, make_response, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException, SecurityError

from casework import audit, storage
from casework.errors import Incomplete, NotAllowed, NotFound, NotNow, PortalError, Refused, Stale, TooMany
from casework.files.errors import StoreFault, Unavailable
from config import current as settings
from views import web

STATUS_OF = {
    NotFound: 404,
    NotAllowed: 403,
    Stale: 409,
    Refused: 422,
    Incomplete: 422,
    TooMany: 429,
    Unavailable: 503,
    StoreFault: 500,
}

TITLES = {
    400: "This couldn't be read",
    403: "Not open to your account",
    404: "Page not found",
    405: "This can't be opened like that",
    409: "Somebody else was faster",
    413: "Too large",
    422: "There is a problem",
    429: "Too many tries",
    503: "Closed for a moment",
}
WORDS = {
    400: "What your browser sent couldn't be read. Go back, load the page again and try once more.",
    403: "Your account can't open this page.",
    404: "There is nothing at this address that you can open. Look at the number or the link once more.",
    405: "Go back and use the buttons on the page.",
    413: "What you sent is larger than the portal takes. A file may have up to 25 MB. Nothing was saved.",
    429: "There were too many tries in a short time. Wait a few minutes, then try again.",
    503: "The portal is being looked after. Try again in a minute; everything that was saved is kept.",
}
DOWN = (
    "Nothing can be saved at the moment. What you have just sent was not saved; everything before it is kept. "
    "Leave this page open, wait a minute, then go back and send it again."
)
FAILED = (
    "Something went wrong on our side, and we have a record of it. Nothing that was saved is lost. "
    "Try again in a minute."
)

log = logging.getLogger("portal")


def init_app(app: Flask) -> None:
    app.register_error_handler(PortalError, answer_refusal)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_failure)


def answer_refusal(error: PortalError) -> Response:
    status = next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), 422)
    if isinstance(error, NotFound | NotAllowed):
        _note_refusal(status)
    answer = problem(status, error.message, "Not possible any more" if isinstance(error, NotNow) else "")
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait)
    return answer


def _note_refusal(status: int) -> None:
    """Who asked for something that isn't theirs stands in the access log."""
    if current_user.is_authenticated:
        audit.refused(web.actor(), request.endpoint or "", status)


def answer_http_error(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if isinstance(error, SecurityError):  # a host that isn't ours: no link of a whole page could be made for it
        return _bare_page(400, TITLES[400], WORDS[400])
    own_words = error.description if error.description != type(error).description else ""
    answer = problem(error.code, own_words or "")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def answer_failure(error: Exception) -> Response:
    log.error("failure", exc_info=error, extra={"outcome": type(error).__name__})
    return problem(503, DOWN) if storage.is_down(error) else problem(500, "")


def problem(status: int, message: str, title: str = "") -> Response:
    """The page of this status, or a fragment in place of the page's main part where a fragment was asked for."""
    title = title or TITLES.get(status, "Something went wrong")
    said = message or WORDS.get(status, FAILED)
    try:
        answer = web.render(
            "errors/problem.html",
            block="main",
            status=status,
            problem=title,
            message=said,
            reference=g.get("request_id", ""),
        )
    except Exception as error:
        log.error("failure", exc_info=error, extra={"outcome": type(error).__name__})
        answer = _bare_page(status, title, said)
    if web.is_partial():
        answer.headers["HX-Retarget"] = "#main"
        answer.headers["HX-Reswap"] = "innerHTML"
    if status == 503:
        answer.headers.setdefault("Retry-After", "60")
    return answer


def _bare_page(status: int, title: str, message: str) -> Response:
    """The same words without the frame of a page: it needs a database, which may be what is missing."""
    page = current_app.jinja_env.get_template("errors/bare.html")
    text = page.render(problem=title, message=message, reference=g.get("request_id", ""), site=settings())
    return make_response(text, status)
