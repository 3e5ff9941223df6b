"""What the reader of Stripe makes of pay-outs, how they are booked, and what it refuses."""

from __future__ import annotations

from decimal import Decimal as D
from typing import Any

from connectors.stripe import source
from hub.formats.content import Content
from hub.model.payout import Payout
from tests.shops import booked, changed, mapping_of, readings

NOON = 1772798400  # 2026-03-06 12:00 UTC


def moved(kind: str, amount: int, fee: int = 0, *, tax: int = 0, **more: Any) -> dict[str, Any]:
    details = [{"type": "stripe_fee", "amount": fee - tax}, *([{"type": "tax", "amount": tax}] if tax else [])]
    made = {
        "object": "balance_transaction",
        "id": f"txn_{kind}",
        "type": kind,
        "amount": amount,
        "fee": fee,
        "net": amount - fee,
    }
    return {
        **made,
        "currency": "eur",
        "available_on": NOON,
        "reporting_category": kind,
        "fee_details": details if fee else [],
        **more,
    }


def payout(*rows: dict[str, Any], amount: int) -> dict[str, Any]:
    return {"object": "list", "data": [moved("payout", -amount, source="po_1"), *rows]}


REPORT = (
    "automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,currency,gross,fee,net,reporting_category,payment_method_type\n"
    "po_1,2026-03-06 00:00:00,txn_1,eur,121.00,1.94,119.06,charge,card\n"
    "po_1,2026-03-06 00:00:00,txn_2,eur,-21.00,0.00,-21.00,refund,card\n"
    "po_1,2026-03-06 00:00:00,txn_3,eur,-50.00,15.00,-65.00,dispute,card\n"
    "po_2,2026-03-07 00:00:00,txn_4,eur,9.00,0.38,8.62,charge,ideal\n"
)


def test_pay_out_is_gross_refunds_disputes_and_fees() -> None:
    rows = payout(
        moved("charge", 12100, 194),
        moved("refund", -2100),
        moved("adjustment", -5000, 1500, reporting_category="dispute"),
        amount=3306,
    )
    (reading,) = readings("stripe", rows)
    assert reading.findings == ()
    assert isinstance(reading.feed, Payout)
    assert [(p.what, p.amount) for p in reading.feed.parts] == [
        ("payments", D("121.00")), ("fees", D("-16.94")), ("refunds", D("-21.00")), ("chargebacks", D("-50.00")),
    ]  # fmt: skip
    assert (reading.feed.identity, str(reading.feed.on), reading.feed.amount) == (
        "payout|stripe|po_1",
        "2026-03-06",
        D("33.06"),
    )


def test_fees_from_elsewhere_in_the_eu_are_reverse_charged() -> None:
    (made,) = booked("stripe", payout(moved("charge", 12100, 200), amount=11900))
    assert made.lines == {"1190": "119.00", "1900": "-121.00", "4640": "2.00", "1520": "0.42", "1506": "-0.42"}
    assert made.entry is not None
    assert [(v.code, str(v.base), str(v.tax), v.reverse_charge) for v in made.entry.vat_lines] == [
        ("IEUDH", "2.00", "0.42", True)
    ]


def test_vat_that_stripe_charges_itself_needs_the_other_setting() -> None:
    rows = payout(moved("charge", 12100, 242, tax=42), amount=11858)
    assert [b.codes for b in booked("stripe", rows)] == [["HUB-SHOP-21"]]
    (made,) = booked("stripe", rows, changed(mapping_of("stripe"), settings={"fee_vat": "included"}))
    assert made.lines == {"1190": "118.58", "1900": "-121.00", "4640": "2.00", "1520": "0.42"}


def test_other_movements_go_where_the_mapping_says() -> None:
    (made,) = booked("stripe", payout(moved("charge", 10000), moved("topup", 500), amount=10500))
    assert made.lines == {"1190": "105.00", "1900": "-100.00", "1990": "-5.00"}


def test_pay_out_whose_parts_are_not_its_amount_is_refused() -> None:
    assert [b.codes for b in booked("stripe", payout(moved("charge", 12100, 194), amount=11907))] == [["HUB-FEED-01"]]


def test_list_without_its_pay_out_and_amounts_that_are_no_cents_are_refused() -> None:
    assert [b.codes for b in booked("stripe", {"data": [moved("charge", 100)]})] == [["HUB-SHOP-20"]]
    half: Any = 100.5
    assert "HUB-SHOP-01" in booked("stripe", payout(moved("charge", half), amount=100))[0].codes
    assert booked("stripe", payout(moved("charge", 100, currency="usd"), amount=100))[0].codes == ["HUB-SHOP-20"]


def test_report_gives_a_pay_out_per_id() -> None:
    first, second = booked("stripe", REPORT.encode())
    assert first.lines == {"1190": "33.06", "1900": "-50.00", "4640": "16.94", "1520": "3.56", "1506": "-3.56"}
    assert second.lines == {"1190": "8.62", "1900": "-9.00", "4640": "0.38", "1520": "0.08", "1506": "-0.08"}


def test_report_whose_net_is_not_gross_less_fee_is_refused() -> None:
    made = booked("stripe", REPORT.replace("119.06", "119.07").encode())[0]
    assert (made.entry, made.codes) == (None, ["HUB-FEED-01"])


def test_report_without_rows_or_currency_is_refused() -> None:
    assert booked("stripe", REPORT.splitlines()[0].encode())[0].codes == ["HUB-SHOP-20"]
    assert booked("stripe", REPORT.replace(",eur,", ",,").encode())[0].codes == ["HUB-SHOP-20"]


def test_others_are_not_ours() -> None:
    for other in (b"", b"{}", b'{"data": []}', b'{"data": [{"object": "charge"}]}', b"gross,fee,net\n"):
        assert not source.recognise(Content(other))
