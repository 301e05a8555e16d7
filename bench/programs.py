"""The five figures by a program that starts, reads, answers and ends: its seconds and the peak of its memory.

python -m bench.programs CONTENDER FOLDER    # prints how many rows it found; FOLDER is the workspace
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from bench import by_hand, in_pandas, ours, plain_pandas
from bench.dataset import TABLES, Dataset
from bench.timing import Ran, ran
from timonier.facts.workspace import Workspace

type Contender = Literal["timonier", "plain", "careful"]


def run(contender: str, data: Dataset) -> int:
    """All the rows of the five indicators; how many."""
    if contender == "timonier":
        return len(ours.scorecard(ours.desk_over(data)).lines)
    files = {table: data.files(table) for table in TABLES}
    if contender == "plain":
        found = plain_pandas.all_five(files)
    else:
        found = [in_pandas.run(indicator, files[table]) for indicator, table in by_hand.TABLE.items()]
    return sum(map(len, found))


def measure(data: Dataset) -> Mapping[str, Ran]:
    """Each contender once, in a process of its own."""
    folder = data.workspace.root
    return {name: ran(["-m", "bench.programs", name, folder]) for name in get_args(Contender.__value__)}


if __name__ == "__main__":
    _, name, folder = sys.argv
    sys.stdout.write(f"{run(name, Dataset(Workspace.open(Path(folder)), 0))}\n")
