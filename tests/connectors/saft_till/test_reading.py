"""Audit files of tills: receipts to days, signs, rounding, what is left out, and the Z report beside them."""

from __future__ import annotations

import tracemalloc
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.saft_till import source
from hub.formats.content import Content
from hub.model.sales_day import SalesDay
from tests.connectors.saft_till.build import audit_file, receipt, register, z_report
from tests.feed_samples import readings

D = Decimal


def _days(data: bytes) -> list[SalesDay]:
    return [reading.feed for reading in readings("saft_till", data) if isinstance(reading.feed, SalesDay)]


def _day(data: bytes) -> SalesDay:
    (day,) = _days(data)
    return day


def _codes(data: bytes) -> list[str]:
    return [finding.code for reading in readings("saft_till", data) for finding in reading.findings]


def _paid(day: SalesDay) -> dict[str, Decimal]:
    return {tender.kind: tender.amount for tender in day.paid()}


def _back(number: int, side: str, sign: str, paid: str) -> str:
    lines = (("D", f"{sign}16.40", f"{sign}13.55", f"{sign}2.85", "21"),)
    return receipt(number, ("1", paid), lines=lines, total=f"{sign}16.40", side=side)


SALE = receipt(1, ("2", "530.60"), lines=(("D", "530.60", "438.51", "92.09", "21"),), total="530.60")


@pytest.mark.parametrize(
    "back",
    [
        _back(2, "D", "-", "-16.40"),  # minus and D: what naive reading makes 547.00 of
        _back(2, "D", "", "-16.40"),
        _back(2, "D", "", "16.40"),
        _back(2, "D", "-", "16.40"),
        _back(2, "C", "-", "-16.40"),
    ],
)
def test_returns_lower_revenue_however_their_sign_is_written(back: str) -> None:
    data = audit_file(register(z_report("Z1", "514.20"), SALE, back))
    day = _day(data)
    assert _codes(data) == []
    assert day.gross == D("514.20")
    assert _paid(day) == {"PIN": D("530.60"), "Contant": D("-16.40")}
    assert day.imbalance == 0
    assert (day.report, day.transactions, day.identity) == ("Z1", 2, "sales_day|winkel 1|2026-03-02|")


def test_a_report_without_its_returns_agrees_too() -> None:
    inner = "<reportReturnAmnt>-16.40</reportReturnAmnt>"
    assert _codes(audit_file(register(z_report("Z1", "530.60", inner=inner), SALE, _back(2, "D", "-", "-16.40")))) == []


def test_receipts_and_report_that_disagree_are_held_with_both_figures() -> None:
    (reading,) = readings("saft_till", audit_file(register(z_report("Z1", "530.61"), SALE)))
    (finding,) = reading.findings
    assert (finding.code, finding.who, finding.found, finding.expected) == ("HUB-TILL-11", "us", "530.60", "530.61")
    assert reading.feed is not None


def test_training_and_void_receipts_do_not_count_and_are_told() -> None:
    out = (
        receipt(2, ("1", "121.00"), extra="<trainingID>true</trainingID>"),
        receipt(3, ("1", "121.00"), extra="<voidTransaction>1</voidTransaction>"),
        receipt(4, ("1", "121.00"), extra="<voidTransaction>true</voidTransaction>"),
        receipt(5, ("1", "121.00"), extra="<voidTransaction>false</voidTransaction><trainingID>false</trainingID>"),
    )
    data = audit_file(register(SALE, *out))
    (reading,) = readings("saft_till", data)
    assert _day(data).gross == D("651.60")
    assert [(f.code, f.severity, f.location, f.found) for f in reading.findings] == [
        ("HUB-TILL-15", "information", "training", "1"),
        ("HUB-TILL-15", "information", "void", "2"),
    ]


@pytest.mark.parametrize("stated", ["-0.02", "0.02"])
def test_rounding_is_what_was_paid_less_what_was_due_whatever_its_sign(stated: str) -> None:
    lines = (("D", "10.02", "8.28", "1.74", "21"),)
    day = _day(audit_file(register(receipt(1, ("1", "10.00"), lines=lines, total="10.02", rounding=stated))))
    assert (day.rounding, day.imbalance) == (D("-0.02"), 0)


def test_rounding_that_is_not_stated_is_seen_where_the_law_explains_it() -> None:
    lines = (("D", "10.02", "8.28", "1.74", "21"),)
    data = audit_file(register(receipt(1, ("1", "10.00"), lines=lines, total="10.02")))
    assert (_day(data).rounding, _day(data).imbalance, _codes(data)) == (D("-0.02"), 0, ["HUB-TILL-14"])


@pytest.mark.parametrize(
    ("kind", "paid", "currency"),
    [("2", "10.00", "EUR"), ("1", "10.01", "EUR"), ("1", "9.95", "EUR"), ("1", "10.00", "USD")],
)
def test_other_differences_stay_differences(kind: str, paid: str, currency: str) -> None:
    lines = (("D", "10.02", "8.28", "1.74", "21"),)
    day = _day(audit_file(register(receipt(1, (kind, paid), lines=lines, total="10.02")), currency=currency))
    assert (day.rounding, day.imbalance) == (0, D(paid) - D("10.02"))


