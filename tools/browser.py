"""Finds the Chromium that the browser tests drive, and installs one where there is none.

python tools/browser.py        installs if need be; prints its path, or the one command to type
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
BY_HAND = "apt-get install chromium   (or: .venv/bin/python -m playwright install --with-deps chromium)"


def find() -> str | None:
    """Path of a Chromium that starts: $CHROMIUM, the system's own, or Playwright's; None when there is none."""
    return next((path for path in _candidates() if path and _starts(path)), None)


def _candidates() -> Iterator[str | None]:
    yield os.environ.get("CHROMIUM")
    yield from map(shutil.which, NAMES)
    yield _playwrights_own()


def _starts(path: str) -> bool:
    """A path alone proves nothing: some systems put a script there that only asks to install a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Tries the ways that this user has: apt as root (it brings the libraries along), else Playwright's download."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *arguments], env=environment, check=False)
        if find():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if not find():
        print("No Chromium found: installing one for the browser tests.", flush=True)
        install()
    found = find()
    if not found:
        sys.exit(f"The browser tests need Chromium, and it could not be installed. Type:\n\n    {BY_HAND}\n")
    print(f"Browser: {found}")
