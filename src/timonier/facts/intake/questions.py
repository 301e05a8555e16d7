"""What an inspection asks of a person: never settled silently, always with the choices there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from timonier.text import Text

type Kind = Literal[
    "sheet",
    "table_unclear",
    "column_missing",
    "date_order",
    "date_mixed",
    "date_future",
    "date_swapped",
    "identifier_damaged",
    "identifier_zeros",
    "identifier_lengths",
    "scale_from_one",
    "scale_unclear",
    "scale_reversed",
    "scale_change",
    "negative_duration",
    "duplicate_rows",
    "repeated_keys",
    "unknown_values",
    "decimal_mixed",
    "invisible_characters",
    "multi_valued",
    "update_log",
]


@dataclass(frozen=True, slots=True)
class Question:
    """Something ambiguous in a file. `column` is empty when it concerns the rows as a whole.

    `values`: the texts of the file that are meant, whole and in full, for those who apply the choice.
    """

    kind: Kind
    column: str
    text: Text
    choices: tuple[Text, ...]
    values: tuple[str, ...] = ()


def examples(values: Iterable[object], most: int = 3) -> str:
    """The first values between quotation marks, cut at 40 characters."""
    shown = [f"« {str(value)[:40]} »" for value, _ in zip(values, range(most), strict=False)]
    return ", ".join(shown)
