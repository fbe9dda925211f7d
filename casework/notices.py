"""The organisation's notices, each in one place: start page, check page, letters and printouts take them from here.

Source: the instructions and the FAQ that the organisation gives its providers.
"""

from collections.abc import Mapping
from types import MappingProxyType

VERIFY = "verify"
SECONDARY = "secondary"
NO_GUARANTEE = "no_guarantee"
FINAL_BENEFITS = "final_benefits"
PHYSICIAN_REVIEW = "physician_review"
URGENCY = "urgency"
CARE = "care"

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        VERIFY: (
            "Verify benefits and eligibility with the plan administrator or health fund before you start a request. "
            "{organisation} reviews medical necessity only."
        ),
        SECONDARY: "{organisation} gives no authorizations for secondary insurance plans.",
        NO_GUARANTEE: (
            "An authorization does not guarantee payment: no claim payment is guaranteed before the case is reviewed."
        ),
        FINAL_BENEFITS: (
            "Final benefits depend on in-network or out-of-network status, eligibility, deductibles, plan limits and "
            "the language of the plan. They must be verified with the plan administrator or health fund directly."
        ),
        PHYSICIAN_REVIEW: "A case that needs a physician's review may take additional time.",
        URGENCY: "The level of urgency is a request: {organisation} may change it under its guidelines.",
        CARE: "{organisation} does not stand in the way of care.",
    }
)

ON_START = (VERIFY, SECONDARY, NO_GUARANTEE, FINAL_BENEFITS, PHYSICIAN_REVIEW, URGENCY, CARE)
BEFORE_SUBMIT = (VERIFY, SECONDARY, URGENCY, PHYSICIAN_REVIEW, NO_GUARANTEE, FINAL_BENEFITS, CARE)
ON_LETTER = (FINAL_BENEFITS, NO_GUARANTEE, VERIFY, SECONDARY, URGENCY, PHYSICIAN_REVIEW, CARE)
ON_PRINTOUT = BEFORE_SUBMIT


def texts(keys: tuple[str, ...], organisation: str) -> list[str]:
    """The notices `keys`, in that order, with the organisation's name in them. Raises KeyError for an unknown key."""
    return [TEXTS[key].format(organisation=organisation) for key in keys]
