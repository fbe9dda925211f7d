"""The reverse proxies of docs/embedding.md, each run with the samples that stand there."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.conftest import ROOT
from tests.e2e.neighbors import certify

HOST = "portal.test"
DOCS = (ROOT / "docs/embedding.md").read_text(encoding="utf-8")
MODULES = Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authz_core", "alias", "headers", "reqtimeout", "socache_shmcb", "ssl", "proxy", "proxy_http")


def samples(language: str) -> tuple[str, str]:
    """The samples in this language: for a host of the portal's own, and under a path."""
    own, prefixed = re.findall(rf"```{language}\n(.*?)```", DOCS, re.S)
    return own, prefixed


def _nginx(sample: str, folder: Path, port: int) -> str:
    if not sample.startswith("server {"):
        sample = f"{samples('nginx')[0].partition('location')[0]}{sample}\n}}"
    temporary = "".join(
        f"{part}_temp_path {folder}/{part};" for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; {temporary}\n{sample.replace('listen 443', f'listen 127.0.0.1:{port}')}\n}}\n"
    )


def _apache(sample: str, folder: Path, port: int) -> str:
    if not sample.startswith("<VirtualHost"):
        sample = f"{samples('apache')[0].partition('    ProxyPass')[0]}{sample}</VirtualHost>\n"
    modules = "".join(f"LoadModule {each}_module {MODULES}/mod_{each}.so\n" for each in NEEDED)
    return (
        f"ServerRoot {folder}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\nDefaultRuntimeDir {folder}\n"
        f"Listen 127.0.0.1:{port} https\nUser www-data\nGroup www-data\nServerName {HOST}\n"
        f"{modules}{sample.replace('*:443', f'127.0.0.1:{port}')}"
    )


def _caddy(sample: str, folder: Path, port: int) -> str:
    keys = f"tls {folder}/street.pem {folder}/street.key"
    site = re.sub(r"^[\w.]+ \{", f"https://{HOST}:{port} {{\n    bind 127.0.0.1\n    {keys}", sample)
    return f"{{\n    admin off\n    auto_https disable_redirects\n    default_sni {HOST}\n}}\n{site}"


@dataclass(frozen=True)
class Proxy:
    """`samples`: their language in the docs; `whole`: the configuration from a sample, for a folder and a port."""

    language: str
    program: str
    package: str
    whole: Callable[[str, Path, int], str]
    arguments: str

    @property
    def path(self) -> str | None:
        return shutil.which(self.program) or shutil.which(self.program, path="/usr/sbin")

    @contextmanager
    def running(self, folder: Path, is_prefixed: bool, port: int, portal: int) -> Iterator[None]:
        """The proxy on this port before the portal on that one: only addresses and files are not those of the docs."""
        certificate, key = certify(folder)
        config = self.whole(samples(self.language)[is_prefixed], folder, port)
        for before, after in {
            "portal.example.org": HOST,
            "/etc/ssl/portal.pem": str(certificate),
            "/etc/ssl/portal.key": str(key),
            "127.0.0.1:8000": f"127.0.0.1:{portal}",
        }.items():
            config = config.replace(before, after)
        (folder / "conf").write_text(config)
        command = [str(self.path), *self.arguments.format(folder=folder).split()]
        with (folder / "said").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
            try:
                _wait_for(folder / "said", port, process)
                yield
            finally:
                process.terminate()


def _wait_for(said: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        with socket.socket() as knock:
            if not knock.connect_ex(("127.0.0.1", port)):
                return
        assert process.poll() is None, f"it does not take the sample: {said.read_text()}"
        time.sleep(0.1)


PROXIES = [
    Proxy("nginx", "nginx", "nginx-light", _nginx, "-p {folder} -c {folder}/conf"),
    Proxy("apache", "apache2", "apache2", _apache, "-D FOREGROUND -f {folder}/conf"),
    Proxy("caddy", "caddy", "caddy", _caddy, "run --adapter caddyfile --config {folder}/conf"),
]
