"""Start page and help: every fact of the two documents that the organisation gives its providers."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.client import Client

START = (
    "Sign in with Username / Password",
    "Single Sign-On (SSO)",
    "Register",
    "Verify benefits and eligibility",
    "no authorizations for secondary insurance plans",
    "does not guarantee payment",
    "in-network or out-of-network status",
    "may take additional time",
    "The level of urgency is a request",
    "does not stand in the way of care",
)
FAQ = (
    "one account is enough",
    "primary physician",
    "no spaces",
    "case-sensitive",
    "at least 10 characters",
    "After 30 days",
    "linked",
    "is for CMSI staff",
    "clear the history and cache",
    "262-369-8750",
    "800-861-8744",
    "Observation stays",
    "Partial hospitalization program (PHP)",
    "Residential treatment",
    "Behavioral health IOP treatment",
    "Anything else that is not Inpatient",
    "each need a request of their own",
    "The + icon adds lines",
    "A question mark",
    "Expedited, Standard and Retro",
    "navigation or care requirements",
    "it is a plan exclusion",
    "from the Authorization # and from the paper icon",
    "among the attached files",
    "by its + icon",
    "Further extensions go into the same case",
    "A letter does not guarantee payment of benefits",
)
INSTRUCTIONS = (
    "To verify benefits and eligibility is the provider's responsibility",
    "no authorizations for secondary insurance plans",
    "Drafts",
    "Pending (In Process)",
    "Rejected",
    "Accepted",
    "asterisk",
    "Clinicals must be attached",
    "Choose Save",
    "choose Submit",
    "It is not the Authorization #",
    "800-662-6865",
    "search by the WebCert #",
)
EXPEDITED = (
    "Cancer diagnosis",
    "Transfer between facilities",
    "Transplant",
    "Dialysis",
    "Zoll LifeVest, oxygen or a wheelchair",
    "through the ER that was not planned",
    "planned for 7 days or less",
    "Any behavioral health admission",
    "Infusions and injections",
    "Hospice, at home or inpatient",
)
CONTACT = ("800-662-6865", "262-369-8750", "800-861-8744", "Monday to Friday, 8:00 AM to 4:30 PM Central")


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("/", START),
        ("/help/faq", FAQ),
        ("/help/instructions", INSTRUCTIONS),
        ("/help/expedited", EXPEDITED),
        ("/help/contact", CONTACT),
    ],
)
def test_a_page_says_what_the_documents_say(
    client_for: Callable[[str], Client], path: str, facts: tuple[str, ...]
) -> None:
    words = client_for("nobody").get(path).words
    assert [fact for fact in facts if fact not in words] == []


def test_help_leads_to_each_of_its_pages(client_for: Callable[[str], Client]) -> None:
    browser = client_for("nobody")
    links = browser.get("/help").links
    reached = {address for address in links.values() if address.startswith("/help/")}
    assert {"/help/faq", "/help/instructions", "/help/expedited", "/help/contact"} <= reached
    assert {browser.get(address).status for address in reached} == {200}


def test_the_doors_are_links_so_that_they_work_without_scripts(client_for: Callable[[str], Client]) -> None:
    links = client_for("nobody").get("/").links
    assert links["Sign in with Username / Password"] == "/sign-in"
    assert links["Single Sign-On (SSO)"].startswith("/sso")
    assert links["Register"] == "/register"


@pytest.mark.parametrize(("name", "home"), [("amy", "/dashboard"), ("ian", "/queue"), ("ada", "/accounts")])
def test_who_is_signed_in_finds_the_way_home_instead_of_the_doors(
    client_for: Callable[[str], Client], name: str, home: str
) -> None:
    browser = client_for(name)
    start, lost = browser.get("/").links, browser.get("/nothing/here").links
    assert "Single Sign-On (SSO)" not in start
    assert start["Go to the first page"] == lost["Go to the first page"]
    assert browser.get(start["Go to the first page"]).headers["Location"].startswith(home)


@pytest.mark.parametrize("path", ["/help/secrets", "/help/components"])
def test_what_is_not_there_is_a_page_with_a_number_and_the_phones(
    client_for: Callable[[str], Client], path: str
) -> None:
    page = client_for("nobody").get(path)
    assert page.status == 404
    assert "reference number" in page.words
    assert "262-369-8750" in page.words


def test_components_stand_on_one_page_in_demo_mode(make_app: Callable[..., Flask]) -> None:
    page = make_app(demo=True).test_client().get("/help/components")
    assert page.status_code == 200
    assert b"There is a problem" in page.data
