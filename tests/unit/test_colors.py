"""The colours of static/app.css stand out from each other, in the light and in the dark (WCAG 2.2: 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static/app.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
)
SCHEMES = {"light": LIGHT, "dark": LIGHT | DARK}
GROUNDS = ("paper", "ground", "line-2", "accent-2", "wait-bg", "good-bg", "part-bg", "stop-bg", "quiet-bg")
WORDS = ("ink", "ink-2", "accent", "wait", "good", "part", "stop", "quiet")


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_can_be_read_on_every_ground(scheme: str) -> None:
    colors = SCHEMES[scheme]
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + [("on-accent", "accent")]
    faint = [pair for pair in pairs if contrast(*(colors[name] for name in pair)) < 4.5]
    assert faint == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_controls_and_the_ring_of_focus_are_seen_on_every_ground(scheme: str) -> None:
    colors = SCHEMES[scheme]
    assert [ground for ground in GROUNDS if contrast(colors["edge"], colors[ground]) < 3] == []
    for ring, grounds in ((("focus", "ink"), GROUNDS), (("focus", "halo"), ("accent", "paper"))):
        lost = [each for each in grounds if max(contrast(colors[part], colors[each]) for part in ring) < 3]
        assert lost == [], ring


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_box_to_tick_shows_focus_without_a_shadow(scheme: str) -> None:
    """Chromium paints a shadow's ring under the outline of a native box: the outline alone has to stand out."""
    outline = re.search(r":focus-visible[^{]*\{ outline: 3px solid var\(--([\w-]+)\)", CSS)
    assert outline
    assert [each for each in GROUNDS if contrast(SCHEMES[scheme][outline[1]], SCHEMES[scheme][each]) < 3] == []
