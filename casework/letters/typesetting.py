"""Typst at work: a template of this folder and its data become a tagged PDF (PDF/UA-1)."""

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

HERE = Path(__file__).resolve().parent
_one_at_a_time = threading.Lock()


@cache
def _compiler(template: Path) -> typst.Compiler:
    return typst.Compiler(template, root=template.parent, ignore_system_fonts=True)


def typeset(template: str, data: Any) -> bytes:
    """The PDF of this template with `data` (JSON-able) as its `data` input.

    One compiler a process and template, one document at a time: typst's is not made for two threads at once.
    Raises typst.TypstError, e.g. for a character that no font at hand can show.
    """
    with _one_at_a_time:
        sys_inputs = {"data": json.dumps(data)}
        pdf = _compiler(HERE / template).compile(format="pdf", sys_inputs=sys_inputs, pdf_standards="ua-1")
    return cast(bytes, pdf)
