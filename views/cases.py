"""The case page: status, time line, asked and decided side by side, files, letters, notes."""

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from casework.fields.record import DOCUMENT_TYPES
from casework.overview import Overview, overview
from casework.workflow import intake
from views.web import actor, is_partial, may, render

bp = Blueprint("cases", __name__)


@bp.get("/cases/<number:number>")
@may("see")
def show(number: str) -> ResponseReturnValue:
    case = overview(actor(), number)
    version = _version(case)
    if is_partial() and request.headers.get("HX-PTag") == version:
        return Response(status=304)
    response = render(
        "cases/show.html",
        block="panel",
        overview=case,
        case=case.case,
        version=version,
        here=url_for("cases.show", number=number),
        documents=dict(DOCUMENT_TYPES),
        rejections=intake.REASONS,
    )
    response.headers["HX-PTag"] = version
    return response


def _version(case: Overview) -> str:
    """Changes with everything that the page shows."""
    newest = case.told[0].at.timestamp() if case.told else 0
    return f"{newest:.6f}.{sum(view.request.updated_at.timestamp() for view in case.views):.6f}"
