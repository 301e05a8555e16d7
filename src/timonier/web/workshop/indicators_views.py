"""Pages of the indicators that the company defines: list, form with a try-out, removal."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timonier.errors import DefinitionError, TimonierError
from timonier.indicators.catalogue import CATALOGUE
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.workshop import own_indicators, services, trying

EMPTY = {"table": "orders", "denominator": "1", "unit": "share", "direction": "up"}


@allowed(Right.SETTINGS)
@require_safe
def indicators_list(request: HttpRequest) -> HttpResponse:
    """The indicators of the company."""
    listed = [
        {**own_indicators.fields_of(one), "base": one.get("base", ""), "version": one.get("version", 1)}
        for one in services.declared_indicators()
    ]
    context = {"indicators": listed, "revision": services.written().revision}
    return render(request, "workshop/indicators.html", context)


@allowed(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest) -> HttpResponse:
    """Defines one more."""
    return _edit(request, None)


@allowed(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_indicator(request: HttpRequest, name: str) -> HttpResponse:
    """Defines one otherwise. What is set up from one of ours is edited in the file."""
    known = next((one for one in services.declared_indicators() if one.get("name") == name), None)
    if known is None or "base" in known:
        raise Http404
    return _edit(request, dict(known))


@allowed(Right.SETTINGS)
@require_POST
def drop_indicator(request: HttpRequest, name: str) -> HttpResponse:
    """Takes one away."""
    try:
        services.remove_indicator(by=person(request), revision=request.POST.get("revision", ""), name=name)
    except TimonierError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, say(Text("Indicator removed.", "Indicateur retiré.")))
    return redirect("own_indicators")


def _edit(request: HttpRequest, known: dict[str, Any] | None) -> HttpResponse:
    fields = own_indicators.fields_of(known or EMPTY)
    found: dict[str, Any] = {}
    if request.method == "POST":
        fields = own_indicators.sent_fields(request.POST)
        if known is not None:
            fields["name"] = str(known["name"])
        found = _done(request, fields, known)
        if "kept" in found:
            return redirect("own_indicators")
    context = {
        "fields": fields,
        "known": known,
        "revision": services.written().revision,
        "lists": own_indicators.lists(trying.kinds_by_table()),
        **found,
    }
    return render(request, "workshop/indicator.html", context, status=400 if "problem" in found else 200)


def _done(request: HttpRequest, fields: dict[str, str], known: dict[str, Any] | None) -> dict[str, Any]:
    """The try-out, or `kept`, or the problem and its field."""
    try:
        declared = own_indicators.declaration(fields)
        if known is None and (taken := _taken(declared["name"])) is not None:
            raise taken
        tried = trying.try_out(declared)
        if "keep" not in request.POST:
            return {"tried": tried}
        services.keep_indicator(by=person(request), revision=request.POST.get("revision", ""), declared=declared)
    except DefinitionError as wrong:
        return {"problem": wrong, "field": own_indicators.field_of(wrong)}
    except TimonierError as refused:
        return {"problem": refused, "field": ""}
    messages.success(request, say(Text("Indicator saved.", "Indicateur enregistré.")))
    return {"kept": True}


def _taken(name: str) -> DefinitionError | None:
    if name not in CATALOGUE and all(one.get("name") != name for one in services.declared_indicators()):
        return None
    return DefinitionError(Text("this name is taken.", "ce nom est déjà pris."), where="name")
