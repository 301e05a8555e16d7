"""The faults of the store use the small lakes of tests/facts."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))
