"""The customer base: customers, prospects, contracts."""

from collections.abc import Mapping

import numpy as np

from timonier.demo.chance import Chance, Floats, Ints
from timonier.demo.company import (
    DELEGATION_OF,
    END_REASONS,
    END_WEIGHTS,
    MOVED_UP,
    OFFER_WEIGHTS,
    OFFERS,
    REGIONS,
    ROLES,
    SEGMENTS,
    STORES,
    YEARLY_FEE,
)
from timonier.demo.people import NEVER, People, creation_second, labels
from timonier.demo.sheets import Cells, Cents, Codes, Days, Instants
from timonier.demo.truths import Truths


def customers(people: People) -> Mapping[str, Cells]:
    """One line a customer; only the holder of an account has a date and a channel of acquisition."""
    channels = tuple(people.world.truths.prospect_mix)
    known = people.holder
    return {
        "Identifiant client": people.client,
        "Compte": Codes("E", people.account, known=people.segment > 0),
        "Rôle": labels(ROLES, people.role),
        "Date d'adhésion": Instants(people.arrival.second, known),
        "Canal d'acquisition": labels(channels, np.where(known, people.arrival.channel, -1)),
        "Segment": labels(SEGMENTS, people.segment),
        "Région": labels(REGIONS, people.region),
        "Délégation": labels(DELEGATION_OF, people.region),
        "Agence": labels(STORES, people.store),
    }


def prospects(people: People) -> Mapping[str, Cells]:
    """Everyone who came near: for each account that the window saw coming, it and the ones who came to nothing.

    Before a success, the number of failures is geometric: the sequence is one of independent trials, so that
    conversion by channel is exactly as planted, although the number of customers is fixed.
    """
    truths = people.world.truths
    mix, converts = _entry(truths)
    courted = np.nonzero(people.arrival.courted & people.holder)[0]
    failures = _failures(people.account_chance[courted], float(mix @ converts))
    row = np.repeat(courted, failures + 1)
    rank = np.repeat(failures, failures + 1) - _place(failures + 1)
    success = rank == 0
    trial = people.account_chance[row].child("trial", rank)
    channel = np.where(success, people.arrival.channel[row], trial.pick("channel", mix * (1 - converts)))
    converted = success & people.arrival.new[row]
    return {
        "Identifiant prospect": Codes("P", people.account[row] * 1000 + rank, 11),
        "Identifiant client": people.clients(row, converted),
        "Date de création": Instants(
            np.where(success, people.arrival.created[row], creation_second(people.world, trial))
        ),
        "Date de conversion": Instants(people.arrival.second[row], converted),
        "Canal d'entrée": labels(tuple(truths.prospect_mix), channel),
        "Segment": labels(SEGMENTS, people.segment[row]),
        "Région": labels(REGIONS, people.region[row]),
    }


def _entry(truths: Truths) -> tuple[Floats, Floats]:
    return np.array(list(truths.prospect_mix.values())), np.array(list(truths.conversion_ever.values()))


def _failures(chance: Chance, success: float) -> Ints:
    drawn = np.floor(np.log(chance.uniform("failures")) / np.log1p(-success))
    return np.asarray(np.minimum(drawn, 998), dtype=np.int64)


def _place(sizes: Ints) -> Ints:
    """0…size−1 for each of the runs."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)


def contracts(people: People) -> Mapping[str, Cells]:
    """One line a contract; an account that moves up an offer has two, the second from the day the first ends."""
    holders = np.nonzero(people.holder)[0]
    chance = people.account_chance[holders]
    start, end = people.start_day[holders], people.end_day[holders]
    offer = chance.pick("offer", np.array(OFFER_WEIGHTS))
    moved = chance.between("move", 0, people.world.window.days - 1)
    moves = chance.true("moves", people.world.truths.upgraded) & (offer < len(OFFERS) - 1)
    moves &= (moved > start) & (moved < end)
    own = np.concatenate([np.arange(len(holders)), np.nonzero(moves)[0]])
    second = np.repeat([False, True], [len(holders), int(moves.sum())])
    order = np.lexsort([second, own])
    own, second = own[order], second[order]
    row = holders[own]
    closing = np.where(second | ~moves[own], end[own], moved[own])
    ended = closing < NEVER
    reason = np.where(moves[own] & ~second, len(END_REASONS), chance[own].pick("reason", np.array(END_WEIGHTS)))
    rank = offer[own] + second
    return {
        "N° contrat": Codes("K", people.account[row] * 10 + second, 9),
        "Identifiant client": people.clients(row),
        "Date d'effet": Days(np.where(second, moved[own], start[own])),
        "Date de fin": Days(closing, ended),
        "Motif de fin": labels((*END_REASONS, MOVED_UP), np.where(ended, reason, -1)),
        "Offre": labels(OFFERS, rank),
        "Rang de l'offre": rank + 1,
        "Cotisation annuelle": Cents(_fee(people.segment[row], rank, chance[own])),
        "Segment": labels(SEGMENTS, people.segment[row]),
        "Région": labels(REGIONS, people.region[row]),
        "Agence": labels(STORES, people.store[row]),
    }


def _fee(segment: Ints, rank: Ints, chance: Chance) -> Ints:
    """Yearly, in cents: dearer by a quarter an offer."""
    base = np.array([YEARLY_FEE[name] for name in SEGMENTS])[segment]
    euros = base * (1 + 0.25 * rank) * np.exp(0.25 * chance.normal("fee"))
    return np.asarray(np.round(euros * 100), dtype=np.int64)
