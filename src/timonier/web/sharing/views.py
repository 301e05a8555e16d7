from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.web.accounts.access import Right, allowed


@allowed(Right.SHARE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The first page of this part."""
    return render(request, "core/base.html")
