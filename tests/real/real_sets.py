"""The real sets: where they are, and the recipes of `examples/` that load them."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.intake.report import LoadReport
from timonier.facts.workspace import Workspace

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
DATA = Path(os.environ.get("TIMONIER_TEST_DATA", ROOT / ".." / "shared" / "data")) / "real"

FILES = {
    "cfpb_complaints": {"complaints": ["consumer_complaints.csv"]},
    "fr_services_publics_plus": {"experiences": ["experiences_1200.csv"]},
    "online_retail_fr_de": {"invoices": ["france.csv", "germany.csv"]},
    "r_community_survey": {"survey_en": ["survey_2018_en.tsv.gz"], "survey_es": ["survey_2018_es.tsv.gz"]},
    "telco_churn_ibm": {"customers": ["Telco-Customer-Churn.csv"]},
    "uci_incident_events": {"tickets": ["Master_Ticket_Dataset.csv.gz"]},
}


@dataclass(frozen=True)
class Real:
    """A real set in a workspace: what the load said, and the figures computed independently."""

    workspace: Workspace
    reports: dict[str, LoadReport]
    expected: dict[str, Any]


def loaded(name: str, folder: Path, root: Path) -> Real:
    """The set `name`, from its `folder`, in a new workspace at `root`."""
    shutil.copy(EXAMPLES / name / "timonier.toml", root)
    workspace = Workspace.open(root)
    reports = {}
    for recipe, files in FILES[name].items():
        read = read_recipe(EXAMPLES / name / f"{recipe}.toml", workspace.tables())
        reports[recipe] = load(workspace, read, [folder / file for file in files])
    expected = json.loads((DATA / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return Real(workspace, reports, expected)
