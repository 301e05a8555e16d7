"""The journey of an enrolment, card renewals, visits and downloads, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from timonier.demo.chance import Bools, Chance, Ints
from timonier.demo.company import REGIONS
from timonier.demo.people import NEVER, People, World, labels, ordinal
from timonier.demo.sheets import Cells, Codes, Instants
from timonier.demo.truths import BRANCH, DOWNLOAD, JOURNEY, PHONE, VISIT_STEP
from timonier.demo.window import DAY, hour_of_day
from timonier.indicators.calendar import french_holidays_between

STEPS = (*JOURNEY, VISIT_STEP, DOWNLOAD)
ENROLLED, COMPLETE, ASKED, SENT, REPAID, VISIT, DOWNLOADED = range(7)
_CHANNELS = ("web", BRANCH, PHONE, "courrier", "espace adhérent")
_MONTHLY_RENEWALS, _MONTHLY_VISITS, _MONTHLY_DOWNLOADS = 0.03, 0.09, 0.08
_SAME_DAY = 0.25
"""Of the cards sent in time."""


@dataclass(frozen=True, slots=True)
class Events:
    """Steps reached before the data end, sorted by customer, case, then step."""

    row: Ints
    case: Ints
    step: Ints
    second: Ints
    chance: Chance

    def at(self, step: int) -> Bools:
        """Those of one step."""
        return np.asarray(self.step == step)


def events(people: People) -> Events:
    """All the steps of all the customers."""
    parts = [_enrolments(people), _renewals(people), *_single_steps(people)]
    row, case, step, second = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("row", "case", "step", "second")
    )
    keys = np.concatenate([part.chance.keys for part in parts])
    order = np.lexsort([step, case, row])
    order = order[(second[order] >= 0) & (second[order] < people.world.window.days * DAY)]
    return Events(row[order], case[order], step[order], second[order], Chance(keys[order]))


def _enrolments(people: People) -> Events:
    """Case 0 of each customer who came within the data, from enrolment to first repayment."""
    row = np.nonzero(people.arrival.new)[0]
    chance, start = people.chance[row], people.arrival.second[row]
    wait = np.maximum(np.exp(np.log(2.6) + 0.8 * chance.normal("file")), 0.2)
    complete = _working_hour(np.floor(start / DAY + wait).astype(np.int64), chance.child("complete"), start)
    asked = complete + chance.between("asked", 60, 1500)
    sent = card_sent(people.world, chance, asked)
    care = chance.between("care", 4, 75)
    repaid = np.where(sent < NEVER, (sent // DAY + care) * DAY + hour_of_day(chance.child("care"), office=True), NEVER)
    filed = chance.true("files", people.world.truths.file_complete)
    seconds = np.stack([start, *(np.where(filed, when, NEVER) for when in (complete, asked, sent, repaid))], axis=1)
    # Whoever has left is repaid nothing more; a card already asked for is still sent, or the commitment would
    # look worse than it is.
    seconds[:, REPAID] = np.where(seconds[:, REPAID] < people.end_day[row] * DAY, seconds[:, REPAID], NEVER)
    own, step = np.nonzero(seconds < NEVER)
    return Events(
        row[own], np.zeros(len(own), dtype=np.int64), step, seconds[own, step], chance[own].child("step", step)
    )


def _working_hour(day: Ints, chance: Chance, after: Ints) -> Ints:
    """An hour of that day, always later than `after`."""
    second = day * DAY + hour_of_day(chance, office=True)
    return np.where(second > after, second, after + DAY // 24 + chance.between("soon", 0, 1800))


def _renewals(people: People) -> Events:
    """A card lost or renewed: asked for, then sent."""
    world = people.world
    seen = people.chance.monthly("renewal", _MONTHLY_RENEWALS * world.window.season(world.truths.season_contacts))
    day = world.window.day_in(seen.month, seen.chance)
    kept = people.active(seen.row, day)
    row, month, chance = seen.row[kept], seen.month[kept], seen.chance[kept]
    asked = day[kept] * DAY + hour_of_day(chance, office=True)
    seconds = np.stack([asked, card_sent(world, chance, asked)], axis=1)
    own, step = np.nonzero(seconds < NEVER)
    return Events(row[own], 100 + month[own], ASKED + step, seconds[own, step], chance[own].child("step", step))


def card_sent(world: World, chance: Chance, asked: Ints) -> Ints:
    """When the card leaves: by D+1 in jours ouvrés with the planted probability, later, or NEVER."""
    truths = world.truths
    fate = chance.uniform("card")
    day = np.floor_divide(asked, DAY)
    dates = np.datetime64(world.window.start) + np.minimum(day, world.window.days + 30)
    off = french_holidays_between(world.window.start, world.window.end + timedelta(days=90))
    calendar = np.busdaycalendar(holidays=np.array(off, dtype="datetime64[D]"))
    same_day = (fate < truths.cards_in_time * _SAME_DAY) & np.is_busday(dates, busdaycal=calendar)
    late = 2 + np.floor(8 * chance.uniform("late") ** 2).astype(np.int64)
    delay = np.where(same_day, 0, np.where(fate < truths.cards_in_time, 1, late))
    sent = np.busday_offset(dates, delay, roll="backward", busdaycal=calendar)
    there = (sent - np.datetime64(world.window.start)).astype(np.int64) * DAY
    hour = hour_of_day(chance.child("sent"), office=True)
    second = np.where(same_day, asked + chance.between("minutes", 600, 10_000), there + hour)
    return np.where(fate < 1 - truths.cards_never_sent, second, NEVER)


def _single_steps(people: People) -> list[Events]:
    """Visits to a branch and downloads, each a case of its own."""
    found = []
    window = people.world.window
    season = window.season(people.world.truths.season_contacts)
    for base, step, monthly in ((200, VISIT, _MONTHLY_VISITS), (300, DOWNLOADED, _MONTHLY_DOWNLOADS)):
        seen = people.chance.monthly(STEPS[step], monthly * season)
        day = window.day_in(seen.month, seen.chance)
        day = window.not_sunday(day, seen.month) if step == VISIT else day
        kept = people.active(seen.row, day)
        chance = seen.chance[kept]
        second = day[kept] * DAY + hour_of_day(chance, office=step == VISIT)
        row = seen.row[kept]
        found.append(Events(row, base + seen.month[kept], np.full(len(row), step), second, chance))
    return found


def event_sheet(people: People, happened: Events) -> Mapping[str, Cells]:
    """The steps, as the management software exports them."""
    number = people.number[happened.row]
    by = happened.chance.pick("channel", np.array([0.55, 0.2, 0.13, 0.12]))
    channel = np.where(happened.step == VISIT, 1, np.where(happened.step == DOWNLOADED, 4, by))
    return {
        "event_id": Codes("EV", number * 1000 + ordinal(happened.row), 11),
        "case_id": Codes("DOS", number * 1000 + happened.case, 11),
        "customer_id": people.clients(happened.row),
        "step": labels(STEPS, happened.step),
        "occurred_at": Instants(happened.second),
        "channel": labels(_CHANNELS, channel),
        "region": labels(REGIONS, people.region[happened.row]),
    }
