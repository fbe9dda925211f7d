"""The standing words of determination letters.

What an adverse letter must say follows the ERISA claims rule, 29 CFR 2560.503-1, and the rule on appeals and external
review, 29 CFR 2590.715-2719 (the same as 45 CFR 147.136); a test holds each element against `missing`:

reason and its code with its meaning     2560.503-1(g)(1)(i), 2590.715-2719(b)(2)(ii)(E)(3)
plan provision                           (g)(1)(ii)
what is missing and why                  (g)(1)(iii)
how to appeal, time limits, 502(a)       (g)(1)(iv), (h)(3)(i) to (v), (i)(2)(ii) and (iii); mediation: (j)(5)(iii)
criterion free on request                (g)(1)(v)(A)
clinical explanation                     (g)(1)(v)(B)
expedited appeal, 72 hours               (g)(1)(vi), (h)(3)(vi), (i)(2)(i); a physician for the member: (b)(4)
notice by phone before the letter        (g)(2)
codes and their meanings on request      2590.715-2719(b)(2)(ii)(E)(1)
external review, four months             2590.715-2719(b)(2)(ii)(E)(4), (d)
consumer assistance                      2590.715-2719(b)(2)(ii)(E)(5)
languages                                2590.715-2719(e)
"""

from casework.vocabulary import BASES
from models import Basis, Outcome

TITLES = {
    Outcome.APPROVAL: "Approval",
    Outcome.PARTIAL_APPROVAL: "Partial Approval",
    Outcome.DENIAL: "Denial",
}
SUMMARIES = {
    Outcome.APPROVAL: "The requested care is approved as medically appropriate, as listed below.",
    Outcome.PARTIAL_APPROVAL: (
        "The requested care is approved in part as medically appropriate. "
        "What is approved and what is not is listed below, line by line."
    ),
    Outcome.DENIAL: "The requested care is not approved. The reason for each line is given below.",
}
REASONS = {
    Basis.NOT_APPROPRIATE: (
        "N1",
        BASES[Basis.NOT_APPROPRIATE],
        "By the criterion named, the records do not show that the care is medically appropriate for this member now.",
    ),
    Basis.EXCLUSION: (
        "N2",
        BASES[Basis.EXCLUSION],
        "The language of the plan excludes this care, whatever the medical need for it.",
    ),
    Basis.INSUFFICIENT: (
        "N3",
        BASES[Basis.INSUFFICIENT],
        "The records received do not hold what is needed to tell whether the care is medically appropriate.",
    ),
}
"""Reason of an adverse line: its code, its name, what the code means."""

ASK_ADMINISTRATOR = (
    "For the provision of the plan on which this determination rests, contact the plan administrator, {administrator}."
)
CRITERION_FREE = (
    "A copy of the criterion, and of every rule, guideline or protocol relied on, is free of charge on request: "
    "call {phones}."
)
CODES_ON_REQUEST = (
    "The diagnosis code and the treatment code of this request, and what they mean, are given on request: call "
    "{phones}."
)
EXPLAINED_BY_LINE = "It is given above, with the reason of each line."
NEXT_APPROVED = (
    "Give the care within the valid dates and in the approved quantity.",
    "If more is needed, send an extension request in the portal before the last valid date, with current records.",
    "Use the Authorization # on the claim. The WebCert # only finds this case in the portal.",
)
NEXT_ADVERSE = (
    "The physician may talk to the physician reviewer: ask for a peer-to-peer talk in the portal, or call {phones}.",
    "Records that were not there may be sent with a reconsideration request in the portal.",
    "The member, or somebody whom the member authorizes, may appeal as described below.",
)
APPEAL = (
    "The member, or somebody whom the member authorizes, has {appeal_days} days after receiving this letter to "
    "appeal; appeals received by {appeal_by} are in time in every case. Send the appeal in writing to "
    "{organisation_long}, with this letter and anything that supports it: comments, documents, records; call "
    "{phones} for the address and the fax number. It is decided by somebody who neither made this determination "
    "nor works under the person who made it, and where medical judgment counts with the advice of another health "
    "care professional. The answer comes within 30 days after the appeal is received, or within 60 days when the "
    "care was given already. Everything relevant to the claim is free to see and to copy on request."
)
EXPEDITED_APPEAL = (
    "When waiting could seriously harm the member's life, health or ability to regain full function, or leave "
    "severe pain that cannot be managed otherwise, the member, or a physician who knows the member's condition, "
    "may ask for an expedited appeal by phone, {phones}, or in writing. What it needs may be told by phone or "
    "fax; it is answered within 72 hours after it is received. An expedited external review may be asked for at "
    "the same time."
)
EXTERNAL_REVIEW = (
    "After the plan's appeal, an independent review organization may be asked for an external review of a "
    "determination that rests on medical judgment, within four months after the final decision on the appeal is "
    "received. It costs the member nothing. Its decision binds the plan and the member, but takes away no other "
    "remedy that the law gives."
)
ERISA = (
    "If the plan is subject to ERISA, the member has the right to bring a civil action under section 502(a) of "
    "that Act after the plan's appeals have been used and the determination is still adverse. There may be other "
    "voluntary ways to settle a dispute, such as mediation: the local office of the U.S. Department of Labor and "
    "the insurance regulator of the state can say which."
)
ASSISTANCE = (
    "Help with rights under the plan: the Employee Benefits Security Administration of the U.S. Department of "
    "Labor, 1-866-444-3272 (1-866-444-EBSA), www.askebsa.dol.gov, and the consumer assistance program of the "
    "member's state, if there is one."
)
LANGUAGE = (
    "Help in other languages is free of charge, and so is this letter in another language where the law asks for "
    "it: call {phones}."
)
TAGLINES = (
    ("es", "Ayuda gratuita en su idioma, y esta carta en español si la pide: llame al {phones}."),
    ("tl", "Libreng tulong sa inyong wika: tumawag sa {phones}."),
    ("nv", "Dinek'ehgo shika at'ohwol ninisingo, kwiijigo holne' {phones}."),
    ("pdc", "Fer Hilf griege in Deitsch, ruf {phones} uff."),
)
"""Language help in the languages themselves: language tag, words. 29 CFR 2590.715-2719(e)(2)(iii); the last two as the
Departments publish them for these notices. Chinese, on their list too, has no glyphs in the letter's font."""
