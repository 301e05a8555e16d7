"""What an inspection sees in the real sets: the traps that their README tells."""

import os
from pathlib import Path
from typing import Any

import pytest

from timonier.facts.intake.inspection import Inspection, inspect
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.schema import TABLES

DATA = Path(os.environ.get("TIMONIER_TEST_DATA", Path(__file__).parents[3] / ".." / "shared" / "data")) / "real"


def look(file: str) -> tuple[Inspection, dict[str, Any], set[tuple[str, str]]]:
    path = DATA / file
    if not path.exists():
        pytest.skip(f"test data not here: {file} (set TIMONIER_TEST_DATA)")
    found = inspect(path)
    parse_recipe(found.toml, TABLES)  # what is proposed can be loaded, once what is in question is settled
    return found, found.recipe["table"][0]["columns"], {(one.kind, one.column) for one in found.questions}


def test_complaints() -> None:
    found, columns, asked = look("cfpb_complaints/consumer_complaints.csv")
    assert found.table == "contacts"
    assert columns["opened_at"] == {"column": "Date received", "order": "mdy"}
    assert columns["channel"] == {"column": "Submitted via"}
    assert ("negative_duration", "Date received → Date sent to company") in asked
    assert ("identifier_zeros", "ZIP code") in asked
    assert ("duplicate_rows", "") in asked


def test_french_experiences() -> None:
    found, columns, asked = look("fr_services_publics_plus/experiences_1200.csv")
    assert found.table == "answers"
    assert columns["answered_at"] == {"column": "Date de publication", "order": "dmy"}
    assert ("date_swapped", "Date de publication") in asked
    assert ("invisible_characters", "Description") in asked
    assert ("multi_valued", "Canaux Typologie 1") in asked
    assert ("scale_unclear", "Ressenti usager") in asked


@pytest.mark.parametrize(("country", "twice"), [("france", "16"), ("germany", "15")])
def test_online_retail(country: str, twice: str) -> None:
    found, columns, _ = look(f"online_retail_fr_de/{country}.csv")
    assert found.table == "order_lines"
    assert columns["sold_at"] == {"column": "InvoiceDate", "order": "mdy"}
    assert columns["amount"] == {"product": ["Quantity", "UnitPrice"]}
    (repeats,) = [one for one in found.questions if one.kind == "duplicate_rows"]
    assert f": {twice}." in repeats.text.en


def test_community_survey() -> None:
    found, columns, asked = look("r_community_survey/survey_2018_en.tsv.gz")
    assert found.table == "answers"
    assert columns["score"]["column"] == "Qrecommend"
    assert columns["answered_at"]["column"] == "Qtime"
    assert columns["comment"]["column"] == "Qlike_best"
    assert ("scale_from_one", "Qrecommend") in asked
    assert ("unknown_values", "Qrecommend") in asked
    assert ("duplicate_rows", "") in asked


def test_incident_log() -> None:
    found, columns, asked = look("uci_incident_events/Master_Ticket_Dataset.csv.gz")
    assert found.table == "contacts"
    assert found.recipe["table"][0]["latest_by"] == {"key": "number", "column": "sys_mod_count"}
    assert columns["opened_at"] == {"column": "opened_at", "order": "dmy"}
    assert ("update_log", "number") in asked
    assert ("unknown_values", "caller_id") in asked


def test_telco_customers() -> None:
    found, columns, _ = look("telco_churn_ibm/Telco-Customer-Churn.csv")
    assert found.table == "customers"
    assert columns["customer_id"] == {"column": "customerID"}
