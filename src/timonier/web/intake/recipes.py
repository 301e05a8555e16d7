"""Recipes under a name, in the folder `recipes` of the workspace: the command line reads the same ones."""

import re
from pathlib import Path

from timonier.errors import RecipeError, UnknownName, UsageError
from timonier.facts.durability import write_atomically
from timonier.facts.intake.recipe import parse_recipe
from timonier.text import Text
from timonier.web.core.desks import workspace

NAME = re.compile(r"\w(?:[\w ()\-]{0,58}[\w)])?")
LARGEST = 1 << 20


def names() -> list[str]:
    """The recipes that there are, by name."""
    folder = workspace().recipes
    return sorted(path.stem for path in folder.glob("*.toml") if NAME.fullmatch(path.stem) and path.is_file())


def text_of(name: str) -> str:
    """The text of a recipe. Raises UnknownName, RecipeError when it is not one any more."""
    if name not in names():
        raise UnknownName(Text(f"no recipe “{name}”.", f"aucune recette « {name} »."))
    path = _path(name)
    if path.stat().st_size > LARGEST:
        raise RecipeError(Text("this is too large for a recipe.", "c’est trop gros pour une recette."), where=name)
    text = path.read_text(encoding="utf-8")
    parse_recipe(text, workspace().tables(), where=name)
    return text


def checked(name: str) -> str:
    """The name without blanks around it. Raises UsageError: letters, digits, blanks, hyphens and brackets only."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise UsageError(
            Text("this cannot be the name of a recipe.", "ce ne peut pas être le nom d’une recette."),
            where=name[:60],
            hint=Text(
                "Use up to 60 letters, digits, spaces, hyphens and brackets.",
                "Prenez au plus 60 lettres, chiffres, espaces, traits d’union et parenthèses.",
            ),
        )
    return name


def keep(name: str, text: str, *, replacing: bool) -> None:
    """Writes a recipe, whole or not at all. Raises UsageError when the name is taken and not meant to be replaced."""
    path = _path(checked(name))
    if path.exists() and not replacing:
        raise UsageError(
            Text(f"there is a recipe “{name}” already.", f"il y a déjà une recette « {name} »."),
            hint=Text(
                "Choose another name, or tick “replace it”.", "Choisissez un autre nom, ou cochez « la remplacer »."
            ),
        )
    write_atomically(path, text.encode())


def _path(name: str) -> Path:
    return workspace().recipes / f"{checked(name)}.toml"
