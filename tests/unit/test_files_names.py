"""Names of files: harmless on the way in, exact and safe on the way out."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.files.names import MAX_BYTES, MAX_CHARACTERS, clean_name, content_disposition

NAMES = {
    "note.pdf": "note.pdf",
    "MRI right knee (2026-11-02).PDF": "MRI right knee (2026-11-02).PDF",
    "..%2f..%2fetc%2fpasswd.pdf": "_2f.._2fetc_2fpasswd.pdf",
    "../../etc/passwd.pdf": "passwd.pdf",
    r"C:\Users\kim\x.pdf": "x.pdf",
    r"\\server\share\x.pdf": "x.pdf",
    "C:x.pdf": "C_x.pdf",
    "note\0.pdf.exe": "note.pdf.exe",
    "note\r\nSet-Cookie: a=b.pdf": "note Set-Cookie_ a=b.pdf",
    "note\u202efdp.exe": "notefdp.exe",
    "\u2066note\u2069.pdf": "note.pdf",
    "no\u200bte\ufeff.pdf": "note.pdf",
    "CON.pdf": "_CON.pdf",
    "nul": "_nul",
    "LPT1.tar.pdf": "_LPT1.tar.pdf",
    "console.pdf": "console.pdf",
    ".htaccess": "htaccess",
    "x.pdf.exe": "x.pdf.exe",
    "x.pdf. . .": "x.pdf",
    "\U0001f9b4 knee.pdf": "\U0001f9b4 knee.pdf",
    "Cafe\u0301.pdf": "Caf\u00e9.pdf",
    'a"b;c|d<e>f?g*h.pdf': "a_b_c_d_e_f_g_h.pdf",
    "a\t b\u00a0 c.pdf": "a b c.pdf",
    "   ": "attachment.pdf",
    "": "attachment.pdf",
    "..": "attachment.pdf",
    "folder/": "attachment.pdf",
    "x" * 300 + ".docx": "x" * 115 + ".docx",
    "x" * 300: "x" * 120,
    "\U0001f9b4" * 100 + ".pdf": "\U0001f9b4" * 49 + ".pdf",
}


@pytest.mark.parametrize("given_name", NAMES)
def test_cleaned(given_name: str):
    assert clean_name(given_name) == NAMES[given_name]


@given(st.text(max_size=400))
def test_any_name_becomes_harmless_and_stays_so(name: str):
    clean = clean_name(name)
    assert clean
    assert len(clean) <= MAX_CHARACTERS
    assert len(clean.encode()) <= MAX_BYTES
    assert not re.search(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\:"<>|?*%;]', clean)
    assert clean == clean.strip()
    assert not clean.startswith(".")
    assert clean_name(clean) == clean


@given(st.text(max_size=200))
def test_header_holds_the_name_and_nothing_else(name: str):
    header = content_disposition(name)
    parts = re.fullmatch(
        r"attachment; filename=\"([ !#-\[\]-~]+)\"; filename\*=UTF-8''([!#$&+\-.^_`|~0-9A-Za-z%]+)", header
    )
    assert parts, header
    assert unquote(parts[2]) == clean_name(name)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("note.pdf", "attachment; filename=\"note.pdf\"; filename*=UTF-8''note.pdf"),
        ("Caf\u00e9 1.pdf", "attachment; filename=\"Cafe 1.pdf\"; filename*=UTF-8''Caf%C3%A9%201.pdf"),
        ("\u81a8\u80f1.tiff", "attachment; filename=\"attachment.tiff\"; filename*=UTF-8''%E8%86%A8%E8%83%B1.tiff"),
        ('a".pdf\r\nX: y', "attachment; filename=\"a_.pdf X_ y\"; filename*=UTF-8''a_.pdf%20X_%20y"),
    ],
)
def test_header(name: str, header: str):
    assert content_disposition(name) == header


def test_own_letters_may_open_in_place():
    assert content_disposition("Letter.pdf", inline=True).startswith('inline; filename="Letter.pdf"')
