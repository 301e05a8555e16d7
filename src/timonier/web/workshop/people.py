"""What the pages about people read: who is here, how they sign in, who was invited, what a scope may hold."""

from collections.abc import Mapping
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from timonier.errors import UsageError
from timonier.text import Text, say
from timonier.web.accounts.access import Scope
from timonier.web.accounts.models import Invitation, Role, User
from timonier.web.figures.filtering import Choice, choices, few, label_of

ROLES: Mapping[str, Text] = {
    Role.ADMINISTRATOR: Text("Administrator", "Administrateur"),
    Role.PILOT: Text("Pilot", "Pilote"),
    Role.OWNER: Text("Step owner", "Responsable d’étape"),
    Role.AGENT: Text("Agent", "Conseiller"),
    Role.READER: Text("Reader", "Lecteur"),
}
DUTIES: Mapping[str, Text] = {
    Role.ADMINISTRATOR: Text("everything, settings and people included", "tout, réglages et personnes compris"),
    Role.PILOT: Text("loads data, sets targets, shares links", "charge les données, fixe les objectifs, partage"),
    Role.OWNER: Text("sets the targets and benchmarks of a step", "fixe les objectifs et les repères d’une étape"),
    Role.AGENT: Text("sees the rows and what customers wrote", "voit les lignes et les commentaires"),
    Role.READER: Text("sees and exports the figures", "voit et exporte les chiffres"),
}
FACTORS = {
    "totp": Text("authenticator app", "application d’authentification"),
    "webauthn": Text("passkey", "clé d’accès"),
    "recovery_codes": Text("recovery codes", "codes de secours"),
}
PREFIX = "scope:"
NO_DIMENSION = Text("this value is not in the facts.", "cette valeur n’est pas dans les faits.")


@dataclass(frozen=True)
class RoleChoice:
    """A role to choose."""

    name: str
    label: str
    duty: str


@dataclass(frozen=True)
class ScopeChoice:
    """A dimension to limit someone by: its values, or a box to write them in when they are `many`."""

    name: str
    label: str
    values: tuple[str, ...]
    chosen: frozenset[str]
    many: bool

    @property
    def written(self) -> str:
        """What stands in the box: a value a line."""
        return "\n".join(sorted(self.chosen))


@dataclass(frozen=True)
class Person:
    """Someone with an account, in the words of the list."""

    user: User
    role: str
    scope: str
    factors: str

    @property
    def waiting(self) -> bool:
        """Whether they have no password yet, nor came by single sign-on."""
        return not self.user.has_usable_password() and self.user.last_login is None


def roles() -> list[RoleChoice]:
    """The roles, the widest last: the first of a list is what gets chosen by haste."""
    return [RoleChoice(name, say(ROLES[name]), say(DUTIES[name])) for name in reversed(list(ROLES))]


def scope_words(scope: Mapping[str, list[str]]) -> str:
    """“Région : Bretagne, Normandie”; nothing for the whole company."""
    colon = say(Text(": ", "\u00a0: "))
    return " · ".join(f"{label_of(name)}{colon}{few(values) or '—'}" for name, values in sorted(scope.items()))


def everyone() -> list[Person]:
    """People by address, the active first."""
    factors: dict[int, list[str]] = {}
    for owner, kind in Authenticator.objects.exclude(type="recovery_codes").values_list("user_id", "type"):
        factors.setdefault(owner, []).append(say(FACTORS[kind]))
    found = User.objects.order_by("-is_active", "email")
    return [_person(user, ", ".join(sorted(set(factors.get(user.pk, ()))))) for user in found]


def one(user: User) -> Person:
    """One of them, with recovery codes told."""
    kinds = sorted(set(Authenticator.objects.filter(user=user).values_list("type", flat=True)))
    return _person(user, ", ".join(say(FACTORS[kind]) for kind in kinds))


def _person(user: User, factors: str) -> Person:
    return Person(user, say(ROLES[user.role]) if user.role in ROLES else user.role, scope_words(user.scope), factors)


def pending() -> QuerySet[Invitation]:
    """Invitations that still work."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()).order_by(
        "-created_at"
    )


def scope_choices(current: Mapping[str, list[str]]) -> list[ScopeChoice]:
    """What a scope may be made of: the dimensions in the facts, and whatever the person already has."""
    offered = {choice.name: choice for choice in choices(Scope())}
    for name in current.keys() - offered.keys():
        offered[name] = Choice(name, label_of(name), (), more=False)
    made = [_scope_choice(choice, frozenset(current.get(choice.name, ()))) for choice in offered.values()]
    return sorted(made, key=lambda choice: not choice.chosen)  # those in force first, then in the order offered


def _scope_choice(choice: Choice, chosen: frozenset[str]) -> ScopeChoice:
    values = tuple(sorted({*choice.values, *chosen}))
    return ScopeChoice(choice.name, choice.label, values, chosen, choice.more)


def read_scope(sent: QueryDict, current: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The scope that a form sent. Raises UsageError for a dimension or a value that it did not offer."""
    offered = {choice.name: choice for choice in scope_choices(current)}
    scope: dict[str, list[str]] = {}
    for field in sent:
        if not field.startswith(PREFIX):
            continue
        name = field.removeprefix(PREFIX)
        texts = [text.replace("\x00", "") for text in sent.getlist(field)]  # no database keeps a NUL
        values = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
        choice = offered.get(name)
        if choice is None or not (choice.many or set(values) <= set(choice.values)):
            raise UsageError(NO_DIMENSION, where=f"{label_of(name)}, {', '.join(values)}"[:200])
        if values:
            scope[name] = sorted(set(values))
    return scope
