"""Every setting of the installation: its default, its environment variable, what it means.

What an admin may change while the portal runs lives in `casework.settings`, not here.
"""

import os
import re
import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent


class Misconfigured(Exception):
    """The portal must not start like this; the message says what to set."""


T = TypeVar("T")


def _setting(default: T, meaning: str) -> T:
    setting: T = field(default=default, metadata={"meaning": meaning})
    return setting


@dataclass(frozen=True)
class Settings:
    """One attribute a setting; its environment variable is the same name in capitals."""

    database_url: str = _setting("", "Where the rows are: sqlite:///… or postgresql://…; empty: instance/portal.db")
    files_url: str = _setting("", "Where attachments are: a folder or s3://bucket/prefix; empty: instance/files")
    secret_key: str = _setting("", "Signs cookies and tokens; at least 32 characters; required in production")
    secret_key_fallbacks: str = _setting("", "Earlier secret keys, separated by spaces, newest first")
    file_keys: str = _setting("", "Master keys of the file store: id:base64 …, the first one encrypts")
    audit_key: str = _setting("", "Keys the hash chain of events and access log; required in production")
    audit_years: int = _setting(6, "Years after which rows of the access log go; at least 6 (45 CFR 164.316(b)(2))")
    public_url: str = _setting("http://127.0.0.1:8000", "Scheme, host and path prefix under which it is opened")
    port: int = _setting(8000, "Port of the built-in server on 127.0.0.1")
    demo: bool = _setting(False, "Demo mode: sample people with a known password; impossible with an https PUBLIC_URL")
    proxy_hops: int = _setting(0, "How many reverse proxies in front may be believed about address, host and scheme")
    embed_mode: str = _setting("off", "Frames: off, same-site or cross-site (cookies None + Partitioned)")
    frame_ancestors: str = _setting("", "Origins that may show the portal in a frame, separated by spaces")
    prefill_origins: str = _setting("", "Origins that may post a prefilled request, separated by spaces")
    registration: str = _setting("open", "open: an account works at once; approval: intake lets it in")
    oidc_issuer: str = _setting("", "OpenID provider of CMSI's staff; empty: no single sign-on")
    oidc_client_id: str = _setting("", "Client id at the OpenID provider")
    oidc_client_secret: str = _setting("", "Client secret at the OpenID provider")
    oidc_groups_claim: str = _setting("groups", "Claim that lists a person's groups")
    oidc_roles: str = _setting("", "Group to role: cmsi-intake=intake cmsi-nurses=nurse …; empty: by invitation only")
    oidc_algorithms: str = _setting("RS256 ES256", "Signature algorithms accepted in an ID token")
    oidc_acr: str = _setting("", "acr value that an ID token must carry (multi-factor), if set")
    staff_password: bool = _setting(False, "Staff sign in by password with TOTP where there is no OpenID provider")
    office_totp: str = _setting("optional", "Second factor of office users: off, optional or required")
    removed_days: int = _setting(90, "Days after which a file that was taken out of a draft is deleted for good")
    searches_a_minute: int = _setting(60, "Searches that one person may make in a minute")
    drafts_an_office: int = _setting(500, "Drafts that one office may have open")
    upload_mb_a_day: int = _setting(10_000, "Megabytes that one office may attach in 24 hours")
    exports_an_hour: int = _setting(60, "CSV files that one person may take out in an hour")
    clamd: str = _setting("", "Virus scanner: host:port or the path of clamd's socket; empty: none")
    log_level: str = _setting("INFO", "DEBUG, INFO, WARNING or ERROR")
    metrics_token: str = _setting("", "Bearer token that /metrics asks for; empty: loopback addresses only")
    organisation: str = _setting("CMSI", "Name of the review organisation")
    organisation_long: str = _setting("Case Management Specialists, LLC", "Full name of the review organisation")
    legal_line: str = _setting(
        "Case Management Specialists, LLC is a Wisconsin limited liability company conducting medical management "
        "services as a part of the Ryan Specialty Benefits business of Ryan Specialty. Ryan "
        "Specialty Benefits comprises "
        "Ryan Specialty Benefits, a series of RSG Specialty, LLC (in California RSG Specialty "
        "Insurance Services, LLC, "
        "License #0G97516), AccuRisk Solutions LLC, Case Management Specialists, LLC, Matrix Group "
        "Benefits, LLC, and "
        "Matrix Risk Management Services, LLC, all subsidiaries of Ryan Specialty, LLC. CMSI is a "
        "part of Case Management "
        "Specialists, LLC. ©2025 Ryan Specialty, LLC",
        "Legal line in the footer and on letters",
    )
    submission_phones: str = _setting("800-662-6865 or 800-861-8744", "Phones for questions on a submission")
    account_phones: str = _setting("262-369-8750 or 800-861-8744", "Phones for accounts and general questions")
    hours: str = _setting("Monday to Friday, 8:00 AM to 4:30 PM Central", "When the phones are answered")
    instance: Path = _setting(ROOT / "instance", "Folder for the default database, the files and local secrets")

    @property
    def is_production(self) -> bool:
        """Everything but demo mode is production, except plain http on this very machine (development)."""
        host = urlsplit(self.public_url).hostname or ""
        return not self.demo and host not in ("127.0.0.1", "localhost")

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def prefix(self) -> str:
        """Path under which the portal is mounted, without a slash at its end; '' at the root."""
        return urlsplit(self.public_url).path.rstrip("/")

    def check(self) -> None:
        """Raises Misconfigured when the portal must not start like this."""
        self._check_frames()
        self._check_times()
        if self.demo and self.is_https:
            raise Misconfigured("DEMO shows known passwords: it can't run under an https PUBLIC_URL. Unset DEMO.")
        if not self.is_production:
            return
        if not self.is_https:
            raise Misconfigured("PUBLIC_URL must begin with https:// in production.")
        if len(self.secret_key) < 32:
            raise Misconfigured("Set SECRET_KEY to at least 32 random characters.")
        if not self.audit_key or not self.file_keys:
            raise Misconfigured("Set AUDIT_KEY and FILE_KEYS (see docs/operating.md for how to make them).")
        if not self.oidc_issuer and not self.staff_password:
            raise Misconfigured("Staff need a door: set OIDC_ISSUER, or STAFF_PASSWORD=1 for password with TOTP.")

    def _check_times(self) -> None:
        if self.audit_years < 6:
            raise Misconfigured("AUDIT_YEARS must be 6 or more: so long 45 CFR 164.316(b)(2) wants records kept.")
        if self.removed_days < 1:
            raise Misconfigured("REMOVED_DAYS must be 1 or more: a file that was taken out can be put back.")

    def _check_frames(self) -> None:
        if self.embed_mode not in ("off", "same-site", "cross-site"):
            raise Misconfigured("EMBED_MODE must be off, same-site or cross-site.")
        if self.embed_mode != "off" and not self.frame_ancestors:
            raise Misconfigured("EMBED_MODE needs FRAME_ANCESTORS: the origins that may show the portal in a frame.")
        if self.embed_mode == "cross-site" and not self.is_https:
            raise Misconfigured(
                "EMBED_MODE=cross-site needs an https PUBLIC_URL: browsers take such cookies over https only."
            )
        for each in (*self.frame_ancestors.replace("'self'", "").split(), *self.prefill_origins.split()):
            if not re.fullmatch(r"https?://[^/\s;,'A-Z]+", each):
                raise Misconfigured(
                    f"{each} is no origin as browsers write it: FRAME_ANCESTORS and PREFILL_ORIGINS take https://host, "
                    "in small letters, without a path."
                )


