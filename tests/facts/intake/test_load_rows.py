"""Every row of a file is accounted for: kept, rejected with a reason, repeated, left out or merged."""

import csv
import itertools
import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from loading import ANSWERS, ROWS, column, facts, load_text, put

from timonier.errors import Cancelled, RecipeError
from timonier.facts.intake import chunks
from timonier.facts.intake import load as load_module
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.intake.rejects import harmless
from timonier.facts.intake.report import Counts
from timonier.facts.workspace import Workspace
from timonier.text import language


def test_a_file_is_loaded(workspace: Workspace) -> None:
    now = datetime(2024, 8, 1, tzinfo=UTC)
    report = load_text(workspace, ANSWERS, ROWS, now=now)
    assert report.counts == Counts(read=3, kept=3)
    assert (report.added, report.updated, report.unchanged) == (3, 0, 0)
    assert column(workspace, "score") == [9.0, None, 0.0]
    assert column(workspace, "seq") == [2, 3, 4]
    assert set(column(workspace, "received_at")) == {now}
    assert set(column(workspace, "source")) == {"answers.csv"}
    (commit,) = [one for one in workspace.lake.receipts("answers") if one.receipt.source]
    assert (commit.receipt.rows_read, commit.receipt.rows_kept, commit.receipt.rows_rejected) == (3, 3, 0)


def test_the_same_file_twice_changes_nothing(workspace: Workspace) -> None:
    load_text(workspace, ANSWERS, ROWS)
    version = workspace.lake.version("answers")
    report = load_text(workspace, ANSWERS, ROWS, name="same content, other name.csv")
    assert [one.already for one in report.loads] == [True]
    assert workspace.lake.version("answers") == version


def test_a_changed_recipe_loads_again_by_key(workspace: Workspace) -> None:
    load_text(workspace, ANSWERS, ROWS)
    report = load_text(workspace, ANSWERS + 'survey = { constant = "2024" }\n', ROWS)
    assert (report.added, report.updated, report.unchanged) == (0, 3, 0)
    report = load_text(workspace, ANSWERS + 'survey = { constant = "2024" }\n', ROWS + "A4;5;2024-01-10;web\n")
    assert (report.added, report.updated, report.unchanged) == (1, 0, 3)
    assert len(facts(workspace)) == 4


BAD = """id;note;date;canal
A1;9;2024-01-10;web
;9;2024-01-10;web
A3;neuf;31/01/2024;=HYPERLINK("x")
A4;9;2024-01-10
A5;9;;web
"""


def test_rejected_rows_come_out_with_their_line_and_reason(workspace: Workspace) -> None:
    report = load_text(workspace, ANSWERS, BAD)
    assert report.counts == Counts(read=5, kept=1, rejected=4)
    (path,) = report.rejects_files
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0] == ["line", "columns at fault", "reason", "id", "note", "date", "canal"]
    found = {int(row[0]): row[1:] for row in rows[1:]}
    assert found[3] == ["answer_id", "required, and empty", "", "9", "2024-01-10", "web"]
    assert found[4][0] == "score, answered_at"
    assert found[4][1].startswith("not a number ; not a date year-month-day")
    assert found[4][5] == """'=HYPERLINK("x")"""
    assert found[6][:2] == ["answered_at", "required, and empty"]
    assert 5 in found  # the row that lacks a column
    assert path.parent == workspace.rejects


def test_reasons_are_in_the_language_in_force(workspace: Workspace) -> None:
    token = language.set("fr")
    try:
        report = load_text(workspace, ANSWERS, BAD)
    finally:
        language.reset(token)
    text = report.rejects_files[0].read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "ligne;colonnes en cause;motif;id;note;date;canal"
    assert "obligatoire, et vide" in text


