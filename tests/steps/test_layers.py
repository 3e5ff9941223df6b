"""Which rules for which document."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from connectors.ubl.profile import profile
from connectors.ubl.source import source
from hub.formats.content import Content
from hub.model.finding import Finding
from hub.ports import Reading
from hub.rules.judging import AMOUNTS, ARITHMETIC, ARITHMETIC_ONLY, WHOLE, Asked, Sheet, judge
from hub.steps.layers import layers_for, layers_of
from hub.texts.catalogue import sentence
from tests.rules.peppol_documents import peppol_invoice

TODAY = date(2026, 11, 30)
EN = "urn:cen.eu:en16931:2017"
PEPPOL = f"{EN}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
NLCIUS = f"{EN}#compliant#urn:fdc:nen.nl:nlcius:v1.0"
SI_UBL_1 = (
    "urn:www.cenbii.eu:transaction:biitrns010:ver2.0:extended:urn:www.peppol.eu:bis:peppol4a:ver2.0"
    ":extended:urn:www.simplerinvoicing.org:si:si-ubl:ver1.2"
)
SAMPLE = source.read(Content(peppol_invoice().encode()))


def promising(customization: str) -> Reading:
    """A reading of an invoice that promises this."""
    assert SAMPLE.document is not None
    document = replace(SAMPLE.document, specification=customization, process="")
    return replace(SAMPLE, document=document, profile=profile(customization))


@pytest.mark.parametrize(
    ("customization", "layers"),
    [
        (EN, ["xsd", "en16931"]),
        (PEPPOL, ["xsd", "en16931", "peppol"]),
        (PEPPOL.replace("billing", "selfbilling"), ["xsd", "en16931", "peppol-sb"]),
        (NLCIUS, ["xsd", "en16931", "nlcius"]),
        (f"{NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0", ["xsd", "en16931", "nlcius", "gaccount"]),
    ],
)
def test_a_promise_is_judged_in_full_when_there_are_rules_for_it(customization: str, layers: list[str]) -> None:
    choice = layers_of(promising(customization), TODAY)
    assert [one.layer for one in choice.layers] == layers
    assert {one.part for one in choice.layers} == {WHOLE}
    assert choice.findings == ()


@pytest.mark.parametrize(
    ("customization", "code", "severity", "unknown", "judged"),
    [
        (f"{EN}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "HUB-RULES-01", "information",
         "urn:xeinkauf.de:kosit:xrechnung_3.0", "xsd 2.1, en16931 1.3.16"),
        (f"{PEPPOL}#conformant#urn:www.agid.gov.it:trns:fattura:3", "HUB-RULES-01", "information",
         "urn:www.agid.gov.it:trns:fattura:3", "xsd 2.1, en16931 1.3.16, peppol 3.0.21"),
        (SI_UBL_1, "HUB-RULES-02", "information", SI_UBL_1, "xsd 2.1, en16931 1.3.16"),
        ("TR1.2", "HUB-RULES-03", "warning", "TR1.2", "xsd 2.1, en16931 1.3.16"),
    ],
)  # fmt: skip
def test_what_is_judged_instead_is_said_when_a_promise_has_no_rules(
    customization: str, code: str, severity: str, unknown: str, judged: str
) -> None:
    (said,) = layers_of(promising(customization), TODAY).findings
    assert (said.code, said.severity, said.found) == (code, severity, unknown)
    assert all(unknown in sentence(said, language, strict=True) for language in ("nl", "en"))
    assert judged in sentence(said, "nl", strict=True)


def test_an_unknown_promise_is_judged_by_the_core_when_it_names_no_agreement_known() -> None:
    assert [tuple(one) for one in layers_of(promising("TR1.2"), TODAY).layers][1] == ("en16931", "1.3.16", WHOLE)


PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


@pytest.mark.parametrize(("customization", "process", "told"), [
    (EN, PEPPOL_PROCESS, True), ("", PEPPOL_PROCESS, True), (EN, "urn:example", False),
    (PEPPOL, PEPPOL_PROCESS, False), (NLCIUS, PEPPOL_PROCESS, False),
])  # fmt: skip
def test_a_process_of_peppol_is_told_when_the_specification_is_not(
    customization: str, process: str, told: bool
) -> None:
    reading = promising(customization)
    assert reading.document is not None
    reading = replace(reading, document=replace(reading.document, process=process))
    said = [each for each in layers_of(reading, TODAY).findings if each.code == "HUB-RULES-04"]
    assert bool(said) is told
    assert all(PEPPOL_PROCESS in sentence(each, "en", strict=True) for each in said)


@pytest.mark.parametrize("customization", [SI_UBL_1, ""])
def test_only_arithmetic_is_judged_when_an_older_agreement_or_none_is_promised(customization: str) -> None:
    reading = promising(customization)
    asked = layers_of(reading, TODAY).layers[1]
    assert asked.part == ARITHMETIC
    (verdict,) = judge(Sheet(Content(peppol_invoice().replace("VAT", "GST").encode()).payload), (asked,))
    assert verdict.reason == ARITHMETIC_ONLY
    assert reading.document is not None
    bare = replace(reading.document, lines=tuple(replace(one, vat_category="") for one in reading.document.lines))
    assert layers_of(replace(reading, document=bare), TODAY).layers[1].part == AMOUNTS


def test_only_the_schema_is_judged_when_totals_mean_other_things() -> None:
    reading = replace(promising("OIOUBL-2.02"), findings=(Finding("HUB-UBL-12", "information", "ubl"),))
    choice = layers_of(reading, TODAY)
    assert [one.layer for one in choice.layers] == ["xsd"]
    assert choice.findings[0].found == "OIOUBL-2.02"


def test_only_the_schema_is_judged_when_it_is_no_ubl() -> None:
    assert layers_of(Reading("unknown"), TODAY).layers == (Asked("xsd", "2.1"),)


def test_the_promise_is_judged_when_the_document_itself_cannot_be_read() -> None:
    layers = layers_of(Reading("ubl-invoice", "peppol-bis-3"), TODAY).layers
    assert [one.layer for one in layers] == ["xsd", "en16931", "peppol"]


def test_exactly_these_are_judged_when_layers_are_forced() -> None:
    forced = layers_for(["nlcius", "xsd", "nlcius"], TODAY)
    assert [tuple(one) for one in forced] == [("nlcius", "2.0.3.13", WHOLE), ("xsd", "2.1", WHOLE)]
    with pytest.raises(KeyError):
        layers_for(["xrechnung"], TODAY)
