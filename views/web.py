"""What every view uses: who acts, what they may, how a page or a fragment of it is answered."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as kept_by_browser
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user

import forms.base
from casework import access
from casework.accounts import sessions, totp
from casework.actor import Actor
from casework.errors import NotAllowed
from config import current as settings
from views.security import cookie_name

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
NOT_OURS = (
    "This page has waited too long, or it was sent from elsewhere. "
    "Nothing was changed: load it again and send it once more."
)


class Visitor:
    """What Flask-Login sees of a signed-in user: the row of the user, with its session."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, session: sessions.Session) -> None:
        self.session = session
        self.user = session.user

    def get_id(self) -> str:
        return self.user.key

    def __getattr__(self, name: str) -> Any:
        return getattr(self.user, name)


def init_app(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None
    manager.request_loader(_load_visitor)
    manager.unauthorized_handler(sign_in_first)
    forms.base.token_source = csrf_token
    forms.base.token_check = is_our_token
    app.before_request(_refuse_foreign_posts)
    app.before_request(_remember_embedding)
    app.after_request(_leave_visit_cookie)


def session_cookie() -> str:
    """Name of the session cookie: __Host- where https and the root path allow it."""
    return cookie_name("portal_session")


def _load_visitor(incoming: Any) -> Visitor | None:
    token = incoming.cookies.get(session_cookie())
    session = sessions.find(token) if token else None
    if session is None:
        return None
    if not is_background():
        sessions.touch(session)
    return Visitor(session)


def is_background() -> bool:
    """Polls, and autosaves without a person at the keys, are no activity: app.js and htmx polls say so by a header."""
    return request.headers.get("X-Background") == "1" or _own_view_is("no_activity")


def _own_view_is(mark: str) -> bool:
    """Whether the view that answers this request carries this mark."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), mark, False))


def is_embedded() -> bool:
    """Whether the page is shown in an intranet's frame that asked for `?embed=1`, so that it leaves out its own head.

    Remembered for the browser's session, before sign-in too. A window of its own keeps the head, whatever was asked.
    """
    return bool(kept_by_browser.get("embedded")) and request.headers.get("Sec-Fetch-Dest") != "document"


def _remember_embedding() -> None:
    wanted = request.args.get("embed", "")
    if request.method == "GET" and wanted in ("0", "1"):
        kept_by_browser["embedded"] = wanted == "1"


def actor() -> Actor:
    """The signed-in person as casework knows them."""
    if "actor" not in g:
        g.actor = Actor(current_user.user, request.remote_addr or "", g.get("request_id", ""))
    return cast(Actor, g.actor)


def may(verb: str) -> Callable[[View], View]:
    """Declares the verb of a route: anonymous people sign in first, a role without the verb gets 403."""
    if verb not in access.MAY:
        raise LookupError(verb)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
            if not current_user.is_authenticated:
                return sign_in_first()
            if actor().role not in access.MAY[verb].roles:
                raise NotAllowed("Your account can't open this page.")
            if verb != "keep_profile" and totp.is_due(current_user.user):
                return done("Set up your second factor first.", url_for("profile.second_factor"))
            return view(*args, **kwargs)

        guarded.verb = verb  # type: ignore[attr-defined]  # a mark on the function, read by tests and guards
        return cast(View, guarded)

    return declare


def proved(view: View) -> View:
    """For what asks for a fresh proof of who somebody is: without one they give it first, and come back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if sessions.is_proved(current_user.session):
            return view(*args, **kwargs)
        return done("", url_for("auth.prove", next=_own_page()))

    return cast(View, guarded)


def changes_session(view: View) -> View:
    """Declares a route that gives the session another token or ends it: a second click comes with the old one."""
    view.changes_session = True  # type: ignore[attr-defined]  # a mark on the function, read by guards
    return view


def public(view: View) -> View:
    """Declares a route that needs no sign-in."""
    view.verb = "public"  # type: ignore[attr-defined]  # a mark on the function, read by tests and guards
    return view


def sign_in_first() -> ResponseReturnValue:
    """To the sign-in page, and back here afterwards."""
    address = url_for("auth.sign_in", next=_own_page())
    if is_htmx():
        return Response(status=401, headers={"HX-Redirect": address})
    if request.headers.get("X-Background") or request.is_json or request.headers.get("X-Autosave"):
        return Response(status=401)
    return redirect(address, 303)


def _own_page() -> str | None:
    """The page that the person is on, to come back to."""
    own = request.script_root + request.full_path.rstrip("?")
    return own if request.method == "GET" and not is_partial() else _page_of_fragment()


def _page_of_fragment() -> str | None:
    """The address of the page that a fragment or a form belongs to, from the browser's own headers; own pages only."""
    try:
        page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    except ValueError:  # such as http://[
        return None
    address = f"{page.path}?{page.query}" if page.query else page.path
    return own_path(address) if page.netloc in ("", request.host) else None


def page_path() -> str:
    """The path to come back to from a new sign-in: this page's, or of the page to which the answered form belongs."""
    path = request.path if request.endpoint else "/"
    if request.method == "POST":
        paths = current_app.create_url_adapter(request)
        while paths and not paths.test(path, "GET"):
            path = path.rpartition("/")[0] or "/"
    return request.script_root + path


def own_path(address: str | None) -> str | None:
    """The address, if it is a path of the portal itself (with its prefix), else None: guards every way to `next`."""
    if not address or not address.startswith(request.script_root + "/"):
        return None
    is_odd = any(character == "\\" or character.isspace() or not character.isprintable() for character in address)
    return None if is_odd or address.startswith("//") or "//" in urlsplit(address).path else address


def public_address(path: str) -> str:
    """The full address under which people outside open this path of ours."""
    return settings().public_url.rstrip("/") + path.removeprefix(settings().prefix)


def row_number(text: str | None) -> int | None:
    """The number of a row that a form or an address carries; None for what can be none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def errors_of(form: Any) -> list[tuple[str, str]]:
    """The list at the top of a page: pairs (id of the control, message), in the order of the form."""
    return [(each.id, each.errors[0]) for each in form if each.errors]


def is_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def is_partial() -> bool:
    """Whether a fragment is wanted on a URL that also gives a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(template: str, block: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or, when a fragment is wanted and `block` names it, this block of the page's template alone."""
    if block is None or not is_partial():
        return make_response(render_template(template, **context), status)
    return fragment(template, block, status, **context)


def fragment(template: str, block: str, status: int = 200, **context: Any) -> Response:
    """One block of a page's template."""
    page = current_app.jinja_env.get_template(template)
    current_app.update_template_context(context)
    return make_response("".join(page.blocks[block](page.new_context(context))), status)


def done(message: str, address: str) -> ResponseReturnValue:
    """After a successful POST: on to `address`, which shows `message` once."""
    if message:
        flash(message)
    if is_htmx():
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def csrf_token() -> str:
    """The token for this visitor's forms: an HMAC of the session, or of the visit for people not signed in.

    Under a mask that is another one for each answer, so that the size of a compressed page doesn't give it away.
    """
    if "form_token" not in g:
        mask = secrets.token_bytes(hashlib.sha256().digest_size)
        g.form_token = (mask + _masked(mask, _form_mark(settings().secret_key))).hex()
    return cast(str, g.form_token)


def is_our_token(token: str) -> bool:
    """Whether `token` was made for this visitor, with the secret key of today or an earlier one that still counts."""
    try:
        given = bytes.fromhex(token)
    except ValueError:
        given = b""
    half = len(given) // 2
    mark = _masked(given[:half], given[half:])
    keys = (settings().secret_key, *settings().secret_key_fallbacks.split())
    return any(hmac.compare_digest(mark, _form_mark(key)) for key in keys)


def _form_mark(key: str) -> bytes:
    signed_in = current_user.is_authenticated
    subject = f"session:{current_user.session.form_secret}" if signed_in else f"visit:{visit()}"
    return hmac.new(key.encode(), subject.encode(), hashlib.sha256).digest()


def _masked(mask: bytes, content: bytes) -> bytes:
    return (int.from_bytes(mask) ^ int.from_bytes(content)).to_bytes(max(len(mask), len(content)))


def visit() -> str:
    """This browser's own secret, signed in or not; made at the first need of it."""
    if "visit" not in g:
        g.visit = request.cookies.get(cookie_name("portal_visit")) or ""
        if len(g.visit) < 32:
            g.visit = g.fresh_visit = secrets.token_urlsafe(32)
    return cast(str, g.visit)


def _leave_visit_cookie(response: Response) -> Response:
    if "fresh_visit" in g:
        response.set_cookie(cookie_name("portal_visit"), g.fresh_visit, **cookie_manners())
    return response


def cookie_manners() -> dict[str, Any]:
    """How every cookie of the portal is set."""
    cross_site = settings().embed_mode == "cross-site"
    return {
        "httponly": True,
        "secure": settings().is_https,
        "samesite": "None" if cross_site else "Lax",
        "partitioned": cross_site,
        "path": "/" if not settings().prefix else settings().prefix + "/",
    }


def _refuse_foreign_posts() -> Response | None:
    """CSRF: every unsafe request carries the token and comes from our own origin."""
    if request.method not in UNSAFE or _own_view_is("takes_no_token"):
        return None
    token = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    origin = request.headers.get("Origin")
    foreign = request.headers.get("Sec-Fetch-Site") == "cross-site" or (
        origin not in (None, request.host_url.rstrip("/"), "/".join(settings().public_url.split("/")[:3]))
    )
    if not is_our_token(token) or foreign:
        if token and not foreign and _own_view_is("changes_session") and _has_former_session():
            return make_response(sign_in_first())
        if not token or "fresh_visit" not in g:
            abort(400, NOT_OURS)
        return _cookies_are_blocked()
    return None


def _has_former_session() -> bool:
    """Whether this comes with a session that is over, or has another token since a first click."""
    return session_cookie() in request.cookies and not current_user.is_authenticated


def _cookies_are_blocked() -> Response:
    """A form came with its token and without our cookies: the page that says what to do, mostly in a frame."""
    address = url_for("auth.sign_in", next=own_path(request.form.get("next")))
    answer = render("errors/no_cookies.html", "main", 403, address=address, reference=g.get("request_id", ""))
    if is_partial():
        answer.headers["HX-Retarget"] = "#main"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer
