"""Requests and the contacts that they take, by telephone, e-mail, chat, letter or in a branch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from timonier.demo.chance import Bools, Chance, Floats, Ints
from timonier.demo.company import REASON_WEIGHTS, REASONS, REGIONS, SEGMENTS
from timonier.demo.people import People, labels, ordinal
from timonier.demo.sheets import Cells, Codes, Flags, Instants
from timonier.demo.truths import BRANCH, CHAT, LETTER, MAIL, PHONE
from timonier.demo.window import DAY, awake, hour_of_day

CHANNELS = (PHONE, MAIL, CHAT, LETTER, BRANCH)
_MIX = (0.5, 0.22, 0.12, 0.04, 0.12)
_TEAMS = ("Plateau téléphonique", "Gestion écrite", "Chat", "Gestion écrite", "Réseau d’agences")
_MINUTES_TO_CLOSE = ((3, 25), (120, 2400), (4, 30), (1440, 7200), (5, 40))
_MONTHLY_REQUESTS = 0.1
_UNRESOLVED_SILENT, _UNRESOLVED_AGAIN = 0.25, 0.35
"""Of the requests not settled at once: given up, or coming back after a contact closed as unresolved."""
_THIRD_CONTACT = 0.25


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests opened: whose, when (seconds), by which channel, and whether the first contact settled them."""

    row: Ints
    chance: Chance
    second: Ints
    channel: Ints
    closed: Ints
    settled: Bools

    def __len__(self) -> int:
        return len(self.row)


def requests(people: People) -> Requests:
    """At most one a month and customer, by season."""
    world = people.world
    seen = people.chance.monthly("request", _MONTHLY_REQUESTS * world.window.season(world.truths.season_contacts))
    day = world.window.not_sunday(world.window.day_in(seen.month, seen.chance), seen.month)
    kept = people.active(seen.row, day)
    row, chance, day = seen.row[kept], seen.chance[kept], day[kept]
    second = day * DAY + hour_of_day(chance, office=True)
    channel = chance.pick("channel", np.array(_MIX))
    settled = chance.true("settled", _first_contact_resolution(people, row, day))
    return Requests(row, chance, second, channel, awake(second + _handling(chance, channel)), settled)


def _first_contact_resolution(people: People, row: Ints, day: Ints) -> Floats:
    truths = people.world.truths
    progress = people.world.programme_share(day, truths.fcr_ramp_months)
    gain = (truths.fcr_treated - truths.fcr_before) * progress
    return truths.fcr_before + np.where(people.treated[row], gain, 0.0)


def _handling(chance: Chance, channel: Ints) -> Ints:
    """Seconds until the contact is closed."""
    low, high = np.array(_MINUTES_TO_CLOSE)[channel].T
    return chance.between("handling", low * 60, high * 60)


@dataclass(frozen=True, slots=True)
class _Contacts:
    """Contacts of one rank (first, second, third) of some requests; `own` is the request's position."""

    own: Ints
    rank: Ints
    second: Ints
    closed: Ints
    resolved: Bools
    channel: Ints


def contacts(people: People, asked: Requests) -> Mapping[str, Cells]:
    """One line a contact that took place before the data end."""
    runs = _runs(asked, people)
    own, rank, second, closed, resolved, channel = (
        np.concatenate([getattr(run, name) for run in runs])
        for name in ("own", "rank", "second", "closed", "resolved", "channel")
    )
    limit = people.world.window.days * DAY
    order = np.lexsort([rank, own])
    order = order[second[order] < limit]
    own, rank, second, closed = own[order], rank[order], second[order], closed[order]
    channel, row = channel[order], asked.row[own]
    chance = asked.chance[own].child("contact", rank)
    issue = people.number[row] * 100 + ordinal(asked.row)[own]
    done = closed < limit
    odds = np.array([people.world.truths.complaints[name] for name in CHANNELS])
    return {
        "N° contact": Codes("T", issue * 10 + rank, 11),
        "N° demande": Codes("D", issue, 10),
        "Identifiant client": people.clients(row),
        "Canal": labels(CHANNELS, channel),
        "Ouvert le": Instants(second),
        "Clos le": Instants(closed, done),
        "Résolu": Flags(resolved[order], done),
        "Agent": Codes("A", chance.between("agent", 1, 48), 3),
        "Équipe": labels(_TEAMS, channel),
        "Motif": labels(REASONS, asked.chance[own].pick("reason", np.array(REASON_WEIGHTS))),
        "Réclamation": Flags(chance.true("complaint", odds[channel])),
        "Segment": labels(SEGMENTS, people.segment[row]),
        "Région": labels(REGIONS, people.region[row]),
    }


def _runs(asked: Requests, people: People) -> list[_Contacts]:
    chance, truths = asked.chance, people.world.truths
    fate = chance.uniform("fate")
    silent = ~asked.settled & (fate < _UNRESOLVED_SILENT)
    admitted = ~asked.settled & (fate < _UNRESOLVED_SILENT + _UNRESOLVED_AGAIN)
    late = asked.settled & (fate < truths.repeat_after_window)
    every = np.arange(len(asked))
    first = _Contacts(every, every * 0, asked.second, asked.closed, ~admitted, asked.channel)
    again = np.nonzero((~asked.settled & ~silent) | late)[0]
    second = _next(asked, first, again, np.where(late[again], 10, 1), np.where(late[again], 29, 5), people)
    third = np.nonzero(~second.resolved & chance[again].true("third", _THIRD_CONTACT))[0]
    return [first, second, _next(asked, second, third, third * 0 + 1, third * 0 + 5, people)]


def _next(asked: Requests, last: _Contacts, picked: Ints, low: Ints, high: Ints, people: People) -> _Contacts:
    """The contact that follows the picked ones, low…high days after they were closed."""
    own, rank = last.own[picked], last.rank[picked] + 1
    chance = asked.chance[own].child("again", rank)
    day = last.closed[picked] // DAY + chance.between("days", low, high)
    window = people.world.window
    day = np.where(day < window.days, window.not_sunday(day, window.month_of(day)), day)
    second = day * DAY + hour_of_day(chance, office=True)
    channel = chance.pick("channel", np.array(_MIX))
    closed = awake(second + _handling(chance, channel))
    return _Contacts(own, rank, second, closed, chance.true("resolved", 0.78), channel)
