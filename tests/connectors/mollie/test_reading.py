"""What the reader of Mollie makes of settlements, how they are booked, and what it refuses."""

from __future__ import annotations

import json
from decimal import Decimal as D
from typing import Any

import pytest

from connectors.mollie import source
from hub.formats.content import Content
from hub.model.payout import Payout
from tests.builders import administration
from tests.shops import book, booked, changed, mapping_of, readings

MOLLIE = mapping_of("mollie")


def money(value: str) -> dict[str, str]:
    return {"currency": "EUR", "value": value}


def revenue(method: str, count: int, gross: str) -> dict[str, Any]:
    row = {"description": method, "method": method, "count": count, "amountVat": None}
    return {**row, "amountNet": money(gross), "amountGross": money(gross)}


def cost(method: str, count: int, net: str, vat: str) -> dict[str, Any]:
    return {"description": method, "method": method, "count": count, "amountNet": money(net), "amountVat": money(vat)}


def settlement(amount: str = "39.75", **more: Any) -> dict[str, Any]:
    """Six payments and two refunds by iDEAL; fees are kept in four decimals."""
    month = {
        "revenue": [revenue("ideal", 6, "86.1000"), revenue("refund", 2, "-43.2000")],
        "costs": [cost("ideal", 6, "2.1000", "0.4410"), cost("refund", 2, "0.5000", "0.1050")],
    }
    made = {
        "resource": "settlement", "id": "stl_1", "reference": "1234567.2603.01", "createdAt": "2026-03-06T06:00:01.0Z",
        "settledAt": "2026-03-06T09:41:44.0Z", "status": "paidout", "amount": money(amount), "periods": {"2026": {"03": month}},
    }  # fmt: skip
    return {**made, **more}


EXPORT = (
    "Date,Payment method,Currency,Amount,Status,ID,Description,Settlement currency,Settlement amount,Settlement reference\n"
    "2026-03-05 10:00:00,ideal,EUR,121.00,paid,tr_1,1001,EUR,121.00,1234567.2603.01\n"
    "2026-03-05 11:00:00,creditcard,EUR,50.00,paid,tr_2,1002,EUR,50.00,1234567.2603.01\n"
    "2026-03-05 12:00:00,ideal,EUR,-21.00,refunded,re_1,1001,EUR,-21.00,1234567.2603.01\n"
    "2026-03-06 00:00:00,,EUR,-1.21,,,Withheld transaction fees,EUR,-1.21,1234567.2603.01\n"
    "2026-03-07 10:00:00,ideal,EUR,9.00,paid,tr_3,1003,EUR,9.00,1234567.2603.02\n"
)


def test_settlement_is_gross_refunds_fees_and_their_vat_to_the_cent() -> None:
    (reading,) = readings("mollie", settlement())
    assert reading.findings == ()
    assert isinstance(reading.feed, Payout)
    assert [(p.what, p.gateway, p.amount) for p in reading.feed.parts] == [
        ("payments", "ideal", D("86.10")), ("refunds", "", D("-43.20")), ("fees", "ideal", D("-2.10")), ("fee_tax", "", D("-0.55")),
        ("fees", "refund", D("-0.50")),
    ]  # fmt: skip
    assert (reading.feed.identity, reading.feed.imbalance) == ("payout|mollie|1234567.2603.01", 0)


def test_settlement_empties_clearing_and_puts_the_rest_in_transit() -> None:
    (made,) = booked("mollie", settlement())
    assert made.lines == {"1190": "39.75", "1900": "-42.90", "4640": "2.60", "1520": "0.55"}
    assert (made.vat, "payout_fee_vat" in made.why) == (["IH 2.60 0.55"], True)


def test_fees_may_wait_for_the_invoice() -> None:
    (made,) = booked("mollie", settlement(), changed(MOLLIE, settings={"fee_vat": "invoice"}))
    assert (made.lines, made.vat) == ({"1190": "39.75", "1900": "-42.90", "1630": "3.15"}, [])


@pytest.mark.parametrize("setting", ["none", "reverse_charge", "", "maybe"])
def test_vat_on_fees_that_the_setting_does_not_know_holds(setting: str) -> None:
    (made,) = booked("mollie", settlement(), changed(MOLLIE, settings={"fee_vat": setting}))
    assert made.codes == ["HUB-SHOP-21"]


def test_vat_that_may_not_be_deducted_whole_is_left_to_the_invoice() -> None:
    document = readings("mollie", settlement())[0].feed
    assert document is not None
    assert book(document, MOLLIE, administration=administration(deduction_percentage=D(60))).codes == ["HUB-SHOP-22"]


def test_settlement_whose_parts_are_not_its_amount_is_refused() -> None:
    (made,) = booked("mollie", settlement("39.76"))
    assert (made.entry, made.codes) == (None, ["HUB-FEED-01"])


@pytest.mark.parametrize("status", ["open", "pending", "failed"])
def test_settlement_that_is_not_paid_out_is_refused(status: str) -> None:
    assert [b.codes for b in booked("mollie", settlement(status=status, settledAt=None))] == [["HUB-SHOP-10"]]


def test_list_of_settlements_is_read_whole() -> None:
    assert len(readings("mollie", {"_embedded": {"settlements": [settlement(), settlement(reference="2")]}})) == 2


def test_export_gives_a_pay_out_per_reference_and_takes_vat_out_of_the_fees() -> None:
    first, second = booked("mollie", EXPORT.encode())
    assert first.lines == {"1190": "148.79", "1900": "-150.00", "4640": "1.00", "1520": "0.21"}
    assert (first.vat, "payout_fee_vat_taken_out" in first.why) == (["IH 1.00 0.21"], True)
    assert second.lines == {"1190": "9.00", "1900": "-9.00"}


def test_export_with_dutch_decimals_reads_the_same() -> None:
    dutch = "\n".join(
        ";".join(cell.replace(".", ",") if cell.replace(".", "", 1).replace("-", "", 1).isdigit() and "." in cell and n in (3, 8) else cell
                 for n, cell in enumerate(row.split(",")))
        for row in EXPORT.splitlines()
    )  # fmt: skip
    assert [b.lines for b in booked("mollie", dutch.encode())] == [b.lines for b in booked("mollie", EXPORT.encode())]


def test_export_with_an_unreadable_amount_names_row_and_column() -> None:
    reading = readings("mollie", EXPORT.replace("50.00,1234567", "fifty,1234567").encode())[0]
    assert [(f.code, f.location) for f in reading.findings] == [("HUB-SHOP-01", "row 3, Settlement amount")]


def test_export_without_rows_or_reference_is_refused() -> None:
    assert [b.codes for b in booked("mollie", EXPORT.splitlines()[0].encode())] == [["HUB-SHOP-20"]]
    assert booked("mollie", EXPORT.replace("1234567.2603.01", "").encode())[0].codes == ["HUB-SHOP-20"]


def test_others_are_not_ours() -> None:
    for other in (b"", b"{}", b"[]", b'{"resource": "payment"}', b"Date,Amount\n", json.dumps({"data": []}).encode()):
        assert not source.recognise(Content(other))
