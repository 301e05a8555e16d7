"""Making share links, and seeing to those that exist."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timonier.errors import UsageError
from timonier.indicators.estimate import Period
from timonier.scorecard import words
from timonier.scorecard.codes import value_name
from timonier.scorecard.request import Comparison
from timonier.text import Text, say
from timonier.web.accounts.access import Right, Scope, allowed, person, scope_of
from timonier.web.core.desks import lent_desk
from timonier.web.figures import steps
from timonier.web.figures.filtering import few, label_of
from timonier.web.figures.state import RESERVED
from timonier.web.sharing import shares
from timonier.web.sharing.models import LONGEST, USUAL, ShareLink
from timonier.web.sharing.subject import Subject, subject_of
from timonier.web.sharing.what import what_of

MOST_LISTED = 200
VERSUS: dict[Comparison, Text] = {
    "previous": Text("against the period before", "par rapport à la période précédente"),
    "last-year": Text("against the same period a year earlier", "par rapport à la même période un an plus tôt"),
    "none": Text("without comparison", "sans comparaison"),
}


class Sharing(forms.Form):
    """How long a link lives, and what it allows."""

    label = forms.CharField(
        max_length=120, required=False, widget=forms.TextInput({"class": "form-control", "autocomplete": "off"})
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST, initial=USUAL, widget=forms.NumberInput({"class": "form-control"})
    )
    allow_download = forms.BooleanField(required=False, widget=forms.CheckboxInput({"class": "form-check-input"}))


@allowed(Right.SHARE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_share(request: HttpRequest) -> HttpResponse:
    """What would be shared, and for how long; then the link, shown once."""
    subject = _subject(request)
    form = Sharing(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        **told(subject),
        "back": _back(request),
        "form": form,
        "refused": shares.names_people(subject),
    }
    if request.method == "POST" and form.is_valid():
        try:
            token = shares.make_share(by=person(request), subject=subject, **form.cleaned_data)
        except UsageError as error:
            return render(request, "sharing/new.html", {**context, "error": error}, status=400)
        link = request.build_absolute_uri(reverse("share", args=[token]))
        return render(request, "sharing/made.html", {**context, "link": link, "days": form.cleaned_data["days"]})
    return render(request, "sharing/new.html", context, status=400 if form.errors else 200)


def _back(request: HttpRequest) -> str:
    """The page that led here, in the state that it had: not frozen."""
    what, query = _asked(request)
    named = what_of(what)
    found = None if named is None else subject_of(named, query, scope_of(person(request)))
    return found.page if found else "/"


def _asked(request: HttpRequest) -> tuple[str, QueryDict]:
    """What is to be shared, and in which state."""
    query = request.GET.copy()
    return str(query.pop("quoi", [""])[-1]), query


def _subject(request: HttpRequest) -> Subject:
    what, query = _asked(request)
    found = shares.subject_to_share(what, query, scope_of(person(request)))
    if found is None:
        raise Http404
    return found


def told(subject: Subject) -> dict[str, Any]:
    """What pages say of a subject: its days, and the filters that nobody can change."""
    return {
        "subject": subject,
        "title": subject.title,
        "by_label": label_of(subject.what.dimension) if subject.what.dimension else "",
        "state": subject.state,
        "period": words.span(subject.state.window),
        "versus": say(VERSUS[subject.state.comparison]),
        "chips": [{"label": name, "value": values} for name, values in subject.filters],
    }


@allowed(Right.SHARE)
@require_safe
def shared_links(request: HttpRequest) -> HttpResponse:
    """One's own links; everybody's for those who manage people."""
    now = timezone.now()
    links = [
        {"link": link, "what": name_of(link), "about": about(link), "ended": link.ended(now)}
        for link in shares.shares_of(person(request))[:MOST_LISTED]
    ]
    return render(request, "sharing/links.html", {"links": links})


def name_of(link: ShareLink) -> str:
    """What a link shows, in words, without computing it."""
    named = what_of(link.what)
    if named is None or not named.indicator:
        return say(Text("The bridge", "La passerelle"))
    by = label_of(named.dimension).lower() if named.dimension else ""
    with lent_desk() as desk:
        known = desk.catalogue.get(named.indicator)
    name = say(known.label) if known else named.indicator
    variant = known.variants.get(QueryDict(link.query[1:]).get("variante", "")) if known else None
    name = f"{name} — {say(variant.label)}" if variant else name
    return say(Text(f"{name}, by {by}", f"{name}, par {by}")) if by else name


def about(link: ShareLink) -> str:
    """The days, the steps, the filters and the scope that a link froze, in words."""
    query = QueryDict(link.query[1:])
    filters = {name: query.getlist(name) for name in query if name not in RESERVED}
    held = {name: list(values) for name, values in Scope.of(link.scope).values}
    told = [
        f"{label_of(name)} {few([value_name(name, one) for one in values])}"
        for name, values in {**held, **filters}.items()
    ]
    between = [query[key] for key in steps.KEYS if query.get(key)]
    return ", ".join([*_days(query), *([" → ".join(between)] if between else []), *told])


def _days(query: QueryDict) -> list[str]:
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("du", "au"))
    except ValueError:
        return []
    return [words.span(Period(first, last + timedelta(days=1)))]


@allowed(Right.SHARE)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The link stops working at once."""
    link = get_object_or_404(shares.shares_of(person(request)), pk=pk)
    shares.revoke_share(by=person(request), link=link)
    return redirect("shares")
