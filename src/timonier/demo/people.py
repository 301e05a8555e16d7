"""Customers, the accounts they belong to, and how long each account stays.

Customers come by hundreds: 70 individuals, 12 professionals, 4 small companies of 3 people, one large account of 6,
in an order that differs from one hundred to the next. What an account shares (region, store, dates) is drawn
from the key of the account. Its holder, the individual or the buyer, has the contract and places the orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from timonier.demo.chance import Bools, Chance, Floats, Ints
from timonier.demo.company import FIRST_STORE_SHARE, REGION_WEIGHTS, REGIONS
from timonier.demo.sheets import Codes
from timonier.demo.truths import Truths
from timonier.demo.window import DAY, MONTHS, Window, hour_of_day

NEVER = 1 << 40
"""The day of what does not happen within the data."""
HUNDRED = 100
_HOLDER_SHARE = {"particulier": 0.70, "pro": 0.12, "pme": 0.04, "grand compte": 0.01}
HOLDERS = sum(_HOLDER_SHARE.values())
"""Holders per customer."""


def _slots() -> NDArray[np.int64]:
    """For each place of a hundred: segment, first place of the account, rank in the account."""
    rows = [(0, place, 0) for place in range(70)] + [(1, place, 0) for place in range(70, 82)]
    rows += [(2, place - (place - 82) % 3, (place - 82) % 3) for place in range(82, 94)]
    rows += [(3, 94, place - 94) for place in range(94, HUNDRED)]
    return np.array(rows, dtype=np.int64)


_SLOTS = _slots()


@dataclass(frozen=True)
class World:
    """What every part of the generator needs: the seed, the days, the planted values."""

    seed: int
    window: Window
    truths: Truths

    @cached_property
    def treated_region(self) -> Bools:
        """For each region, whether the programme treats it."""
        return np.array([name in self.truths.treated_regions for name in REGIONS])

    @cached_property
    def hazard(self) -> Floats:
        """Cumulated hazard at the start of each day (two lines: controls, treated).

        A year's hazard is −log(retention), spread over the months by season, evenly within a month: any twelve
        months keep the same share, whatever the time already spent as a customer.
        """
        truths, window = self.truths, self.window
        lengths = np.diff(window.month_starts)
        shape = window.season(truths.season_leaving) / 12
        before, after = -np.log(truths.retention_before), -np.log(truths.retention_treated)
        late = np.arange(MONTHS) >= window.programme_month
        by_month = np.array([np.full(MONTHS, before), np.where(late, after, before)]) * shape
        daily = np.repeat(by_month / lengths, lengths, axis=1)
        return np.concatenate([np.zeros((2, 1)), np.cumsum(daily, axis=1)], axis=1)

    def programme_share(self, day: Ints, ramp_months: int, steps: int | None = None) -> Floats:
        """How far the programme has got on a day, from 0 to 1: a straight line, or so many equal steps."""
        first = self.window.month_starts[self.window.programme_month]
        length = self.window.month_starts[self.window.programme_month + ramp_months] - first
        progress: Floats = np.clip((day - first) / length, 0.0, 1.0)
        if steps is None:
            return progress
        return np.where(day < first, 0.0, np.floor(progress * (steps - 1) + 1) / steps)


@dataclass(frozen=True)
class People:
    """A run of customers. Days are counted from the first of the data; `end_day` is NEVER while they stay."""

    world: World
    number: Ints
    chance: Chance
    account: Ints
    account_chance: Chance
    segment: Ints
    rank: Ints
    region: Ints
    store: Ints
    arrival: "Arrival"
    end_day: Ints

    def __len__(self) -> int:
        return len(self.number)

    @property
    def holder(self) -> Bools:
        """Who has the contract."""
        return np.asarray(self.rank == 0)

    @property
    def start_day(self) -> Ints:
        """First day as a customer; negative before the data."""
        return np.floor_divide(self.arrival.second, DAY)

    @cached_property
    def treated(self) -> Bools:
        """Who lives in a region of the programme."""
        return np.asarray(self.world.treated_region[self.region])

    @property
    def role(self) -> Ints:
        """0 buyer, 1 requester, 2 user; −1 for individuals."""
        return np.where(self.segment == 0, -1, np.minimum(self.rank, 2))

    @property
    def client(self) -> Codes:
        """Their identifiers."""
        return self.clients(np.arange(len(self)))

    def clients(self, row: Ints, known: Bools | None = None) -> Codes:
        """The identifiers of the customers at those positions."""
        return Codes("C", self.number[row] + 1, known=known)

    def active(self, row: Ints, day: Ints) -> Bools:
        """Whether those customers are there that day, a day of the data."""
        inside = (day >= 0) & (day < self.world.window.days)
        return inside & (day > self.start_day[row]) & (day < self.end_day[row])


@dataclass(frozen=True)
class Arrival:
    """How each account came: the prospect it was, and when it became a customer (seconds).

    `courted`: one that the window saw as a prospect; `new`: one of those whose purchase falls within the data.
    """

    courted: Bools
    new: Bools
    channel: Ints
    created: Ints
    second: Ints


def people(world: World, first: int, last: int) -> People:
    """Customers first…last−1, by number."""
    number = np.arange(first, last, dtype=np.int64)
    hundred, place = np.divmod(number, HUNDRED)
    turn = Chance.of(world.seed, "hundred", hundred).between("turn", 0, HUNDRED - 1)
    segment, opening, rank = _SLOTS[(place * 37 + turn) % HUNDRED].T
    account = hundred * HUNDRED + opening
    shared = Chance.of(world.seed, "account", account)
    region = shared.pick("region", np.array(list(REGION_WEIGHTS.values())))
    second_store = shared.true("store", 1 - FIRST_STORE_SHARE)
    came = arrival(world, shared)
    return People(
        world=world,
        number=number,
        chance=Chance.of(world.seed, "customer", number),
        account=account,
        account_chance=shared,
        segment=segment,
        rank=rank,
        region=region,
        store=region * 2 + second_store,
        arrival=came,
        end_day=_end(world, shared, np.floor_divide(came.second, DAY), world.treated_region[region]),
    )


def arrival(world: World, shared: Chance) -> Arrival:
    """A prospect becomes a customer; one whose purchase would fall after the data was there from the start."""
    truths = world.truths
    created = creation_second(world, shared)
    second = created + conversion_delay(truths, shared)
    courted = shared.true("new", 1 - truths.present_at_start)
    new = courted & (second < world.window.days * DAY)
    age = np.ceil(shared.uniform("age") ** 1.6 * 4200).astype(np.int64)
    before = -age * DAY + hour_of_day(shared.child("before"), office=True)
    mix = np.array(list(truths.prospect_mix.values())) * np.array(list(truths.conversion_ever.values()))
    return Arrival(courted, new, shared.pick("channel", mix), created, np.where(new, second, before))


def creation_second(world: World, chance: Chance) -> Ints:
    """When a prospect shows up: by season, evenly within the month."""
    weights = world.window.season(world.truths.season_sales) * np.diff(world.window.month_starts)
    month = chance.pick("created month", weights)
    return world.window.day_in(month, chance, name="created day") * DAY + hour_of_day(chance.child("created"))


def conversion_delay(truths: Truths, chance: Chance) -> Ints:
    """Seconds from prospect to customer: up to 30 days, or between 31 and 60."""
    soon = np.floor(30 * chance.uniform("delay") ** 2.2)
    late = chance.between("late", 31, 59)
    days = np.where(chance.true("in time", truths.converted_within_30_days), soon, late).astype(np.int64)
    return days * DAY + chance.between("while", 600, 6600)


def _end(world: World, shared: Chance, start_day: Ints, treated: Bools) -> Ints:
    """The day each account leaves: memoryless, so that retention does not depend on when one looks."""
    since = np.clip(start_day, 0, world.window.days)
    patience = -np.log(shared.uniform("patience"))
    end = np.full(len(shared), NEVER, dtype=np.int64)
    for group, hazard in zip((~treated, treated), world.hazard, strict=True):
        reached = np.searchsorted(hazard, hazard[since[group]] + patience[group], side="right") - 1
        end[group] = np.where(reached < world.window.days, reached, NEVER)
    return end


def labels(names: Sequence[str], index: NDArray[Any]) -> Any:
    """The names at those positions as an Arrow array; null where the position is negative."""
    import pyarrow as pa

    return pa.array(list(names)).take(pa.array(np.maximum(index, 0), mask=index < 0))


def ordinal(row: Ints) -> Ints:
    """0, 1, 2… within each run of equal rows; rows come sorted."""
    position = np.arange(len(row), dtype=np.int64)
    first = np.ones(len(row), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    return position - np.maximum.accumulate(np.where(first, position, 0))
