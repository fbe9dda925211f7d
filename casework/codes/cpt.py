"""CPT: the form of a code alone. Which codes exist and what they mean is the American Medical Association's."""

import re

# Category I (five digits), and four digits with the letter of Category II (F), Category III (T), proprietary
# laboratory analyses (U) and multianalyte assays with algorithmic analyses (M).
_FORM = re.compile(r"\d{5}|\d{4}[FTUM]")


def well_formed(code: str) -> bool:
    """Whether `code` (upper case, no spaces) has the form of a CPT code: 99213, 0001F, 0042T, 0001U, 0001M."""
    return _FORM.fullmatch(code) is not None and code.isascii() and code != "00000"
