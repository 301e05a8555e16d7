"""The bridge, the list of indicators, the filter, saved views, search."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from timonier.errors import UsageError
from timonier.text import Text, language, say
from timonier.web.accounts.access import Right, allowed, person, scope_of
from timonier.web.core.memory import Memory
from timonier.web.dashboards import views_services
from timonier.web.dashboards.controls import controls_of
from timonier.web.dashboards.models import SavedView
from timonier.web.dashboards.search import search_all
from timonier.web.figures.bridge import Bridge, balance_words, bridge_of
from timonier.web.figures.filtering import choices
from timonier.web.figures.freshness import silence
from timonier.web.figures.indicator import OWN
from timonier.web.figures.selectors import has_facts, known_indicators, scorecard, state_of

PAGES = ("/", "/indicateur/")

_families: Memory[tuple[Bridge, SafeString]] = Memory(50)
"""What was drawn, each with its bridge: while it is held no other has its identity."""


@allowed(Right.SEE)
@require_safe
def bridge(request: HttpRequest) -> HttpResponse:
    """Every family side by side."""
    if not has_facts():
        return render(request, "dashboards/empty.html")
    scope = scope_of(person(request))
    state = state_of(request.GET, scope)
    found = scorecard(state, scope, patience=settings.BRIDGE_PATIENCE)
    laid = bridge_of(found, state)
    base = "dashboards/bare.html" if request.headers.get("HX-Request") else "core/base.html"
    drawn = families_of(laid)
    context = {"scorecard": found, "bridge": laid, "families": drawn, "balance": balance_words(laid), "base": base}
    return render(request, "dashboards/bridge.html", {**steering(request, "/"), **context, "silence": silence()})


def families_of(laid: Bridge) -> SafeString:
    """The families of a bridge, which are half of the work of its page: drawn once for all who see the same."""

    def draw() -> tuple[Bridge, SafeString]:
        return laid, render_to_string("dashboards/parts/families.html", {"bridge": laid})

    return _families.get((id(laid), language.get()), draw)[1]


def steering(request: HttpRequest, path: str) -> dict[str, Any]:
    """What every page in a state is given."""
    scope = scope_of(person(request))
    state = state_of(request.GET, scope)
    return {"state": state, "scope": scope, "controls": controls_of(path, state, scope, person(request))}


@allowed(Right.SEE)
@require_safe
def indicators(request: HttpRequest, name: str = "") -> HttpResponse:
    """What each indicator means, by family."""
    query = state_of(request.GET, scope_of(person(request))).query() if request.GET else ""
    return render(request, "dashboards/indicators.html", {"families": known_indicators(), "query": query})


@allowed(Right.SEE)
@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The form that chooses filters, for the page `retour`; sent (`appliquer`), that page, at an address without
    what the form left empty.
    """
    back = request.GET.get("retour", "/")
    page = back if back in PAGES or _is_indicator(back) else "/"
    query = request.GET.copy()
    for name in ("retour", "appliquer"):
        query.pop(name, None)
    kept = {name: query.pop(name)[-1] for name in OWN if name in query}
    scope = scope_of(person(request))
    state = state_of(query, scope)
    if "appliquer" in request.GET:
        return redirect(page + state.query(**kept))
    chosen = {name: set(values) for name, values in state.filters}
    listed = [(one, chosen.get(one.name, set())) for one in choices(scope)]
    context = {"state": state, "choices": listed, "back": page, "kept": kept}
    return render(request, "dashboards/filters.html", {**context, "cancelled": page + state.query(**kept)})


def _is_indicator(path: str) -> bool:
    """Whether a path leads to one of our pages that keep the state; anything else could lead people elsewhere."""
    return path.startswith("/indicateur/") and "//" not in path and path.isprintable() and len(path) <= 200


@allowed(Right.SEE)
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keeps the state that the form holds, under the name that it gives."""
    path = request.POST.get("path", "/")
    path = path if path in PAGES or _is_indicator(path) else "/"
    given = request.POST.copy()
    for name in ("path", "name", "shared", "csrfmiddlewaretoken"):
        given.pop(name, None)
    kept = {name: given.pop(name)[-1] for name in OWN if name in given}
    query = state_of(given, scope_of(person(request))).query(**kept)
    name = request.POST.get("name", "").replace("\x00", "")
    try:
        views_services.save_view(
            owner=person(request), name=name, path=path, query=query, shared="shared" in request.POST
        )
    except UsageError as error:
        messages.error(request, f"{error}")
    else:
        messages.success(request, say(Text(f"View “{name}” saved.", f"Vue « {name} » enregistrée.")))
    return redirect(path + query)


@allowed(Right.SEE)
@require_POST
def remove_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets a saved view; back to the page that one is on."""
    view = get_object_or_404(SavedView, pk=pk)
    views_services.remove_view(by=person(request), view=view)
    messages.success(request, say(Text(f"View “{view.name}” removed.", f"Vue « {view.name} » retirée.")))
    path, _, query = request.POST.get("retour", "").partition("?")
    return redirect(f"{path}?{query}" if path in PAGES or _is_indicator(path) else view.path)


@allowed(Right.SEE)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Indicators, views and places whose words match; one alone is opened at once."""
    asked = request.GET.get("q", "").strip()[:200]
    found = search_all(asked, person(request))
    if len(found) == 1:
        return redirect(found[0].url)
    return render(request, "dashboards/search.html", {"asked": asked, "found": found})
