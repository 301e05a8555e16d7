"""A whole fictional company, generated from a seed, with planted truths to find again."""

from timonier.demo.generator import END, SEED, Generated, generate
from timonier.demo.truths import TRUTHS, Truths

__all__ = ["END", "SEED", "TRUTHS", "Generated", "Truths", "generate"]
