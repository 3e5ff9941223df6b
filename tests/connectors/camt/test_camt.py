"""CAMT: what is recognised, what is read, and what is refused as something else."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.camt import source
from hub.formats.content import Content
from hub.model.bank_statement import BankStatement
from tests.feeds.bank.dump import readings, statements
from tests.feeds.bank.test_large import statement


def entry(amount: str = "10.00", sign: str = "CRDT", details: str = "", **more: str) -> str:
    """One Ntry."""
    extra = "".join(f"<{name}>{text}</{name}>" for name, text in more.items())
    return (
        f'<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts>BOOK</Sts>{extra}'
        f"<BookgDt><Dt>2026-12-01</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
    )


def only(text: str) -> BankStatement:
    """The one statement of a file."""
    (found,) = statements(text.encode())
    return found


def codes(text: str | bytes) -> list[str]:
    """The findings of all documents of a file."""
    return [
        f.code for reading in readings(text if isinstance(text, bytes) else text.encode()) for f in reading.findings
    ]


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "10", "12", "13"])
def test_every_version_is_a_statement(version: str) -> None:
    text = statement(entry(), Decimal(10)).replace("053.001.08", f"053.001.{version}")
    (reading,) = readings(text.encode())
    assert (reading.format, reading.profile, reading.source) == ("camt.053", f"camt.053.001.{version}", "bank")
    assert reading.findings == ()


@pytest.mark.parametrize(
    "namespace", ["", ' xmlns="urn:bank"', ' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.02"']
)
def test_wrong_or_missing_namespace_is_read_and_told(namespace: str) -> None:
    text = statement(entry(), Decimal(10)).replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"', namespace)
    assert codes(text) == ["HUB-BANK-05"]
    assert only(text).credit == 10


def test_prefixed_and_utf16_are_read() -> None:
    text = statement(entry(), Decimal(10))
    prefixed = text.replace("<", "<c:").replace("<c:/", "</c:").replace("xmlns=", "xmlns:c=")
    assert only(prefixed).credit == 10
    assert source.recognise(Content(text.encode("utf-16")))
    assert statements(text.encode("utf-16"))[0].credit == 10


@pytest.mark.parametrize(
    ("body", "code"), [("BkToCstmrAcctRpt", "HUB-BANK-06"), ("BkToCstmrDbtCdtNtfctn", "HUB-BANK-07")]
)
def test_look_alikes_never_become_statements(body: str, code: str) -> None:
    text = statement(entry(), Decimal(10)).replace("BkToCstmrStmt", body)
    (reading,) = readings(text.encode())
    assert reading.feed is None
    assert [(f.code, f.fatal) for f in reading.findings] == [(code, True)]


def test_other_xml_is_not_recognised() -> None:
    assert not source.recognise(Content(b"<Invoice><Note>BkToCstmrStmt</Note></Invoice>"))
    assert not source.recognise(Content(b"\xff\xfe\x00garbage"))


def test_pending_entries_are_left_out_and_told() -> None:
    pending = entry("5.00").replace("<Sts>BOOK</Sts>", "<Sts><Cd>PDNG</Cd></Sts>")
    text = statement(entry() + pending, Decimal(10))
    assert codes(text) == ["HUB-BANK-12"]
    assert (only(text).summary()["entries"], only(text).imbalance) == (1, 0)


def test_transactions_that_add_up_are_movements_of_their_own() -> None:
    details = "".join(
        f'<TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">{a}</Amt></TxAmt></AmtDtls></TxDtls>'
        for n, a in ((1, "4.00"), (2, "6.00"))
    )
    found = only(statement(entry(details=details, AcctSvcrRef="R"), Decimal(10)))
    assert [(e.amount, e.end_to_end_id, e.bank_reference) for e in found.entries] == [
        (4, "E1", "R/1"),
        (6, "E2", "R/2"),
    ]
    assert (found.summary()["entries"], found.credit, found.debit) == (1, 10, 0)


def test_transactions_of_both_signs_count_for_what_they_come_to() -> None:
    details = "".join(
        f'<TxDtls><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd></TxDtls>'
        for amount, sign in (("15.00", "CRDT"), ("5.00", "DBIT"))
    )
    found = only(statement(entry(details=details), Decimal(10)))
    assert [e.amount for e in found.entries] == [15, -5]
    assert (found.credit, found.debit) == (10, 0)


def test_transactions_that_do_not_add_up_stay_one_movement() -> None:
    details = '<TxDtls><Amt Ccy="EUR">4.00</Amt></TxDtls><TxDtls><Amt Ccy="EUR">5.00</Amt></TxDtls>'
    text = statement(entry(details=details), Decimal(10))
    assert codes(text) == ["HUB-BANK-08"]
    assert [(e.amount, e.batch_count) for e in only(text).entries] == [(10, 2)]


@pytest.mark.parametrize("bad", ["", "1,00", "1e3", "NaN", "1.00 EUR", "9" * 30])
def test_unreadable_amount_refuses_the_statement(bad: str) -> None:
    text = statement(entry().replace(">10.00<", f">{bad}<"), Decimal(10))
    assert codes(text) == ["HUB-BANK-01"]
    assert statements(text.encode()) == []


def test_more_decimals_than_a_cent_are_kept_exactly() -> None:
    assert only(statement(entry("8.85000"), Decimal("8.85"))).imbalance == 0
    assert only(statement(entry("8.855"), Decimal("8.85"))).imbalance == Decimal("-0.005")


def test_file_cut_off_tells_what_broke_it() -> None:
    text = statement(entry(), Decimal(10))
    whole = text.replace("</BkToCstmrStmt></Document>", "")
    read = readings(whole.encode())
    assert [r.feed is not None for r in read] == [True, False]
    assert codes(text[:-200]) == ["HUB-XML-02"]
    assert codes("<!DOCTYPE x [<!ENTITY e 'x'>]>" + text) == ["HUB-XML-03"]


def test_currency_of_a_balance_must_be_that_of_the_account() -> None:
    text = statement(entry(), Decimal(10)).replace("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>")
    assert set(codes(text)) == {"HUB-BANK-04"}


def test_pages_have_interim_balances() -> None:
    text = statement(entry(), Decimal(10)).replace("OPBD", "ITBD").replace("CLBD", "ITBD")
    found = only(text)
    assert (found.page, found.opening, found.closing, found.imbalance) == (True, 0, 10, 0)


def test_statement_without_closing_is_no_statement() -> None:
    assert codes(statement(entry(), Decimal(10)).replace("CLBD", "CLAV")) == ["HUB-BANK-03"]


def test_missing_booking_date_is_that_of_the_statement_and_told() -> None:
    text = statement(entry().replace("<BookgDt><Dt>2026-12-01</Dt></BookgDt>", ""), Decimal(10))
    assert codes(text) == ["HUB-BANK-09"]
    assert str(only(text).entries[0].on) == "2026-12-01"
