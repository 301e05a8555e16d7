"""Run as a program inside a small file system: loads until the disk is full, makes room, loads again.

Prints one JSON object: what was refused and how, whether all that was acknowledged is there, and afterwards.
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))

from lakes import answer, load, scores

from timonier.errors import StoreError
from timonier.facts.workspace import Workspace

root = Path(sys.argv[1])
ballast = root / "ballast"
ballast.write_bytes(os.urandom(1_500_000))
workspace = Workspace.create(root / "w", threads=1, memory="256MB")
acknowledged, message = 0, ""
try:
    for number in range(1000):
        noise = os.urandom(60_000).hex()
        rows = [answer(f"{number}-{k}", comment=noise[k * 6000 : (k + 1) * 6000]) for k in range(20)]
        load(workspace, rows, batch=f"b{number}")
        acknowledged += 1
except (StoreError, OSError) as error:
    message = f"{type(error).__name__}: {error}"
workspace = Workspace.open(root / "w")
present = len(scores(workspace))
ballast.unlink()
load(workspace, [answer("after")], batch="after")
result = {
    "acknowledged": acknowledged,
    "message": message,
    "present": present,
    "after": len(scores(Workspace.open(root / "w"))),
    "damages": len(workspace.lake.examine()),
}
print(json.dumps(result))  # noqa: T201
