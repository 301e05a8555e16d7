"""Downloads of what pages show, and the same as a plain table."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from timonier.web.accounts.access import Right, allowed, may, person, scope_of
from timonier.web.charts.drawing import ChartNotDrawn
from timonier.web.charts.tokens import Palette
from timonier.web.core import audit
from timonier.web.exports.csv_file import Style
from timonier.web.sharing.files import PICTURES, TABLES, File, PictureForm, TableForm, picture_file, table_file
from timonier.web.sharing.subject import Subject, subject_of
from timonier.web.sharing.tables import table_of
from timonier.web.sharing.views import told
from timonier.web.sharing.what import DRAWN, What, what_of

STYLES: dict[str, Style] = {"francais": "french", "international": "international"}


@allowed(Right.EXPORT)
@require_safe
def export(request: HttpRequest, what: str, form: str) -> HttpResponse:
    """A file, within the person's scope, recorded; `html` is the table to read, which the page had already."""
    named = what_of(what)
    if named is None or form not in (*TABLES, *PICTURES, "html"):
        raise Http404
    if named.part == "lignes" and not may(person(request), Right.ROWS):
        raise PermissionDenied
    if closed := _closed_page(request, named):
        return redirect(closed)
    subject = _subject(request, named)
    if form == "html":
        return _page(request, subject)
    if form in PICTURES:
        return _picture(request, subject, cast("PictureForm", form))
    permalink = request.build_absolute_uri(subject.page)
    comments = may(person(request), Right.COMMENTS)
    made = table_file(subject, cast("TableForm", form), style_of(request), permalink=permalink, comments=comments)
    return _handed(request, subject, made, form)


def _closed_page(request: HttpRequest, named: What) -> str:
    """The page that says why, when a file is asked for by a dimension that is closed to the person; else ""."""
    scope = scope_of(person(request))
    if not any(scope.closes(name) for name in (named.dimension, *request.GET)):
        return ""
    query = request.GET.copy()
    if named.dimension:
        query["par"] = named.dimension
    path = reverse("indicator", args=[named.indicator]) if named.indicator else "/"
    return f"{path}?{query.urlencode()}"


def _subject(request: HttpRequest, named: What) -> Subject:
    found = subject_of(named, request.GET, scope_of(person(request)))
    if found is None:
        raise Http404
    return found


def style_of(request: HttpRequest) -> Style:
    """How CSV is written: as the address says, else as the person prefers."""
    preferred = person(request).export_format
    return STYLES.get(request.GET.get("format-csv", ""), cast("Style", preferred))


def _page(request: HttpRequest, subject: Subject) -> HttpResponse:
    if subject.what.part == "lignes":
        raise Http404  # rows have a page of their own
    context = {"table": table_of(subject), "back": subject.page, "drawn": subject.what.part in DRAWN}
    return render(request, "sharing/table.html", {**told(subject), **context})


def _picture(request: HttpRequest, subject: Subject, form: PictureForm) -> HttpResponse:
    chart = subject.chart()
    if chart is None:
        raise Http404
    try:
        made = picture_file(subject, chart.painted(cast("Palette", person(request).palette)), form)
    except ChartNotDrawn as error:
        context = {**told(subject), "error": error, "retry": request.get_full_path(), "back": subject.page}
        return render(request, "sharing/not_drawn.html", context, status=503)
    return _handed(request, subject, made, form)


def _handed(request: HttpRequest, subject: Subject, made: File, form: str) -> HttpResponse:
    """The file, after the audit log knows who took what."""
    detail = {"format": form, "query": subject.query[:2000]}
    audit.record(actor=person(request).pk, action="exported", target=subject.what.path, detail=detail)
    return download_of(made)


def download_of(made: File) -> HttpResponse:
    """The answer that a browser saves."""
    disposition = content_disposition_header(as_attachment=True, filename=made.name) or "attachment"
    return HttpResponse(made.content, content_type=made.media_type, headers={"Content-Disposition": disposition})
