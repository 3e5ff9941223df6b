"""Values as people read them, in Dutch and English."""

from __future__ import annotations

import pytest

from hub.texts.catalogue import terms
from hub.texts.forms import FORMS, Reader

NL, EN = Reader("nl", "EUR", terms()), Reader("en", "EUR", terms())


@pytest.mark.parametrize(
    ("form", "text", "dutch", "english"),
    [
        ("money", "1234.56", "€ 1.234,56", "€ 1,234.56"),
        ("money", "-0.10", "€ -0,10", "€ -0.10"),
        ("money", "1234567.8901", "€ 1.234.567,8901", "€ 1,234,567.8901"),
        ("money", "n.v.t.", "n.v.t.", "n.v.t."),
        ("date", "2026-11-21", "21-11-2026", "21 November 2026"),
        ("date", "2026-13-01", "2026-13-01", "2026-13-01"),
        ("rate", "17.5", "17,5 %", "17.5 %"),
        ("group", "S 21", "S 21 %", "S 21 %"),
        ("group", "AE non_eu", "AE (buiten de EU)", "AE (outside the EU)"),
        ("place", "line 3", "regel 3", "line 3"),
        (
            "parts",
            "line 1=100.00; allowance 2=-5.00; rate 21=1.00; +12",
            "regel 1: € 100,00, korting 2: € -5,00, 21 %: € 1,00 en nog 12",
            "line 1: € 100.00, allowance 2: € -5.00, 21 %: € 1.00 and 12 more",
        ),
        ("parts", "", "niets", "nothing"),
        ("used", "line 1=100.00; charge 2=5.00; +3", "regel 1, toeslag 2 en nog 3", "line 1, charge 2 and 3 more"),
        ("used", "", "elders op de factuur", "elsewhere on the invoice"),
        ("place", "BT-131 line 2", "regel 2, regelbedrag (BT-131)", "line 2, line net amount (BT-131)"),
        ("place", "line 4, column 7", "regel 4, kolom 7", "line 4, column 7"),
        (
            "place",
            "message 2, segment 9 (MOA), position 345",
            "bericht 2, segment 9 (MOA), positie 345",
            "message 2, segment 9 (MOA), position 345",
        ),
        ("place", "segment UNZ, position 8", "segment UNZ, positie 8", "segment UNZ, position 8"),
        ("place", "/Invoice[1]/ID[1]", "factuurnummer", "invoice number"),
        ("term", "BT-112", "totaal met btw (BT-112)", "total with VAT (BT-112)"),
        ("list", "", "geen", "none"),
        ("word", "held", "vastgehouden", "held"),
    ],
)
def test_form_in_both_languages(form: str, text: str, dutch: str, english: str) -> None:
    assert FORMS[form](text, NL) == dutch
    assert FORMS[form](text, EN) == english


def test_money_without_known_currency_has_no_sign() -> None:
    assert FORMS["money"]("1234.5", Reader("nl", "", {})) == "1.234,5"
    assert FORMS["money"]("99.00", Reader("nl", "USD", {})) == "USD 99,00"
