"""The first page of the data, and the sending of files."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from timonier.errors import StoreError, TimonierError
from timonier.scorecard.words import megabytes
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.intake import recipes, selectors, services, storage
from timonier.web.intake.models import Upload
from timonier.web.intake.receiving import Received, ToDisk, check_announced, gigabytes


@allowed(Right.LOAD)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where to drop a file, files under way, the latest loads; before the first one, how to begin."""
    return render(request, "intake/home.html", home_context())


def home_context(refused: list[tuple[str, TimonierError]] | None = None) -> dict[str, Any]:
    """What the first page shows; `refused`: files that could not be kept, and why."""
    limit = storage.limit()
    return {
        "under_way": selectors.under_way(),
        "loads": selectors.loads()[:5],
        "has_facts": selectors.has_facts(),
        "recipes": recipes.names(),
        "limit": megabytes(limit) if limit < 1 << 30 else gigabytes(limit),
        "refused": refused or [],
    }


@allowed(Right.LOAD)
@csrf_exempt
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Receives files. The form's token is checked by `_receive`, once what writes files to disk is in place: reading
    the form before would put them where Django puts them."""
    limit = storage.limit()
    handler = ToDisk(limit)
    request.upload_handlers = [handler]
    try:
        check_announced(int(request.META.get("CONTENT_LENGTH") or 0), limit)
    except (TimonierError, ValueError) as refused:
        return refusal(request, refused if isinstance(refused, TimonierError) else None)
    answer: HttpResponse = _receive(request)
    return answer


@csrf_protect
def _receive(request: HttpRequest) -> HttpResponse:
    files = [one for one in request.FILES.getlist("fichiers") if isinstance(one, Received)]
    stopped = next((one.refusal for one in request.upload_handlers if isinstance(one, ToDisk) and one.refusal), None)
    if stopped is not None:
        return refusal(request, stopped)
    kept: list[Upload] = []
    refused: list[tuple[str, TimonierError]] = []
    for one in files:
        try:
            kept.append(services.receive(by=person(request), received=one))
        except TimonierError as error:
            refused.append((one.shown, error))
    if len(kept) == 1 and not refused:
        return redirect("intake_reading", kept[0].pk)
    if kept and not refused:
        return redirect("data")
    context = home_context(refused) | {"nothing": not files}
    return render(request, "intake/home.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def refusal(request: HttpRequest, error: TimonierError | None) -> HttpResponse:
    """The page of a request that was not read to its end."""
    status = HTTPStatus.INSUFFICIENT_STORAGE if isinstance(error, StoreError) else HTTPStatus.CONTENT_TOO_LARGE
    return render(request, "intake/refused.html", {"error": error}, status=status)
