"""Settings: from the file and the environment, checked, each with its origin."""

from pathlib import Path

import pytest

from timonier.errors import SettingsError
from timonier.facts.settings import Settings, check_settings, load_settings
from timonier.facts.settings_file import settings_text
from timonier.text import say


def written(folder: Path, text: str) -> Path:
    path = folder / "timonier.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_everything_is_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "timonier.toml", {})
    assert (settings.zone, settings.currency, settings.language) == ("Europe/Paris", "EUR", "fr")
    assert settings.minimum_n == 5
    assert set(settings.origins.values()) == {"default"}


def test_the_environment_wins_over_the_file_and_origins_tell(tmp_path: Path) -> None:
    path = written(tmp_path, 'zone = "Europe/Rome"\nminimum_n = 7\n')
    settings = load_settings(path, {"TIMONIER_ZONE": "UTC", "TIMONIER_THREADS": "2"})
    assert (settings.zone, settings.minimum_n, settings.threads) == ("UTC", 7, 2)
    assert settings.origins["zone"] == "TIMONIER_ZONE"
    assert settings.origins["minimum_n"] == "timonier.toml"
    assert settings.origins["currency"] == "default"


def test_sections(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[dimensions.contacts]\npriority = "text"\nreopened = "int"\n'
        '[rollups]\nbreakdowns = [["channel"], ["channel", "step"]]\n'
        '[[indicator]]\nname = "mine"\n',
    )
    settings = load_settings(path, {})
    assert settings.dimensions == {"contacts": {"priority": "text", "reopened": "int"}}
    assert settings.breakdowns == (("channel",), ("channel", "step"))
    assert settings.indicators == ({"name": "mine"},)


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ('zome = "UTC"', ":1", "Did you mean `zone`?"),
        ('currency = "EUR"\nzone = "Europe/Pariss"', ":2", "Did you mean `Europe/Paris`?"),
        ('zone = "../../etc/passwd"', ":1", "a zone like"),
        ("zone = 3", ":1", "a zone like"),
        ('minimum_n = "5"', ":1", "a whole number from 1 to 1000"),
        ("minimum_n = true", ":1", "a whole number"),
        ("minimum_n = 0", ":1", "a whole number"),
        ("fiscal_year_start = 13", ":1", "from 1 to 12"),
        ('currency = "euro"', ":1", "three capitals"),
        ('language = "de"', ":1", "fr or en"),
        ('memory = "lots"', ":1", "a size like"),
        ("alsace_moselle = 1", ":1", "true or false"),
        ('[dimensions.contact]\nx = "text"', ":1", "Did you mean `contacts`?"),
        ('[dimensions.contacts]\nx = "texte"', ":1", "one of text"),
        ('[dimensions.contacts]\nchannel = "text"', ":1", "another name"),
        ('[dimensions.contacts]\nday = "date"', ":1", "another name"),
        ("[dimensions.contacts]\n\"x; DROP\" = 'text'", ":1", "lower-case letters"),
        ('[rollups]\nbreakdowns = ["channel"]', ":1", "a list of lists"),
        ('[rollups]\nbreakdown = [["channel"]]', ":1", "Did you mean `breakdowns`?"),
        ("indicator = 3", ":1", "[[indicator]]"),
        ("zone = ", "", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_a_way_out(tmp_path: Path, text: str, place: str, advice: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(tmp_path, text), {})
    assert f"timonier.toml{place}" in str(caught.value)
    assert advice in str(caught.value)
    assert say(caught.value.text, "fr") != say(caught.value.text, "en")


def test_a_variable_is_checked_like_the_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="TIMONIER_MINIMUM_N"):
        load_settings(tmp_path / "none.toml", {"TIMONIER_MINIMUM_N": "many"})


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_written_reads_back_the_same(tmp_path: Path, language: str) -> None:
    settings = check_settings(
        language=language,
        threads=3,
        dimensions={"contacts": {"priority": "text"}, "answers": {"store": "int"}},
        breakdowns=[["channel"], ["step", "channel"]],
        indicators=[{"name": 'Élan "fort"', "steps": ["a", "b"], "limit": 0.5}],
    )
    assert load_settings(written(tmp_path, settings_text(settings)), {}) == settings


@pytest.mark.parametrize(("memory", "count"), [("1GB", 10**9), ("512MiB", 512 * 2**20), ("1.5 GB", 1_500_000_000)])
def test_memory_in_bytes(memory: str, count: int) -> None:
    assert Settings(memory=memory).memory_bytes == count
