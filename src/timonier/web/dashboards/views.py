"""The bridge: the balance of the whole relationship on one page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timonier.web.accounts.access import Right, allowed, person, scope_of
from timonier.web.dashboards.selectors import scorecard, state_of


@allowed(Right.SEE)
@require_safe
def bridge(request: HttpRequest) -> HttpResponse:
    """Every family side by side."""
    state = state_of(request.GET)
    found = scorecard(state, scope_of(person(request)))
    return render(request, "dashboards/bridge.html", {"state": state, "scorecard": found})


@allowed(Right.SEE)
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """The list of indicators with their definitions."""
    state = state_of(request.GET)
    return render(request, "dashboards/bridge.html", {"state": state})
