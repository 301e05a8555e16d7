"""The page of the company: every setting, what it decides, where it comes from."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from timonier.errors import TimonierError
from timonier.facts.settings import FILE_NAME, load_settings
from timonier.text import Text, say
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.workshop import company, services


@allowed(Right.SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Shows and keeps the settings of the company."""
    current = load_settings(services.folder() / FILE_NAME)
    problem: TimonierError | None = None
    if request.method == "POST":
        try:
            moved = services.change_settings(
                by=person(request),
                revision=request.POST.get("revision", ""),
                values=company.read(request.POST, current),
            )
        except TimonierError as refused:
            problem = refused
        else:
            told = (
                Text("Settings saved.", "Réglages enregistrés.")
                if moved
                else Text("Nothing changed.", "Rien n’a changé.")
            )
            messages.success(request, say(told))
            return redirect("settings")
    sent = {name: request.POST.get(name, "") for name in request.POST} if problem else None
    context = {
        "settings": company.shown(current, sent),
        "revision": services.written().revision,
        "problem": problem,
        "folder": services.folder().name,
    }
    return render(request, "workshop/company.html", context, status=400 if problem else 200)
