"""The real sets: each opens without an option, and every row of it is accounted for."""

import json
import os
from pathlib import Path

import pytest

from timonier.facts.intake.source import open_sources

DATA = Path(os.environ.get("TIMONIER_TEST_DATA", Path(__file__).parents[3] / ".." / "shared" / "data"))
SETS = [
    ("cfpb_complaints/consumer_complaints.csv", "cfpb_complaints", ("rows",), ","),
    ("telco_churn_ibm/Telco-Customer-Churn.csv", "telco_churn_ibm", ("rows",), ","),
    ("online_retail_fr_de/france.csv", "online_retail_fr_de", ("france", "lignes"), ","),
    ("online_retail_fr_de/germany.csv", "online_retail_fr_de", ("germany", "lignes"), ","),
    ("fr_services_publics_plus/experiences_1200.csv", "fr_services_publics_plus", ("rows",), ","),
    ("r_community_survey/survey_2018_en.tsv.gz", "r_community_survey", ("2018_en", "rows"), "\t"),
    ("r_community_survey/survey_2018_es.tsv.gz", "r_community_survey", ("2018_es", "rows"), "\t"),
    ("uci_incident_events/Master_Ticket_Dataset.csv.gz", "uci_incident_events", ("events",), ","),
]


@pytest.mark.parametrize(("file", "expected", "keys", "delimiter"), SETS, ids=[one[0] for one in SETS])
def test_every_row_is_delivered_or_set_apart(file: str, expected: str, keys: tuple[str, ...], delimiter: str) -> None:
    path = DATA / "real" / file
    if not path.exists():
        pytest.skip(f"test data not here: {file} (set TIMONIER_TEST_DATA)")
    count = json.loads((DATA / "real" / "expected" / f"{expected}.json").read_text())
    for key in keys:
        count = count[key]
    (source,) = open_sources(path)
    delivered = sum(batch.num_rows for batch in source.batches())
    assert delivered + len(source.malformed) == count
    assert not source.malformed
    assert (source.detected.encoding, source.detected.delimiter) == ("utf-8", delimiter)


def test_what_is_odd_in_real_files_is_kept() -> None:
    path = DATA / "real" / "fr_services_publics_plus" / "experiences_1200.csv"
    if not path.exists():
        pytest.skip("test data not here: experiences_1200.csv (set TIMONIER_TEST_DATA)")
    (source,) = open_sources(path)
    assert source.columns[0] == "colonne 1"
    assert "Pays Typologie 1" in source.columns
    assert "Pays Typologie  1" in source.raw_columns
    controls = 0
    for batch in source.batches():
        for row in batch.to_pylist():
            controls += any("\x80" <= char <= "\x9f" for char in str(row["Description"]))
    assert controls > 200
