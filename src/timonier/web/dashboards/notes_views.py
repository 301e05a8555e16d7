"""Targets, benchmarks and annotations of an indicator: one page, three small forms."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from timonier.errors import UsageError
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.dashboards.aims import quantity, target_words
from timonier.web.dashboards.indicator_views import asked_or_none, common, unknown
from timonier.web.dashboards.models import Annotation
from timonier.web.dashboards.notes import (
    KINDS,
    add_benchmark,
    annotate,
    benchmarks_of,
    is_sourced,
    remove,
    set_target,
    targets_of,
)
from timonier.web.figures.beside import PER
from timonier.web.figures.indicator import Asked

CONTROL = {"class": "form-control"}


class DecimalField(forms.CharField):
    """A number as people type it: comma or point, spaces, a sign, a unit after it."""

    def clean(self, value: Any) -> float:
        text = str(super().clean(value)).replace("−", "-").replace(",", ".")
        kept = "".join(character for character in text if character not in " \u00a0\u202f%€")
        try:
            found = float(kept)
        except ValueError:
            found = float("nan")
        if not abs(found) < 1e15:
            raise forms.ValidationError(say(Text("This is not a number.", "Ce n’est pas un nombre.")))
        return found


def day_field() -> forms.DateField:
    """A day."""
    return forms.DateField(widget=forms.DateInput({"type": "date", **CONTROL}, format="%Y-%m-%d"))


def text_field(length: int, *, required: bool = True) -> forms.CharField:
    """A short text."""
    return forms.CharField(max_length=length, required=required, widget=forms.TextInput(CONTROL))


def lengths() -> list[tuple[str, str]]:
    """The periods that a target may be of."""
    return [(name, say(text)) for name, text in PER.items()]


class TargetForm(forms.Form):
    """A value from a day on; of which periods, where the figure depends on their length."""

    value = DecimalField(max_length=20, widget=forms.TextInput({"inputmode": "decimal", **CONTROL}))
    length = forms.ChoiceField(choices=lengths, initial="year", widget=forms.Select({"class": "form-select"}))
    since = day_field()


class BenchmarkForm(forms.Form):
    """A figure of others and where it comes from."""

    label = text_field(120)
    value = DecimalField(max_length=20, widget=forms.TextInput({"inputmode": "decimal", **CONTROL}))
    source = text_field(300, required=False)
    year = forms.IntegerField(
        min_value=1900, max_value=2100, required=False, widget=forms.NumberInput({"inputmode": "numeric", **CONTROL})
    )
    country = text_field(60, required=False)
    population = text_field(200, required=False)


class AnnotationForm(forms.Form):
    """What happened on a day."""

    day = day_field()
    text = text_field(200)
    everywhere = forms.BooleanField(required=False, widget=forms.CheckboxInput({"class": "form-check-input"}))
    breaks = forms.BooleanField(required=False, widget=forms.CheckboxInput({"class": "form-check-input"}))


FORMS: dict[str, type[forms.Form]] = {"objectif": TargetForm, "repere": BenchmarkForm, "annotation": AnnotationForm}


@allowed(Right.STEER)
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, name: str) -> HttpResponse:
    """The lists, and the forms that add to them."""
    asked = asked_or_none(request, name)
    if asked is None:
        return unknown(request, name)
    bound = request.POST.get("kind", "") if request.method == "POST" else ""
    shown = {kind: _form(asked, kind, request.POST if kind == bound else None) for kind in FORMS}
    if bound in FORMS and shown[bound].is_valid() and _added(request, asked, bound, shown[bound]):
        return redirect(reverse("indicator_notes", args=[name]) + asked.query())
    status = 422 if request.method == "POST" else 200
    return render(request, "dashboards/indicator/notes.html", _lists(request, asked, shown), status=status)


def _form(asked: Asked, kind: str, sent: QueryDict | None) -> forms.Form:
    form = FORMS[kind](sent, auto_id=f"{kind}-%s")
    if kind == "objectif" and not asked.indicator.depends_on_length(asked.chosen):
        del form.fields["length"]
    return form


def _lists(request: HttpRequest, asked: Asked, shown: dict[str, forms.Form]) -> dict[str, Any]:
    name, variant = asked.indicator.name, asked.variant
    mine = Annotation.objects.filter(indicator__in=(name, "")).order_by("-day")[:200]
    return {
        **common(request, asked),
        "forms": shown,
        "targets": [(one, target_words(asked, one)) for one in targets_of(name, variant)],
        "benchmarks": [(one, quantity(asked, one.value), is_sourced(one)) for one in benchmarks_of(name, variant)],
        "annotations": mine,
        "in_per_cent": asked.chosen.unit == "share",
    }


def _added(request: HttpRequest, asked: Asked, kind: str, form: forms.Form) -> bool:
    """Whether the change was made; else its reason stands on the form."""
    given = dict(form.cleaned_data)
    try:
        _add(request, asked, kind, given)
    except UsageError as error:
        form.add_error("value", str(error))
        return False
    messages.success(request, say(Text("Saved.", "Enregistré.")))
    return True


def _add(request: HttpRequest, asked: Asked, kind: str, given: dict[str, Any]) -> None:
    user, name = person(request), asked.indicator.name
    about: dict[str, Any] = {"indicator": name, "variant": asked.variant, "chosen": asked.chosen}
    if "value" in given and asked.chosen.unit == "share":
        given["value"] /= 100
    if kind == "objectif":
        set_target(by=user, **about, **given)
    elif kind == "repere":
        add_benchmark(by=user, **about, **given)
    else:
        day: date = given["day"]
        target = "" if given["everywhere"] else name
        annotate(by=user, indicator=target, day=day, text=given["text"], breaks=given["breaks"])


@allowed(Right.STEER)
@require_POST
def remove_note(request: HttpRequest, name: str, kind: str, pk: int) -> HttpResponse:
    """Removes one; then back to the lists."""
    asked = asked_or_none(request, name)
    if asked is None or kind not in KINDS:
        raise Http404
    kept = KINDS[kind].objects.filter(pk=pk, indicator__in=(name, "")).first()
    if kept is None:
        raise Http404
    remove(by=person(request), kept=kept)
    messages.success(request, say(Text("Removed.", "Supprimé.")))
    return redirect(reverse("indicator_notes", args=[name]) + asked.query())
