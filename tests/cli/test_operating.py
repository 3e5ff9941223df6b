"""Validation, rules, connectors, doctor, and how failures are told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import hub
from hub.cli import main as command
from hub.errors import Bug, Conflict, NotFound, Throttled, Unavailable, Usage
from tests.cli.conftest import DOCUMENTS, Cli
from tests.rules.peppol_documents import peppol_invoice

GOOD = DOCUMENTS / "01-office-supplies.xml"
WRONG = DOCUMENTS / "14-wrong-total.xml"


def test_validate_runs_exactly_the_layers_asked_for(empty_home: Cli) -> None:
    ran = empty_home("validate", str(GOOD), "--layers", "xsd,en16931", "--json")
    assert ran.code == 0
    [row] = ran.rows
    assert (row["format"], row["profile"], row["valid"]) == ("ubl-invoice", "peppol-bis-3", True)
    assert [(x["layer"], x["status"], x["reason"]) for x in row["layers"]] == [
        ("xsd", "ok", None),
        ("en16931", "ok", None),
    ]
    assert row["findings"] == []


def test_validate_reports_the_official_rule(empty_home: Cli) -> None:
    ran = empty_home("validate", str(WRONG), "--layers", "en16931", "--json")
    assert ran.code == 3
    [finding] = ran.rows[0]["findings"]
    assert (finding["code"], finding["found"], finding["expected"]) == ("BR-CO-15", "332.76", "332.75")
    assert set(finding) == {"code", "layer", "severity", "location", "message", "found", "expected", "who"}


@pytest.mark.parametrize(("layer", "version"), [("nlcius", "2.0.3.13"), ("gaccount", "1.0.13"), ("peppol-sb", "3.0.2")])
def test_validate_judges_exactly_the_layer_that_is_asked_for(empty_home: Cli, layer: str, version: str) -> None:
    (row,) = empty_home("validate", str(GOOD), "--layers", layer, "--on", "2026-12-01", "--json").rows
    assert [(one["layer"], one["version"], one["status"]) for one in row["layers"]] == [(layer, version, "ok")]
    assert {finding["layer"] for finding in row["findings"]} <= {layer}


def test_validate_chooses_layers_by_the_documents_promise(empty_home: Cli) -> None:
    rows = empty_home("validate", str(GOOD), str(DOCUMENTS / "33-no-agreement-named.xml"), "--json").rows
    assert [x["layer"] for x in rows[0]["layers"]] == ["xsd", "en16931", "peppol"]
    assert "arithmetic" in rows[1]["layers"][1]["reason"]


def test_validate_of_unknown_layer_is_usage(empty_home: Cli) -> None:
    assert empty_home("validate", str(GOOD), "--layers", "xsd,ubl").code == 2


def test_validate_of_what_is_no_xml_goes_on_with_the_next(empty_home: Cli) -> None:
    rows = empty_home("validate", str(DOCUMENTS / "39-not-xml.xml"), str(GOOD), "--layers", "xsd", "--json").rows
    assert [row["valid"] for row in rows] == [False, True]
    assert rows[0]["findings"][0]["code"] == "HUB-XML-02"
    assert rows[0]["layers"][0]["status"] == "error"


def test_python_validate_gives_the_same() -> None:
    made = hub.validate(WRONG.read_bytes(), ["en16931"], language="en")
    assert (made.valid, [f.code for f in made.findings]) == (False, ["BR-CO-15"])
    assert "€ 332.76" in made.findings[0].message
    assert made.layers[0].version == "1.3.16"
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.valid = True  # type: ignore[misc]


def test_validate_needs_no_database(empty_home: Cli, tmp_path: Path) -> None:
    empty_home("validate", str(GOOD))
    assert not (tmp_path / "home").exists()


def test_rules_are_listed_and_explained(empty_home: Cli) -> None:
    codes = {row["code"] for row in empty_home("rules", "list", "--json").rows}
    assert {"BR-CO-15", "HUB-IBAN-01", "XSD-01"} <= codes
    [row] = empty_home("rules", "explain", "br-co-15", "--json").rows
    assert (row["layer"], row["severity"], row["terms"][0]) == ("en16931", "fatal", "BT-112")
    assert empty_home("rules", "explain", "BR-NONE").code == 4


def test_validate_tells_the_day_from_which_a_valid_document_is_not(empty_home: Cli, tmp_path: Path) -> None:
    text = peppol_invoice().replace(">NL<", ">BE<").replace(">12345678<", ">1234567<", 1)
    file = tmp_path / "a.xml"
    file.write_text(text, "utf-8")
    told = empty_home("validate", str(file), "--on", "2026-11-30", "--next", "--language", "en")
    assert told.code == 0
    assert (
        "a.xml: not valid any more from 24 February 2027 on (en16931 1.3.16, peppol 3.0.22, known from drafts only)"
        in told.out
    )
    [row] = empty_home("validate", str(file), "--on", "2026-11-30", "--next", "--json").rows
    assert (row["valid"], row["ahead"][0]["since"], row["ahead"][0]["valid"]) == (True, "2027-02-24", False)
    [now] = empty_home("validate", str(file), "--on", "2026-11-30", "--json").rows
    assert "ahead" not in now


def test_validate_judges_by_another_day_or_release_when_told(empty_home: Cli, tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(peppol_invoice(), "utf-8")
    [early] = empty_home("validate", str(file), "--on", "2026-06-01", "--json").rows
    assert [each["version"] for each in early["layers"]] == ["2.1", "1.3.15+0245", "3.0.20"]
    [coming] = empty_home("validate", str(file), "--rules-version", "peppol=2026.11", "--json").rows
    assert coming["layers"][2]["version"] == "3.0.22"
    refused = empty_home("validate", str(file), "--rules-version", "en16931=9", "--language", "en")
    assert refused.code == 2
    assert "there is no release en16931=9; known are en16931=1.3.14.2" in refused.err
    assert empty_home("validate", str(file), "--on", "30-11-2026").code == 2


def test_the_releases_are_listed_with_the_one_that_judges(empty_home: Cli) -> None:
    rows = empty_home("rules", "releases", "--layer", "peppol", "--on", "2026-11-30", "--json").rows
    assert [(each["version"], each["name"], each["mandatory"], each["until"], each["in_force"]) for each in rows] == [
        ("3.0.20", "2025-11", "2026-02-23", "2026-08-16", False),
        ("3.0.21", "2026-05", "2026-08-17", "2027-02-23", True),
        ("3.0.22", "2026-11", "2027-02-24", None, False),
    ]
    assert "3.0.21" in empty_home("rules", "releases", "--layer", "peppol").out


def test_a_rule_tells_since_and_until_which_release_it_is(empty_home: Cli) -> None:
    [gone] = empty_home("rules", "explain", "BR-CO-25", "--json").rows
    assert (gone["since"], gone["until"], gone["releases"][0]["to"]) == (None, "1.3.15", "2026-05-14")
    [harder] = empty_home("rules", "explain", "PEPPOL-COMMON-R054", "--json").rows
    assert [(each["severity"], each["since"], each["from"], each["draft"]) for each in harder["releases"]] == [
        ("warning", "3.0.21", "2026-08-17", False),
        ("fatal", "3.0.22", "2027-02-24", True),
    ]
    told = empty_home("rules", "explain", "PEPPOL-COMMON-R054", "--language", "en").out
    assert "from release 3.0.21 up to and including 3.0.21" in told
    assert "known from drafts only" in told


def test_connectors_are_listed(empty_home: Cli) -> None:
    [ubl] = [row for row in empty_home("connectors", "list", "--json").rows if row["name"] == "ubl"]
    assert ubl["direction"] == "in"


def test_doctor_is_content_with_a_fresh_installation(cli: Cli) -> None:
    ran = cli("doctor", "--json")
    assert ran.code == 0
    assert {"database", "broker", "schema", "schemas", "mappings", "clock"} <= {row["check"] for row in ran.rows}
    assert all(row["ok"] for row in ran.rows)


def test_doctor_before_init_says_what_to_run(empty_home: Cli) -> None:
    rows = {row["check"]: row for row in empty_home("doctor", "--json").rows}
    assert not rows["schema"]["ok"]
    assert "hub init" in rows["schema"]["fix"]
    assert rows["versions"]["ok"]


@pytest.mark.parametrize(
    ("variable", "url", "check"),
    [("HUB_BROKER_URL", "amqp://guest:guest@127.0.0.1:1/", "broker"),
     ("HUB_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "database")],
)  # fmt: skip
def test_doctor_when_a_server_is_down_names_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, variable: str, url: str, check: str
) -> None:
    monkeypatch.setenv(variable, url)
    ran = cli("doctor", "--json")
    assert ran.code == 6
    rows = {row["check"]: row for row in ran.rows}
    assert not rows[check]["ok"]
    assert rows[check]["fix"]
    assert rows["schemas"]["ok"]


def test_database_that_is_down_is_unavailable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    ran = cli("trial-balance")
    assert ran.code == 6
    assert "hub doctor" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("error", "code"),
    [(Usage("x"), 2), (NotFound("x"), 4), (Conflict("x"), 5), (Unavailable("x"), 6), (Throttled("x"), 6), (Bug("x"), 1),
     (ValueError("x"), 1)],
)  # fmt: skip
def test_error_has_its_exit_code_and_no_traceback(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_LOG_LEVEL", raising=False)
    assert command._failed(error) == code
    said = capsys.readouterr().err
    assert said.startswith("hub: ")
    assert "Traceback" not in said


def test_traceback_is_shown_to_who_asks(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_LOG_LEVEL", "info")
    ran = cli("relations", "show", "C9999", "--verbose")
    assert ran.code == 4
    assert "Traceback" in ran.err


def test_wrong_setting_names_the_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_BATCH", "many")
    ran = cli("trial-balance")
    assert ran.code == 2
    assert "HUB_BATCH" in ran.err
