"""Pages in all their states, as people see them: whose page, where it is, and what is done on it first."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from models import Status
from tests import builders, personas

Act = Callable[[Page], None]


@dataclass(frozen=True)
class State:
    """`path` has keys of `make_world` in braces; `act` brings the page from how it opens into the state."""

    name: str
    person: str
    path: str
    act: Act | None = None

    def __str__(self) -> str:
        return f"{self.person or 'nobody'}: {self.name}"


def make_world() -> dict[str, str]:
    """Requests and cases to look at: their keys and numbers by the names that the paths use."""
    world = {"office": personas.office("amy").key, "user": personas.user("amy").key}
    named = {
        "submitted": builders.make_request(last_name="Müller-Lüdenscheidt-Oberbergermeister"),
        "rejected": builders.make_request(Status.REJECTED),
        "in_review": builders.make_request(Status.IN_REVIEW),
        "asked": builders.make_request(Status.INFO_REQUESTED),
        "with_physician": builders.make_request(Status.PHYSICIAN_REVIEW),
        "approved": builders.make_request(Status.DETERMINED, last_name="مريم"),
        "stay": builders.make_request(Status.DETERMINED, inpatient=True),
        "denied": builders.make_request(Status.DETERMINED, denied=True),
        "withdrawn": builders.make_request(Status.WITHDRAWN),
        "draft": builders.make_draft(),
        "empty": builders.make_draft(last_name="", member_id="", files=0, urgency=""),
        "long": builders.make_draft(lines=25, files=8),
        "expedited": builders.make_draft(urgency="expedited"),
        "staying": builders.make_draft(inpatient=True),
        "discarded": builders.make_request(Status.ARCHIVED),
    }
    for name, request in named.items():
        world[name] = request.key
        world[f"case_{name}"] = request.case.webcert_number or ""
    letter = named["denied"].determinations.get().letters.get()
    return world | {"letter": letter.key}


def press(name: str, role: str = "button") -> Act:
    return lambda page: page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]  # a literal


def refused(name: str) -> Act:
    """Presses a button, and waits for the list of problems."""

    def act(page: Page) -> None:
        press(name)(page)
        expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_be_visible()

    return act


def search(words: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label("Search for", exact=True).first.fill(words)
        page.get_by_role("button", name="Search", exact=True).first.click()
        page.wait_for_load_state()

    return act


def shortcuts(page: Page) -> None:
    page.locator("#keys").wait_for(state="attached")
    page.keyboard.press("?")


def unfold_all(page: Page) -> None:
    page.eval_on_selector_all("main details", "all => all.forEach(each => { each.open = true; })")


def time_out(page: Page) -> None:
    page.locator("#time-out").evaluate("dialog => dialog.showModal()")


PUBLIC = [
    State("start", "", "/"),
    State("sign-in", "", "/sign-in"),
    State("sign-in refused", "", "/sign-in", refused("Sign in")),
    State("register", "", "/register"),
    State("register refused", "", "/register", refused("Register")),
    State("single sign-on", "", "/sso"),
    State("help", "", "/help"),
    *(State(page, "", f"/help/{page}") for page in ("instructions", "faq", "expedited", "contact", "components")),
    State("nothing there", "", "/no-such-page"),
    State("widget", "", "/widget"),
    State("link used up", "", "/reset/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
]
LISTS = [
    *(
        State(f"tab {tab}", "amy", f"/dashboard?tab={tab}")
        for tab in ("drafts", "pending", "rejected", "accepted", "closed")
    ),
    *(
        State(f"only {chosen}", "amy", f"/dashboard?tab=accepted&show={chosen}")
        for chosen in ("turn", "awaiting", "new", "ending")
    ),
    State("nothing yet", "bob", "/dashboard?tab=accepted"),
    State("no drafts", "bob", "/dashboard?tab=drafts"),
    State("menu of a row", "amy", "/dashboard?tab=accepted", press("Add to this case", "link")),
    State("search", "amy", "/dashboard", search("Hollis")),
    State("search without a find", "amy", "/dashboard", search("W26-999999-1")),
    State("shortcuts", "amy", "/dashboard", shortcuts),
    State("time-out", "amy", "/dashboard", time_out),
    State("widget", "amy", "/widget"),
]
FORM = [
    State("add", "amy", "/requests/new"),
    State("empty draft", "amy", "/requests/{empty}"),
    State("empty draft refused", "amy", "/requests/{empty}", refused("Submit")),
    State("draft", "amy", "/requests/{draft}"),
    State("25 lines", "amy", "/requests/{long}"),
    State("expedited", "amy", "/requests/{expedited}"),
    State("expedited refused", "amy", "/requests/{expedited}", refused("Submit")),
    State("stay", "amy", "/requests/{staying}"),
    State("line removed", "amy", "/requests/{draft}", press("Remove service line 2")),
    State("line added", "amy", "/requests/{draft}", press("Add diagnosis line")),
    State("check", "amy", "/requests/{draft}/check"),
    State("discard", "amy", "/requests/{draft}/discard"),
    State("copy", "amy", "/requests/{approved}/copy"),
    State("sent", "amy", "/requests/{submitted}/sent"),
    State("record", "amy", "/requests/{submitted}/record"),
    State("discarded", "amy", "/requests/{discarded}"),
]
CASES = [
    *(
        State(f"case {name}", "amy", f"/cases/{{case_{name}}}")
        for name in (
            "submitted",
            "rejected",
            "in_review",
            "asked",
            "with_physician",
            "approved",
            "stay",
            "denied",
            "withdrawn",
        )
    ),
    State("add to a case", "amy", "/cases/{case_approved}/add"),
    State("add to a denied case", "amy", "/cases/{case_denied}/add"),
    State("add records", "amy", "/requests/{in_review}/records"),
    State("add records refused", "amy", "/requests/{in_review}/records", refused("Send to CMSI")),
    State("answer refused", "amy", "/requests/{asked}/answer", refused("Send the answer")),
    State("withdraw", "amy", "/requests/{in_review}/withdraw"),
    State("cancel", "amy", "/requests/{approved}/cancel"),
    State("discharge", "amy", "/cases/{case_stay}/discharge"),
    State("peer-to-peer", "amy", "/requests/{denied}/peer-to-peer"),
    State("letters", "amy", "/cases/{case_denied}/letters"),
    State("letter", "amy", "/letters/{letter}"),
]
ACCOUNT = [
    State("profile", "amy", "/profile"),
    *(State(f"profile {part}", "amy", f"/profile/{part}") for part in ("data", "office", "password", "second-factor")),
    State("password refused", "amy", "/profile/password", refused("Change password")),
]
STAFF = [
    State("queue", "ian", "/queue"),
    State("intake", "ian", "/review/{submitted}", unfold_all),
    State("intake of a rejected one", "ian", "/review/{rejected}"),
    *(
        State(f"review {name}", "nia", f"/review/{{{name}}}", unfold_all)
        for name in ("in_review", "asked", "approved", "denied")
    ),
    State("physician", "pam", "/review/{with_physician}", unfold_all),
    State("accounts", "ian", "/accounts"),
    State("account", "ian", "/accounts/{user}"),
    State("office", "ian", "/accounts/offices/{office}"),
    State("reports", "nia", "/reports"),
    State("yearly figures", "ada", "/reports/yearly"),
    State("audit log", "ada", "/audit"),
    State("settings", "ada", "/settings"),
    State("profile of staff", "nia", "/profile"),
    State("not open to them", "ada", "/queue"),
]
MAIN = [
    each
    for each in (*LISTS, *FORM, *CASES, *STAFF)
    if each.name
    in (
        "tab accepted",
        "draft",
        "empty draft refused",
        "check",
        "case denied",
        "letter",
        "queue",
        "physician",
        "reports",
    )
]
"""Those that are looked at in other looks too."""
EVERY = [*PUBLIC, *LISTS, *FORM, *CASES, *ACCOUNT, *STAFF]
