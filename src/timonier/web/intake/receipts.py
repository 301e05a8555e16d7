"""The loads and their receipts; the quality of what was loaded."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.web.accounts.access import Right, allowed
from timonier.web.intake import quality as checks
from timonier.web.intake import selectors
from timonier.web.intake.models import Run

PER_PAGE = 30


@allowed(Right.LOAD)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every load, the latest first, and those that came to nothing."""
    page = Paginator(selectors.loads(), PER_PAGE).get_page(request.GET.get("page"))
    unfinished = (
        Run.objects.filter(kind=Run.Kind.LOAD).exclude(state=Run.State.DONE).select_related("upload", "by")[:20]
    )
    return render(request, "intake/loads.html", {"page": page, "unfinished": unfinished})


@allowed(Right.LOAD)
@require_safe
def receipt(request: HttpRequest, table: str, version: int) -> HttpResponse:
    """One load: all that its receipt says."""
    return render(request, "intake/receipt.html", {"load": selectors.load_of(table, version)})


@allowed(Right.LOAD)
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """What may be wrong with the facts, and what to do."""
    context = {"health": checks.health(), "aside": checks.left_aside()} if selectors.has_facts() else {}
    return render(request, "intake/quality.html", context)
