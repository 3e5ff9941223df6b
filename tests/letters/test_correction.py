"""The mail to the sender: which document, what is wrong by cause, in his language, and nothing that is ours to mend."""

from __future__ import annotations

import email
from email.policy import default

import pytest

from hub.correction import correction_of, correction_of_known
from hub.letters.correction import Correction, as_eml
from hub.model.finding import Finding
from tests.rules.documents import line, subtotal, totals
from tests.rules.peppol_documents import peppol_invoice

TOTALS = {"lines": "149.99", "net": "150.00", "gross": "181.50", "payable": "181.50"}
WRONG = peppol_invoice(
    lines=line("100.00") + line("50.00", number=2), subtotals=subtotal("150.00", "31.50"), vat="31.50", monetary=totals(**TOTALS)
).replace('EUR">50.00</cbc:LineExtensionAmount>', 'EUR">50.00</cbc:LineExtensionAmount><cbc:AccountingCost/>')  # fmt: skip


def mail(xml: str, language: str = "") -> Correction:
    """The mail about an invoice that has one."""
    found = correction_of(xml.encode(), "a.xml", language)
    assert found is not None
    return found


def test_dutch_sender_is_written_to_in_dutch_with_figures_and_codes() -> None:
    told = mail(WRONG)
    assert told.subject == "Factuur 2026-1 van 02-11-2026: graag verbeteren"
    assert "factuur 2026-1 van 02-11-2026, met een totaal van € 181,50" in told.text
    assert "regel 1: € 100,00, regel 2: € 50,00) zijn samen € 150,00, de factuur zegt € 149,99" in told.text
    assert "(BR-CO-10, BR-CO-13)" in told.text
    assert told.text.count("BR-CO-13") == 1
    assert "Wilt u" in told.text
    assert "afzender" not in told.text
    assert told.text.endswith("Met vriendelijke groet,\nBuyer\n")


def test_sender_elsewhere_is_written_to_in_english() -> None:
    told = mail(WRONG.replace("<cbc:IdentificationCode>NL", "<cbc:IdentificationCode>DE"))
    assert (told.language, told.subject) == ("en", "Invoice 2026-1 of 2 November 2026: please correct")
    assert "come to € 150.00" in told.text
    assert "sender" not in told.text


def test_language_that_is_asked_for_goes_before() -> None:
    assert mail(WRONG, "en").language == "en"


def test_what_is_ours_or_the_networks_to_mend_is_left_out() -> None:
    ours = Finding("HUB-REL-01", "fatal", "hub", "", "x", None, "us", (("name", "x"), ("candidates", "y")))
    network = Finding("HUB-EN-01", "fatal", "hub", "", "x", None, "network", (("rule", "r"), ("reason", "x")))
    theirs = Finding("BR-23", "fatal", "en16931", "/Invoice[1]/InvoiceLine[1]", None, None, "sender")
    assert correction_of_known(WRONG.encode(), "a.xml", (ours, network)) is None
    told = correction_of_known(WRONG.encode(), "a.xml", (ours, theirs, network))
    assert told is not None
    assert "BR-23" in told.text
    assert "HUB-" not in told.text


def test_warnings_alone_do_not_ask_for_a_new_document() -> None:
    unused = Finding("UBL-CR-005", "warning", "en16931", "/Invoice[1]/UUID[1]", "x", None, "sender")
    told = correction_of_known(WRONG.encode(), "a.xml", (unused,))
    assert told is not None
    assert "U hoeft het document niet opnieuw te sturen." in told.text
    assert "UBL-CR-005" in told.text


def test_file_that_is_no_invoice_is_named_by_its_name() -> None:
    told = correction_of(b"%PDF-1.4\n", "bon.pdf")
    assert told is not None
    assert told.subject == "Uw bestand bon.pdf kunnen wij niet lezen"
    assert "mappings" not in told.text


def test_draft_opens_in_a_mail_program_and_is_the_same_for_the_same_mail() -> None:
    told = Correction("nl", "a@example.com", "één\r\nBcc: x@example.com", "tekst €\n")
    body = as_eml(told, "Wij <wij@example.com>")
    read = email.message_from_bytes(body, policy=default)
    assert (read["To"], read["From"], read["X-Unsent"], read["Content-Language"]) == (
        "a@example.com", "Wij <wij@example.com>", "1", "nl")  # fmt: skip
    assert read["Bcc"] is None
    assert read.get_content().splitlines() == ["tekst €"]
    assert body == as_eml(told, "Wij <wij@example.com>")


def test_a_sound_invoice_has_no_mail() -> None:
    sound = WRONG.replace("149.99", "150.00").replace("<cbc:AccountingCost/>", "")
    sound = sound.replace("<cbc:IdentificationCode>NL", "<cbc:IdentificationCode>LU")
    assert correction_of(sound.encode(), "a.xml") is None


@pytest.mark.parametrize("language", ["nl", "en"])
def test_many_causes_are_cut_short(language: str) -> None:
    found = tuple(
        Finding("BR-CL-23", "fatal", "en16931", f"/Invoice[1]/InvoiceLine[{n}]/InvoicedQuantity[1]", f"unit {n}")
        for n in range(1, 400)
    )
    told = correction_of_known(WRONG.encode(), "a.xml", found, language)
    assert told is not None
    assert told.text.count("BR-CL-23") == 25
