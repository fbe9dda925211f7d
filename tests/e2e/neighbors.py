"""The other houses of the street: an intranet with pages of its own, and a reverse proxy in front of the portal.

One TLS server on a free port answers for every name under .test, which the tests' Chromium looks up on this machine.
Names of one last part but two are one site to a browser: portal.corp.test and intra.corp.test are, portal.test isn't.
"""

import http.client
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOPS = ("connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "date", "server")


class Neighbors:
    """street.page("intra.test", "/", html) and street.proxy("portal.test", 8123, "/apps/portal")."""

    def __init__(self, folder: Path) -> None:
        self.pages: dict[tuple[str, str], str] = {}
        self.doors: list[tuple[str, str, int]] = []
        self.passed: list[str] = []
        """Addresses that were asked for, as "host path"."""
        handler = type("Handler", (Handler,), {"street": self})
        self.server = Server(("127.0.0.1", 0), handler)
        self.server.context = _context(folder)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, host: str, path: str = "") -> str:
        return f"https://{host}:{self.port}{path}"

    def page(self, host: str, path: str, body: str) -> str:
        """Puts a page on that host, and gives its address."""
        self.pages[host, path] = f"<!doctype html><html lang=en><title>Intranet</title><h1>Intranet</h1>{body}"
        return self.address(host, path)

    def frame(self, host: str, address: str) -> str:
        """A page on that host with a frame named "Portal" that shows the address."""
        path = f"/frame-{len(self.pages)}"
        return self.page(
            host, path, f'<iframe title="Portal" name=portal src="{address}" width=1200 height=800></iframe>'
        )

    def proxy(self, host: str, port: int, prefix: str = "") -> None:
        """Passes everything under that host and path on to the portal on this port, as a reverse proxy does."""
        self.doors.append((host, prefix, port))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Server(ThreadingHTTPServer):
    context: ssl.SSLContext
    daemon_threads = True

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self.context.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is no error."""


class Handler(BaseHTTPRequestHandler):
    street: Neighbors
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").split(":")[0]
        self.street.passed.append(f"{host} {self.path}")
        own = self.street.pages.get((host, self.path.split("?")[0]))
        if own is not None:
            return self._answer(200, {"Content-Type": "text/html; charset=utf-8"}, own.encode())
        for name, prefix, port in self.street.doors:
            if name == host and (self.path == prefix or self.path.startswith(f"{prefix}/")):
                return self._pass_on(port)
        return self._answer(404, {"Content-Type": "text/html"}, b"<title>elsewhere</title>not of the portal")

    do_POST = do_GET  # noqa: N815 - the library's own name

    def _pass_on(self, port: int) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        sent = {name: value for name, value in self.headers.items() if name.lower() not in HOPS}
        sent |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
        sent["X-Forwarded-Host"] = self.headers.get("Host", "")
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as upstream:
            upstream.request(self.command, self.path, body, sent)
            answer = upstream.getresponse()
            content = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in (*HOPS, "content-length")]
        self._answer(answer.status, kept, content)

    def _answer(self, status: int, headers: Any, content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items() if isinstance(headers, dict) else headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the terminal."""


def _context(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate for every name under .test, made for this run."""
    certificate, key = certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def certify(folder: Path) -> tuple[Path, Path]:
    """Files of a certificate for *.test and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "street.test")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("*.test"), x509.DNSName("*.corp.test")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(parents=True, exist_ok=True)
    certificate, secret = folder / "street.pem", folder / "street.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return certificate, secret
