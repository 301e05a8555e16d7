"""What was spent, month by month: to win customers by channel, and to serve them."""

from collections.abc import Mapping

import numpy as np

from timonier.demo.chance import Chance, Floats
from timonier.demo.people import HOLDERS, World, labels
from timonier.demo.service import CHANNELS
from timonier.demo.sheets import Cells, Cents, Codes, Days
from timonier.demo.window import MONTHS

_SERVICE_COST = (0.62, 0.3, 0.12, 0.1, 0.34)
"""Euros a month and customer of the base, by channel of contact."""
_LATEST_DELAY = 60


def arrivals_by_month(world: World, customers: int) -> Floats:
    """Expected new customers by month (rows) and channel (columns) for that many customers."""
    truths, window = world.truths, world.window
    lengths = np.diff(window.month_starts)
    created = np.repeat(window.season(truths.season_sales), lengths)
    delays = np.zeros(_LATEST_DELAY)
    delays[:30] = truths.converted_within_30_days * np.diff((np.arange(31) / 30) ** (1 / 2.2))
    delays[31:] = (1 - truths.converted_within_30_days) / (_LATEST_DELAY - 31)
    came = np.convolve(created / created.sum(), delays)[: window.days]
    monthly = np.add.reduceat(came, window.month_starts[:-1])
    mix = np.array(list(truths.prospect_mix.values())) * np.array(list(truths.conversion_ever.values()))
    expected: Floats = customers * HOLDERS * (1 - truths.present_at_start) * np.outer(monthly, mix / mix.sum())
    return expected


def cost_sheet(world: World, customers: int) -> Mapping[str, Cells]:
    """Acquisition: the planted cost times the customers expected. Service: so much a customer, with some noise."""
    truths, window = world.truths, world.window
    acquisition = arrivals_by_month(world, customers) * np.array(list(truths.cac.values()))
    noise = Chance.of(world.seed, "service cost", np.arange(MONTHS * len(CHANNELS))).normal("noise")
    service = np.outer(window.season(truths.season_contacts), _SERVICE_COST) * customers * 0.6
    service *= np.exp(0.05 * noise).reshape(service.shape)
    channels = (*truths.cac, *CHANNELS)
    month, column = (axis.ravel() for axis in np.indices((MONTHS, len(channels))))
    amounts = np.concatenate([acquisition, service], axis=1)
    return {
        "N° écriture": Codes("F", month * 100 + column, 6),
        "Date": Days(window.month_starts[month + 1] - 1),
        "Objet": labels(("acquisition", "service"), (column >= len(truths.cac)).astype(np.int64)),
        "Canal": labels(channels, column),
        "Montant": Cents(np.round(amounts.ravel() * 100).astype(np.int64)),
        "Devise": labels(("EUR",), month * 0),
    }
