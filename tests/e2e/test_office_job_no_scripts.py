"""The whole of it in a browser without scripts."""

from playwright.sync_api import expect

from tests import answers, samples
from tests.e2e.pages import CheckPage, RequestForm

SET_ALREADY = ("care_kind", "diagnosis-1-primary")


def test_a_request_is_written_and_sent_without_scripts(as_, tmp_path):
    page = as_("amy", scripts=False)
    form = RequestForm.add(page, "Physical therapy")
    page.get_by_label("Last name", exact=True).fill("Plainly")
    form.add_line("service")
    form.add_line("diagnosis")
    expect(page.get_by_label("Last name", exact=True)).to_have_value("Plainly")
    every = answers.service(2, diagnoses=2, last_name="Plainly")
    form.fill({name: value for name, value in every.items() if name not in SET_ALREADY})
    note, bad = tmp_path / "Office note.pdf", tmp_path / "broken.pdf"
    note.write_bytes(samples.pdf())
    bad.write_bytes(b"no pdf")
    page.get_by_label("Attach clinicals").set_input_files([note, bad])
    page.get_by_role("button", name="Upload the chosen files").click()
    expect(page.get_by_role("alert")).to_contain_text("broken.pdf: The name says that this is a PDF")
    expect(page.get_by_text("1 File(s) attached")).to_be_visible()
    expect(page.get_by_label("Clinical summary", exact=True)).to_have_value(every["clinical_summary"])
    form.submit()
    number = CheckPage(page).submit()
    page.get_by_role("link", name="Open the case").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def test_what_is_missing_is_told_and_leads_to_the_field_without_scripts(as_):
    page = as_("amy", scripts=False)
    form = RequestForm.add(page, "Inpatient")
    form.fill({"relationship": "spouse", "last_name": "Plainly"})
    form.submit()
    expect(page.get_by_role("alert")).to_contain_text("Enter the member ID")
    expect(page.get_by_label("Subscriber name", exact=True)).to_be_visible()
    page.get_by_role("link", name="Enter the member's first name.").click()
    page.keyboard.type("Paula")
    form.save()
    expect(page.get_by_label("First name", exact=True)).to_have_value("Paula")
    expect(page.get_by_text("Saved", exact=False).first).to_be_visible()


def test_a_code_is_found_by_words_without_scripts(as_):
    page = as_("amy", scripts=False)
    form = RequestForm.add(page, "Physical therapy")
    page.get_by_label("ICD-10-CM code 1", exact=True).fill("pain right shoulder")
    form.save()
    page.get_by_role("button", name="M25.511 Pain in right shoulder").click()
    expect(page.get_by_label("ICD-10-CM code 1", exact=True)).to_have_value("M25.511")
    form.add_line("diagnosis")
    page.get_by_label("ICD-10-CM code 2", exact=True).fill("M17.11")
    form.save()
    page.get_by_role("button", name="Make primary diagnosis line 2").click()
    expect(page.get_by_role("group", name="Diagnosis line 2").get_by_text("Primary", exact=True)).to_be_visible()
    page.get_by_role("button", name="Remove diagnosis line 1").click()
    expect(form.lines("diagnosis")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("ICD-10-CM code 1", exact=True)).to_have_value("M25.511")


def test_two_people_in_one_field_without_scripts(as_):
    page = as_("amy", scripts=False)
    form = RequestForm.add(page, "Physical therapy")
    form.fill({"group_number": "11-1"})
    form.save()
    hers = as_("ann", scripts=False)
    hers.goto(page.url)
    RequestForm(hers).fill({"group_number": "22-2"})
    RequestForm(hers).save()
    form.fill({"group_number": "33-3", "last_name": "Plainly"})
    form.save()
    expect(page.get_by_role("alert")).to_contain_text("“22-2”")
    expect(page.get_by_label("Group number", exact=True)).to_have_value("33-3")
    form.save()
    hers.reload()
    expect(hers.get_by_label("Group number", exact=True)).to_have_value("33-3")
    expect(hers.get_by_label("Last name", exact=True)).to_have_value("Plainly")


def test_two_windows_of_one_person_without_scripts(as_):
    page = as_("amy", scripts=False)
    form = RequestForm.add(page, "Physical therapy")
    other = page.context.new_page()
    other.goto(page.url)
    RequestForm(other).fill({"group_number": "22-2", "accident": "auto"})
    RequestForm(other).save()
    form.fill({"group_number": "33-3", "accident": "work", "last_name": "Plainly"})
    form.save()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("“22-2”")
    expect(told).to_contain_text("“33-3”")
    page.get_by_role("button", name="Use what is saved for Group number").click()
    for label, value in {"Group number": "22-2", "Accident related": "work", "Last name": "Plainly"}.items():
        expect(page.get_by_label(label, exact=True)).to_have_value(value)
