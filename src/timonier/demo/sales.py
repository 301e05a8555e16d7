"""What is sold beside the contracts: carts, orders and their lines."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from timonier.demo.chance import Bools, Chance, Floats, Ints
from timonier.demo.company import PRODUCTS, REGIONS, SEGMENTS
from timonier.demo.people import NEVER, People, labels, ordinal
from timonier.demo.sheets import Cells, Cents, Codes, Flags, Instants
from timonier.demo.truths import BRANCH, PHONE, Truths
from timonier.demo.window import DAY, hour_of_day

_MONTHLY_CARTS, _MONTHLY_DIRECT_ORDERS = 0.13, 0.03
_CHANNELS = ("web", PHONE, BRANCH)
_STATUSES = ("payée", "annulée", "remboursée")
_PAID, _CANCELLED, _REFUNDED = range(3)
_MAIN, _FIRST, _SECOND, _RETURN = range(4)


@dataclass(frozen=True, slots=True)
class Carts:
    """Carts of holders; `ordered` is the second of the order, NEVER without one."""

    row: Ints
    chance: Chance
    second: Ints
    ordered: Ints
    contacted: Bools


def carts(people: People) -> Carts:
    """At most one a month and customer, never two within three days."""
    world = people.world
    truths, window = world.truths, world.window
    seen = people.chance.monthly("cart", _MONTHLY_CARTS * window.season(truths.season_sales))
    starts = window.month_starts
    day = seen.chance.between("day", starts[seen.month], starts[seen.month + 1] - 4)
    kept = people.holder[seen.row] & people.active(seen.row, day)
    row, chance, day = seen.row[kept], seen.chance[kept], day[kept]
    second = day * DAY + hour_of_day(chance)
    abandoned = chance.true("abandoned", truths.cart_abandoned)
    written = abandoned & chance.true("contacted", truths.cart_contacted)
    delay = _delay_to_order(chance, abandoned, written, truths)
    end = window.days * DAY
    ordered = np.where(second + delay < end, second + delay, NEVER)
    return Carts(row, chance, second, ordered, written & (second + DAY < end))


def _delay_to_order(chance: Chance, abandoned: Bools, written: Bools, truths: Truths) -> Ints:
    """Seconds from cart to order: within two hours, 1 to 7 days, 8 to 20 days, or NEVER."""
    recovered = np.where(written, truths.recovered_contacted, truths.recovered_left_alone)
    fate = chance.uniform("fate")
    hours = chance.between("hours", 300, 7000)
    days = chance.between("days", 2, 6) * DAY - chance.between("earlier", 0, 1200)
    late = chance.between("late days", 8, 20) * DAY
    back = np.where(fate < recovered, days, np.where(fate < recovered + truths.recovered_late, late, NEVER))
    return np.where(abandoned, back, hours)


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, sorted by customer then time; `net` in cents, returns taken away."""

    row: Ints
    chance: Chance
    second: Ints
    channel: Ints
    status: Ints
    returned: Ints
    lines: Ints
    net: Ints

    @property
    def number(self) -> Ints:
        """Their place among those of the customer."""
        return ordinal(self.row)


def orders(people: People, filled: Carts) -> Orders:
    """Carts that became orders, and orders by telephone and in branches."""
    world = people.world
    truths, window = world.truths, world.window
    seen = people.chance.monthly("order", _MONTHLY_DIRECT_ORDERS * window.season(truths.season_sales))
    day = window.not_sunday(window.day_in(seen.month, seen.chance), seen.month)
    direct = people.holder[seen.row] & people.active(seen.row, day)
    web = filled.ordered < NEVER
    row = np.concatenate([filled.row[web], seen.row[direct]])
    keys = np.concatenate([filled.chance[web].child("order").keys, seen.chance[direct].keys])
    calls = day[direct] * DAY + hour_of_day(seen.chance[direct], office=True)
    second = np.concatenate([filled.ordered[web], calls])
    by_web = np.arange(len(row)) < int(web.sum())
    order = np.lexsort([second, row])
    row, chance, second, by_web = row[order], Chance(keys[order]), second[order], by_web[order]
    channel = np.where(by_web, 0, 1 + chance.pick("channel", np.array([0.6, 0.4])))
    returned = second + chance.between("returned", 3, 20) * DAY
    status = chance.pick("status", np.array([1 - truths.cancelled, truths.cancelled]))
    back = (status == _PAID) & chance.true("refunded", truths.refunded) & (returned < window.days * DAY)
    returned = np.where(back, returned, NEVER)
    more = chance.true("first", truths.first_additional)
    lines = 1 + more + (more & chance.true("second", truths.second_additional))
    amounts = _amounts(people, row, chance)
    net = amounts[:, :1].sum(axis=1) * ~back + np.where(np.arange(1, 3) < lines[:, None], amounts[:, 1:], 0).sum(axis=1)
    return Orders(row, chance, second, channel, np.where(back, _REFUNDED, status), returned, lines, net)