@pytest.mark.parametrize("cell", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_formula_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-12,50", "+33 1 23", "texte", "", "a=b"])
def test_what_is_not_a_formula_stays(cell: str) -> None:
    assert harmless(cell) == cell


def test_a_rejects_file_goes_when_nothing_is_rejected_any_more(workspace: Workspace) -> None:
    recipe = ANSWERS.replace('answered_at = "date"', 'answered_at = { column = "date", order = "dmy" }')
    assert load_text(workspace, recipe, ROWS).rejected == 3
    assert len(list(workspace.rejects.glob("*.csv"))) == 1
    assert load_text(workspace, ANSWERS, ROWS).rejected == 0
    assert list(workspace.rejects.glob(".*")) == []


def test_repeated_keys(workspace: Workspace) -> None:
    rows = "id;note;date;canal\nA1;9;2024-01-10;web\nA2;1;2024-01-10;web\nA1;9;2024-01-10;web\nA2;2;2024-01-10;web\n"
    report = load_text(workspace, ANSWERS, rows)
    assert report.counts == Counts(read=4, kept=2, duplicate=2, conflicting=1)
    assert column(workspace, "score") == [9.0, 2.0]  # the last line wins
    assert column(workspace, "seq") == [4, 5]


def test_conditions_leave_rows_out_on_purpose(workspace: Workspace) -> None:
    keep = '[[table.keep]]\ncolumn = "canal"\n{}\n'
    rows = (
        "id;note;date;canal\n1;9;2024-01-10;web\n2;9;2024-01-10;magasin\n3;9;2024-01-10;\n4;9;2024-01-10;web mobile\n"
    )
    wanted = {
        'in = ["web", ""]': ["1", "3"],
        'not_in = ["web"]': ["2", "3", "4"],
        "filled = true": ["1", "2", "4"],
        "filled = false": ["3"],
        'prefix = ["web"]': ["1", "4"],
        'not_prefix = ["web", "mag"]': ["3"],
    }
    for rank, (words, kept) in enumerate(wanted.items()):
        other = Workspace.create(workspace.root.parent / f"w{rank}", threads=1, memory="256MB")
        recipe = ANSWERS.replace("[table.columns]", keep.format(words) + "[table.columns]")
        report = load_text(other, recipe, rows)
        assert column(other, "answer_id") == kept
        assert report.counts == Counts(read=4, kept=len(kept), filtered=4 - len(kept))


CONTACTS = """version = 1
[[table]]
into = "contacts"
explode = { columns = ["c1", "c2"], separator = ",", as = "canal" }
[table.columns]
contact_id = { columns = ["id", "canal"] }
channel = "canal"
opened_at = "date"
"""


def test_multi_valued_columns_give_one_row_a_value(workspace: Workspace) -> None:
    rows = 'id;c1;c2;date\n1;"web, mail";web;2024-01-10\n2;;;2024-01-10\n3;;"tel,";bad\n4;x;;2024-01-10\n'
    report = load_text(workspace, CONTACTS, rows)
    assert report.counts == Counts(read=4, made=1, kept=4, rejected=1)
    assert column(workspace, "contact_id", "contacts") == ["1-mail", "1-web", "2-", "4-x"]
    assert column(workspace, "channel", "contacts") == ["mail", "web", None, "x"]


def test_a_value_written_twice_can_count_twice(workspace: Workspace) -> None:
    recipe = CONTACTS.replace('as = "canal"', 'as = "canal", distinct = false')
    recipe = recipe.replace("explode =", 'repeats = "number"\nexplode =').replace(
        'columns = ["id"', 'prefix = "x/", columns = ["id"'
    )
    report = load_text(workspace, recipe, 'id;c1;c2;date\n1;"web,web";web;2024-01-10\n')
    assert report.counts == Counts(read=1, made=2, kept=3)
    assert column(workspace, "contact_id", "contacts") == ["x/1-web", "x/1-web-2", "x/1-web-3"]


def test_a_condition_on_the_exploded_value(workspace: Workspace) -> None:
    recipe = CONTACTS.replace("[table.columns]", '[[table.keep]]\ncolumn = "canal"\nfilled = true\n[table.columns]')
    rows = 'id;c1;c2;date\n1;"web, mail";web;2024-01-10\n2;;;2024-01-10\n'
    report = load_text(workspace, recipe, rows)
    assert report.counts == Counts(read=2, made=1, kept=2, filtered=1)


LOG = """version = 1
[[table]]
into = "contacts"
latest_by = { key = "number", column = "mod" }
[[table.keep]]
column = "kind"
in = ["ticket"]
[[table.keep]]
column = "state"
not_in = ["cancelled"]
when = "latest"
[table.columns]
contact_id = "number"
opened_at = "opened"
reason = "state"
"""

LOG_ROWS = """number;kind;mod;state;opened
T1;ticket;2;open;2024-01-10
T1;ticket;10;closed;2024-01-10
T1;ticket;9;open;2024-01-10
T1;note;99;other;2024-01-10
T2;ticket;1;open;2024-01-10
T2;ticket;2;cancelled;2024-01-10
T3;ticket;x;open;2024-01-10
;ticket;1;open;2024-01-10
T4;ticket;0;open;bad
T5;ticket;1;first;2024-01-10
T5;ticket;1;second;2024-01-10
"""


def test_an_update_log_becomes_one_row_a_key(workspace: Workspace) -> None:
    report = load_text(workspace, LOG, LOG_ROWS)
    assert [(row["contact_id"], row["reason"]) for row in facts(workspace, "contacts")] == [
        ("T1", "closed"),  # 10 is after 9: numbers, not texts
        ("T5", "second"),  # a tie goes to the last line
    ]
    assert report.counts == Counts(read=11, kept=2, rejected=3, filtered=2, collapsed=4)
    assert {row.line: row.columns for row in report.loads[0].samples} == {8: "mod", 9: "number", 10: "opened_at"}


def test_the_latest_by_a_date(workspace: Workspace) -> None:
    recipe = LOG.replace('column = "mod"', 'column = "mod", order = "dmy"')
    rows = "number;kind;mod;state;opened\nT1;ticket;1/2/2024;new;2024-01-10\nT1;ticket;31/1/2024;old;2024-01-10\n"
    load_text(workspace, recipe, rows)
    assert column(workspace, "reason", "contacts") == ["new"]


ORDERS = """version = 1
[[table]]
into = "orders"
sum_by = "no"
[table.columns]
order_id = "no"
customer_id = "client"
ordered_at = "date"
amount = { product = ["q", "p"] }
"""

LINES = """no;client;q;p;date
F1;;2;1.55;2024-01-10 10:00:00
F1;C1;1;0.40;2024-01-10 10:01:00
F1;C1;1;0.40;2024-01-10 10:01:00
F2;C2;1;10;2024-01-11
F3;C3;1;10;2024-01-11
F3;C3;x;10;2024-01-11
"""


def test_lines_are_added_up_by_order(workspace: Workspace) -> None:
    report = load_text(workspace, ORDERS, LINES)
    first, second = facts(workspace, "orders")
    assert first["amount"] == Decimal("3.9")
    assert first["customer_id"] == "C1"  # the first line that has a value
    assert first["ordered_at"] == datetime(2024, 1, 10, 9, 0, tzinfo=UTC)
    assert first["currency"] == "EUR"
    assert second["order_id"] == "F2"
    assert report.counts == Counts(read=6, kept=2, rejected=2, collapsed=2)
    assert report.loads[0].differing == (("ordered_at", 1),)


def test_a_sum_never_misses_a_line_silently(workspace: Workspace) -> None:
    """F3 has a line that cannot be read: without it, its amount would be a wrong figure."""
    report = load_text(workspace, ORDERS, LINES)
    assert {row.line for row in report.loads[0].samples} == {6, 7}
    text = report.rejects_files[0].read_text(encoding="utf-8-sig")
    assert "another line with the same key" in text
    assert "F3,C3,1,10" in text


def test_identical_lines_can_be_left_out_of_the_sum(workspace: Workspace) -> None:
    report = load_text(workspace, ORDERS.replace('sum_by = "no"', 'sum_by = "no"\ndistinct = true'), LINES)
    assert facts(workspace, "orders")[0]["amount"] == Decimal("3.5")
    assert report.counts == Counts(read=6, kept=2, rejected=2, duplicate=1, collapsed=1)


HASHED = """version = 1
[[table]]
into = "contacts"
[table.columns]
contact_id = { row_hash = true }
opened_at = "date"
channel = "canal"
"""
HASHED_ROWS = "date;canal\n2024-01-10;web\n2024-01-10;web\n2024-01-10;tel\n2024-01-10;web\n"


def test_rows_without_identifier_are_told_by_their_content(workspace: Workspace) -> None:
    report = load_text(workspace, HASHED, HASHED_ROWS)
    assert report.counts == Counts(read=4, kept=2, duplicate=2)
    again = load_text(workspace, HASHED, "canal;date\ntel;2024-01-10\nmail;2024-01-10\n")
    assert (again.added, again.unchanged) == (1, 1)  # whatever the order of the columns


def test_identical_rows_can_be_counted_each(workspace: Workspace) -> None:
    recipe = HASHED.replace("[table.columns]", 'repeats = "number"\n[table.columns]')
    report = load_text(workspace, recipe, HASHED_ROWS)
    assert report.counts == Counts(read=4, kept=4)
    assert sorted(column(workspace, "channel", "contacts")) == ["tel", "web", "web", "web"]
    again = load_text(workspace, recipe, HASHED_ROWS + "2024-01-11;web\n")
    assert (again.added, again.unchanged) == (1, 4)


def test_one_file_can_fill_several_tables(workspace: Workspace) -> None:
    both = ANSWERS + '[[table]]\ninto = "customers"\n[table.columns]\ncustomer_id = "id"\nrole = "canal"\n'
    report = load_text(workspace, both, ROWS)
    assert [(one.table, one.counts.kept) for one in report.loads] == [("answers", 3), ("customers", 3)]
    assert column(workspace, "day", "customers") == [None, None, None]


def test_a_column_that_the_file_lacks(workspace: Workspace) -> None:
    with pytest.raises(RecipeError) as caught:
        load_text(workspace, ANSWERS, ROWS.replace("canal", "Canal "))
    assert "Did you mean `Canal`?" in str(caught.value)
    assert "columns.channel" in caught.value.where


def test_nothing_is_loaded_when_one_of_the_files_does_not_fit(workspace: Workspace) -> None:
    good, bad = put(workspace.root.parent, ROWS, "a.csv"), put(workspace.root.parent, "x;y\n1;2\n", "b.csv")
    with pytest.raises(RecipeError):
        load(workspace, parse_recipe(ANSWERS, workspace.tables()), [good, bad])
    assert workspace.lake.version("answers") == 0


def test_a_dry_run_leaves_nothing(workspace: Workspace) -> None:
    report = load_text(workspace, ANSWERS, BAD, dry_run=True)
    assert report.counts == Counts(read=5, kept=1, rejected=4)
    assert len(report.loads[0].samples) == 4
    assert workspace.lake.version("answers") == 0
    assert list(workspace.rejects.iterdir()) == []
    assert list(workspace.staging.glob("load-*")) == []


def test_a_cancelled_load_leaves_nothing_of_the_file_being_read(workspace: Workspace) -> None:
    first = put(workspace.root.parent, ROWS, "a.csv")
    second = put(workspace.root.parent, ROWS.replace("A", "B"), "b.csv")
    recipe = parse_recipe(ANSWERS, workspace.tables())
    with pytest.raises(Cancelled):
        load(workspace, recipe, [first, second], cancel=lambda: workspace.lake.row_count("answers") > 0)
    assert column(workspace, "answer_id") == ["A1", "A2", "A3"]
    assert list(workspace.staging.glob("load-*")) == []
    report = load(workspace, recipe, [first, second])
    assert [one.already for one in report.loads] == [True, False]
    assert len(facts(workspace)) == 6


def test_progress_goes_from_start_to_commit(workspace: Workspace) -> None:
    told: list[tuple[object, ...]] = []

    class Told:
        def start(self, source: str, total_bytes: int) -> None:
            told.append(("start", source, total_bytes))

        def advance(self, done_bytes: int, rows: int) -> None:
            told.append(("advance", done_bytes, rows))

        def stage(self, stage: str) -> None:
            told.append(("stage", stage))

    load_text(workspace, ANSWERS, ROWS, progress=Told())
    size = len(ROWS.encode())
    assert told == [
        ("start", "answers.csv", size),
        ("stage", "read"),
        ("advance", size, 3),
        ("stage", "check"),
        ("stage", "commit"),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_chunks_never_change_the_result(workspace: Workspace, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a naive reading of the same rows, whatever the size of chunks: counts, facts and winners."""
    draw = random.Random(seed)
    rows = [
        (draw.choice(["", *"ABCDEFGHIJKLMNOP"]), draw.choice(["9", "NSP", "x", "", "3"]), draw.choice(["web", "tel"]))
        for _ in range(300)
    ]
    text = "id;note;date;canal\n" + "".join(f"{key};{note};2024-01-10;{canal}\n" for key, note, canal in rows)
    recipe = ANSWERS.replace("[table.columns]", '[[table.keep]]\ncolumn = "canal"\nin = ["web"]\n[table.columns]')
    web = [row for row in rows if row[2] == "web"]
    good = [row for row in web if row[0] and row[1] != "x"]
    last = {key: None if note in {"NSP", ""} else float(note) for key, note, _ in good}
    original = chunks.chunks
    monkeypatch.setattr(load_module, "chunks", lambda batches: original(_small(batches, 1 + seed * 7), rows=1))
    report = load_text(workspace, recipe, text)
    counts = report.counts
    assert (counts.filtered, counts.rejected, counts.kept) == (300 - len(web), len(web) - len(good), len(last))
    assert counts.duplicate == len(good) - len(last)
    assert {row["answer_id"]: row["score"] for row in facts(workspace)} == last


def _small(batches, size):  # type: ignore[no-untyped-def]
    return itertools.chain.from_iterable(
        (batch.slice(at, size) for at in range(0, batch.num_rows, size)) for batch in batches
    )


def test_the_folder_of_rejects_holds_no_path(workspace: Workspace, tmp_path: Path) -> None:
    report = load_text(workspace, ANSWERS, BAD, name="..évil name.csv")
    assert report.rejects_files[0].parent == workspace.rejects
