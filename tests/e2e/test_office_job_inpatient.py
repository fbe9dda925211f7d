"""A stay, asked for by Expedited, at 320 pixels and twice the size of text."""

from playwright.sync_api import expect

from tests import answers, samples
from tests.e2e.conftest import axe
from tests.e2e.pages import CheckPage, RequestForm


def typed() -> dict[str, str]:
    changes = {"urgency": "expedited", "criterion_cancer": "1", "last_name": "Narrowby"}
    every = {"urgency": "expedited", **answers.inpatient(diagnoses=2, **changes)}
    return {name: value for name, value in every.items() if name not in ("care_kind", "diagnosis-1-primary")}


def too_wide(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_stay_is_asked_for_on_a_narrow_screen(as_, tmp_path):
    page = as_("amy", width=320)
    form = RequestForm.add(page, "Medical stay")
    expect(page.get_by_role("heading", level=1)).to_have_text("New authorization request")
    assert not too_wide(page)
    form.add_line("diagnosis")
    wanted = typed()
    urgency = wanted.pop("urgency")
    form.fill({"urgency": urgency})
    expect(page.get_by_role("group", name="Criteria for Expedited")).to_be_visible()
    form.fill(wanted)
    order = tmp_path / "Admission order.pdf"
    order.write_bytes(samples.pdf())
    form.attach(order)
    assert not too_wide(page)
    assert axe(page) == []
    form.submit()
    check = CheckPage(page)
    expect(page.get_by_text("CMSI may change it under its guidelines").first).to_be_visible()
    assert not too_wide(page)
    check.submit()
    assert not too_wide(page)


def test_the_kind_of_care_decides_the_type_and_can_be_changed(as_):
    page = as_("amy")
    RequestForm.add(page, "Inpatient")
    kind = page.get_by_label("Kind of care", exact=True)
    expect(kind).to_have_value("")
    kind.select_option("iop")
    expect(page.get_by_role("heading", name="D. Stay")).to_have_count(0)
    kind.select_option("php")
    expect(page.get_by_label("Days a week", exact=True)).to_be_visible()
    case_type = page.get_by_role("radiogroup", name="Case type")
    case_type.get_by_role("radio", name="Service Procedure").check()
    expect(page.get_by_role("heading", name="D. Stay")).to_have_count(0)
    expect(page.get_by_role("link", name="Kind of care: check it")).to_be_visible()
    kind.select_option("medical")
    expect(case_type.get_by_role("radio", name="Inpatient")).to_be_checked()
    expect(page.get_by_role("heading", name="D. Stay")).to_be_visible()


def test_typing_goes_on_while_the_form_is_drawn_anew(as_):
    page = as_("amy")
    RequestForm.add(page, "Physical therapy")
    page.get_by_label("Relationship to subscriber", exact=True).select_option("spouse")
    number = page.get_by_label("Group number", exact=True)
    number.press_sequentially("70-118244556677", delay=90)
    expect(page.get_by_label("Subscriber name", exact=True)).to_be_visible()
    expect(number).to_have_value("70-118244556677")
    expect(number).to_be_focused()
