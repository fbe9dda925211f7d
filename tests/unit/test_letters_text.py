"""Any text can be set as a tagged PDF, and stays text: nothing typed is ever markup."""

import io
import re
import unicodedata

import pypdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casework.letters.pdf import letter_pdf
from casework.letters.settable import settable
from casework.letters.typesetting import typeset

MARKUP = (
    '#let x = 1; #x #read("/etc/passwd") #sys.inputs.data',
    "*bold* _it_ `raw` $x^2$ = Heading\n- list\n+ list\n/ term: x",
    "{{7*7}} {% for x in y %} ${7*7} <script>alert(1)</script> &lt; %s {0}",
    "\\ @label <label> ~ -- --- ... // comment /* open",
)


def content_with(text: str) -> dict[str, object]:
    """A letter that has this text wherever people's words go."""
    line = {"what": text, "description": text, "asked": text, "decided": text, "difference": text}
    reason = {"what": text, "reason": "N1", "meaning": "m", "criterion": text, "explanation": text, "missing": text}
    adverse = dict.fromkeys(("reviewer", "plan_provision", "criterion_free", "codes_on_request", "appeal"), text)
    adverse |= dict.fromkeys(("expedited_appeal", "external_review", "erisa", "assistance", "language"), text)
    whole = dict.fromkeys(("title", "summary", "organisation", "date", "valid", "requirements", "corrects"), text)
    return {
        **whole,
        "title": f"Determination: {text}",
        "to": [text],
        "numbers": [["Authorization #", text], ["WebCert #", text]],
        "facts": [["Member", text]],
        "diagnoses": [text],
        "lines": [line],
        "reasons": [reason],
        "next_steps": [text],
        "adverse": adverse | {"notice_by_phone": text},
        "explained": text,
        "languages": [["es", text]],
        "notices": [text],
        "contact": text,
        "legal": text,
    }


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b\xad]", "", text)


def said(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages))


@pytest.mark.parametrize("text", MARKUP)
def test_markup_comes_out_as_it_was_typed(text: str) -> None:
    assert said(letter_pdf(content_with(text))).count(squeezed(text)) > 10


@given(st.text(max_size=60))
@example("😀 👩‍🔬 漢字 สวัสดี مرحبا שלום \ue000 \uffff")
@example("a\u1680b")
@example("x\u0323\u0301\u0330 e\u20dd \u202eevil \x00\x07\x1b[31m \ud7ff")
def test_any_text_can_be_set(text: str) -> None:
    assert letter_pdf(content_with(text)).startswith(b"%PDF")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x17F, exclude_categories=["Cc", "Cf"]), min_size=1))
def test_text_of_our_languages_is_never_changed(text: str) -> None:
    assert settable(text) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_what_is_settable_stays_as_it_is(text: str) -> None:
    once = settable(text)
    assert settable(once) == once
    assert not any(unicodedata.category(each) in ("Cc", "Cs") and each != "\n" for each in once)


def test_every_space_can_be_set() -> None:
    spaces = "a".join(chr(code) for code in range(0x3001) if chr(code).isspace())
    assert typeset("probe.typ", settable(spaces)).startswith(b"%PDF")


@pytest.mark.slow
def test_all_plain_characters_have_a_glyph() -> None:
    latin = [chr(code) for code in range(32, 0x2300) if unicodedata.category(chr(code))[0] != "M"]
    plain = "".join(each for each in latin if each.isprintable() and settable(each) == each)
    assert len(plain) > 300
    assert typeset("probe.typ", plain).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ok 😀", "ok [grinning face]"),
        ("漢", "[U+6F22]"),
        ("１２", "12"),
        ("a\tb\r\nc\u2028d", "a b\nc\nd"),
        ("a\u1680b", "a b"),
        ("pay\u202eyab\u0000", "payyab"),
        ("Nguyễn, Łukasz; Ólafur", "Nguyễn, Łukasz; Ólafur"),
        ("مرحبا שלום", "مرحبا שלום"),
    ],
)
def test_what_has_no_glyph_is_named(typed: str, shown: str) -> None:
    assert settable(typed) == shown


def test_a_word_longer_than_the_line_is_broken_not_cut() -> None:
    data = letter_pdf(content_with("W" * 200))
    assert said(data).count("W" * 200) > 10
    places: list[float] = []

    def note(text: str, _: object, matrix: list[float], *__: object) -> None:
        if text.strip():
            places.append(matrix[4])

    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        page.extract_text(visitor_text=note)
    assert max(places) < 612 - 72
