"""The settings of the company in words: what each decides, and how it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import QueryDict

from timonier.facts.settings import FILE_NAME, Settings
from timonier.text import Text, say

type Sort = Literal["text", "choice", "flag", "number"]

MONTHS = (
    Text("January", "janvier"),
    Text("February", "février"),
    Text("March", "mars"),
    Text("April", "avril"),
    Text("May", "mai"),
    Text("June", "juin"),
    Text("July", "juillet"),
    Text("August", "août"),
    Text("September", "septembre"),
    Text("October", "octobre"),
    Text("November", "novembre"),
    Text("December", "décembre"),
)


@dataclass(frozen=True)
class Asked:
    """One setting: its words and what may be answered."""

    name: str
    label: Text
    hint: Text
    sort: Sort
    choices: tuple[tuple[str, Text], ...] = ()


ASKED = (
    Asked(
        "language",
        Text("Language", "Langue"),
        Text(
            "For people who chose none, and for reports.",
            "Pour les personnes qui n’en ont pas choisi, et pour les rapports.",
        ),
        "choice",
        (("fr", Text("French", "Français")), ("en", Text("English", "Anglais"))),
    ),
    Asked(
        "zone",
        Text("Time zone", "Fuseau horaire"),
        Text(
            "Decides on which day a fact falls. Facts already loaded keep their day: load them again if it changes.",
            "Fixe le jour de chaque fait. Les faits déjà chargés gardent le leur : rechargez-les si le fuseau change.",
        ),
        "text",
    ),
    Asked(
        "currency",
        Text("Currency", "Devise"),
        Text(
            "The one of every amount, in three capitals: EUR.", "Celle de tous les montants, en trois capitales : EUR."
        ),
        "text",
    ),
    Asked(
        "fiscal_year_start",
        Text("The fiscal year starts in", "L’exercice commence en"),
        Text("For the period “fiscal year”.", "Pour la période « exercice »."),
        "choice",
        tuple((str(number), month) for number, month in enumerate(MONTHS, 1)),
    ),
    Asked(
        "minimum_n",
        Text("Fewest people behind a figure", "Effectif minimal derrière un chiffre"),
        Text(
            "Below, the figure is hidden: nobody must be recognised. 5 by default.",
            "En dessous, le chiffre est masqué : personne ne doit être reconnu. 5 par défaut.",
        ),
        "number",
    ),
    Asked(
        "weighted",
        Text("Answers count for their weight", "Les réponses comptent pour leur poids"),
        Text(
            "Takes the weight of each answer into account in every figure.",
            "Tient compte du poids de chaque réponse dans tous les chiffres.",
        ),
        "flag",
    ),
    Asked(
        "alsace_moselle",
        Text("Public holidays of Alsace and Moselle", "Jours fériés d’Alsace-Moselle"),
        Text("Two more days that do not count as working days.", "Deux jours de plus qui ne sont pas ouvrés."),
        "flag",
    ),
    Asked(
        "memory",
        Text("Most memory of a computation", "Mémoire maximale d’un calcul"),
        Text("For instance 1GB or 512MB.", "Par exemple 1GB ou 512MB."),
        "text",
    ),
    Asked(
        "threads",
        Text("Processor cores", "Cœurs de processeur"),
        Text("All of them when left empty.", "Tous si la case reste vide."),
        "number",
    ),
)


@dataclass(frozen=True)
class Shown:
    """A setting on its page; `locked` names the variable that decides it."""

    asked: Asked
    value: str
    origin: str
    locked: str
    error: str = ""

    @property
    def options(self) -> list[tuple[str, str, bool]]:
        """What may be chosen."""
        return [(value, say(label), value == self.value) for value, label in self.asked.choices]


def shown(current: Settings, sent: Mapping[str, str] | None = None) -> list[Shown]:
    """Every setting with where it comes from; what was just sent rather than what stands."""
    rows = []
    for asked in ASKED:
        origin = current.origins.get(asked.name, "default")
        value = _written(getattr(current, asked.name))
        if sent is not None and not origin.startswith("TIMONIER_"):
            value = sent.get(asked.name, "")
        rows.append(Shown(asked, value, origin_words(origin), origin if origin.startswith("TIMONIER_") else ""))
    return rows


def origin_words(origin: str) -> str:
    """Where a value comes from, for people."""
    if origin == "default":
        return say(Text("default", "valeur par défaut"))
    if origin == FILE_NAME:
        return say(Text("settings file", "fichier des réglages"))
    return say(Text(f"variable {origin}", f"variable {origin}"))


def read(sent: QueryDict, current: Settings) -> dict[str, Any]:
    """The values that a form sent, in the types of the settings; those that a variable decides are left out.

    What is not a number where one is asked stays text: the settings' own check says what it must be.
    """
    values: dict[str, Any] = {}
    for asked in ASKED:
        if current.origins.get(asked.name, "").startswith("TIMONIER_"):
            continue
        text = sent.get(asked.name, "").strip()
        if asked.sort == "flag":
            values[asked.name] = text == "true"
        elif asked.sort == "number" or asked.name == "fiscal_year_start":
            values[asked.name] = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None
        else:
            values[asked.name] = text
    return values


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)
