"""Scores, from the planted distributions, with the blemishes of a real export.

A score is read off its distribution at a uniform number that mixes a taste of the customer and the mood of the
day: two answers of one customer look alike, and yet each follows exactly the planted distribution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from timonier.demo import verbatims
from timonier.demo.chance import Bools, Chance, Floats, Ints
from timonier.demo.company import REGIONS, ROLES, SEGMENTS, STORES
from timonier.demo.journey import COMPLETE, DOWNLOADED, ENROLLED, REPAID, SENT, STEPS, VISIT, Events
from timonier.demo.people import NEVER, People, World, labels, ordinal
from timonier.demo.sheets import Cells, Codes, Flags, Instants
from timonier.demo.surveys import (
    AREA_SURVEY,
    CONTACT_SURVEY,
    JOURNEY_SURVEY,
    NO_STEP,
    NO_WAVE,
    RELATIONAL,
    SURVEYS,
    VISIT_SURVEY,
    Invitations,
    wave_names,
)
from timonier.demo.window import DAY

NPS, CSAT, EFFORT, AGREEMENT, EASE = range(5)
INSTRUMENTS = ("nps", "csat", "ces_effort", "ces_agreement", "ces_ease")
QUESTIONS = (
    "Recommanderiez-vous la mutuelle à un proche ?",
    "Êtes-vous satisfait de la réponse apportée ?",
    "Quel effort avez-vous dû fournir pour que votre demande soit traitée ?",
    "La mutuelle m’a facilité le traitement de ma demande.",
    "À quel point était-il facile d’utiliser votre espace adhérent ?",
)
_SCALES = ((0, 10), (1, 5), (1, 7), (1, 7), (1, 7))

# Two crowds, of NPS −60 and +70: any planted NPS between is a mix of both.
_COLD = np.array([0.06, 0.03, 0.05, 0.07, 0.09, 0.16, 0.20, 0.17, 0.11, 0.04, 0.02])
_WARM = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.08, 0.22, 0.34, 0.36])
_COLD_NPS, _WARM_NPS = -60.0, 70.0
_UNSATISFIED, _SATISFIED = np.array([0.2, 0.3, 0.5, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 0.55, 0.45])
_HARD, _EASY = np.array([0.1, 0.2, 0.3, 0.4, 0, 0, 0]), np.array([0, 0, 0, 0, 0.3, 0.4, 0.3])
_TASTE = 0.15
"""Correlation of two answers of one customer."""

_AREA_ASKED = 0.12
_TWICE, _COPIED, _TEST = 0.01, 0.006, 0.005
_DONT_KNOW, _EMPTY, _TOO_HIGH, _HALF = 0.02, 0.006, 0.003, 0.003
_COMMENTED = {NPS: 0.42, CSAT: 0.25}


@dataclass(frozen=True, slots=True)
class Questions:
    """Questions answered, one row each, in any order; `settled` for contacts, `step` for the journey."""

    row: Ints
    chance: Chance
    survey: Ints
    wave: Ints
    step: Ints
    settled: Bools
    instrument: Ints
    second: Ints


def questions(people: People, sent: Invitations, happened: Events) -> Questions:
    """What was asked of those who answered: NPS everywhere, CSAT and CES after a contact, ease in the member area."""
    full = np.nonzero((sent.answered < NEVER) & (sent.outcome == 0))[0]
    contact = sent.survey[full] == CONTACT_SURVEY
    month = people.world.window.month_of(sent.answered[full] // DAY)
    wording = np.where(month < people.world.truths.ces_wording_changes_months, EFFORT, AGREEMENT)
    first = _asked(sent, full, np.where(contact, CSAT, NPS), "first")
    second = _asked(sent, full[contact], wording[contact], "second")
    relational = first.survey == RELATIONAL
    again = np.nonzero(relational & first.chance.true("twice", _TWICE))[0]
    return _joined([first, second, _again(first, again, people.world), _area(people, happened)])


def _asked(sent: Invitations, picked: Ints, instrument: Ints, name: str) -> Questions:
    return Questions(
        sent.row[picked],
        sent.chance[picked].child(name),
        sent.survey[picked],
        sent.wave[picked],
        sent.step[picked],
        sent.settled[picked],
        instrument,
        sent.answered[picked],
    )


def _again(first: Questions, picked: Ints, world: World) -> Questions:
    """People who answer the same wave twice: the latest counts."""
    later = np.minimum(first.second[picked] + 5400, world.window.days * DAY - 1)
    same = {name: getattr(first, name)[picked] for name in ("row", "survey", "wave", "step", "settled", "instrument")}
    return Questions(chance=first.chance[picked].child("again"), second=later, **same)


def _area(people: People, happened: Events) -> Questions:
    """A question on the page, without invitation, right after a download."""
    picked = np.nonzero(happened.at(DOWNLOADED) & happened.chance.true("popup", _AREA_ASKED))[0]
    second = np.minimum(happened.second[picked] + 90, people.world.window.days * DAY - 1)
    size = len(picked)
    return Questions(
        happened.row[picked],
        happened.chance[picked].child("area"),
        np.full(size, AREA_SURVEY),
        np.full(size, NO_WAVE),
        np.full(size, NO_STEP),
        np.ones(size, dtype=bool),
        np.full(size, EASE),
        second,
    )


def _joined(parts: list[Questions]) -> Questions:
    keys = np.concatenate([part.chance.keys for part in parts])
    names = ("row", "survey", "wave", "step", "settled", "instrument", "second")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    order = np.lexsort([keys, columns["instrument"], columns["second"], columns["row"]])
    return Questions(chance=Chance(keys[order]), **{name: column[order] for name, column in columns.items()})


def scores(people: People, asked: Questions) -> Ints:
    """Valid scores, on the scale of each question, as the respondent would tick them."""
    feeling = _feeling(people, asked)
    score = _read_off(_nps_share(people, asked), _COLD, _WARM, feeling)
    asking = _asking_store(people, asked)
    visit = asked.survey == VISIT_SURVEY
    score = np.where(visit, _visit_scores(people.world, asking, feeling), score)
    truths, settled = people.world.truths, asked.settled
    satisfied = np.where(settled, truths.csat_resolved, truths.csat_unresolved)
    easy = np.where(settled, truths.ces_easy_resolved, truths.ces_easy_unresolved)
    easy = np.where(asked.instrument == EASE, truths.ces_easy_area, easy)
    csat = 1 + _read_off(satisfied, _UNSATISFIED, _SATISFIED, feeling)
    ease = 1 + _read_off(easy, _HARD, _EASY, feeling)
    score = np.where(asked.instrument == CSAT, csat, score)
    score = np.where(asked.instrument >= AGREEMENT, ease, score)
    return np.where(asked.instrument == EFFORT, 8 - ease, score)


def _feeling(people: People, asked: Questions) -> Floats:
    from scipy.special import ndtr

    taste = people.chance.normal("taste")[asked.row]
    mixed = np.sqrt(_TASTE) * taste + np.sqrt(1 - _TASTE) * asked.chance.normal("mood")
    return np.asarray(ndtr(mixed), dtype=np.float64)


def _nps_share(people: People, asked: Questions) -> Floats:
    """The share of the warm crowd that gives the planted NPS."""
    truths = people.world.truths
    relational = np.array([truths.nps_relational[name] for name in SEGMENTS])[people.segment[asked.row]]
    by_step = np.zeros(len(STEPS))
    for step in (ENROLLED, COMPLETE, SENT, REPAID):
        by_step[step] = truths.nps_by_step[STEPS[step]]
    planted = np.where(asked.survey == JOURNEY_SURVEY, by_step[asked.step], relational)
    progress = people.world.programme_share(asked.second // DAY, truths.nps_ramp_months, steps=2)
    planted = planted + np.where(people.treated[asked.row], truths.nps_gain * progress, 0.0)
    return (planted - _COLD_NPS) / (_WARM_NPS - _COLD_NPS)


def _visit_scores(world: World, asking: Bools, feeling: Floats) -> Ints:
    """After a visit: the planted share of tens, and of promoters and detractors where nobody asks for tens."""
    truths = world.truths
    usual = visit_distribution(truths.nps_visit, truths.tens_visit)
    pressed = usual.copy()
    pressed[:10] *= (1 - truths.tens_asking_store) / (1 - truths.tens_visit)
    pressed[10] = truths.tens_asking_store
    return np.where(asking, _read_off(1.0, usual, pressed, feeling), _read_off(0.0, usual, pressed, feeling))


def visit_distribution(nps: float, tens: float) -> Floats:
    """Shares of 0…10 with that NPS and that share of tens."""
    share = (nps - _COLD_NPS) / (_WARM_NPS - _COLD_NPS)
    shares = (1 - share) * _COLD + share * _WARM
    shares[9] += shares[10] - tens
    shares[10] = tens
    return np.asarray(shares, dtype=np.float64)


def _read_off(share: Floats | float, low: Floats, high: Floats, uniform: Floats) -> Ints:
    """The position of each uniform number in the mix of two distributions."""
    weight = np.broadcast_to(np.asarray(share, dtype=float), uniform.shape)[:, None]
    steps = np.cumsum(low) * (1 - weight) + np.cumsum(high) * weight
    return np.asarray((uniform[:, None] >= steps[:, :-1]).sum(axis=1), dtype=np.int64)


def _asking_store(people: People, asked: Questions) -> Bools:
    store = STORES.index(people.world.truths.asking_store)
    return np.asarray((asked.survey == VISIT_SURVEY) & (people.store[asked.row] == store))


def answer_sheet(people: People, asked: Questions) -> Mapping[str, Cells]:
    """The answers, as the survey tool exports them; a few lines appear twice."""
    score = scores(people, asked)
    copies = np.where(asked.chance.true("copied", _COPIED), 2, 1)
    every = np.repeat(np.arange(len(score)), copies)
    row, chance, instrument = asked.row[every], asked.chance[every], asked.instrument[every]
    low, high = np.array(_SCALES)[instrument].T
    number = people.number[asked.row] * 1000 + ordinal(asked.row)
    return {
        "N° réponse": Codes("R", number[every], 11),
        "Identifiant client": people.clients(row),
        "Enquête": labels(SURVEYS, asked.survey[every]),
        "Vague": labels(wave_names(people.world.window), asked.wave[every]),
        "Question": labels(QUESTIONS, instrument),
        "Instrument": labels(INSTRUMENTS, instrument),
        "Note": _written(score[every], instrument, chance),
        "Échelle min": low,
        "Échelle max": high,
        "Sens": labels(("haut = bien", "bas = bien"), (instrument == EFFORT).astype(np.int64)),
        "Répondu le": Instants(asked.second[every]),
        "Canal": labels(("courriel", "web"), (instrument == EASE).astype(np.int64)),
        "Étape": labels(STEPS, asked.step[every]),
        "Rôle": labels(ROLES, people.role[row]),
        "Segment": labels(SEGMENTS, people.segment[row]),
        "Région": labels(REGIONS, people.region[row]),
        "Agence": labels(STORES, np.where(asked.step == VISIT, people.store[asked.row], -1)[every]),
        "Commentaire": _comments(people, asked, score).take(_indices(every)),
        "Langue": labels(("fr",), np.zeros(len(every), dtype=np.int64)),
        "Test": Flags(chance.true("test", _TEST)),
    }


def _indices(every: Ints) -> Any:
    import pyarrow as pa

    return pa.array(every)


def _written(score: Ints, instrument: Ints, chance: Chance) -> Any:
    """Scores as text; some are “NSP”, empty, or impossible."""
    words = (*map(str, range(11)), "NSP", "11", "9,5")
    fate = chance.uniform("blemish")
    index = np.where(fate < _DONT_KNOW, 11, score)
    fate -= _DONT_KNOW
    index = np.where((fate >= 0) & (fate < _EMPTY), -1, index)
    fate -= _EMPTY
    nps = instrument == NPS
    index = np.where(nps & (fate >= 0) & (fate < _TOO_HIGH), 12, index)
    fate -= _TOO_HIGH
    return labels(words, np.where(nps & (fate >= 0) & (fate < _HALF), 13, index))


def _comments(people: People, asked: Questions, score: Ints) -> Any:
    """About the step, in the mood of the score."""
    by_step = np.full(len(STEPS), verbatims.RELATION)
    by_step[[ENROLLED, COMPLETE, SENT, REPAID, VISIT]] = (
        verbatims.ENROLMENT,
        verbatims.FILE,
        verbatims.CARD,
        verbatims.REPAYMENT,
        verbatims.VISIT,
    )
    subject = np.where(asked.step == NO_STEP, verbatims.RELATION, by_step[asked.step])
    subject = np.where(_asking_store(people, asked), verbatims.ASKING_VISIT, subject)
    subject = np.where(asked.instrument == CSAT, verbatims.CONTACT, subject)
    nps = asked.instrument == NPS
    happy, mixed = np.where(nps, score >= 9, score >= 4), np.where(nps, score >= 7, score == 3)
    mood = np.where(happy, verbatims.HAPPY, np.where(mixed, verbatims.MIXED, verbatims.UNHAPPY))
    odds = np.select([nps, asked.instrument == CSAT], [_COMMENTED[NPS], _COMMENTED[CSAT]], 0.0)
    said = asked.chance.true("comments", odds)
    return verbatims.comments(asked.chance.child("comment"), np.where(said, subject, -1), mood)
