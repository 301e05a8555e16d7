"""Every address of the application, read from the URLconf, and the table of who may do what there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

TABLE = Path(__file__).with_name("expected_routes.txt")
SAMPLES: dict[str, Any] = {
    "token": "t" * 43,
    "name": "nps",
    "indicator": "nps",
    "what": "trend",
    "uidb36": "1",
    "key": "set-password",
    "provider_id": "company",
    "form": "csv",
    "width": "wide",
    "table": "orders",
    "customer_id": "C000001",
    "answer_id": "A1",
    "step": "mapping",
}
NUMBER = 987_654_321  # no row has it


@dataclass(frozen=True)
class Route:
    """One address: `name` is that of the URLconf, else its pattern; `arguments` are the names that it takes."""

    name: str
    pattern: str
    arguments: dict[str, str] = field(default_factory=dict, hash=False)

    def address(self, **given: Any) -> str:
        """The address with the arguments given, samples for the others."""
        if self.name == self.pattern:
            return "/" + self.pattern
        told = {one: given.get(one, sample(one, kind)) for one, kind in self.arguments.items()}
        return reverse(self.name, kwargs=told)


@dataclass(frozen=True)
class Expected:
    """What the table says of a route: a right, or public, signed_in, allauth, closed; and the methods."""

    access: str
    methods: frozenset[str]


def sample(name: str, kind: str) -> Any:
    """Something of the kind that an address takes."""
    if kind == "int":
        return NUMBER
    return "00000000-0000-4000-8000-000000000000" if kind == "uuid" else SAMPLES.get(name, "x")


def every_route() -> list[Route]:
    """All of them, in the order of the URLconf; an address that an earlier one hides is not counted twice."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver().url_patterns, "", {}):
        found.setdefault(route.pattern, route)
    return list(found.values())


def _walk(patterns: Any, prefix: str, arguments: dict[str, str]) -> Iterator[Route]:
    for one in patterns:
        told = prefix + re.sub(r"^\^", "", str(one.pattern))
        mine = {**arguments, **_arguments(one)}
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, told, mine)
        elif isinstance(one, URLPattern):
            yield Route(one.name or told, told, mine)


def _arguments(one: URLPattern | URLResolver) -> dict[str, str]:
    converters: dict[str, Any] = getattr(one.pattern, "converters", {})
    found = {name: type(kind).__name__.removesuffix("Converter").lower() for name, kind in converters.items()}
    return found or dict.fromkeys(one.pattern.regex.groupindex, "str")


def expected() -> dict[str, Expected]:
    """The table: one line a route, “name  access  METHODS”; # starts a comment."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if words := line.partition("#")[0].split():
            name, access, methods = words
            assert name not in found, f"{name} is there twice"
            found[name] = Expected(access, frozenset(methods.split(",")))
    return found
