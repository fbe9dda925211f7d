"""What an adverse letter lacks. With anything missing it can't be issued."""

from casework.letters.compose import Content
from models import LineOutcome

ELEMENTS = {
    "plan_provision": "the plan provision, or the words to contact the plan administrator",
    "criterion_free": "the words that the criterion is free on request",
    "explanation": "the clinical explanation of the determination",
    "reviewer": "the reviewer's name and credentials (in the reviewer's account)",
    "codes_on_request": "the words that codes and their meanings are given on request",
    "appeal": "how to appeal and by when",
    "expedited_appeal": "the expedited appeal",
    "external_review": "the external review",
    "erisa": "the right to sue under ERISA section 502(a)",
    "assistance": "consumer assistance",
    "language": "language help",
    "notice_by_phone": "the record of the notice by phone (Expedited)",
}
LINE_ELEMENTS = {
    "reason": "the reason with its code",
    "meaning": "the meaning of the reason code",
    "criterion": "the criterion used",
    "explanation": "the explanation in plain words",
}


def missing(content: Content) -> list[str]:
    """What this letter lacks, each in words for the reviewer; empty when it can be issued.

    Sources: 29 CFR 2560.503-1(g)(1) and 2590.715-2719(b)(2)(ii)(E), see casework.letters.words. An approval lacks
    nothing but the decision of a line.
    """
    lacking = [f"{line['what']}: the decision" for line in content["lines"] if not line["outcome"]]
    if not content["adverse"]:
        return lacking
    adverse = content["adverse"]
    for name, words in ELEMENTS.items():
        is_wanted = name in adverse or name != "notice_by_phone"
        if is_wanted and not adverse.get(name, "").strip():
            lacking.append(words)
    for line in content["lines"]:
        if line["outcome"] not in ("", LineOutcome.APPROVED):
            lacking += _missing_of(line)
    return lacking


def _missing_of(line: dict[str, str]) -> list[str]:
    lacking = [f"{line['what']}: {words}" for name, words in LINE_ELEMENTS.items() if not line.get(name, "").strip()]
    if line.get("reason", "").startswith("N3") and not line.get("missing", "").strip():
        lacking.append(f"{line['what']}: which information is missing, and why it is needed")
    return lacking
