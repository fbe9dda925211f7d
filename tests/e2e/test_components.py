"""The page that shows every component: axe finds nothing in any colour or width, and nothing is cut off."""

import pytest

from tests.e2e.conftest import axe

WAYS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "320 px": {"width": 320},
    "tablet": {"width": 820},
}
SMALL = """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary")].filter((each) => {
  const box = each.getBoundingClientRect();
  const isInText = getComputedStyle(each).display === "inline";
  return box.width && !isInText && (box.width < 24 || box.height < 24);
}).map((each) => each.outerHTML)"""


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing(open_page, way):
    page = open_page(**WAYS[way])
    page.goto("/help/components")
    assert axe(page) == []


@pytest.mark.parametrize("width", [320, 660, 700, 760, 820, 1280])
def test_nothing_is_wider_than_the_window(open_page, width):
    page = open_page(width=width)
    page.goto("/help/components")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_text_of_twice_the_size_still_fits(open_page):
    page = open_page(width=640)
    page.goto("/help/components")
    page.evaluate("document.styleSheets[0].insertRule('html { font-size: 200% !important }', 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_targets_are_24_pixels_or_more(open_page):
    page = open_page()
    page.goto("/help/components")
    assert page.evaluate(SMALL) == []


def test_focus_is_never_under_the_bar_at_the_bottom(open_page):
    page = open_page()
    page.goto("/help/components")
    hidden = []
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden += page.evaluate(
            """() => {
              const at = document.activeElement, box = at.getBoundingClientRect();
              const bar = document.querySelector(".foot").getBoundingClientRect();
              return at.closest(".foot") || box.top < bar.top ? [] : [at.outerHTML];
            }"""
        )
    assert hidden == []