def test_an_invoice_paid_later_moves_between_tenders_at_no_revenue() -> None:
    day = _day(audit_file(register(receipt(1, ("2", "52.00"), ("OP REKENING", "-52.00"), lines=(), total="0.00"))))
    assert (day.revenue, _paid(day), day.imbalance) == ((), {"PIN": D("52.00"), "OP REKENING": D("-52.00")}, 0)


def test_money_without_sales_is_a_pay_in_named_by_the_transaction() -> None:
    day = _day(audit_file(register(receipt(1, ("1", "100.00"), lines=(), total="100.00", kind="9"))))
    assert ([(m.kind, m.amount) for m in day.pay_ins], day.imbalance) == ([("Storting", D(100))], 0)


def test_a_vat_table_leads_where_lines_do_not_explain_it() -> None:
    table = "<vat><vatPerc>21</vatPerc><vatAmnt>21.01</vatAmnt><vatBasAmnt>99.99</vatBasAmnt></vat>"
    day = _day(audit_file(register(receipt(1, ("1", "121.00"), table=table))))
    assert [(r.net, r.tax, r.group) for r in day.revenue] == [(D("99.99"), D("21.01"), "")]
    same = table.replace("21.01", "21.00").replace("99.99", "100.00")
    assert [r.group for r in _day(audit_file(register(receipt(1, ("1", "121.00"), table=same)))).revenue] == ["Drank"]


def test_a_receipt_that_does_not_add_up_names_itself() -> None:
    (reading,) = readings("saft_till", audit_file(register(receipt(7, ("1", "122.00"), total="122.00"))))
    (finding,) = reading.findings
    assert (finding.code, finding.location, finding.found, finding.expected) == (
        "HUB-FEED-01",
        "Winkel 1, receipt 7",
        "122.00",
        "121.00",
    )


def test_a_night_belongs_to_the_day_before_unless_the_till_says_otherwise() -> None:
    late = receipt(2, ("1", "121.00"), at="2026-03-03T02:10:00")
    early = receipt(3, ("1", "121.00"), at="2026-03-03T04:00:00")
    own = late.replace(
        "<transTime>02:10:00</transTime>", "<transTime>02:10:00</transTime><bookDate>2026-03-03</bookDate>"
    )
    assert [(d.on, d.gross) for d in _days(audit_file(register(SALE, late)))] == [(date(2026, 3, 2), D("651.60"))]
    assert [d.on for d in _days(audit_file(register(SALE, early)))] == [date(2026, 3, 2), date(2026, 3, 3)]
    assert [d.on for d in _days(audit_file(register(SALE, own)))] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_a_till_closed_twice_a_day_is_one_day() -> None:
    """Else a file made at noon and one made at night would be two documents with the same receipts."""
    noon = receipt(1, ("1", "121.00"), at="2026-03-02T11:00:00")
    night = receipt(2, ("1", "121.00"), at="2026-03-02T21:00:00")
    reports = z_report("Z1", "121.00", at="2026-03-02T12:00:00"), z_report("Z2", "121.00", at="2026-03-02T22:00:00")
    day = _day(audit_file(register(*reports, noon, night)))
    assert (day.gross, day.report, day.identity) == (D(242), "Z1, Z2", "sales_day|winkel 1|2026-03-02|")


def test_receipts_after_the_last_report_are_held() -> None:
    data = audit_file(
        register(
            z_report("Z1", "530.60", at="2026-03-02T20:00:00"),
            SALE,
            receipt(2, ("1", "121.00"), at="2026-03-02T21:00:00"),
        )
    )
    assert _codes(data) == ["HUB-TILL-16"]
    assert _day(data).gross == D("651.60")


def test_x_reports_close_nothing() -> None:
    data = audit_file(register(z_report("X1", "1.00", kind="X report"), SALE))
    assert (_codes(data), _day(data).report) == ([], "")


def test_registers_and_places_are_apart() -> None:
    data = audit_file(register(SALE), register(SALE, number="2"))
    assert [d.outlet for d in _days(data)] == ["Winkel 1", "Winkel 2"]


def _z_only(sale: str, ns: str = "") -> bytes:
    inner = (
        "<reportPayments><reportPayment><paymentType>1</paymentType><paymentAmnt>41.00</paymentAmnt></reportPayment>"
        "<reportPayment><paymentType>2</paymentType><paymentAmnt>82.00</paymentAmnt></reportPayment></reportPayments>"
        "<reportTip><tipNum>1</tipNum><tipAmnt>2.00</tipAmnt></reportTip>"
        f"<reportCashSalesVat><reportCashSaleVat><vatPerc>21.00</vatPerc><cashSaleAmnt>{sale}</cashSaleAmnt><vatAmnt>21.00</vatAmnt>"
        "</reportCashSaleVat></reportCashSalesVat><reportReceiptNum>12</reportReceiptNum>"
        "<reportPayIns><reportPayIn><payInType>1</payInType><payInAmnt>50.00</payInAmnt></reportPayIn></reportPayIns>"
        "<reportPayOuts><reportPayOut><payOutType>1</payOutType><payOutAmnt>20.00</payOutAmnt></reportPayOut></reportPayOuts>"
    )
    return audit_file(register(z_report("Z9", "121.00", at="2026-03-03T01:15:00", inner=inner)), ns=ns)


