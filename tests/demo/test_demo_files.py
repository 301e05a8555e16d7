"""The files of the demo company: the same bytes from the same seed, readable as documented, nothing dangling."""

import csv
import hashlib
import math
import tomllib
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet
import pytest
from naive_company import OFFICE, SOFTWARE, Company, day, moment, read

from timonier.demo import TRUTHS, generate
from timonier.demo.generator import sheets_of
from timonier.demo.people import World, people
from timonier.demo.sheets import Sheet, SheetWriter
from timonier.demo.verbatims import sentence_count
from timonier.demo.window import Window
from timonier.errors import UsageError
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import read_recipe
from timonier.facts.schema import TABLES, Column, Table
from timonier.facts.settings import load_settings
from timonier.facts.workspace import Workspace

KEYS = {
    "clients": "Identifiant client",
    "prospects": "Identifiant prospect",
    "contrats": "N° contrat",
    "contacts": "N° contact",
    "paniers": "cart_id",
    "commandes": "order_id",
    "lignes": "line_id",
    "evenements": "event_id",
    "invitations": "N° invitation",
    "couts": "N° écriture",
}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.*"))}


class TestDeterminism:
    def test_same_seed_same_bytes_whatever_the_chunk(self, tmp_path: Path) -> None:
        sizes = {"one": 1_050, "small": 97, "usual": 20_000}
        for name, chunk in sizes.items():
            generate(tmp_path / name, customers=1_050, chunk=chunk)
        first, *others = (digests(tmp_path / name) for name in sizes)
        assert len(first) == 23
        assert all(other == first for other in others)

    def test_another_seed_is_another_company(self, tmp_path: Path) -> None:
        for seed in (1, 2):
            generate(tmp_path / str(seed), customers=1_000, seed=seed)
        first, second = digests(tmp_path / "1"), digests(tmp_path / "2")
        assert {name for name in first if first[name] == second[name]} == {
            name for name in first if name.endswith(".toml")
        }

    def test_a_larger_company_begins_with_the_smaller_one(self, tmp_path: Path) -> None:
        small, large = (generate(tmp_path / str(n), customers=n) for n in (1_000, 1_100))
        for one, other in zip(small.files, large.files, strict=True):
            if one.stem != "couts":
                assert other.read_bytes().startswith(one.read_bytes())

    def test_parquet_does_not_depend_on_the_chunk_either(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("timonier.demo.generator.PARQUET_FROM", 1_000)
        monkeypatch.setattr("timonier.demo.sheets.ROWS_A_GROUP", 256)
        made = generate(tmp_path / "whole", customers=1_000)
        generate(tmp_path / "parts", customers=1_000, chunk=130)
        assert digests(tmp_path / "whole") == digests(tmp_path / "parts")
        metadata = pyarrow.parquet.read_metadata(tmp_path / "whole/exports/lignes.parquet")
        assert metadata.num_row_groups == math.ceil(made.rows["lignes"] / 256)

    def test_parquet_holds_what_the_csv_holds(self, tmp_path: Path) -> None:
        world = World(1, Window(date(2026, 6, 30)), TRUTHS)
        cells = sheets_of(people(world, 0, 300))["commandes"]
        for parquet in (False, True):
            writer = SheetWriter(Sheet("commandes", "software"), tmp_path, world.window, parquet=parquet)
            writer.write(cells)
            writer.close()
        typed = pyarrow.parquet.read_table(tmp_path / "commandes.parquet").to_pylist()
        written = read(tmp_path / "commandes.csv")
        assert [row["ordered_at"] for row in typed] == [moment(row["ordered_at"]) for row in written]
        assert [str(row["amount"]) for row in typed] == [row["amount"] for row in written]


class TestFiles:
    def test_one_file_a_table_and_rows_counted(self, company: Company) -> None:
        made = company.generated
        assert [path.stem for path in made.files] == [path.stem for path in made.recipes]
        assert {path.stem for path in made.files} == {*OFFICE, *SOFTWARE}
        for path in made.files:
            assert len(company[path.stem]) == made.rows[path.stem] > 0
        assert made.rows["clients"] == made.customers == 4_000

    def test_office_files_are_what_a_french_spreadsheet_saves(self, company: Company) -> None:
        for path in company.generated.files:
            start = path.read_bytes()[:3]
            assert (start == b"\xef\xbb\xbf") is (path.stem in OFFICE)
        assert any("," in row["Cotisation annuelle"] for row in company["contrats"])

    def test_no_line_has_more_or_fewer_cells_than_the_header(self, company: Company) -> None:
        for path in company.generated.files:
            for row in company[path.stem]:
                assert None not in row
                assert None not in row.values()

    def test_comments_have_what_real_ones_have(self, company: Company) -> None:
        comments = [row["Commentaire"] for row in company["reponses"] if row["Commentaire"]]
        for mark in ("\n", ";", '"', "«", "é", "…"):
            assert any(mark in comment for comment in comments), mark
        assert sentence_count() >= 60
        assert len(set(comments)) > 300

    def test_recipes_read_every_column_of_their_file(self, company: Company) -> None:
        settings = load_settings(company.generated.settings, {})
        tables = {
            table.name: Table(
                table.name,
                table.key,
                table.dated_by,
                table.columns + tuple(Column(*pair) for pair in settings.dimensions.get(table.name, {}).items()),
                table.undated_allowed,
            )
            for table in TABLES.values()
        }
        filled = set()
        for path, recipe_path in zip(company.generated.files, company.generated.recipes, strict=True):
            recipe = read_recipe(recipe_path, tables)
            (table,) = recipe.tables
            assert table.used_columns().keys() == company[path.stem][0].keys(), path.stem
            filled.add(table.into)
        assert filled == TABLES.keys()

    @pytest.mark.parametrize("parquet", [False, True])
    def test_every_line_is_loaded(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, parquet: bool) -> None:
        if parquet:
            monkeypatch.setattr("timonier.demo.generator.PARQUET_FROM", 1_000)
        made = generate(tmp_path, customers=1_000)
        workspace = Workspace.open(tmp_path)
        for path, recipe in zip(made.files, made.recipes, strict=True):
            report = load(workspace, read_recipe(recipe, workspace.tables()), [path])
            (one,) = report.loads
            assert one.counts.read == made.rows[path.stem]
            assert one.counts.kept + one.counts.duplicate == one.counts.read, path.name
            assert one.counts.rejected == 0
            assert (one.counts.duplicate > 0) is (path.stem == "reponses")

    def test_settings_declare_two_indicators_of_their_own(self, company: Company) -> None:
        settings = tomllib.loads(company.generated.settings.read_text(encoding="utf-8"))
        assert [one["name"] for one in settings["indicator"]] == ["part_web", "commandes_annulees"]

    def test_generating_again_replaces_the_other_format(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        generate(tmp_path, customers=1_000)
        monkeypatch.setattr("timonier.demo.generator.PARQUET_FROM", 1_000)
        made = generate(tmp_path, customers=1_000)
        assert sorted((tmp_path / "exports").iterdir()) == sorted(made.files)


class TestIntegrity:
    @pytest.mark.parametrize(("name", "key"), KEYS.items())
    def test_keys_are_unique(self, company: Company, name: str, key: str) -> None:
        assert max(Counter(row[key] for row in company[name]).values()) == 1

    def test_every_customer_exists(self, company: Company) -> None:
        known = {row["Identifiant client"] for row in company["clients"]}
        for name in KEYS.keys() - {"clients", "couts"} | {"reponses"}:
            column = "customer_id" if name in SOFTWARE else "Identifiant client"
            named = {row[column] for row in company[name]} - {""}
            assert named <= known, name

    def test_every_account_has_one_buyer(self, company: Company) -> None:
        buyers = Counter(row["Compte"] for row in company["clients"] if row["Rôle"] == "acheteur")
        accounts = {row["Compte"] for row in company["clients"]} - {""}
        assert buyers == dict.fromkeys(accounts, 1)
        assert {row["Rôle"] for row in company["clients"]} == {"", "acheteur", "demandeur", "utilisateur"}

    def test_converted_prospects_are_the_new_customers(self, company: Company) -> None:
        converted = {row["Identifiant client"] for row in company["prospects"]} - {""}
        start = company.generated.start
        new = {
            row["Identifiant client"]
            for row in company["clients"]
            if row["Date d'adhésion"] and moment(row["Date d'adhésion"]).date() >= start
        }
        assert converted == new

    def test_instants_are_within_the_window(self, company: Company) -> None:
        start = company.generated.start
        for name, columns in {
            "prospects": ("Date de création", "Date de conversion"),
            "contacts": ("Ouvert le", "Clos le"),
            "paniers": ("created_at", "ordered_at"),
            "commandes": ("ordered_at",),
            "lignes": ("sold_at",),
            "evenements": ("occurred_at",),
            "invitations": ("Envoyée le", "Répondue le"),
            "reponses": ("Répondu le",),
        }.items():
            for column in columns:
                seen = [moment(row[column]) for row in company[name] if row[column]]
                assert start <= min(seen).date(), column
                assert max(seen) < company.after, column

    def test_what_follows_comes_after(self, company: Company) -> None:
        for name, before, after in (
            ("prospects", "Date de création", "Date de conversion"),
            ("contacts", "Ouvert le", "Clos le"),
            ("paniers", "created_at", "ordered_at"),
            ("invitations", "Envoyée le", "Répondue le"),
        ):
            pairs = [(moment(row[before]), moment(row[after])) for row in company[name] if row[after]]
            assert all(first <= second for first, second in pairs), name

    def test_contracts_follow_one_another_without_overlap(self, company: Company) -> None:
        last: dict[str, date | None] = {}
        for row in company["contrats"]:
            start, end = day(row["Date d'effet"]), day(row["Date de fin"]) if row["Date de fin"] else None
            if row["Identifiant client"] in last:
                assert start == last[row["Identifiant client"]]
            assert end is None or start <= end <= company.generated.end
            last[row["Identifiant client"]] = end

    def test_no_instant_falls_in_the_hour_that_does_not_exist(self, company: Company) -> None:
        for name in OFFICE:
            for row in company[name]:
                for value in row.values():
                    if len(value) == 16 and value[13] == ":":
                        assert value[11:13] not in {"02", "03"}

    def test_recent_facts_are_immature(self, company: Company) -> None:
        late = company.after - timedelta(days=10)
        recent = [row for row in company["prospects"] if moment(row["Date de création"]) > late]
        older = [row for row in company["prospects"] if moment(row["Date de création"]) <= late]

        def converted(rows: list[dict[str, str]]) -> float:
            return sum(1 for row in rows if row["Date de conversion"]) / len(rows)

        assert converted(recent) < 0.7 * converted(older)


class TestRefusals:
    @pytest.mark.parametrize("customers", [0, 999, 10_000_001])
    def test_too_few_or_too_many_customers(self, tmp_path: Path, customers: int) -> None:
        with pytest.raises(UsageError, match="customers"):
            generate(tmp_path, customers=customers)

    def test_an_end_in_the_middle_of_a_month(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="2026-06-15"):
            generate(tmp_path, customers=1_000, end=date(2026, 6, 15))

    def test_another_end_moves_the_whole_company(self, tmp_path: Path) -> None:
        made = generate(tmp_path, customers=1_000, end=date(2025, 12, 31))
        assert (made.start, made.programme) == (date(2023, 7, 1), date(2025, 1, 1))
        orders = [moment(row["ordered_at"]).date() for row in read(tmp_path / "exports/commandes.csv")]
        assert made.start <= min(orders) <= max(orders) <= made.end

    def test_progress_is_told_and_ends(self, tmp_path: Path) -> None:
        told: list[tuple[int, int]] = []
        generate(tmp_path, customers=1_000, chunk=400, progress=lambda done, total: told.append((done, total)))
        assert told == [(400, 1_000), (800, 1_000), (1_000, 1_000)]


def test_utc_and_paris_agree_on_both_sides_of_a_change_of_hour(tmp_path: Path) -> None:
    made = generate(tmp_path, customers=1_000)
    with (tmp_path / "exports/paniers.csv").open(encoding="utf-8", newline="") as file:
        hours = Counter(moment(row["created_at"]).hour for row in csv.DictReader(file))
    assert made.rows["paniers"] > 1_000
    assert hours[3] == hours[4] == hours[2] == 0
    assert hours[20] > hours[13] > 0