def _amounts(people: People, row: Ints, chance: Chance) -> Ints:
    """Cents of the main line and of two additional ones, whether sold or not: log-normal, heavier for companies."""
    truths, segment = people.world.truths, people.segment[row]
    spread = np.array([truths.line_spread[name] for name in SEGMENTS])[segment]
    mean = np.array([truths.line_mean[name] for name in SEGMENTS])[segment]
    columns = []
    for line, share in ((_MAIN, 1.0), (_FIRST, truths.additional_mean), (_SECOND, truths.additional_mean)):
        tail: Floats = np.exp(spread * chance.normal(f"amount {line}") - spread**2 / 2)
        columns.append(np.round(100 * mean * share * tail).astype(np.int64))
    return np.stack(columns, axis=1)


def cart_sheet(people: People, filled: Carts) -> Mapping[str, Cells]:
    """The carts, as the shop's software exports them."""
    wanted = _amounts(people, filled.row, filled.chance.child("order"))[:, _MAIN]
    return {
        "cart_id": Codes("PAN", people.number[filled.row] * 100 + ordinal(filled.row), 10),
        "customer_id": people.clients(filled.row),
        "created_at": Instants(filled.second),
        "ordered_at": Instants(np.where(filled.ordered < NEVER, filled.ordered, 0), filled.ordered < NEVER),
        "amount": Cents(wanted),
        "contacted": Flags(filled.contacted),
        "segment": labels(SEGMENTS, people.segment[filled.row]),
        "region": labels(REGIONS, people.region[filled.row]),
    }


def _order_code(people: People, sold: Orders) -> Ints:
    return people.number[sold.row] * 100 + sold.number


def order_sheet(people: People, sold: Orders) -> Mapping[str, Cells]:
    """The orders; a cancelled one keeps the amount that it had."""
    import pyarrow as pa

    return {
        "order_id": Codes("CMD", _order_code(people, sold), 10),
        "customer_id": people.clients(sold.row),
        "ordered_at": Instants(sold.second),
        "amount": Cents(sold.net),
        "currency": pa.repeat("EUR", len(sold.row)),
        "status": labels(_STATUSES, sold.status),
        "channel": labels(_CHANNELS, sold.channel),
        "segment": labels(SEGMENTS, people.segment[sold.row]),
        "region": labels(REGIONS, people.region[sold.row]),
    }


def line_sheet(people: People, sold: Orders) -> Mapping[str, Cells]:
    """The lines of the orders that were not cancelled; a return is a line of minus one."""
    amounts = _amounts(people, sold.row, sold.chance)
    shown = np.arange(4) < sold.lines[:, None]
    shown[:, _RETURN] = sold.returned < NEVER
    own, line = np.nonzero(shown & (sold.status != _CANCELLED)[:, None])
    back = line == _RETURN
    cents = np.where(back, -amounts[own, _MAIN], amounts[own, np.minimum(line, _SECOND)])
    chance = sold.chance[own].child("line", np.where(back, _MAIN, line))
    requested, got, known = _ranks(sold.chance[own], people.world.truths)
    product = chance.pick("product", np.ones(len(PRODUCTS)))
    main = line == _MAIN
    return {
        "line_id": Codes("L", _order_code(people, sold)[own] * 10 + line, 11),
        "order_id": Codes("CMD", _order_code(people, sold)[own], 10),
        "customer_id": people.clients(sold.row[own]),
        "sold_at": Instants(np.where(back, sold.returned[own], sold.second[own])),
        "product": labels([name for name, _ in PRODUCTS], product),
        "category": labels([category for _, category in PRODUCTS], product),
        "quantity": np.where(back, -1, 1),
        "amount": Cents(cents),
        "requested_rank": labels("1234", np.where(known & main, requested, -1)),
        "sold_rank": labels("1234", np.where(main, got, -1)),
        "additional": Flags((line == _FIRST) | (line == _SECOND)),
        "segment": labels(SEGMENTS, people.segment[sold.row[own]]),
    }


def _ranks(chance: Chance, truths: Truths) -> tuple[Ints, Ints, Bools]:
    """Rank asked for (0–3), rank sold, and whether the request was written down."""
    asked = chance.pick("asked", np.array(truths.request_ranks))
    fate = chance.uniform("fate of the request")
    up = (asked < 3) & (fate < truths.upsold)
    down = (asked > 0) & (fate > 1 - truths.downsold)
    return asked, asked + up - down, chance.true("noted", truths.request_known)
