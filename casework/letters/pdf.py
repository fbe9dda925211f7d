"""The letter as a tagged PDF (PDF/UA-1, US Letter), set by typst. Values enter as data, never as markup."""

import json
import threading
from functools import cache
from pathlib import Path
from typing import cast

import typst

from casework.letters.compose import Content

HERE = Path(__file__).resolve().parent
_one_at_a_time = threading.Lock()


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(HERE / template, root=HERE, ignore_system_fonts=True)


def letter_pdf(content: Content) -> bytes:
    """The letter as PDF bytes. Raises typst.TypstError when a value can't be set, which a test rules out."""
    return compiled("letter.typ", content)


def compiled(template: str, data: Content) -> bytes:
    """The template of this folder with `data` as its `data` input, as a tagged PDF.

    One compiler a process and template; typst's is not made for two threads at once.
    """
    with _one_at_a_time:
        sys_inputs = {"data": json.dumps(data)}
        pdf = _compiler(template).compile(format="pdf", sys_inputs=sys_inputs, pdf_standards="ua-1")
    return cast(bytes, pdf)
