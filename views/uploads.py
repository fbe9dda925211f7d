"""Files on their way in: which routes take them, how much, and where their bytes go meanwhile.

Werkzeug would spool a large file in clear into the temporary folder. Here each file is sealed while it arrives
(casework.files), and a route that doesn't take files holds what little it is sent in memory.
"""

import io
from collections.abc import Callable
from functools import cached_property
from typing import IO, Any, TypeVar, cast

from flask import Request, current_app
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from casework import attachments
from casework.files.incoming import Incoming

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

MOST_AT_ONCE = 40
MOST_BYTES = 210 * 1024 * 1024
"""All that a request may hold (200 MB), and the form around it."""
NOT_WHOLE = "What your browser sent did not arrive whole. Nothing of it was saved: send it once more."
NO_FILE = "No file arrived. Choose it again and send it once more."


def takes_files(view: View) -> View:
    """Declares a route whose forms may carry files, from people who are signed in."""
    view.takes_files = True  # type: ignore[attr-defined]  # a mark on the function, read by tests and guards
    return view


class PortalRequest(Request):
    """A request whose files are sealed as they arrive."""

    @property
    def takes_files(self) -> bool:
        view = current_app.view_functions.get(self.endpoint or "")
        return getattr(view, "takes_files", False) and bool(current_user.is_authenticated)

    @property
    def max_content_length(self) -> int | None:
        return MOST_BYTES if self.takes_files else super().max_content_length

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("routes say takes_files")

    def make_form_data_parser(self) -> FormDataParser:
        parser = super().make_form_data_parser()
        parser.silent = False  # a form that was cut off is refused, not taken for an empty one
        return parser

    def _load_form_data(self) -> None:
        try:
            super()._load_form_data()
        except ValueError:
            raise BadRequest(NOT_WHOLE) from None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if not self.takes_files or not filename:
            return io.BytesIO()
        if len(self.arriving) >= MOST_AT_ONCE:
            raise RequestEntityTooLarge(f"Attach at most {MOST_AT_ONCE} files at once.")
        coming = attachments.store().incoming()
        self.arriving.append(coming)
        return cast(IO[bytes], coming)

    @cached_property
    def arriving(self) -> list[Incoming]:
        """Files begun, also those of an upload that broke off."""
        return []

    def close(self) -> None:
        """Drops what was received and not kept."""
        super().close()
        for coming in self.arriving:
            coming.discard()


def received(files: Any) -> list[tuple[str, Any]]:
    """Name and sealed stream of each file that was chosen; a file control left empty sends a part without a name."""
    return [(each.filename, each.stream) for each in files if each.filename]
