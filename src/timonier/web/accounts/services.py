"""What changes people: one function a change, which holds the permission, the audit entry and the event."""

from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from timonier.errors import UsageError
from timonier.text import Text
from timonier.web.accounts.access import Right, require
from timonier.web.accounts.models import Invitation, Role, SignInLink, User, digest, new_token
from timonier.web.core import audit

FIRST_ADMINISTRATOR = "admin@localhost"


@transaction.atomic
def sign_in_link() -> str | None:
    """A token that signs the first administrator in; None once an administrator has a password.

    Called by the console only: whoever can start the server owns the folder. Links made before stop working.
    """
    found = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    if any(user.has_usable_password() for user in found):
        return None
    user = found.first() or User.objects.create_user(FIRST_ADMINISTRATOR, role=Role.ADMINISTRATOR)
    SignInLink.objects.filter(user=user, used_at=None).delete()
    token = new_token()
    SignInLink.objects.create(user=user, digest=digest(token), expires_at=timezone.now() + SignInLink.LIFE)
    audit.record(actor=None, action="sign_in_link_made", target=f"person:{user.pk}")
    return token


@transaction.atomic
def use_sign_in_link(*, token: str) -> User | None:
    """The person whom a link signs in, once; None when it is unknown, used, too old, or the person was removed."""
    taken = SignInLink.objects.filter(
        digest=digest(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=True
    )
    link = taken.select_for_update().select_related("user").first()
    if link is None:
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    audit.record(actor=link.user_id, action="sign_in_link_used", target=f"person:{link.user_id}")
    return link.user


@transaction.atomic
def invite(*, by: User, email: str, role: Role, scope: Mapping[str, list[str]] | None = None) -> str:
    """The token of an invitation bound to `email`. Invitations made before for it stop working."""
    require(by, Right.PEOPLE)
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise UsageError(
            Text("this person already has an account.", "cette personne a déjà un compte."),
            where=email,
            hint=Text("Change their role instead.", "Changez plutôt son rôle."),
        )
    return _invitation(by, email, role, dict(scope or {}), password_reset=False)


@transaction.atomic
def reset_link(*, by: User, user: User) -> str:
    """The token by which a person chooses a new password; the sessions that they have end."""
    require(by, Right.PEOPLE)
    user.epoch += 1
    user.save(update_fields=["epoch"])
    return _invitation(by, user.email, Role(user.role), user.scope, password_reset=True)


def _invitation(by: User, email: str, role: Role, scope: Mapping[str, list[str]], *, password_reset: bool) -> str:
    withdraw_invitations(email)
    token = new_token()
    made = Invitation.objects.create(
        email=email,
        role=role,
        scope=dict(scope),
        digest=digest(token),
        invited_by=by,
        expires_at=timezone.now() + Invitation.LIFE,
        password_reset=password_reset,
    )
    action = "password_reset_offered" if password_reset else "invited"
    audit.record(actor=by.pk, action=action, target=f"invitation:{made.pk}", detail={"role": role})
    return token


def withdraw_invitations(email: str) -> None:
    """No link handed over earlier for this address works any more."""
    Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=timezone.now())


def open_invitation(token: str) -> Invitation | None:
    """The invitation of a token if it can still be used."""
    return Invitation.objects.filter(
        digest=digest(token), accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).first()


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> User:
    """The new person, or the one who chose a new password. Raises UsageError when the link is no longer good."""
    invitation = Invitation.objects.select_for_update().filter(digest=digest(token)).first()
    known = User.objects.filter(email=invitation.email).first() if invitation else None
    usable = open_invitation(token) is not None and (known is None or known.is_active)
    if invitation is None or not usable or (known is not None) != invitation.password_reset:
        raise UsageError(
            Text("this invitation is no longer valid.", "cette invitation n’est plus valable."),
            hint=Text("Ask for another one.", "Demandez-en une autre."),
        )
    user = known or User.objects.create_user(
        invitation.email, name=name.strip()[:120], role=invitation.role, scope=invitation.scope
    )
    user.set_password(password)
    user.save(update_fields=["password"])  # what someone changes meanwhile of their access stands
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    action = "password_chosen" if invitation.password_reset else "joined"
    audit.record(actor=user.pk, action=action, target=f"person:{user.pk}", detail={"role": user.role})
    return user


@transaction.atomic
def change_access(*, by: User, user: User, role: Role, scope: Mapping[str, list[str]], active: bool) -> None:
    """Changes what a person may do and see. Their sessions end at once; the last administrator cannot leave."""
    require(by, Right.PEOPLE)
    stays = active and role == Role.ADMINISTRATOR and not scope
    concerned = User.objects.select_for_update().filter(Q(role=Role.ADMINISTRATOR) | Q(pk=user.pk)).order_by("pk")
    held = list(concerned)  # in one order: two administrators who remove each other wait, then one is told
    user.refresh_from_db()  # as it is, not as the page showed it
    others = [one for one in held if one.role == Role.ADMINISTRATOR and one.is_active and not one.scope and one != user]
    if user.role == Role.ADMINISTRATOR and not stays and not others:
        raise UsageError(
            Text("someone must remain administrator.", "il doit rester un administrateur."),
            hint=Text("Name another one first.", "Nommez-en un autre d’abord."),
        )
    was = {"role": user.role, "scope": user.scope, "active": user.is_active}
    user.role, user.scope, user.is_active = role, dict(scope), active
    user.epoch += 1
    user.save(update_fields=["role", "scope", "is_active", "epoch"])
    if not active:
        withdraw_invitations(user.email)
    now = {"role": user.role, "scope": user.scope, "active": user.is_active}
    audit.record(actor=by.pk, action="access_changed", target=f"person:{user.pk}", detail={"from": was, "to": now})


@transaction.atomic
def revoke_invitation(*, by: User, invitation: Invitation) -> None:
    """An invitation that was not used yet stops working."""
    require(by, Right.PEOPLE)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    audit.record(actor=by.pk, action="invitation_revoked", target=f"invitation:{invitation.pk}")


@transaction.atomic
def forget_second_factors(*, by: User, user: User) -> None:
    """For someone who lost phone, key and codes: their password alone signs them in, until they set one up again."""
    require(by, Right.PEOPLE)
    found = Authenticator.objects.filter(user=user)
    kinds = sorted(set(found.values_list("type", flat=True)))
    found.delete()
    user.epoch += 1
    user.save(update_fields=["epoch"])
    audit.record(actor=by.pk, action="second_factors_forgotten", target=f"person:{user.pk}", detail={"kinds": kinds})


@transaction.atomic
def choose_preferences(*, user: User, name: str, language: str, theme: str, palette: str, export_format: str) -> None:
    """A person's own preferences. Raises PermissionDenied for values that no form offers."""
    offered = (
        language in ("", "fr", "en")
        and theme in ("auto", "light", "dark")
        and palette in ("usual", "safe")
        and export_format in ("french", "international")
    )
    if not offered:
        raise PermissionDenied("preferences")
    user.name, user.language, user.theme, user.palette = name.strip()[:120], language, theme, palette
    user.export_format = export_format
    user.save(update_fields=["name", "language", "theme", "palette", "export_format"])
