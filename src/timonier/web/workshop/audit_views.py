"""The page of the audit log."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.web.accounts.access import Right, allowed, person
from timonier.web.core import audit
from timonier.web.exports.download import download
from timonier.web.workshop import audit_log

PAGE = 50


@allowed(Right.AUDIT)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Who did what, to what, when; whether the log is whole."""
    filters = audit_log.read_filters(request.GET)
    page = Paginator(audit_log.entries(filters), PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("personne", "action", "jour") if request.GET.get(name)}
    context = {
        "filters": filters,
        "page": page,
        "entries": audit_log.told(page.object_list),
        "base": urlencode(kept),
        "actions": audit_log.actions(),
        "actors": audit_log.actors(),
        "chain": audit_log.chain(asked="verifier" in request.GET),
    }
    return render(request, "workshop/audit_log.html", context)


@allowed(Right.AUDIT)
@require_safe
def export_log(request: HttpRequest) -> HttpResponse:
    """The entries looked for, as CSV in the form that the person prefers; taking them away is an entry too."""
    user = person(request)
    made = download(
        audit_log.sheet(audit_log.read_filters(request.GET)), "csv-fr" if user.export_format == "french" else "csv"
    )
    audit.record(actor=user.pk, action="audit_exported", target="audit_log")
    disposition = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=made.media_type, headers=disposition)
