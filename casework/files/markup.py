"""XML of strangers, read by expat: no DTD, no entities of its own, bounded depth, nothing fetched."""

from typing import BinaryIO
from xml.parsers import expat

MAX_DEPTH = 400


class BadMarkup(Exception):
    """Not well-formed, or with something that such a file never needs; `why` is "dtd", "depth" or "form"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Listener:
    """Hears what stands in an XML file, in its order; names come as "namespace name"."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Some of an element's text."""

    def instruction(self, target: str, words: str) -> None:
        """A processing instruction."""


class _Guarded:
    """Lets a listener hear elements, down to a depth."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadMarkup("depth")
        self._listener.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._listener.end(tag)


def read_xml(reader: BinaryIO, listener: Listener) -> None:
    """Reads XML to its end. Raises BadMarkup, and what the listener raises."""
    guarded = _Guarded(listener)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = guarded.start
    parser.EndElementHandler = guarded.end
    parser.CharacterDataHandler = listener.text
    parser.ProcessingInstructionHandler = listener.instruction
    parser.StartDoctypeDeclHandler = _declared
    parser.EntityDeclHandler = _declared
    try:
        parser.ParseFile(reader)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise BadMarkup("form") from error


def _declared(*_: object) -> None:
    raise BadMarkup("dtd")
