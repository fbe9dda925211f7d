"""Names of files as people gave them: made harmless on the way in, sent safely on the way out."""

import re
import unicodedata
from urllib.parse import quote

MAX_CHARACTERS = 120
MAX_BYTES = 200
NAMELESS = "attachment.pdf"

_FORBIDDEN = re.compile(r'[<>:"|?*%;\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}")


def clean_name(name: str) -> str:
    """A file's name without folders, control and direction marks, and what Windows can't store; at most 120 characters.

    The ending survives; a name of nothing but spaces or dots becomes "attachment.pdf".
    """
    name = unicodedata.normalize("NFC", name.replace("\0", "")).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if c.isspace() else c for c in name if unicodedata.category(c) not in _UNSEEN or c.isspace())
    name = _FORBIDDEN.sub("_", " ".join(name.split())).strip(". ")
    if not name.strip("_"):
        return NAMELESS
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name)


_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _shortened(name: str) -> str:
    stem, dot, end = name.rpartition(".")
    ending = dot + end if stem and _ENDING.fullmatch(dot + end) else ""
    stem = name.removesuffix(ending) if ending else name
    while len(stem) + len(ending) > MAX_CHARACTERS or len((stem + ending).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + ending


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition header of a download (RFC 6266): an ASCII name, and the real one in UTF-8.

    Nothing in `name` can end the header or its quotes; `inline` is for the portal's own letters only.
    """
    name = clean_name(name)
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    if not ascii_name.rpartition(".")[0].strip("_ "):
        ascii_name = "attachment" + "".join(_ENDING.findall(name)[-1:])
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
