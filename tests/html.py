"""What every page of the portal must be, looked at on every page that any test fetches."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib

NEEDS_LABEL = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
EVAL_ATTRIBUTE = re.compile(r"^(on[a-z]+|style|hx-on.*|hx-vars)$")


class Document:
    """A parsed page or fragment, with a few ways to look into it."""

    def __init__(self, text: str, is_page: bool) -> None:
        self.text = text
        self.is_page = is_page
        parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
        self.root: Element = parser.parse(text) if is_page else parser.parseFragment(text)
        self.mistakes = [
            f"line {line}, column {column}: {code} {details}"
            for (line, column), code, details in parser.errors
            if is_page or code != "expected-doctype-but-got-start-tag"
        ]

    @cached_property
    def elements(self) -> list[Element]:
        return [each for each in self.root.iter() if isinstance(each.tag, str)]

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with this tag and these attributes; `class_` looks for one class of several."""
        wanted = attributes.pop("class_", None)
        return [
            each
            for each in self.elements
            if each.tag == tag
            and all(each.get(name.replace("_", "-")) == value for name, value in attributes.items())
            and (wanted is None or wanted in (each.get("class") or "").split())
        ]

    def by_id(self, identifier: str) -> Element | None:
        return next((each for each in self.elements if each.get("id") == identifier), None)


def words(element: Element | None) -> str:
    """The text of an element with everything in it, white space folded; '' for None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def complaints(document: Document) -> Iterator[str]:
    """Every way in which this page or fragment is not as it must be, each with its cure."""
    for check in CHECKS if document.is_page else FRAGMENT_CHECKS:
        yield from check(document)


def _parses(document: Document) -> Iterator[str]:
    for mistake in document.mistakes:
        yield f"not well-formed HTML5 ({mistake}). Close the tag, or quote the attribute, in the template."


def _has_one_heading(document: Document) -> Iterator[str]:
    headings = document.all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 elements. A page has one: fill the block `title` and add no other h1."


def _title_is_heading(document: Document) -> Iterator[str]:
    title = words(next(iter(document.all("title")), None))
    heading = words(next(iter(document.all("h1")), None))
    has_errors = document.by_id("problems") is not None
    expected = f"Error: {heading}" if has_errors else heading
    if title != expected:
        yield f"the title is {title!r}, not {expected!r}. It is the h1, with 'Error: ' before it when there are errors."


def _has_language(document: Document) -> Iterator[str]:
    if not any(each.get("lang") for each in document.all("html")):
        yield "no lang on <html>. Extend base.html."


def _ids_are_unique(document: Document) -> Iterator[str]:
    counted = Counter(each.get("id") for each in document.elements if each.get("id"))
    for identifier, times in counted.items():
        if times > 1:
            yield f"id {identifier!r} is there {times} times. Make it unique: put the line's number or the key into it."


def _controls_have_names(document: Document) -> Iterator[str]:
    labelled = {each.get("for") for each in document.all("label")}
    inside = {id(control) for label in document.all("label") for control in label.iter()}
    for control in document.elements:
        if control.tag not in NEEDS_LABEL or control.get("type") in UNLABELLED_TYPES:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or id(control) in inside
        if not named and control.get("id") not in labelled:
            yield f"no label for <{control.tag} name={control.get('name')!r}>. Add <label for=…>, or aria-label."


def _labels_have_controls(document: Document) -> Iterator[str]:
    present = {each.get("id") for each in document.elements}
    for label in document.all("label"):
        if label.get("for") and label.get("for") not in present:
            yield f"the label {words(label)!r} is for {label.get('for')!r}, which is not there. Give a control this id."
    for each in document.elements:
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            for target in (each.get(name) or "").split():
                if target not in present and document.is_page:
                    yield f"{name}={target!r} on <{each.tag}> points to nothing. Add the id, or drop the attribute."


def _problems_lead_to_their_fields(document: Document) -> Iterator[str]:
    summary = document.by_id("problems")
    for link in summary.iter("a") if summary is not None else ():
        target = (link.get("href") or "").removeprefix("#")
        if document.by_id(target) is None:
            yield f"the problem {words(link)!r} links to #{target}, which is not there. Give the field this id."


def _buttons_and_links_have_names(document: Document) -> Iterator[str]:
    for each in document.elements:
        if each.tag not in ("button", "a") or (each.tag == "a" and each.get("href") is None):
            continue
        image = next((inner.get("alt") for inner in each.iter("img") if inner.get("alt")), None)
        if not (words(each) or each.get("aria-label") or each.get("aria-labelledby") or image):
            yield f"<{each.tag} class={each.get('class')!r}> has no name. Add words, or aria-label beside the icon."


def _posts_carry_the_token(document: Document) -> Iterator[str]:
    for form in document.all("form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        if not any(each.get("name") == "csrf_token" and each.get("value") for each in form.iter("input")):
            yield f"the form to {form.get('action')!r} has no CSRF token. Put {{{{ ui.csrf() }}}} into it."


def _forms_are_plain_first(document: Document) -> Iterator[str]:
    for each in document.elements:
        names = set(each.attrib)
        if each.tag == "form" and "action" not in names and each.get("method") != "dialog":
            yield "a form without action. Give it the URL that works without scripts."
        if each.tag == "a" and any(name.startswith("hx-") for name in names) and not each.get("href"):
            yield f"the link {words(each)!r} has hx- attributes and no href. Give it one that works without scripts."


def _runs_nothing_inline(document: Document) -> Iterator[str]:
    for each in document.elements:
        if each.tag == "style" or (each.tag == "script" and not each.get("src")):
            yield f"an inline <{each.tag}>. The CSP forbids it: move it into static/."
        for name, value in each.attrib.items():
            if EVAL_ATTRIBUTE.match(name):
                yield f"{name}={value!r} on <{each.tag}>. The CSP forbids it: use a class, or data-* with app.js."
            if name.startswith("hx-") and re.match(r"\s*(js|javascript):", value):
                yield f"{name}={value!r} on <{each.tag}> evaluates script. Send a plain value."
            if name.startswith("hx-trigger") and "[" in value:
                yield f"{name}={value!r} has a filter, which htmx evaluates. Use an event of its own from app.js."
            if name in ("href", "action", "src") and re.match(r"\s*(javascript|data):", value, re.IGNORECASE):
                yield f"{name}={value!r} on <{each.tag}>. Link to a path of the portal."


def _stays_at_home(document: Document) -> Iterator[str]:
    for each in document.elements:
        for name in ("src", "action", "formaction", "poster"):
            if re.match(r"\s*(https?:)?//", each.get(name) or ""):
                yield f"{name}={each.get(name)!r} on <{each.tag}> leaves the portal. Serve it from static/."


Check = Callable[[Document], Iterator[str]]
FRAGMENT_CHECKS: tuple[Check, ...] = (
    _parses,
    _ids_are_unique,
    _controls_have_names,
    _buttons_and_links_have_names,
    _posts_carry_the_token,
    _forms_are_plain_first,
    _runs_nothing_inline,
    _stays_at_home,
)
CHECKS: tuple[Check, ...] = (
    *FRAGMENT_CHECKS,
    _has_one_heading,
    _title_is_heading,
    _has_language,
    _labels_have_controls,
    _problems_lead_to_their_fields,
)
