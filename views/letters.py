"""Determination letters: of a case, newest first; each as a page and as the PDF that was issued."""

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from casework import access, audit, letters
from casework.files.names import content_disposition
from casework.overview import overview
from views.web import actor, may, render

bp = Blueprint("letters", __name__)


@bp.get("/cases/<number:number>/letters")
@may("open_letter")
def of_case(number: str) -> ResponseReturnValue:
    """The letters and reports of a case; straight to the only letter when there is one and nothing else."""
    case = overview(actor(), number)
    reports = [file for view in case.views for file in view.cmsi_files]
    if len(case.letters) == 1 and not reports:
        return redirect(url_for("letters.show", key=case.letters[0].key), 302)
    return render("letters/of_case.html", overview=case, case=case.case, reports=reports)


@bp.get("/letters/<key:key>")
@may("open_letter")
def show(key: str) -> ResponseReturnValue:
    letter = access.letter_for(actor(), key)
    audit.read(actor(), letter)
    letters.stamp_opened(letter, actor())
    determination = letter.determination
    replaced = letters.replaced_by(letter)
    case = determination.request.case
    return render("letters/show.html", letter=letter, content=letter.content, case=case, replaced=replaced)


@bp.get("/letters/<key:key>.pdf")
@may("open_letter")
def pdf(key: str) -> ResponseReturnValue:
    letter = access.letter_for(actor(), key)
    audit.read(actor(), letter, "downloaded")
    letters.stamp_opened(letter, actor())
    name = f"Determination letter {letter.determination.request.case.authorization_number}.pdf"
    response = Response(letters.read(letter), mimetype="application/pdf")
    response.headers["Content-Disposition"] = content_disposition(name, inline=True)
    response.headers["X-Content-SHA256"] = letter.sha256
    return response
