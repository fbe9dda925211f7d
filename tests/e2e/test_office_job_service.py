"""A request for physical therapy: left in the middle, taken up again, with lines by the + icons and real files."""

import pytest
from playwright.sync_api import expect

from tests import answers, samples
from tests.e2e.conftest import axe
from tests.e2e.pages import CheckPage, RequestForm

SET_ALREADY = ("care_kind", "diagnosis-1-primary")
"""What was chosen under Add, and what the first diagnosis line is by itself."""


@pytest.fixture
def clinicals(tmp_path):
    paths = [tmp_path / "PT evaluation and plan of care.pdf", tmp_path / "MRI right knee.pdf"]
    for pages, path in enumerate(paths, 1):
        path.write_bytes(samples.pdf(pages=pages))
    return paths


def typed(last_name: str) -> dict[str, str]:
    every = answers.service(3, diagnoses=2, last_name=last_name)
    return {name: value for name, value in every.items() if name not in SET_ALREADY}


@pytest.mark.parametrize("where", ["server", pytest.param("server_on_postgres", marks=pytest.mark.slow)])
def test_a_request_is_left_in_the_middle_and_nothing_is_lost(as_, clinicals, request, where):
    at = request.getfixturevalue(where).url
    page = as_("amy", at=at)
    form = RequestForm.add(page, "Physical therapy")
    wanted = typed("Middlesworth")
    first = {name: wanted.pop(name) for name in list(wanted)[:14]}
    form.fill(first)
    form.add_line("diagnosis")
    form.wait_until_saved()
    address = page.url
    page.context.close()

    page = as_("ann", at=at)
    page.goto(address)
    form = RequestForm(page)
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Middlesworth")
    expect(form.lines("diagnosis")).to_have_count(2)
    form.add_line("service")
    form.add_line("service")
    form.fill(wanted)
    form.attach(*clinicals)
    expect(page.get_by_text("2 File(s) attached")).to_be_visible()
    form.submit()
    number = CheckPage(page).submit()
    page.reload()
    expect(page.get_by_text(number).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt (PDF)").click()
    assert download.value.suggested_filename == f"Receipt {number}.pdf"


def test_a_new_line_takes_over_what_lines_have_in_common(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    first = {name: value for name, value in answers.service(1).items() if name.startswith("service-")}
    form.fill(first)
    form.add_line("service")
    expect(page.get_by_label("CPT / HCPCS code 2", exact=True)).to_be_focused()
    for label, value in (
        ("From 2", first["service-1-from"]),
        ("Unit 2", "visits"),
        ("Frequency 2", "3"),
        ("Place of service 2", "11"),
    ):
        expect(page.get_by_label(label, exact=True)).to_have_value(value)


def test_a_line_is_removed_and_brought_back(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"service-1-code": "97110"})
    form.add_line("service")
    page.get_by_role("button", name="Remove service line 1").click()
    expect(form.lines("service")).to_have_count(1)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(form.lines("service")).to_have_count(2)
    expect(page.get_by_label("CPT / HCPCS code 1", exact=True)).to_have_value("97110")


def test_a_diagnosis_is_found_by_words_with_the_keyboard(as_):
    page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    code = page.get_by_label("ICD-10-CM code 1", exact=True)
    code.press_sequentially("pain right shoulder", delay=15)
    choice = page.get_by_role("button", name="M25.511 Pain in right shoulder")
    expect(choice).to_be_visible()
    while not choice.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(code).to_have_value("M25.511")
    expect(code).to_be_focused()
    expect(page.get_by_role("group", name="Diagnosis line 1")).to_contain_text("Pain in right shoulder")
    expect(page.get_by_role("group", name="Diagnosis line 1")).to_contain_text("Primary")


def test_refused_files_are_told_and_the_good_ones_are_kept(as_, clinicals, tmp_path):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    bad, empty = tmp_path / "broken.pdf", tmp_path / "empty.pdf"
    bad.write_bytes(b"no pdf at all")
    empty.touch()
    page.get_by_label("Attach clinicals").set_input_files([clinicals[0], bad, empty, clinicals[1]])
    expect(page.get_by_role("link", name=clinicals[1].name)).to_be_visible()
    expect(page.get_by_text("The name says that this is a PDF")).to_be_visible()
    expect(page.get_by_text("This file is empty.")).to_be_visible()
    expect(page.get_by_label(f"Type of {clinicals[1].name}")).to_have_value("imaging")
    page.get_by_role("button", name=f"Remove {clinicals[1].name}").click()
    expect(page.get_by_text("1 File(s) attached")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 File(s) attached")).to_be_visible()
    form.wait_until_saved()


def test_submit_too_early_lists_what_is_missing_and_leads_there(as_):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.submit()
    problems = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(problems).to_be_focused()
    expect(page).to_have_title("Error: New authorization request")
    assert axe(page) == []
    problems.get_by_role("link", name="Enter the member's last name.").click()
    expect(page.get_by_label("Last name", exact=True)).to_be_focused()
    page.keyboard.type("Early")
    missing = page.get_by_role("group").filter(has_text="Still missing")
    expect(missing.get_by_role("link", name="Last name")).to_have_count(0)
