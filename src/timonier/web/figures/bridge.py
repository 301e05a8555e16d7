"""The bridge: every indicator by family, what moved beyond noise, and what has no figure.

Twenty indicators compared at 95 % would show one change by chance: a change is told as one when it remains once
all the lines are counted together; one that only leaves its own margin is "to be confirmed".
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Family, Indicator
from timonier.scorecard import words
from timonier.scorecard.judged import Judged, judged_lines
from timonier.scorecard.score import Line, Scorecard, Skipped
from timonier.text import Text, language, say
from timonier.web.charts import marks, sentences
from timonier.web.charts.rows import named
from timonier.web.core.memory import Memory
from timonier.web.figures.beside import Targets, beside, length_of
from timonier.web.figures.freshness import Fresh, freshness, late_by
from timonier.web.figures.state import ViewState

type Tone = Literal["better", "worse", "moved", "doubtful", "noise", "unknown"]

FAMILIES: Final[tuple[Family, ...]] = ("satisfaction", "loyalty", "sales", "service")
FURTHER: Final[tuple[Family, ...]] = ("journey", "own")
ICONS: Final[Mapping[str, str]] = {
    "satisfaction": "message",
    "loyalty": "heart",
    "sales": "shopping-cart",
    "service": "clipboard-list",
    "journey": "route",
    "own": "adjustments",
}
# Shown as cards; the others of the family stand below them, a line each.
MAIN: Final[frozenset[str]] = frozenset(
    {
        "nps",
        "csat",
        "ces",
        "churn",
        "nrr",
        "upsell",
        "conversion",
        "average_basket",
        "cac",
        "fcr",
        "complaints",
        "on_time",
    }
)
ALONE: Final = Judged()
STANDING: Final[frozenset[Tone]] = frozenset({"better", "worse", "moved"})


@dataclass(frozen=True)
class Card:
    """One figure of the bridge. `late`: by how many days its facts are, 0 when they are not."""

    line: Line
    name: str
    url: str
    course: SafeString
    range: SafeString
    target: float | None = None
    known_until: date | None = None
    late: int = 0
    judged: Judged = ALONE

    @property
    def tone(self) -> Tone:
        """Whether the change is good news; by the direction of the indicator, never by the sign."""
        return "doubtful" if self.judged.doubtful else tone_of(self.line)


@dataclass(frozen=True)
class Waiting:
    """The place of an indicator that is still being computed."""

    indicator: Indicator

    waiting = True

    @property
    def name(self) -> str:
        return title_of(self.indicator, ())


type Place = Card | Waiting


@dataclass(frozen=True)
class Board:
    """A family: its cards, and its other indicators on a line each; places are kept for those being computed."""

    family: str
    title: str
    icon: str
    places: tuple[Place, ...]
    other_places: tuple[Place, ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        return tuple(one for one in self.places if isinstance(one, Card))

    @property
    def others(self) -> tuple[Card, ...]:
        return tuple(one for one in self.other_places if isinstance(one, Card))


@dataclass(frozen=True)
class Bridge:
    """The whole page. `moved`: the changes that stand, the surest first."""

    boards: tuple[Board, ...]
    further: tuple[Board, ...]
    moved: tuple[Card, ...]
    silent: tuple[Line, ...]
    skipped: tuple[Skipped, ...]
    pending: int = 0

    @property
    def tones(self) -> Counter[Tone]:
        """How many changes of each kind."""
        cards = (card for one in (*self.boards, *self.further) for card in (*one.cards, *one.others))
        return Counter(card.tone for card in cards)

    @property
    def compared(self) -> int:
        """How many changes are judged together."""
        return sum(count for tone, count in self.tones.items() if tone != "unknown")

    @property
    def doubtful(self) -> int:
        """How many changes leave their own margin, yet not once all comparisons are counted together."""
        return self.tones["doubtful"]

    @property
    def missing(self) -> int:
        """How many indicators have no figure."""
        return len(self.silent) + len(self.skipped)


_laid: Memory[tuple[Scorecard, Bridge]] = Memory(50)
"""Bridges drawn, each with its scorecard: while it is held no other has its identity."""


def bridge_of(scorecard: Scorecard, state: ViewState, *, outside: bool = False) -> Bridge:
    """Lays a scorecard out; for people `outside`, without the company's targets, and without links to its pages."""
    targets = {} if outside else beside().targets(length_of(state.window))
    key = (id(scorecard), outside, state.query(), language.get(), tuple(sorted(targets.items())))
    return _laid.get(key, lambda: (scorecard, _lay(scorecard, state, targets, outside=outside)))[1]


