"""Signing in by a link, accepting an invitation, one's own preferences."""

from typing import Any

from allauth.account.views import password_reset as reset_by_mail
from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from timonier.text import Text, say
from timonier.web.accounts import services
from timonier.web.accounts.access import person, public, signed_in
from timonier.web.accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a button, and the button signs in: whatever opens links by itself uses none up."""
    if request.method != "POST":
        return render(request, "accounts/enter.html")
    user = services.use_sign_in_link(token=token)
    if user is None:
        return render(request, "accounts/link_used.html", status=404)
    login(request, user, backend=BACKEND)
    return redirect("bridge")


class Joining(forms.Form):
    """What someone who was invited tells: a name, and a password twice."""

    email = ""  # of the invitation: no password may be like it

    name = forms.CharField(max_length=120, required=False)
    password = forms.CharField(widget=forms.PasswordInput)
    again = forms.CharField(widget=forms.PasswordInput)

    def clean(self) -> dict[str, Any]:
        """The two passwords are the same, and not easy to guess."""
        told = super().clean() or {}
        password = told.get("password", "")
        if password and password != told.get("again"):
            self.add_error("again", say(Text("the two passwords differ.", "les deux mots de passe diffèrent.")))
        elif password:
            try:
                validate_password(password, User(email=self.email, name=told.get("name", "")))
            except ValidationError as refused:
                self.add_error("password", refused)
        return told


@public
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page where someone who was invited chooses a password, which opens their account."""
    invited = services.open_invitation(token)
    if invited is None:
        return render(request, "accounts/link_used.html", {"invitation": True}, status=404)
    form = Joining(request.POST or None)
    form.email = invited.email
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        user = services.accept_invitation(token=token, name=told["name"], password=told["password"])
        if is_mfa_enabled(user):  # a new password is one factor: the other is still asked for
            return redirect("account_login")
        login(request, user, backend=BACKEND)
        return redirect("bridge")
    return render(request, "accounts/invitation.html", {"form": form, "invited": invited})


@public
def password_reset(request: HttpRequest) -> HttpResponse:
    """A link by mail when a mail server is set; else, the page says whom to ask. Nothing tells who has an account."""
    if not settings.MAIL_IS_SET:
        return render(request, "accounts/no_mail.html", status=200 if request.method in ("GET", "HEAD") else 404)
    answer: HttpResponse = reset_by_mail(request)
    return answer


class Preferences(forms.Form):
    """A person's own choices."""

    name = forms.CharField(max_length=120, required=False)
    language = forms.ChoiceField(choices=[("", ""), ("fr", "Français"), ("en", "English")], required=False)
    theme = forms.ChoiceField(choices=[(name, name) for name in ("auto", "light", "dark")])
    palette = forms.ChoiceField(choices=[("usual", "usual"), ("safe", "safe")], required=False)
    export_format = forms.ChoiceField(choices=[(name, name) for name in ("french", "international")], required=False)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Shows and keeps the preferences of the person."""
    user = person(request)
    if request.method == "POST":
        form = Preferences(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            services.choose_preferences(
                user=user,
                name=told["name"],
                language=told["language"],
                theme=told["theme"],
                palette=told["palette"] or user.palette,
                export_format=told["export_format"] or user.export_format,
            )
            messages.success(
                request, say(Text("Preferences saved.", "Préférences enregistrées."), told["language"] or None)
            )
            return redirect("preferences")
    return render(request, "accounts/preferences.html", {"person": user})
