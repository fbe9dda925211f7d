"""Planted patient values, in every writing in which one could turn up where it must not."""

import base64
import json
import threading
import zlib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, quote_plus

PLANTED = {
    "member_id": "ZQX 7741 5550",
    "last_name": "Quillfeather",
    "first_name": "Zebedée",
    "birth_date": "02/29/1972",
    "subscriber_name": "Ottoline Vandermolen",
    "group_number": "GRP-88-41972",
    "group_name": "Wexcombe Cooperage",
    "member_address": "17 Larkspur Hollow, Mequon, WI 53092",
    "clinical_summary": "Ataxia since the vestibulopathy of last spring.",
    "note": "The spouse asks for evening appointments: nyctalopia.",
    "service-1-description": "Gait drill with tetherball frame",
}
"""Answers of the form, by the name of their control."""
FILE_NAME = "Barnstaple gait study.txt"
FILE_WORDS = "Romberg sign positive, falls toward the credenza"
BAD_NAME = "Widdershins scan.pdf"
BAD_WORDS = "Myokymia under the left brow"
STAGED_NAME = "Thistlewood addendum.txt"
STAGED_WORDS = "Oscillopsia while reading"
PASTED = "Ignatius Fenwick-Pryor"
SEARCHED = "Quillfeather, Zebedée 02/29/1972"
LOOKED_UP = "labyrinthine hydrops zzyzx"
FOUND_IN_FILE = "falls toward the credenza"
INTERNAL = "Doubts about the caloric testing"
ASKED_FOR = "Videonystagmography of June"
REPLIED = "The clinic in Ozaukee keeps the nystagmus tracing"
RATIONALE = "Habituation was not tried before the canalith manoeuvre"
CAUSE = "The patient moved to Sheboygan Falls"
FAULTED = "Tullio phenomenon at 500 hertz"
ISO_BIRTH = "1972-02-29"
FOLDED = "zebedee"
COMPARED_ID = "ZQX77415550"

CANARIES = (
    *PLANTED.values(),
    *(FILE_NAME, FILE_WORDS, BAD_NAME, BAD_WORDS, STAGED_NAME, STAGED_WORDS, PASTED, SEARCHED, LOOKED_UP),
    *(FOUND_IN_FILE, INTERNAL, ASKED_FOR, REPLIED, RATIONALE, CAUSE, FAULTED, ISO_BIRTH, FOLDED, COMPARED_ID),
)


def writings(value: str) -> set[bytes]:
    """How a value may be written in a log, an address, a cookie or a file."""
    plain = {value, json.dumps(value)[1:-1], quote(value), quote(value, safe=""), quote_plus(value)}
    coded = {each.encode() for each in plain} | {value.encode("utf-16-le"), value.encode("latin-1")}
    shifted = (base64.b64encode(b" " * skip + value.encode())[4:-4] for skip in range(3))
    return coded | {each.lower() for each in coded} | {each for each in shifted if len(each) > 9}


_WRITINGS = {value: writings(value) for value in CANARIES}


def traces(content: bytes | str) -> list[str]:
    """The planted values that are in this content."""
    data = content.encode() if isinstance(content, str) else content
    lowered = data.lower()
    return [value for value, ways in _WRITINGS.items() if any(way in data or way in lowered for way in ways)]


def readings(cookie: str) -> bytes:
    """A cookie, and what decoding and unpacking make of its parts."""
    found = [cookie.encode()]
    for part in cookie.split("."):
        try:
            raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
            found += [raw, zlib.decompress(raw)]
        except (ValueError, zlib.error):
            continue
    return b" ".join(found)


class Lurker(threading.Thread):
    """Reads everything that turns up in these folders while it runs, however shortly it is there."""

    def __init__(self, *folders: Path) -> None:
        super().__init__(daemon=True)
        self.folders = folders
        self.seen: dict[Path, bytes] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.01):
            for folder in self.folders:
                self.look(folder.rglob("*"))

    def look(self, paths: Iterable[Path]) -> None:
        try:
            for path in paths:
                if path.is_file() and len(self.seen.get(path, b"")) != path.stat().st_size:
                    self.seen[path] = path.read_bytes()
        except FileNotFoundError:
            return

    def stop(self) -> None:
        self.is_over.set()
        self.join()
