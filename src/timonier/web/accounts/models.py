"""People, how they are invited, and the links that sign them in."""

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class Role(models.TextChoices):
    """What a person is here for; what each may do is in `accounts.access`."""

    ADMINISTRATOR = "administrator"
    PILOT = "pilot"
    OWNER = "owner"
    AGENT = "agent"
    READER = "reader"


class People(BaseUserManager["User"]):
    """Making people. An address is unique whatever its case."""

    def create_user(self, email: str, **fields: object) -> "User":
        """A person who cannot sign in by password before they choose one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_unusable_password()
        user.save()
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. `scope` maps a dimension to the values that they may see; empty: the whole company.

    `epoch` is part of what sessions are checked against: raising it ends them at their next request.
    """

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.READER)
    scope = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=2, blank=True)
    theme = models.CharField(max_length=5, default="auto")
    palette = models.CharField(max_length=10, default="usual")
    export_format = models.CharField(max_length=13, default="french")
    epoch = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField(default=timezone.now)

    objects = People()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("email",)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Asked for by allauth; there is no Django admin here."""
        return False

    @property
    def is_superuser(self) -> bool:
        """Asked for by Django's middleware; nobody stands above the roles."""
        return False

    def get_session_auth_hash(self) -> str:
        """Changes with the password, the role, the scope and the epoch: any of them ends the sessions."""
        told = f"{self.password}|{self.role}|{sorted(self.scope.items())}|{self.epoch}|{self.is_active}"
        return salted_hmac("timonier.session", told, algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> list[str]:
        """Old secrets sign nothing."""
        return []


def new_token() -> str:
    """256 random bits, as they stand in a link."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: reading the database gives no link."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignInLink(models.Model):
    """A link printed on the console: signs one person in, once, for an hour at most."""

    LIFE = timedelta(minutes=60)

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """Bound to one address, for one use, for a week. `password_reset`: for someone who is here already."""

    LIFE = timedelta(days=7)

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role)
    scope = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    password_reset = models.BooleanField(default=False)
