"""What an entry of the audit log is about, and what it holds, in words: the log itself keeps the codes."""

from collections.abc import Mapping
from typing import Any, Final

from timonier import formats
from timonier.indicators.catalogue import CATALOGUE
from timonier.scorecard.codes import DIMENSIONS, TABLES, table_name, value_name
from timonier.text import Text, say
from timonier.web.figures.beside import PER
from timonier.web.figures.filtering import label_of
from timonier.web.sharing.what import Part, What, what_of
from timonier.web.workshop.people import ROLES

# A kind, then its number or name in place of the #.
TARGETS: Final[Mapping[str, Text]] = {
    "person": Text("person no. #", "personne n° #"),
    "invitation": Text("invitation no. #", "invitation n° #"),
    "view": Text("saved view no. #", "vue n° #"),
    "run": Text("load no. #", "chargement n° #"),
    "recipe": Text("recipe “#”", "recette « # »"),
    "share": Text("share link no. #", "lien de partage n° #"),
    "target": Text("target no. #", "objectif n° #"),
    "benchmark": Text("benchmark no. #", "repère n° #"),
    "annotation": Text("annotation no. #", "annotation n° #"),
    "indicator": Text("indicator “#”", "indicateur « # »"),
    "dimension": Text("dimension “#”", "dimension « # »"),
}
WHOLE: Final[Mapping[str, Text]] = {
    "demo": Text("demo company", "entreprise de démonstration"),
    "unknown": Text("unknown address", "adresse inconnue"),
    "audit_log": Text("audit log", "journal d’audit"),
    "timonier.toml": Text("settings of the company", "réglages de l’entreprise"),
}
PARTS: Final[Mapping[Part, Text]] = {
    "passerelle": Text("the bridge", "la passerelle"),
    "tendance": Text("trend", "évolution"),
    "distribution": Text("distribution of answers", "répartition des réponses"),
    "ventilation": Text("breakdown by", "ventilation par"),
    "lignes": Text("rows", "lignes"),
}
KEYS: Final[Mapping[str, Text]] = {
    "active": Text("active account", "compte actif"),
    "breaks": Text("breaks the series", "rupture de série"),
    "day": Text("day", "jour"),
    "days": Text("days", "jours"),
    "download": Text("downloads allowed", "téléchargement permis"),
    "format": Text("format", "format"),
    "from": Text("before", "avant"),
    "indicator": Text("indicator", "indicateur"),
    "kept": Text("rows kept", "lignes gardées"),
    "kinds": Text("factors", "facteurs"),
    "length": Text("for", "valable"),
    "query": Text("address", "adresse"),
    "role": Text("role", "rôle"),
    "scope": Text("sees", "voit"),
    "sha256": Text("fingerprint", "empreinte"),
    "shared": Text("for everybody", "pour tout le monde"),
    "since": Text("since", "depuis le"),
    "size": Text("bytes", "octets"),
    "table": Text("table", "table"),
    "tables": Text("tables", "tables"),
    "to": Text("after", "après"),
    "type": Text("type", "type"),
    "unit": Text("unit", "unité"),
    "value": Text("value", "valeur"),
    "variant": Text("variant", "variante"),
    "what": Text("about", "sur"),
}
COLON = Text(": ", " : ")
EVERYTHING = Text("everything", "tout")


def target_words(target: str, names: Mapping[int, str]) -> str:
    """What it was done to: people and indicators by their name, what is numbered by its number."""
    kind, _, rest = target.partition(":")
    if kind == "person" and rest.isdigit() and int(rest) in names:
        return names[int(rest)]
    if target in WHOLE:
        return say(WHOLE[target])
    what = what_of(target)
    if what is not None:
        return _what_words(what)
    if kind not in TARGETS or not rest:
        return target
    if kind == "dimension":
        table, _, column = rest.partition(".")
        rest = f"{label_of(column)} ({table_name(table)})"
    return say(TARGETS[kind]).replace("#", _indicator(rest) if kind == "indicator" else rest)


def detail_words(detail: Mapping[str, Any]) -> list[str]:
    """What the entry holds beside, a line each."""
    return [f"{_key(key)}{say(COLON)}{_value(key, value)}" for key, value in detail.items()]


def _what_words(what: What) -> str:
    part = say(PARTS[what.part])
    if what.part == "passerelle":
        return part
    by = f" {label_of(what.dimension).lower()}" if what.dimension else ""
    return f"{_indicator(what.indicator)}, {part}{by}"


def _indicator(name: str) -> str:
    return say(CATALOGUE[name].label) if name in CATALOGUE else name


def _key(key: str) -> str:
    if key in KEYS:
        return say(KEYS[key])
    if key in TABLES:
        return table_name(key)
    return label_of(key) if key in DIMENSIONS else key.replace("_", " ")


def _value(key: str, value: Any) -> str:
    if value is None or value in ("", [], {}):
        return say(EVERYTHING) if key == "scope" else "—"
    if isinstance(value, bool):
        return say(Text("yes", "oui") if value else Text("no", "non"))
    if isinstance(value, Mapping):
        return " · ".join(f"{_key(one)}{say(COLON)}{_value(one, held)}" for one, held in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_value(key, one) for one in value)
    return formats.count(value) if isinstance(value, int) else _code(key, str(value))


def _code(key: str, text: str) -> str:
    """A word that the application writes, as people say it; any other as it is."""
    if key == "role":
        return next((say(words) for role, words in ROLES.items() if role == text), text)
    if key == "length":
        return say(PER[text]) if text in PER else text
    if key in ("table", "tables"):
        return table_name(text)
    if key == "indicator":
        return _indicator(text)
    if key == "what":
        return target_words(text, {})
    return value_name(key, text)
