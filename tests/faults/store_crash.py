"""Run as a program: kills a writer again and again, and compares what is left with what was acknowledged.

The writer does a sequence of operations that depends only on their number; `expected` tells the rows after each.
It runs in a process forked before any engine started, is killed with SIGKILL at a random instant, and what it
acknowledged is read from a pipe. Prints one JSON object.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))

import deltalake.transaction  # noqa: F401 -- before the forks, so that each round starts at once
import pyarrow.dataset  # noqa: F401
from lakes import answer, customer, load, rows_of

import timonier.facts.erasure
import timonier.facts.maintenance
import timonier.facts.upsert  # noqa: F401
from timonier.facts.workspace import Workspace

type State = dict[str, float]


def operation(workspace: Workspace, number: int) -> None:
    """The operation `number`, the same whenever it is done; doing it twice changes nothing more."""
    match number % 6:
        case 3:
            workspace.lake.compact("answers", force=True)
        case 4:
            workspace.erase(f"c{number - 4}")
        case _:
            load(workspace, rows(number), batch=f"answers-{number}")
            load(workspace, [customer(f"c{number}")], "customers", batch=f"customers-{number}")


def rows(number: int) -> list[dict[str, object]]:
    """New answers, and some that replace answers of before."""
    new = [answer(f"{number}-{k}", number, customer_id=f"c{number}") for k in range(10)]
    old = [answer(f"{number - 1}-{k}", number, customer_id=f"c{number - 1}") for k in range(3)]
    return new + old * (number > 0 and number % 6 not in {0, 3, 4, 5})


def expected(count: int) -> tuple[State, set[str]]:
    """Answers (score by key) and customers after the first `count` operations."""
    answers: dict[str, tuple[float, str]] = {}
    customers: set[str] = set()
    for number in range(count):
        if number % 6 == 4:
            gone = f"c{number - 4}"
            answers = {key: row for key, row in answers.items() if row[1] != gone}
            customers.discard(gone)
        elif number % 6 != 3:
            answers |= {str(r["answer_id"]): (float(str(r["score"])), str(r["customer_id"])) for r in rows(number)}
            customers.add(f"c{number}")
    return {key: score for key, (score, _) in answers.items()}, customers


def in_child(job: Callable[[int], None]) -> tuple[int, int]:
    """Forks; returns the child's id and the pipe it writes to."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            job(writing)
        finally:
            os._exit(0)
    os.close(writing)
    return child, reading


def write(root: Path, start: int, *, early: bool) -> Callable[[int], None]:
    def job(pipe: int) -> None:
        workspace = Workspace.open(root)
        for number in range(start, start + 1000):
            if early:  # the control: acknowledged before it is done
                os.write(pipe, b".")
            operation(workspace, number)
            if not early:
                os.write(pipe, b".")

    return job


def look(root: Path, acknowledged: int) -> Callable[[int], None]:
    """What is there, against what was acknowledged: each table may be one operation ahead, never behind."""

    def job(pipe: int) -> None:
        workspace = Workspace.open(root)
        answers = {key: row["score"] for key, row in rows_of(workspace).items()}
        customers = set(rows_of(workspace, "customers"))
        now, then = expected(acknowledged), expected(acknowledged + 1)
        verdict = "ok" if answers in (now[0], then[0]) and customers in (now[1], then[1]) else "wrong"
        os.write(pipe, verdict.encode())

    return job


def drained(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as file:
        return file.read()


def crash(root: Path, rounds: int, seed: int, *, early: bool) -> dict[str, object]:
    """`rounds` kills; stops at the first wrong state."""
    dice = random.Random(seed)
    done, kills = 0, 0
    verdicts: list[str] = []
    for _ in range(rounds):
        child, pipe = in_child(write(root, done, early=early))
        head = os.read(pipe, 1)  # it has begun
        time.sleep(dice.uniform(0, 0.5))
        os.kill(child, signal.SIGKILL)
        kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        done += len(head + drained(pipe))
        looker, pipe = in_child(look(root, done))
        verdicts.append(drained(pipe).decode() or "unreadable")
        os.waitpid(looker, 0)
        if verdicts[-1] != "ok":
            break
    return {"kills": kills, "acknowledged": done, "wrong": [one for one in verdicts if one != "ok"]}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    Workspace.create(place, threads=1, memory="256MB")
    print(json.dumps(crash(place, int(sys.argv[2]), int(sys.argv[3]), early=sys.argv[4] == "early")))  # noqa: T201
