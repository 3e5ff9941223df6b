"""The layers `peppol` and `peppol-sb` as validation shows them."""

from __future__ import annotations

import pytest

from hub.validation import validate
from tests.rules.peppol_documents import PROCESS, peppol_invoice, self_billed, spoiled


@pytest.mark.parametrize(
    ("text", "layer", "version"), [(peppol_invoice(), "peppol", "3.0.21"), (self_billed(), "peppol-sb", "3.0.2")]
)
def test_a_layer_is_judged_when_the_document_promises_it(text: str, layer: str, version: str) -> None:
    judged = validate(text.encode())
    assert [(row.layer, row.version, row.status) for row in judged.layers][2:] == [(layer, version, "ok")]
    assert [each.code for each in judged.findings if each.code.startswith("PEPPOL-")] == []


def test_a_finding_is_told_in_both_languages_when_a_layer_is_asked_for() -> None:
    text = spoiled("<cbc:BuyerReference>B-1</cbc:BuyerReference>", "").encode()
    dutch, english = (validate(text, ["peppol"], language).findings for language in ("nl", "en"))
    assert (dutch[0].code, dutch[0].layer) == ("PEPPOL-EN16931-R003", "peppol")
    assert not any(each.code.startswith("PEPPOL-") for each in dutch[1:])  # what follows are rules of a single country
    assert dutch[0].message.startswith(
        "Op de factuur staat geen kenmerk van de koper (BT-10) en geen ordernummer (BT-13)"
    )
    assert english[0].message.startswith("The invoice has no buyer reference (BT-10) and no order number (BT-13)")


def test_a_layer_is_no_pass_when_the_official_rules_stop_on_the_document() -> None:
    twice = f"<cbc:ProfileID>{PROCESS}</cbc:ProfileID>"
    judged = validate(spoiled(twice, twice * 2).encode(), ["peppol"])
    assert not judged.valid
    assert judged.layers[0].status == "error"
    assert judged.layers[0].reason == "PEPPOL-EN16931-R007: cbc:ProfileID occurs 2 times"
