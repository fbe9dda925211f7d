"""The lists that somebody looked at last: a request leads back to the same tab, filter and page.

A cookie says it, of this browser and this person. Reading a list so writes nothing into the database, and no address of
a request tells by which filter it was found, which may be a kind of care. A list is told by its name and values of its
own, from which its address is made anew: whatever a cookie says, it leads nowhere else.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request, url_for

from views.security import cookie_name
from views.web import actor, cookie_manners, is_partial

LISTS = {
    "queue.show": ("Queue", ("show", "urgency", "kind", "age", "after")),
    "dashboard.show": ("Requests", ("tab", "show", "before", "after")),
    "search.show": ("Search", ("token",)),
}
"""The endpoints of the lists, what they are called, and the values in their addresses."""
LONGEST = 40
"""Characters of a value."""


@dataclass(frozen=True)
class Back:
    """A way back to a list."""

    href: str
    text: str


def remember(page: Response, **values: Any) -> Response:
    """The page of a list, which from now on is the latest that this person looked at; a fragment of it is no visit."""
    if is_partial():
        return page
    endpoint = request.endpoint or ""
    given = {name: value for name, value in values.items() if value}
    latest = {endpoint: given, **{name: kept for name, kept in visited().items() if name != endpoint}}
    text = "|".join([actor().user.key, *(f"{name}?{urlencode(kept)}" for name, kept in latest.items())])
    if text != request.cookies.get(_cookie()):
        page.set_cookie(_cookie(), text, **cookie_manners())
    return page


def visited() -> dict[str, dict[str, Any]]:
    """The values of the lists that this person looked at, by endpoint, the latest first."""
    owner, *lists = request.cookies.get(_cookie(), "").split("|")
    told = (each.partition("?") for each in lists) if owner == actor().user.key else ()
    return {endpoint: _values(endpoint, query) for endpoint, _, query in told if endpoint in LISTS}


def _values(endpoint: str, query: str) -> dict[str, Any]:
    return {name: value[:LONGEST] for name, value in parse_qsl(query) if name in LISTS[endpoint][1]}


def latest() -> Back:
    """To the list that this person looked at last; else to the first page of their own."""
    own = "queue.show" if actor().is_staff else "dashboard.show"
    lists = (each for each in visited().items() if each != ("search.show", {}))  # a search is nothing without its token
    endpoint, values = next(lists, (own, {}))
    return Back(url_for(endpoint, **values), LISTS[endpoint][0])


def _cookie() -> str:
    return cookie_name("portal_lists")