@pytest.mark.parametrize("sale", ["100.00", "121.00"])
@pytest.mark.parametrize("ns", ["", ' xmlns="urn:StandardAuditFile-Taxation-CashRegister:DK"'])
def test_a_report_alone_is_the_day_with_sales_written_either_way(sale: str, ns: str) -> None:
    day = _day(_z_only(sale, ns))
    assert (day.on, day.report, day.transactions) == (date(2026, 3, 2), "Z9", 12)
    assert [(r.net, r.tax, r.rate) for r in day.revenue] == [(D("100.00"), D("21.00"), D(21))]
    assert (day.tips, _paid(day), day.imbalance) == (D("2.00"), {"Contant": D("71.00"), "PIN": D("82.00")}, 0)
    assert [(m.kind, m.amount) for m in day.pay_ins] == [("pay-in", D(50)), ("pay-out", D(-20))]


@pytest.mark.parametrize(
    "bad",
    [
        receipt(1, ("1", "abc")),
        receipt(1, ("1", "1,00")),
        receipt(1, ("1", "121.00"), total=""),
        receipt(1, ("1", "121.00")).replace("<transDate>2026-03-02", "<transDate>2026-13-02"),
        receipt(1, ("1", "121.00")).replace("<vatPerc>21</vatPerc>", ""),
        receipt(1, ("1", "121.00")).replace("<paidAmnt>", "<curCode>USD</curCode><paidAmnt>"),
        z_report("Z1", "NaN"),
    ],
)
def test_one_unreadable_receipt_refuses_the_file_and_names_it(bad: str) -> None:
    (reading,) = readings("saft_till", audit_file(register(SALE, bad)))
    assert reading.feed is None
    assert [f.code for f in reading.findings] == ["HUB-TILL-12"]
    assert reading.findings[0].location.startswith("Winkel 1, ")


def test_a_file_that_breaks_off_is_refused_whole() -> None:
    data = audit_file(register(SALE), register(SALE, number="2"))
    (reading,) = readings("saft_till", data[:-60])
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-XML-02"])


def test_a_file_without_anything_that_counts_says_so() -> None:
    data = audit_file(register(receipt(1, ("1", "1"), extra="<trainingID>true</trainingID>")))
    assert (_days(data), _codes(data)) == ([], ["HUB-TILL-13"])


@pytest.mark.parametrize(
    "data",
    [
        b'<auditfile xmlns="http://www.auditfiles.nl/XAF/3.2"><header/></auditfile>',
        b"<auditfile><header/></auditfile>",
        b"<Invoice/>",
        b"{}",
        b"",
    ],
)
def test_financial_audit_files_and_others_are_left_alone(data: bytes) -> None:
    assert not source.recognise(Content(data))


def test_doctype_is_refused() -> None:
    data = audit_file(register(SALE)).replace(b"<auditfile", b'<!DOCTYPE a [<!ENTITY x "y">]><auditfile', 1)
    (reading,) = readings("saft_till", data)
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-XML-03"])


def test_a_long_file_streams() -> None:
    """20,000 receipts are 17 MB of XML; the tree alone would take ten times that."""
    data = audit_file(
        register(*(receipt(n, ("1", "121.00"), at=f"2026-03-{1 + n % 28:02}T12:00:00") for n in range(20_000)))
    )
    tracemalloc.start()
    try:
        days = _days(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(days) == 28
    assert sum(day.gross for day in days) == D(121 * 20_000)
    assert peak < 3 * len(data)


cents = st.integers(1, 10**7).map(lambda n: D(n).scaleb(-2))


@given(st.lists(st.tuples(cents, cents, st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_any_receipts_come_to_their_sum(found: list[tuple[Decimal, Decimal, bool, bool, bool]]) -> None:
    made, total = [], D(0)
    for number, (net, tax, back, minus, out) in enumerate(found):
        gross, sign = net + tax, "-" if back and minus else ""
        lines = (("D", f"{sign}{gross}", f"{sign}{net}", f"{sign}{tax}", "21"),)
        extra = "<trainingID>true</trainingID>" if out else ""
        made.append(
            receipt(
                number,
                ("2", f"{sign}{gross}"),
                lines=lines,
                total=f"{sign}{gross}",
                side="D" if back else "C",
                extra=extra,
            )
        )
        total += D(0) if out else -gross if back else gross
    days = _days(audit_file(register(*made)))
    assert sum((day.gross for day in days), D(0)) == total
    assert all(day.imbalance == 0 for day in days)
