"""Pages about people: who is here, inviting them, changing what they may do and see."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timonier.errors import UsageError
from timonier.text import Text, say
from timonier.web.accounts import letters, services
from timonier.web.accounts.access import Right, allowed, person
from timonier.web.accounts.models import Invitation, Role, User
from timonier.web.accounts.step_up import recent_sign_in
from timonier.web.workshop import people


class Inviting(forms.Form):
    """Whom, and as what; the scope is read apart (`people.read_scope`)."""

    email = forms.EmailField(max_length=254)
    role = forms.ChoiceField(choices=Role.choices)


class Changing(forms.Form):
    """What someone may do from now on."""

    role = forms.ChoiceField(choices=Role.choices)
    active = forms.BooleanField(required=False)


@allowed(Right.PEOPLE)
@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody, and the invitations under way."""
    waiting = [(one, say(people.ROLES[one.role]), people.scope_words(one.scope)) for one in people.pending()]
    return render(request, "workshop/people.html", {"people": people.everyone(), "waiting": waiting})


@allowed(Right.PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in
def invite(request: HttpRequest) -> HttpResponse:
    """Invites someone, then shows the link once: only its digest is kept."""
    form = Inviting(request.POST or None, initial={"role": Role.READER})
    problem: UsageError | None = None
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            scope = people.read_scope(request.POST, {})
            token = services.invite(by=person(request), email=told["email"], role=Role(told["role"]), scope=scope)
        except UsageError as refused:
            problem = refused
        else:
            return handed_over(request, told["email"].strip().lower(), token, password_reset=False)
    shown = {"form": form, "roles": people.roles(), "scopes": people.scope_choices({}), "problem": problem}
    return render(request, "workshop/invite.html", shown)


def handed_over(request: HttpRequest, email: str, token: str, *, password_reset: bool) -> HttpResponse:
    """The page with the link, which leaves by mail too where a mail server is set."""
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    sent = letters.send_link(to=email, link=link, password_reset=password_reset)
    shown = {"email": email, "link": link, "sent": sent, "password_reset": password_reset}
    return render(request, "workshop/handed_over.html", shown)


@allowed(Right.PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@recent_sign_in
def one_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Someone: role, scope, whether they may enter, how they sign in."""
    user = get_object_or_404(User, pk=pk)
    problem: UsageError | None = None
    if request.method == "POST":
        form = Changing(request.POST)
        try:
            if form.is_valid():
                return _changed(request, user, form)
            problem = UsageError(Text("this role does not exist.", "ce rôle n’existe pas."))
        except UsageError as refused:
            problem = refused
            user.refresh_from_db()
    shown = {
        "someone": people.one(user),
        "roles": people.roles(),
        "scopes": people.scope_choices(user.scope),
        "problem": problem,
    }
    return render(request, "workshop/person.html", shown, status=400 if problem else 200)


def _changed(request: HttpRequest, user: User, form: Changing) -> HttpResponse:
    services.change_access(
        by=person(request),
        user=user,
        role=Role(form.cleaned_data["role"]),
        scope=people.read_scope(request.POST, user.scope),
        active=form.cleaned_data["active"],
    )
    messages.success(
        request, say(Text("Changed: the sessions of this person have ended.", "Modifié : ses sessions sont fermées."))
    )
    return redirect("person", pk=user.pk)


@allowed(Right.PEOPLE)
@require_POST
@recent_sign_in
def offer_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A link to choose a new password; the sessions of that person end."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    token = services.reset_link(by=person(request), user=user)
    return handed_over(request, user.email, token, password_reset=True)


@allowed(Right.PEOPLE)
@require_POST
@recent_sign_in
def forget_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """For who lost phone and key."""
    user = get_object_or_404(User, pk=pk)
    services.forget_second_factors(by=person(request), user=user)
    messages.success(request, say(Text("Second factors removed.", "Seconds facteurs retirés.")))
    return redirect("person", pk=user.pk)


@allowed(Right.PEOPLE)
@require_POST
@recent_sign_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """An invitation stops working."""
    services.revoke_invitation(by=person(request), invitation=get_object_or_404(Invitation, pk=pk))
    messages.success(request, say(Text("Invitation withdrawn.", "Invitation retirée.")))
    return redirect("people")
