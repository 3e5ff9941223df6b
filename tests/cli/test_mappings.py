"""`hub mappings`: a fault names file, line and remedy; a file is tried as if it had never come."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.formats.mapping_file import line_of
from tests.cli.conftest import Cli

FEEDS = Path(__file__).parents[2] / "hub" / "demo" / "feeds"
WRONG = """version = "mine"

gateway."achteraf_betalen" = "9999"
tendr."pin" = "1000"
settings.jornal = "VRK"
settings.commit = "sometimes"
"""
TOML = """gateway."Bar.Bel" = "1"  # "other" = "2"
[tender]
"pin" = "1050"
'cash' = "1000"
plain = "1"
[[rule]]
account = "4640"
[[rule]]
account = "4641"
[cost_center]
"""


def write(source: str, text: str) -> Path:
    path = Path(os.environ["HUB_HOME"]) / "mappings" / f"{source}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_fault_names_the_file_the_line_and_what_to_do(cli: Cli) -> None:
    path = write("woocommerce", WRONG)
    ran = cli("mappings", "check", "woocommerce", "--json")
    assert ran.code == 3
    assert {(r["file"], r["line"], r["table"], r["word"]) for r in ran.rows} == {
        (str(path), 3, "gateway", "achteraf_betalen"), (str(path), 4, "tendr", None),
        (str(path), 5, "settings", "jornal"), (str(path), 6, "settings", "commit"),
    }  # fmt: skip
    remedies = {row["word"]: row["remedy"] for row in ran.rows}
    assert "hub export accounts" in remedies["achteraf_betalen"]
    assert "each, whole" in remedies["commit"]
    assert cli("mappings", "check", "--json").code == 3


def test_a_setting_that_is_shipped_is_known(cli: Cli) -> None:
    ran = cli("mappings", "check", "--json")
    assert (ran.code, ran.rows) == (0, [])


@pytest.mark.parametrize(
    ("table", "word", "line"),
    [("gateway", "bar.bel", 1), ("gateway", "other", 0), ("tender", "pin", 3), ("tender", "cash", 4), ("tender", "plain", 5),
     ("rule", "2", 8), ("rule", "3", 0), ("cost_center", "", 10), ("tender", "none", 0), ("none", "", 0)],
)  # fmt: skip
def test_a_row_is_found_however_it_is_written(table: str, word: str, line: int) -> None:
    assert line_of(TOML, table, word) == line


def test_a_file_that_is_held_is_tried_with_the_line_that_was_added(cli: Cli) -> None:
    file = str(FEEDS / "woocommerce" / "5105-unknown-gateway.json")
    assert [row["outcome"] for row in cli("intake", file, "--json").rows] == ["held"]
    assert [row["outcome"] for row in cli("mappings", "try", file, "--json").rows] == ["held"]
    write("woocommerce", 'gateway."achteraf_betalen" = "1900"\n')
    [tried] = cli("mappings", "try", file, "--json").rows
    assert (tried["outcome"], tried["entries"][0]["postings"][0]["account"]) == ("posted", "1300")
    assert "geboekt" in cli("mappings", "try", file).out
    assert [row["outcome"] for row in cli("messages", "list", "--json").rows] == ["held"]


def test_cost_centres_and_amounts_show_when_a_file_is_tried(cli: Cli, tmp_path: Path) -> None:
    text = "soort;werkgever;periode;rekening;debet;credit;kostenplaats\n"
    run = "journal;Korst;2026-05;4000;10,00;;OVEN\njournal;Korst;2026-05;1700;;10,00;\n"
    path = tmp_path / "lonen.csv"
    path.write_text(text + run)
    shown = cli("mappings", "try", str(path)).out
    assert "OVEN" in shown
    assert "10,00" in shown


def test_release_of_every_administration_says_how_many(cli: Cli) -> None:
    file = str(FEEDS / "woocommerce" / "5105-unknown-gateway.json")
    cli("intake", file)
    assert cli("mappings", "apply", "--all", "--json").rows == [{"released": 0, "waiting": 1}]
    write("woocommerce", 'gateway."achteraf_betalen" = "1900"\n')
    assert cli("mappings", "apply", "--all", "--json").rows == [{"released": 1, "waiting": 0}]
