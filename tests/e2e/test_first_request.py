"""A clerk writes a request for physical therapy, sends it, and finds it again."""

from playwright.sync_api import expect

from tests import answers, samples
from tests.e2e.conftest import axe
from tests.e2e.pages import CheckPage, Dashboard, RequestForm

SET_BY_ITSELF = ("care_kind", "diagnosis-1-primary")
"""What was chosen under Add, and what the first diagnosis line is."""


def test_a_request_is_written_sent_and_found_again(as_, tmp_path):
    page = as_("amy")
    form = RequestForm.add(page, "Physical therapy")
    form.add_line("service")
    typed = {
        name: value for name, value in answers.service(2, last_name="Firstly").items() if name not in SET_BY_ITSELF
    }
    form.fill(typed)
    note = tmp_path / "office-note.pdf"
    note.write_bytes(samples.pdf())
    form.attach(note)
    form.wait_until_saved()
    form.submit()
    check = CheckPage(page)
    assert axe(page) == []
    number = check.submit()
    assert axe(page) == []
    dashboard = Dashboard(page).open("pending")
    expect(dashboard.row(number)).to_contain_text("Firstly, Maren")
    dashboard.search(number)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Case {number}")
    expect(page.get_by_role("main")).to_contain_text("Firstly, Maren")
