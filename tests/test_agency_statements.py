"""Statements of an agency's own account: their entries are messages about our cases, and ours stay what they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.accounting.agency_statement import case_numbers, messages_of
from hub.bootstrap import Hub
from hub.formats.content import Content
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.case_message import CaseMessage
from hub.ports import Reading
from hub.settings import Settings
from hub.steps.recognise import recognise

THEIRS, OURS = "NL20INGB0001234567", "NL91ABNA0417164300"
MT940 = """:20:AFR1
:25:{account}EUR
:28C:12/1
:60F:C261130EUR100,00
:61:2612011201C60,00NTRFEREF//B-1
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL44RABO0123456789/NAME/J DE BOER/REMI/Dossier I2026-
0001 termijn 1/EREF/NOTPROVIDED
:61:2612021202D50,00NTRFEREF//B-2
:86:/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/NAME/DEMO BV/REMI/Afdracht I2026-0001/EREF/NOTPROVIDED
:62F:C261202EUR110,00
"""
CAMT = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>
<GrpHdr><MsgId>m</MsgId></GrpHdr>
<Stmt><Id>s1</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{closing}</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-12-01</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">25.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-12-01</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef>
<NtryDtls><TxDtls><RmtInf><Ustrd>betaling I2026-0002</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "agency_accounts.toml").write_text(f'[account]\n"{THEIRS[:4]} {THEIRS[4:]}" = "bureau"\n')
    made = Hub(Settings(home=tmp_path))
    yield made
    made.close()


def readings(hub: Hub, text: str) -> list[Reading]:
    content = Content(text.encode(), "x")
    source = recognise(content, hub.sources)
    assert not isinstance(source, Reading)
    first = source.read(content)
    return [first, *first.rest]


def messages(hub: Hub, text: str) -> list[CaseMessage]:
    return [one.feed for one in readings(hub, text) if isinstance(one.feed, CaseMessage)]


def test_mt940_of_the_agency_is_payments_and_remittances_of_our_cases(hub: Hub) -> None:
    paid, remitted = messages(hub, MT940.format(account=THEIRS))
    assert (paid.agency, paid.type, paid.case, paid.amount, paid.day) == (
        "bureau",
        "payment",
        "I2026-0001",
        60,
        date(2026, 12, 1),
    )
    assert "J DE BOER" in paid.text
    assert (remitted.type, remitted.amount, remitted.case) == ("remittance", 50, "I2026-0001")
    assert remitted.lines == ()  # 50 of 60: of which payment, and what became of the rest, only the agency knows


def test_camt_of_the_agency_is_a_payment_of_our_case(hub: Hub) -> None:
    (paid,) = messages(hub, CAMT.format(account=THEIRS, closing="25.00"))
    assert (paid.type, paid.case, paid.amount, paid.currency) == ("payment", "I2026-0002", Decimal("25.00"), "EUR")


@pytest.mark.parametrize("text", [MT940.format(account=OURS), CAMT.format(account=OURS, closing="25.00")])
def test_statement_of_another_account_stays_a_statement_also_where_it_names_theirs(hub: Hub, text: str) -> None:
    read = readings(hub, text.replace("NL44RABO0123456789", THEIRS))
    assert [type(one.feed) for one in read] == [BankStatement]


def test_statement_that_does_not_add_up_stays_one_and_is_refused_as_such(hub: Hub) -> None:
    (reading,) = readings(hub, CAMT.format(account=THEIRS, closing="26.00"))
    assert isinstance(reading.feed, BankStatement)


def test_statements_of_both_in_one_file_are_each_what_they_are(hub: Hub) -> None:
    read = readings(hub, MT940.format(account=THEIRS) + MT940.format(account=OURS))
    assert [type(one.feed).__name__ for one in read] == ["CaseMessage", "CaseMessage", "BankStatement"]


def test_statement_without_entries_says_so(hub: Hub) -> None:
    text = MT940.format(account=THEIRS)
    bare = text[: text.index(":61:")] + ":62F:C261202EUR100,00\n"
    (reading,) = readings(hub, bare)
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-AGEN-02"])


def test_without_accounts_nothing_is_looked_at(tmp_path: Path) -> None:
    hub = Hub(Settings(home=tmp_path))
    content = Content(MT940.format(account=THEIRS).encode(), "x")
    assert not hub.sources[1].recognise(content)
    assert content._text is None
    hub.close()


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Dossier I2026-0001.", ["I2026-0001"]), ("i2026 0001", ["I2026-0001"]), ("I 2026-0001 I2026-0001", ["I2026-0001"]),
        ("I2026-0001/I2026-00123", ["I2026-0001", "I2026-00123"]), ("XI2026-0001", []), ("I2026-1", []), ("I1026-0001", []), ("", []),
        ("I2026-0001234", []),
    ],
)  # fmt: skip
def test_our_case_number_is_found_as_payers_write_it(text: str, numbers: list[str]) -> None:
    assert case_numbers(text) == numbers


def entry(amount: str, **more: object) -> BankEntry:
    return BankEntry(date(2026, 12, 1), Decimal(amount), **more)  # type: ignore[arg-type]


def statement(*entries: BankEntry) -> BankStatement:
    return BankStatement(THEIRS, "EUR", "1", Decimal(0), sum((e.amount for e in entries), Decimal(0)), entries)


def test_entry_of_no_case_or_of_several_keeps_its_reference_and_names_none() -> None:
    one, two = messages_of(
        statement(entry("10", reference="RF18"), entry("10", description="I2026-0001 en I2026-0002")), "bureau"
    )
    assert (one.case, one.agency_reference) == ("", "RF18")
    assert (two.case, two.agency_reference) == ("", "I2026-0001 en I2026-0002")


def test_payment_that_the_bank_took_back_says_which_where_it_stands_beside_it() -> None:
    paid, back = messages_of(
        statement(entry("10", description="I2026-0001"), entry("-10", description="I2026-0001", return_reason="AC04")),
        "bureau",
    )
    assert (back.type, back.amount, back.reverses, back.case) == ("payment", Decimal(10), paid.payment, "I2026-0001")


@pytest.mark.parametrize("paid", ["11", "10 10", ""])
def test_payment_that_was_taken_back_and_is_not_told_apart_waits_for_a_person(paid: str) -> None:
    entries = [entry(amount, description="I2026-0001") for amount in paid.split()]
    *_, back = messages_of(
        statement(*entries, entry("-10", end_to_end_id="E1", description="I2026-0001", reversal=True)), "bureau"
    )
    assert (back.type, back.case, back.agency_reference, back.reverses) == ("payment", "", "E1", "E1")


def test_remittance_of_a_payment_that_stands_beside_it_names_it() -> None:
    paid, out = messages_of(
        statement(entry("10", description="I2026-0001"), entry("-10", description="I2026-0001")), "bureau"
    )
    assert out.type == "remittance"
    assert [(line.case, line.gross, line.payment) for line in out.lines] == [("I2026-0001", Decimal(10), paid.payment)]


def test_remittance_without_a_number_is_one_without_lines() -> None:
    (out,) = messages_of(statement(entry("-99.50", name="DEMO BV")), "bureau")
    assert (out.type, out.amount, out.lines, out.case, out.agency_reference) == (
        "remittance",
        Decimal("99.50"),
        (),
        "",
        "",
    )


def test_same_entry_is_the_same_message_in_another_file_and_two_alike_are_two() -> None:
    alike = entry("10", description="I2026-0001")
    first = [m.message_id for m in messages_of(statement(alike, alike), "bureau")]
    assert len(set(first)) == 2
    assert [m.message_id for m in messages_of(statement(alike, alike, entry("0"), alike), "bureau")][:2] == first
    named = [
        m.message_id
        for m in messages_of(statement(entry("10", bank_reference="B1"), entry("5", bank_reference="B1")), "bureau")
    ]
    assert len(set(named)) == 2
