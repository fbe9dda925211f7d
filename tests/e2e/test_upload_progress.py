"""Files go up one by one: each with its progress and its receipt, a bad one told by its name."""

import pytest
from playwright.sync_api import Route, expect

from tests import samples
from tests.e2e.conftest import axe
from tests.e2e.pages import RequestForm


@pytest.fixture
def page(as_):
    page = as_("amy")
    RequestForm.add(page, "Diagnostics: imaging")
    return page


def choose(page, **files):
    chosen = [
        {"name": name.replace("_", "."), "mimeType": "application/pdf", "buffer": data} for name, data in files.items()
    ]
    page.get_by_label("Attach clinicals").set_input_files(chosen)


def test_a_bad_file_costs_the_good_ones_nothing(page):
    page.get_by_label("Last name", exact=True).fill("Kept")
    choose(
        page,
        note_pdf=samples.pdf(),
        page_pdf=b"<html>no PDF</html>",
        empty_pdf=b"",
        scan_pdf=samples.pdf(lines=["Second"]),
    )
    for name in ("note.pdf", "scan.pdf"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_text("This file is empty.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(2)
    expect(page.get_by_text("2 File(s) attached")).to_be_visible()
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Kept")
    assert axe(page) == []


def test_a_file_chosen_before_all_of_the_page_is_here_goes_up(as_):
    page = as_("amy")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/parts*.html*", hold)
    RequestForm.add(page, "Diagnostics: imaging")
    choose(page, note_pdf=samples.pdf())
    page.wait_for_timeout(300)
    held[-1].continue_()
    expect(page.get_by_role("link", name="note.pdf")).to_be_visible()


def test_a_file_that_the_network_lost_is_sent_again_by_a_click(page, watch):
    watch.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    page.context.set_offline(True)
    choose(page, note_pdf=samples.pdf())
    expect(page.get_by_text("No connection.", exact=True)).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="note.pdf")).to_be_visible()


def test_a_file_over_the_limit_is_told_before_it_is_sent(page, tmp_path):
    big = tmp_path / "big.pdf"
    with big.open("wb") as file:
        file.truncate(27_000_000)
    page.get_by_label("Attach clinicals").set_input_files(big)
    expect(page.get_by_text("This file is too large: split it or scan it smaller.", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="big.pdf")).to_have_count(0)