def from_env(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables; NAME_FILE names a file that holds the value of NAME (for secrets)."""
    values: dict[str, Any] = {}
    for each in fields(Settings):
        name = each.name.upper()
        text = env.get(name)
        if f"{name}_FILE" in env:
            text = Path(env[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
        if text is not None:
            values[each.name] = _parsed(text, each.default)
    return _with_local_secrets(Settings(**values))


def _parsed(text: str, default: object) -> object:
    if isinstance(default, bool):
        return text.strip().lower() in ("1", "true", "yes", "on")
    if isinstance(default, int):
        return int(text)
    return Path(text) if isinstance(default, Path) else text


def _with_local_secrets(settings: Settings) -> Settings:
    """Outside production a missing secret is made once and kept in the instance folder, readable by "
    "its owner alone."""
    if settings.is_production:
        return settings
    made: dict[str, Callable[[], str]] = {
        "secret_key": lambda: secrets.token_urlsafe(48),
        "audit_key": lambda: secrets.token_urlsafe(48),
        "file_keys": lambda: "local:" + b64encode(secrets.token_bytes(32)).decode(),
    }
    values: dict[str, Any] = {
        name: getattr(settings, name) or _kept(settings.instance / name, make()) for name, make in made.items()
    }
    return replace(settings, **values)


def _kept(path: Path, fresh: str) -> str:
    """What stands in this file; `fresh`, put there whole, if there is none: several starters get the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(fresh)
        with suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    return path.read_text(encoding="utf-8")


_current: Settings | None = None


def use(settings: Settings) -> None:
    """Makes these the settings of this process."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings of this process; Misconfigured when none are in use yet."""
    if _current is None:
        raise Misconfigured("no settings in use: call config.use() first")
    return _current
