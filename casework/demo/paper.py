"""Small believable records as PDF, so that every sample request has something attached."""

import json
from functools import cache
from pathlib import Path
from typing import cast

import typst

HERE = Path(__file__).resolve().parent


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(HERE / "record.typ", root=HERE, ignore_system_fonts=True)


def record(title: str, who: str, written: str, paragraphs: list[str]) -> bytes:
    """One page or two of a made-up medical record as PDF bytes."""
    data = {"title": title, "who": who, "written": written, "paragraphs": paragraphs}
    return cast(bytes, _compiler().compile(format="pdf", sys_inputs={"data": json.dumps(data)}))
