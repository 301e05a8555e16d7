"""Who was asked, who answered and when: invitations to the quarterly waves, and after what happened."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from timonier.demo.chance import Bools, Chance, Floats, Ints
from timonier.demo.journey import COMPLETE, ENROLLED, REPAID, SENT, VISIT, Events
from timonier.demo.people import NEVER, People, labels, ordinal
from timonier.demo.service import Requests
from timonier.demo.sheets import Cells, Codes, Instants
from timonier.demo.window import DAY, MONTHS, Window, hour_of_day

RELATIONAL, JOURNEY_SURVEY, VISIT_SURVEY, CONTACT_SURVEY, AREA_SURVEY = range(5)
SURVEYS = ("relation", "parcours", "agence", "après contact", "espace adhérent")
WAVES = MONTHS // 3
_ASKED = (0.85, 0.7, 0.8, 0.5)
"""Share of those who could be asked, by survey."""
_OUTCOMES = ("Répondu", "Partiel", "Sans réponse", "Adresse invalide")
_ANSWERED, _PARTIAL, _SILENT, _BOUNCED = range(4)
NO_STEP = NO_WAVE = -1
"""Only the relational survey has waves: after a contact or a step, each answer counts."""


@dataclass(frozen=True, slots=True)
class Invitations:
    """Invitations sorted by customer then time. `step` and `settled` tell what the survey is about."""

    row: Ints
    chance: Chance
    survey: Ints
    second: Ints
    wave: Ints
    step: Ints
    settled: Bools
    outcome: Ints
    answered: Ints


def wave_names(window: Window) -> list[str]:
    """The quarters: 2024-T1…"""
    return [f"{month[:4]}-T{(int(month[5:]) + 2) // 3}" for month in window.labels()[::3]]


def invitations(people: People, happened: Events, asked: Requests) -> Invitations:
    """Every invitation sent before the data end."""
    parts = [_relational(people), *_after_steps(people, happened), _after_contacts(people, asked)]
    names = ("row", "survey", "second", "step", "settled", "rate")
    row, survey, second, step, settled, rate = (
        np.concatenate([getattr(part, name) for part in parts]) for name in names
    )
    keys = np.concatenate([part.chance.keys for part in parts])
    order = np.lexsort([survey, second, row])
    order = order[second[order] < people.world.window.days * DAY]
    chance, second, survey = Chance(keys[order]), second[order], survey[order]
    outcome, answered = _outcome(people, chance, second, rate[order])
    month = people.world.window.month_of(second // DAY)
    wave = np.where(survey == RELATIONAL, month // 3, NO_WAVE)
    return Invitations(row[order], chance, survey, second, wave, step[order], settled[order], outcome, answered)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Invitations of one kind; `rate` is the probability that a delivered one is answered in full."""

    row: Ints
    chance: Chance
    survey: Ints
    second: Ints
    step: Ints
    settled: Bools
    rate: Floats


def _kind(row: Ints, chance: Chance, survey: int, second: Ints, rate: Floats | float, **more: Ints | Bools) -> _Asked:
    size = len(row)
    return _Asked(
        row,
        chance,
        np.full(size, survey),
        second,
        np.asarray(more.get("step", np.full(size, NO_STEP))),
        np.asarray(more.get("settled", np.ones(size, dtype=bool))),
        np.broadcast_to(np.asarray(rate, dtype=float), (size,)),
    )


def _relational(people: People) -> _Asked:
    """Once a quarter, in the first half of its second month."""
    window, truths = people.world.window, people.world.truths
    seen = people.chance.monthly("wave", np.full(WAVES, _ASKED[RELATIONAL]))
    day = window.month_starts[seen.month * 3 + 1] + seen.chance.between("day", 6, 12)
    kept = people.active(seen.row, day)
    waves = np.array([truths.response_of_wave(wave) for wave in range(WAVES)])
    second = day[kept] * DAY + hour_of_day(seen.chance[kept], office=True)
    return _kind(seen.row[kept], seen.chance[kept], RELATIONAL, second, waves[seen.month[kept]])


def _after_steps(people: People, happened: Events) -> list[_Asked]:
    """The day after a step of the journey, or a visit."""
    truths = people.world.truths
    journey = np.isin(happened.step, (ENROLLED, COMPLETE, SENT, REPAID))
    found = []
    for survey, about, rate in (
        (JOURNEY_SURVEY, journey, truths.response_journey),
        (VISIT_SURVEY, happened.at(VISIT), truths.response_visit),
    ):
        picked = np.nonzero(about & happened.chance.true("asked", _ASKED[survey]))[0]
        chance = happened.chance[picked].child("survey")
        second = _next_morning(happened.second[picked], chance, days=5 if survey == JOURNEY_SURVEY else 1)
        found.append(_kind(happened.row[picked], chance, survey, second, rate, step=happened.step[picked]))
    return found


def _after_contacts(people: People, asked: Requests) -> _Asked:
    """The day after the first contact of a request."""
    picked = np.nonzero(asked.chance.true("asked", _ASKED[CONTACT_SURVEY]))[0]
    chance = asked.chance[picked].child("survey")
    second = _next_morning(asked.closed[picked], chance, days=1)
    rate = people.world.truths.response_contact
    return _kind(asked.row[picked], chance, CONTACT_SURVEY, second, rate, settled=asked.settled[picked])


def _next_morning(second: Ints, chance: Chance, *, days: int) -> Ints:
    return (second // DAY + days) * DAY + hour_of_day(chance, office=True)


def _outcome(people: People, chance: Chance, second: Ints, rate: Floats) -> tuple[Ints, Ints]:
    truths = people.world.truths
    fate = chance.uniform("fate")
    outcome = np.where(fate < rate, _ANSWERED, np.where(fate < rate + truths.partial, _PARTIAL, _SILENT))
    outcome = np.where(chance.true("bounced", truths.bounced), _BOUNCED, outcome)
    wait = np.floor(13 * chance.uniform("wait") ** 2.5).astype(np.int64)
    later = (second // DAY + wait) * DAY + hour_of_day(chance.child("answered"))
    answered = np.where(wait == 0, second + chance.between("minutes", 300, 7000), later)
    known = (outcome <= _PARTIAL) & (answered < people.world.window.days * DAY)
    return np.where((outcome <= _PARTIAL) & ~known, _SILENT, outcome), np.where(known, answered, NEVER)


def invitation_sheet(people: People, sent: Invitations) -> Mapping[str, Cells]:
    """The invitations, as the survey tool exports them."""
    import pyarrow as pa

    known = sent.answered < NEVER
    return {
        "N° invitation": Codes("I", people.number[sent.row] * 1000 + ordinal(sent.row), 11),
        "Identifiant client": people.clients(sent.row),
        "Enquête": labels(SURVEYS, sent.survey),
        "Vague": labels(wave_names(people.world.window), sent.wave),
        "Canal": pa.repeat("courriel", len(sent.row)),
        "Envoyée le": Instants(sent.second),
        "Statut": labels(_OUTCOMES, sent.outcome),
        "Répondue le": Instants(np.where(known, sent.answered, 0), known),
    }
