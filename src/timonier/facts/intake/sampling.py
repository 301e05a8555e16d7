"""A look at a file: its first rows kept, all its rows counted, each column summed up by its values."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from timonier.facts.intake.answer_words import UNKNOWN
from timonier.facts.intake.contract import LINE, Malformed, Source
from timonier.facts.intake.values import DateEvidence, date_evidence, numbers

SAMPLE_ROWS = 200_000
SAMPLE_BYTES = 128 << 20


@dataclass(frozen=True)
class Column:
    """A column of the sample: its texts in the order of the rows, blanks around them removed."""

    name: str
    texts: list[str] = field(repr=False)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands; empty and « don't know » left out."""
        return Counter({text: n for text, n in Counter(self.texts).items() if text and not is_unknown(text)})

    @cached_property
    def filled(self) -> int:
        """Rows with a value."""
        return sum(self.counts.values())

    @cached_property
    def dates(self) -> DateEvidence | None:
        """What the column tells of the order of its dates; None when it does not hold dates."""
        return date_evidence(self.counts)

    @cached_property
    def numbers(self) -> Counter[float] | None:
        """How often each number stands; None when the column does not hold numbers."""
        return numbers(self.counts)

    @cached_property
    def unknown(self) -> Counter[str]:
        """Values that say that there is no value, such as NSP or N/A."""
        return Counter({text: n for text, n in Counter(self.texts).items() if text and is_unknown(text)})


@dataclass(frozen=True)
class Sample:
    """The first rows of a source, and what was counted over the whole of it."""

    columns: dict[str, Column]
    lines: list[int]
    rows: int
    malformed: tuple[Malformed, ...]

    @property
    def complete(self) -> bool:
        """Whether the sample is the whole file."""
        return len(self.lines) == self.rows


def is_unknown(text: str) -> bool:
    """Whether a text stands for « don't know » or « not available »."""
    return text.casefold() in UNKNOWN


def take_sample(source: Source, most: int = SAMPLE_ROWS) -> Sample:
    """Reads the whole source once; keeps at most `most` rows or 128 MB of them."""
    texts: dict[str, list[str]] = {name: [] for name in source.columns}
    lines: list[int] = []
    rows = weight = 0
    for batch in source.batches():
        rows += batch.num_rows
        room = min(most - len(lines), batch.num_rows)
        if room > 0 and weight < SAMPLE_BYTES:
            kept = batch.slice(0, room)
            weight += batch.nbytes
            lines += kept.column(LINE).to_pylist()
            for name, held in texts.items():
                held += [text.strip() for text in kept.column(name).to_pylist()]
        else:
            most = len(lines)
    columns = {name: Column(name, held) for name, held in texts.items()}
    return Sample(columns, lines, rows, tuple(source.malformed))
