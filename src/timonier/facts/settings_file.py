"""Writing `timonier.toml`: every setting with a comment, in the language of the workspace."""

import json
from collections.abc import Mapping

from timonier.facts.settings import Settings
from timonier.text import Text, say

_COMMENTS: Mapping[str, Text] = {
    "zone": Text("Time zone that decides which day a fact belongs to.", "Fuseau qui décide du jour d’un fait."),
    "currency": Text("Currency of the amounts.", "Devise des montants."),
    "language": Text("Language of screens and reports: fr or en.", "Langue des écrans et rapports : fr ou en."),
    "fiscal_year_start": Text(
        "Month in which the fiscal year starts (1 to 12).", "Mois de début de l’exercice (1 à 12)."
    ),
    "minimum_n": Text(
        "Below this many people, a figure is suppressed.",
        "En dessous de cet effectif, un chiffre est masqué.",
    ),
    "alsace_moselle": Text(
        "Two more public holidays in Alsace and Moselle.", "Deux jours fériés de plus en Alsace-Moselle."
    ),
    "weighted": Text(
        "Whether each answer counts for its weight (answers.weight).",
        "Chaque réponse compte-t-elle pour son poids (answers.weight) ?",
    ),
    "memory": Text("Most memory that a computation may use.", "Mémoire maximale d’un calcul."),
    "threads": Text("Cores to use; all when absent.", "Cœurs à utiliser ; tous si absent."),
}


def settings_text(settings: Settings) -> str:
    """The content of `timonier.toml` for `settings`."""
    title = Text("The settings of this workspace.", "Les réglages de cet espace de travail.")
    lines = [f"# {say(title, settings.language)}"]
    for name, comment in _COMMENTS.items():
        value = getattr(settings, name)
        written = f"{name} = {toml_value(value)}" if value is not None else f"# {name} = 2"
        lines += ["", f"# {say(comment, settings.language)}", written]
    lines += ["", *_dimension_lines(settings), *_rollup_lines(settings)]
    for indicator in settings.indicators:
        lines += ["", "[[indicator]]", *(f"{name} = {toml_value(value)}" for name, value in indicator.items())]
    return "\n".join(lines) + "\n"


def _dimension_lines(settings: Settings) -> list[str]:
    comment = Text(
        'Further columns of a fact table: [dimensions.contacts] then priority = "text"',
        'Colonnes ajoutées à une table de faits : [dimensions.contacts] puis priority = "text"',
    )
    lines = [f"# {say(comment, settings.language)}"]
    for table, columns in settings.dimensions.items():
        lines += [
            f"[dimensions.{table}]",
            *(f"{name} = {toml_value(kind)}" for name, kind in columns.items()),
            "",
        ]
    return lines


def _rollup_lines(settings: Settings) -> list[str]:
    comment = Text("Breakdowns kept ready, day by day.", "Ventilations tenues prêtes, jour par jour.")
    groups = ", ".join(toml_value(list(group)) for group in settings.breakdowns)
    return ["", "[rollups]", f"# {say(comment, settings.language)}", f"breakdowns = [{groups}]"]


def toml_value(value: object) -> str:
    """A TOML value: JSON writes text, numbers, booleans and lists of them the same way."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
