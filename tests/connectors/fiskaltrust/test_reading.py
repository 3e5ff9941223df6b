"""Receipts of fiskaltrust: which are sales, what the cases mean, and amounts that were never rounded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fiskaltrust import source
from connectors.fiskaltrust.cents import spread
from hub.formats.content import Content
from hub.model.money import is_exact, round_half_up
from hub.model.sales_day import SalesDay
from tests.connectors.fiskaltrust.build import CLOSING, DELIVERY, INVOICE, ORDER, SALE, file, item, pay, receipt
from tests.feed_samples import book, changed, mapping_of, readings
from tests.feeds_corpus import given as given_files
from tests.feeds_corpus import needs_feeds

D = Decimal


def _day(*parts: dict[str, Any], **more: Any) -> SalesDay:
    (reading,) = readings("fiskaltrust", file(receipt(*parts, **more)))
    assert isinstance(reading.feed, SalesDay), reading.findings
    assert not any(f.fatal for f in reading.findings), reading.findings
    return reading.feed


def _codes(*parts: dict[str, Any], **more: Any) -> list[str]:
    return [f.code for r in readings("fiskaltrust", file(receipt(*parts, **more))) for f in r.findings]


def test_a_receipt_is_a_document_of_its_own() -> None:
    day = _day(item("121.0000"), pay("121.00"), cbReceiptAmount=121)
    assert [(r.net, r.tax, r.rate, r.category, r.group) for r in day.revenue] == [(D(100), D(21), D(21), "S", "Drank")]
    assert [(t.kind, t.amount) for t in day.tenders] == [("Contant", D(121))]
    assert (day.receipt, day.transactions, day.imbalance) == (True, 1, 0)
    assert day.identity == "sales_day|1 c0ffee00|2026-03-02||1 2026-03-02t18:30:00.5z"


def test_a_reference_used_again_is_another_receipt() -> None:
    sold = file(
        receipt(item("121.00"), pay("121.00")),
        receipt(item("-121.00"), pay("-121.00"), at="2026-03-02T18:45:00Z", case=SALE + 0x40000),
    )
    first, second = (r.feed for r in readings("fiskaltrust", sold))
    assert first is not None
    assert second is not None
    assert first.identity != second.identity
    assert second.total == D(-121)


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (ORDER, "HUB-TILL-20"), (CLOSING, "HUB-TILL-21"), (0x2, "HUB-TILL-21"), (0x14, "HUB-TILL-21"), (0x8, "HUB-TILL-25"),
        (0xB, "HUB-TILL-25"), (SALE + 0x20000, "HUB-TILL-26"),
    ],
)  # fmt: skip
def test_what_is_no_sale_says_what_it_is_instead(case: int, code: str) -> None:
    (reading,) = readings("fiskaltrust", file(receipt(item("121.00"), case=case)))
    assert (reading.feed, [f.code for f in reading.findings]) == (None, [code])


@pytest.mark.parametrize("case", [DELIVERY, 0xE, 0x12, 0x13, 0x15])
def test_receipts_that_only_inform_are_read_and_held(case: int) -> None:
    (reading,) = readings("fiskaltrust", file(receipt(item("121.00"), pay("121.00", "Zimmer"), case=case)))
    assert reading.feed is not None
    assert [(f.code, f.who) for f in reading.findings] == [("HUB-TILL-22", "us")]


def test_an_invoice_paid_later_is_no_revenue() -> None:
    assert _day(item("121.00"), pay("121.00", "AR", 0xB - 2), case=INVOICE).gross == D(121)
    later = _day(pay("121.00", "Konto", 8), pay("-121.00", "AR", 9), cbReceiptAmount=0)
    assert (later.gross, later.imbalance, [t.amount for t in later.tenders]) == (0, 0, [D(121), D(-121)])


def test_a_sale_without_payment_does_not_close() -> None:
    assert _day(item("121.00")).imbalance == D(-121)


@pytest.mark.parametrize(
    ("parts", "field", "amount"),
    [
        ((item("5.00", "0", 0x59), pay("5.00")), "tips", D(5)),
        ((pay("5.00"), pay("-5.00", "Fooi", 0x10)), "tips", D(5)),
        ((item("50.00", "0", 0x60), pay("50.00")), "vouchers_sold", D(50)),
        ((pay("50.00"), pay("-50.00", "Bon", 0xD)), "vouchers_sold", D(50)),
        ((item("-1.00", "0", 0x97), pay("-1.00")), "difference", D(-1)),
        ((pay("-1.00"), pay("1.00", "Verschil", 0x17)), "difference", D(-1)),
    ],
)
def test_items_that_are_no_revenue_have_their_place(parts: tuple[Any, ...], field: str, amount: Decimal) -> None:
    day = _day(*parts)
    assert (getattr(day, field), day.revenue, day.imbalance) == (amount, (), 0)


def test_vouchers_and_receivables_as_negative_items_are_tenders() -> None:
    day = _day(item("121.00"), item("-21.00", "0", 0x68), item("-100.00", "0", 0x75, tax=None))
    assert ([(t.kind, t.amount) for t in day.tenders], day.imbalance) == (
        [("voucher", D(21)), ("receivable", D(100))],
        0,
    )


@pytest.mark.parametrize(
    "parts", [(item("100.00", "0", 0x90), pay("100.00")), (pay("100.00"), pay("-100.00", "Wisselgeld", 0x12))]
)
def test_change_money_is_a_pay_in(parts: tuple[Any, ...]) -> None:
    day = _day(*parts, case=0x11)
    assert ([(p.kind, p.amount) for p in day.pay_ins], day.imbalance) == ([("change money", D(100))], 0)


@pytest.mark.parametrize(
    ("case", "category"), [(0, ""), (5, "O"), (6, "Z"), (7, ""), (0x15, "O"), (0x1E, "Z"), (0x49, "O"), (0xA1, "AE")]
)
def test_at_zero_percent_the_case_says_why(case: int, category: str) -> None:
    assert [r.category for r in _day(item("10.00", "0", case), pay("10.00")).revenue] == [category]


def test_a_case_without_vat_and_a_rate_contradict() -> None:
    assert "HUB-TILL-30" in _codes(item("121.00", "21", 5), pay("121.00"))


def test_a_split_menu_is_rounded_because_what_was_paid_proves_it() -> None:
    parts = item("2.92307692307692326400000000"), item("7.07692307692307737600000000", "9", 2, group="Keuken")
    (reading,) = readings("fiskaltrust", file(receipt(*parts, pay("10.0000"), cbReceiptAmount=10)))
    day = reading.feed
    assert isinstance(day, SalesDay)
    assert [(str(r.net + r.tax), str(r.tax)) for r in day.revenue] == [("2.92", "0.51"), ("7.08", "0.58")]
    assert (day.gross, day.imbalance) == (D("10.00"), 0)
    (finding,) = reading.findings
    assert (finding.code, finding.found, finding.expected) == ("HUB-TILL-23", "10.00000000000000064000000000", "10.00")


@pytest.mark.parametrize(
    ("first", "paid"),
    [("2.9230769230769232", "10.01"), ("2.9231", "10.00"), ("2.92307693", "10.00"), ("2.9230769230769232", "9.999")],
)
def test_decimals_that_nothing_proves_are_refused(first: str, paid: str) -> None:
    (reading,) = readings("fiskaltrust", file(receipt(item(first), item("7.0769230769230768", "9"), pay(paid))))
    assert (reading.feed, [f.code for f in reading.findings]) == (None, ["HUB-TILL-24"])


def test_vat_without_amounts_is_derived_and_said() -> None:
    (reading,) = readings("fiskaltrust", file(receipt(item("121.00", tax=None), pay("121.00"))))
    assert isinstance(reading.feed, SalesDay)
    assert reading.feed.revenue[0].tax == D("21.00")
    assert [f.code for f in reading.findings] == ["HUB-TILL-31"]


def test_the_amount_of_the_receipt_is_compared() -> None:
    assert _codes(item("121.00"), pay("121.00"), cbReceiptAmount=120) == ["HUB-FEED-01"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"cbReceiptMoment": "yesterday"}, "HUB-TILL-27"),
        ({"ftReceiptCase": "1"}, "HUB-TILL-27"),
        ({"ftReceiptCase": True}, "HUB-TILL-27"),
        ({"cbPayItems": {}, "cbChargeItems": 5}, "HUB-TILL-27"),
        ({"cbPayItems": [{"Amount": "1"}]}, "HUB-TILL-28"),
        ({"ftReceiptCase": (0x4154 << 48) + 1}, "HUB-TILL-29"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(more: dict[str, Any], code: str) -> None:
    (reading,) = readings("fiskaltrust", file(receipt(item("121.00"), pay("121.00"), **more)))
    assert reading.feed is None
    assert code in [f.code for f in reading.findings]
    assert all(f.location.startswith("$") for f in reading.findings)


@pytest.mark.parametrize(
    "bad", [item("1.00", case=0x70), item("1.00", case=0x98), pay("1.00", case=0x55), pay("1.00", case=2)]
)
def test_cases_that_are_not_known_are_never_guessed(bad: dict[str, Any]) -> None:
    assert "HUB-TILL-28" in _codes(item("121.00"), pay("121.00"), bad)


def test_text_and_huge_amounts_are_no_amounts() -> None:
    for amount in ("12,50", 10**14, None, True, []):
        assert "HUB-TILL-27" in _codes({**item("1.00"), "Amount": amount}, pay("1.00"))


def test_broken_json_and_an_empty_list_are_refused() -> None:
    data = file(receipt(item("121.00"), pay("121.00")))
    (reading,) = readings("fiskaltrust", data[:-9])
    assert [f.code for f in reading.findings] == ["HUB-JSON-01"]


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"ftReceiptCase": 1}', b'<a x="ftReceiptCase" y="cbPayItems"/>', b""])
def test_others_are_left_alone(data: bytes) -> None:
    assert not source.recognise(Content(data))


def test_a_receipt_after_midnight_is_of_the_evening_before() -> None:
    day = _day(item("121.00"), pay("121.00"), at="2026-03-03T01:30:00Z")
    assert str(day.on) == "2026-03-02"
    booked = book(day, changed(mapping_of("fiskaltrust"), settings={"day_ends": "00:00"}))
    assert booked.entry is not None
    assert str(booked.entry.booking_date) == "2026-03-03"


@needs_feeds
def test_given_receipts_are_read_as_their_manifest_says() -> None:
    found = given_files("pos")
    assert found
    for path, row in found:
        (reading,) = readings("fiskaltrust", path.read_bytes(), path.name)
        expect, role = row["expect"], row.get("role", "closing")
        if role != "receipt":
            assert (reading.feed, reading.findings[0].fatal) == (None, True), path.name
            continue
        day = reading.feed
        assert isinstance(day, SalesDay), (path.name, reading.findings)
        rates = {r.rate: D(0) for r in day.revenue}
        taxes = dict(rates)
        for r in day.revenue:
            rates[r.rate] += r.net + r.tax
            taxes[r.rate] += r.tax
        for rate, said in expect["per_vat_rate"].items():
            assert abs(rates[D(rate)] - D(said["gross"])) < D("0.005"), path.name
            assert taxes[D(rate)] == round_half_up(D(said["vat_as_given"])), path.name
        assert {t.kind: t.amount for t in day.tenders} == {kind: D(a) for kind, a in expect["tenders"].items()}
        assert (day.gross, day.imbalance) == (D(expect["receipt_amount"]), 0)


parts = st.lists(st.integers(-(10**9), 10**9).map(lambda n: D(n).scaleb(-5)), min_size=1, max_size=8)


@given(parts)
def test_spread_parts_are_in_cents_and_together_the_whole(found: list[Decimal]) -> None:
    total = round_half_up(sum(found, D(0)))
    made = spread(total, found, "EUR")
    assert sum(made, D(0)) == total
    assert all(is_exact(part) for part in made)
    assert all(abs(part - before) <= D("0.01") for part, before in zip(made, found, strict=True))


lines = st.lists(
    st.tuples(st.integers(-(10**6), 10**6), st.sampled_from(["21", "9"]), st.sampled_from(["A", "B"])),
    min_size=1,
    max_size=8,
)


@given(lines)
def test_any_receipt_comes_to_its_lines(found: list[tuple[int, str, str]]) -> None:
    total = D(sum(cents for cents, _, _ in found)).scaleb(-2)
    items = [item(f"{D(cents).scaleb(-2):f}", rate, 1, group=group) for cents, rate, group in found]
    day = _day(*items, pay(f"{total:f}"))
    assert (day.gross, day.imbalance) == (total, 0)
    for rate in ("21", "9"):
        gross = sum((D(cents).scaleb(-2) for cents, r, _ in found if r == rate), D(0))
        tax = sum((r.tax for r in day.revenue if r.rate == D(rate)), D(0))
        assert abs(tax - gross * D(rate) / (100 + D(rate))) <= D("0.0051")
