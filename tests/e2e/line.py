"""A person at the end of one kept connection: one worker of the server answers it, as long as it is open."""

import http.client
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WORKER = re.compile(r"^portal_requests_created\{[^}]*\} (\S+)$", re.MULTILINE)
"""When a worker first answered, to the microsecond: two may well start in the same hundredth of a second."""


class Answer:
    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return next((value for name, value in self.headers if name.lower() == "location"), "")


class Line:
    """`get` and `post` as a browser does: with its cookies, and with the token of the last form."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.seen: list[Answer] = []
        self.kept: list[str] = []
        """Every cookie that it was given."""

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: Mapping[str, object] | None = None, **headers: str) -> Answer:
        body = urlencode({"csrf_token": self.token, **(data or {})}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def send(self, path: str, body: bytes, content_type: str, **headers: str) -> Answer:
        """These very bytes, as a script sends them."""
        return self._ask("POST", path, body, {"Content-Type": content_type, "X-CSRF-Token": self.token, **headers})

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        with suppress(BrokenPipeError):  # too much for it: the server has answered and hung up before it had all
            self.connection.request(method, path, body, sent)
        response = self.connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                given = {each.key: each.value for each in SimpleCookie(value).values()}
                self.cookies |= given
                self.kept += given.values()
        if found := TOKEN.search(answer.text):
            self.token = found[1]
        self.seen.append(answer)
        return answer

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"username": username, "password": password})
        assert answer.status == 303, answer.text
        self.get(answer.location)
        return answer

    def worker(self) -> str:
        """Which of the server's processes answers on this connection."""
        self.get("/healthz")
        found = WORKER.search(self.get("/metrics").text)
        assert found is not None
        return found[1]

    def close(self) -> None:
        self.connection.close()


def to_each_worker(url: str, workers: int = 2) -> list[Line]:
    """A connection to each of the server's processes."""
    lines: dict[str, Line] = {}
    with ThreadPoolExecutor(16) as pool:  # many at once: one after the other, an idle process may take them all
        for _ in range(40):
            batch = [Line(url) for _ in range(16)]
            for line, worker in zip(batch, pool.map(Line.worker, batch), strict=True):
                if lines.setdefault(worker, line) is not line:
                    line.close()
            if len(lines) == workers:
                return list(lines.values())
    raise AssertionError(f"all connections led to the same {len(lines)} of {workers} workers")
