"""`hub validate` for people and scripts: excerpts on a terminal, summaries, and the short way past typer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.cli.validating import Asked, plainly_asked
from tests.cli.conftest import DOCUMENTS, Cli, clean_environment

GOOD = DOCUMENTS / "01-office-supplies.xml"
WRONG = DOCUMENTS / "14-wrong-total.xml"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    return monkeypatch


def _shown(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(("validate", *arguments))
    return capsys.readouterr().out


def test_terminal_shows_the_line_with_a_caret_under_the_value(
    empty_home: Cli, capsys: pytest.CaptureFixture[str], terminal: pytest.MonkeyPatch
) -> None:
    shown = _shown(capsys, terminal, str(WRONG), "--language", "en", "--layers", "en16931")
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    value, carets = plain.splitlines()[-3:-1]
    number = 1 + WRONG.read_text("utf-8").split("TaxInclusiveAmount")[0].count("\n")
    assert value.startswith(f"  {number} | ")
    assert value[carets.index("^") : carets.rindex("^") + 1] == "332.76"
    assert "\x1b[31;1mBR-CO-15 fatal\x1b[0m" in shown


def test_no_color_is_honoured_and_the_excerpt_stays(
    empty_home: Cli, capsys: pytest.CaptureFixture[str], terminal: pytest.MonkeyPatch
) -> None:
    terminal.setenv("NO_COLOR", "1")
    shown = _shown(capsys, terminal, str(WRONG), "--layers", "en16931")
    assert "\x1b" not in shown
    assert "^^^^^^\n" in shown


@pytest.mark.parametrize("width", ["20", "60", "200"])
def test_excerpt_fits_the_window_and_keeps_the_value(
    empty_home: Cli, capsys: pytest.CaptureFixture[str], terminal: pytest.MonkeyPatch, width: str, tmp_path: Path
) -> None:
    terminal.setenv("COLUMNS", width)
    terminal.setenv("NO_COLOR", "1")
    path = tmp_path / "line.xml"
    path.write_text(re.sub(r">\s+<", "><", WRONG.read_text("utf-8")), "utf-8")  # all of it on one line
    shown = _shown(capsys, terminal, str(path), "--layers", "en16931")
    value, carets = shown.splitlines()[-3:-1]
    assert value[carets.index("^") : carets.rindex("^") + 1] == "332.76"
    assert len(value) <= max(40, int(width))


def test_elsewhere_than_a_terminal_there_is_a_line_per_sentence(empty_home: Cli) -> None:
    ran = empty_home("validate", str(WRONG), "--language", "en", "--layers", "en16931")
    assert len(ran.out.splitlines()) == 3
    assert "^" not in ran.out


def test_the_first_200_findings_are_printed_and_json_has_all(empty_home: Cli, tmp_path: Path) -> None:
    path = tmp_path / "many.xml"
    line = re.search(r"<cac:InvoiceLine>.*?</cac:InvoiceLine>", GOOD.read_text("utf-8"), re.DOTALL)
    assert line is not None
    odd = "".join(re.sub(r'unitCode="\w+"', f'unitCode="Q{n:03}"', line[0]) for n in range(250))
    path.write_text(GOOD.read_text("utf-8").replace(line[0], odd), "utf-8")
    [row] = empty_home("validate", str(path), "--layers", "en16931", "--json").rows
    assert len(row["findings"]) > 250
    shown = empty_home("validate", str(path), "--layers", "en16931").out.splitlines()
    assert len(shown) == 1 + 2 * 200 + 1
    more = re.search(r"nog (\d+);", shown[-1])
    assert more is not None
    assert 50 <= int(more[1]) <= len(row["findings"]) - 200  # a cause may have several findings


def test_one_cause_is_told_once_with_all_its_rules(empty_home: Cli, tmp_path: Path) -> None:
    path = tmp_path / "same.xml"
    path.write_text(re.sub(r'unitCode="\w+"', 'unitCode="QQQ"', GOOD.read_text("utf-8")), "utf-8")
    [row] = empty_home("validate", str(path), "--layers", "en16931", "--json").rows
    assert [finding["code"] for finding in row["findings"]] == ["BR-CL-23"] * len(row["findings"])
    assert len(row["findings"]) > 1
    head, sentence = empty_home("validate", str(path), "--layers", "en16931").out.splitlines()[1:]
    assert head.startswith("BR-CL-23 fout  regel 1, aantal; regel 2, aantal")
    assert "QQQ" in sentence


def test_summary_counts_documents_and_findings_per_rule_and_sender(empty_home: Cli) -> None:
    ran = empty_home("validate", str(DOCUMENTS), "--summary", "--json", "--language", "en")
    [found] = ran.rows
    assert ran.code == 3
    assert found["documents"] == found["valid"] + 6 == sum(sender["documents"] for sender in found["senders"])
    [rule] = [rule for rule in found["rules"] if rule["code"] == "BR-CO-15"]
    assert (rule["severity"], rule["documents"], rule["findings"]) == ("fatal", 1, 1)
    assert rule["message"].startswith("The total including VAT")
    [sender] = [one for one in found["senders"] if one["sender"] == "Expeditie Langs de Vaart B.V."]
    assert (sender["documents"], sender["valid"], sender["most_frequent"]) == (4, 2, "BR-CO-14")


def test_summary_follows_several_documents_and_not_one(empty_home: Cli) -> None:
    assert "Per regel" in empty_home("validate", str(WRONG), str(GOOD)).out
    assert "Per regel" not in empty_home("validate", str(WRONG)).out
    only = empty_home("validate", str(WRONG), str(GOOD), "--summary").out
    assert WRONG.name not in only
    assert "Per afzender" in only


def test_only_invalid_leaves_out_the_others_and_counts_them(empty_home: Cli) -> None:
    ran = empty_home("validate", str(WRONG), str(GOOD), "--only-invalid", "--json")
    assert [Path(row["file"]).name for row in ran.rows] == [WRONG.name]
    assert "2 documenten" in empty_home("validate", str(WRONG), str(GOOD), "--only-invalid").out


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["a.xml"], Asked(("a.xml",))),
        (["a", "-", "--json"], Asked(("a", "-"), as_json=True)),
        (["--layers=xsd,en16931", "a", "--language", "en"], Asked(("a",), ("xsd", "en16931"), "en")),
        (["a", "--layers", "xsd", "--summary", "--only-invalid"], Asked(("a",), ("xsd",), "", False, True, True)),
        ([], None), (["--help"], None), (["a", "--language", "fr"], None), (["a", "--layers"], None),
        (["a", "--layers", "--json"], None), (["--", "-a"], None), (["a", "--jsn"], None), (["a", "-h"], None),
    ],
)  # fmt: skip
def test_plain_arguments_are_read_without_typer(
    arguments: list[str], asked: Asked | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plainly_asked(arguments) == asked
    if asked is not None:  # and typer reads the same
        told: list[Asked] = []
        monkeypatch.setattr("hub.cli.main._at_once", lambda given: None)
        monkeypatch.setattr("hub.cli.validate.run", lambda given: told.append(given) or 0)
        assert main(["validate", *arguments]) == 0
        assert told == [asked]


def test_validate_loads_neither_typer_nor_store_nor_other_connectors(tmp_path: Path) -> None:
    heavy = (
        "typer",
        "pydantic",
        "structlog",
        "sqlalchemy",
        "httpx",
        "xmlschema",
        "rich",
        "connectors.camt",
        "hub.accounting",
        "hub.formats.pdf",
        "hub.settings",
    )
    script = (
        "import sys\nfrom hub.cli.main import main\n"
        f"code = main(['validate', {str(GOOD)!r}, '--json'])\n"
        f"print(code, [m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=clean_environment(tmp_path)
    )
    assert done.stderr.strip() == "0 []"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["xsd", "en16931", "peppol", "peppol-sb", "nlcius", "gaccount"]),
        ("pe", ["peppol", "peppol-sb"]),
        ("xsd,en", ["xsd,en16931"]),
        ("peppol,", ["peppol,xsd", "peppol,en16931", "peppol,peppol-sb", "peppol,nlcius", "peppol,gaccount"]),
    ],
)
def test_completion_offers_layers(
    empty_home: Cli, monkeypatch: pytest.MonkeyPatch, typed: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_HUB_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"hub validate --layers {typed}")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert empty_home().out.split() == offered
