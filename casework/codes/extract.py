"""Run as a program of its own: writes the ICD-10-CM codes of the package simple-icd-10-cm, a JSON list a line.

[code without dot, is_header, description, other names]. Importing that package takes two seconds and 190 MB and warns
on the way; in a process of its own neither the memory nor the warnings stay with the portal.
"""

import json
import sys
from collections.abc import Iterator


def rows() -> Iterator[tuple[str, bool, str, str]]:
    import simple_icd_10_cm as icd

    seen: set[str] = set()
    for code in icd.get_all_codes(True):
        if code in seen or not icd.is_category_or_subcategory(code):
            continue
        seen.add(code)
        names = icd.get_inclusion_term(code) + icd.get_includes(code)
        if icd.is_extended_subcategory(code):
            names += icd.get_inclusion_term(icd.get_parent(code))
        yield code.replace(".", ""), not icd.is_leaf(code), icd.get_description(code), "; ".join(names)


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(json.dumps(row) + "\n")