def _lay(scorecard: Scorecard, state: ViewState, targets: Targets, *, outside: bool) -> Bridge:
    shown = [line for line in scorecard.lines if line.estimate.n or line.estimate.state == "suppressed"]
    known = freshness()
    plain = (card_of(line, "" if outside else url_of(line, state), targets, known) for line in shown)
    cards = [replace(card, judged=one) for card, one in zip(plain, judged_lines(shown), strict=True)]
    places = in_order([*cards, *(Waiting(one) for one in scorecard.pending)])
    boards = [board(family, places) for family in (*FAMILIES, *FURTHER)]
    whole = [one for one in boards if one.places or one.other_places]
    return Bridge(
        tuple(one for one in whole if one.family in FAMILIES),
        tuple(one for one in whole if one.family in FURTHER),
        tuple(moved(cards)),
        tuple(line for line in scorecard.lines if line not in shown),
        scorecard.skipped,
        len(scorecard.pending),
    )


def in_order(places: Sequence[Place]) -> list[Place]:
    """Places in the order of the catalogue, so that a figure that comes takes the place kept for it."""
    ranks = {name: rank for rank, name in enumerate(CATALOGUE)}
    return sorted(places, key=lambda place: ranks.get(_indicator(place).name, len(ranks)))


def _indicator(place: Place) -> Indicator:
    return place.indicator if isinstance(place, Waiting) else place.line.indicator


def board(family: Family, places: Sequence[Place]) -> Board:
    """The places of a family: the main indicators first."""
    mine = [place for place in places if _indicator(place).family == family]
    main = [place for place in mine if _indicator(place).name in MAIN] or mine[:3]
    others = tuple(place for place in mine if place not in main)
    return Board(family, say(words.FAMILIES[family]), ICONS[family], tuple(main), others)


def card_of(line: Line, url: str, targets: Targets, known: Mapping[str, Fresh]) -> Card:
    """A card with its marks drawn."""
    estimate = line.estimate
    name = title_of(line.indicator, estimate.by)
    target = targets.get((estimate.indicator, estimate.variant))
    course = marks.sparkline(sentences.of_trend(name, line.trend), line.trend, width=240) if line.trend else ""
    reference = [line.reference] if line.reference is not None else []
    scale = marks.scale_of([estimate, *reference], target)
    bar = marks.interval_bar(sentences.of_value(name, estimate), estimate, scale, target=target, width=240)
    tables = [need.table for need in line.indicator.needs if need.table in known]
    return Card(
        line,
        name,
        url,
        mark_safe(course),  # noqa: S308 -- our own drawing: its words are escaped where it is made
        mark_safe(bar if estimate.value is not None else ""),  # noqa: S308
        target,
        min((known[name].last for name in tables), default=None),
        late_by(tables, known),
    )


def title_of(indicator: Indicator, by: Sequence[tuple[str, str | None]]) -> str:
    """“NPS — relation”: the indicator, and the segment when its line holds one."""
    label = sentences.short(indicator.label)
    return f"{label} — {named(by)}" if by else label


def url_of(line: Line, state: ViewState) -> str:
    """The page of the indicator, in the same state, on the line's own segment."""
    for name, value in line.estimate.by:
        if value is not None:
            state = state.with_filter(name, value)
    return reverse("indicator", args=[line.indicator.name]) + state.query()


def tone_of(line: Line) -> Tone:
    """What a change is worth."""
    difference = line.difference
    if difference is None or difference.movement in ("not_comparable", "unmeasured"):
        return "unknown"
    if difference.movement == "within":
        return "noise"
    if difference.direction == "none":
        return "moved"
    return "better" if difference.movement == difference.direction else "worse"


def moved(cards: Sequence[Card]) -> list[Card]:
    """The cards whose change stands, the surest first."""
    return sorted((card for card in cards if card.tone in STANDING), key=lambda card: card.judged.p_adjusted or 0)


COMPUTING = Text("Figures are being computed…", "Chiffres en cours de calcul…")
NOTHING_COMPARED = Text("No figure to compare over this period.", "Aucun chiffre à comparer sur cette période.")


def balance_words(bridge: Bridge) -> Text:
    """The state of the relationship in one sentence: the changes of the page, counted as its cards tell them."""
    tones, left = bridge.tones, bridge.pending
    if not bridge.compared:
        return COMPUTING if left else NOTHING_COMPARED
    first = words.agreed(tones["better"], Text("indicators", "indicateurs"))
    parts = [
        Text(f"{tones['better']} {first} better", f"{tones['better']} {first} en progrès"),
        Text(f"{tones['worse']} worse", f"{tones['worse']} en recul"),
        *_others(tones["moved"], Text("changed otherwise", "en mouvement, sans sens préféré")),
        *_others(tones["doubtful"], Text("to be confirmed", "à confirmer")),
        Text(f"{tones['noise']} within the margin of error", f"{tones['noise']} dans la marge d’erreur"),
    ]
    en, fr = ", ".join(part.en for part in parts), ", ".join(part.fr for part in parts)
    return (
        Text(f"{en}; {left} being computed…", f"{fr} ; {left} en cours de calcul…")
        if left
        else Text(f"{en}.", f"{fr}.")
    )


def _others(count: int, label: Text) -> list[Text]:
    return [Text(f"{count} {label.en}", f"{count} {label.fr}")] if count else []
