"""The OSS return: per state, kind, rate and original quarter, at the rate of the quarter's last day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from hub.accounting.oss import OssSale, Threshold, oss_return, rates_at_end
from hub.accounting.vat_period import vat_period
from hub.model.booking import Rate
from hub.model.invoice import Delivery, Invoice
from hub.model.party import Address
from tests.builders import credit_note, facts, invoice, line, party, posted, sale

QUARTER = vat_period("2026-Q2")


def _sale(**changes: object) -> OssSale:
    values = {
        "country": "DE", "kind": "goods", "rate": "19", "currency": "EUR", "base": 10000, "tax": 1900, "booked_base": 10000,
        "booked_tax": 1900, "supply_date": date(2026, 5, 4), **changes,
    }  # fmt: skip
    return OssSale(**values)  # type: ignore[arg-type]


def test_rows_are_per_state_kind_and_rate() -> None:
    sales = [
        _sale(),
        _sale(),
        _sale(rate="7", tax=700, booked_tax=700),
        _sale(kind="services"),
        _sale(country="EL", rate="24"),
    ]
    rows, findings = oss_return(sales, QUARTER, {})
    assert [(r.country, r.kind, r.rate, r.base) for r in rows] == [
        ("DE", "goods", "19", 20000), ("DE", "goods", "7", 10000), ("DE", "services", "19", 10000), ("EL", "goods", "24", 10000),
    ]  # fmt: skip
    assert findings == []


def test_corrections_name_their_original_quarter() -> None:
    rows, _ = oss_return([_sale(base=-5000, tax=-950, supply_date=date(2026, 2, 1)), _sale()], QUARTER, {})
    assert [(r.original, r.tax) for r in rows] == [("", 1900), ("2026-Q1", -950)]


def test_other_currencies_are_converted_at_the_end_of_the_quarter() -> None:
    """1,000.00 and 250.00 kronor at 11.25: 88.888… and 22.222… euro; booked at another rate."""
    swedish = _sale(country="SE", rate="25", currency="SEK", base=100000, tax=25000, booked_base=9000, booked_tax=2250)
    ends = [Rate("SEK", date(2026, 6, 29), Decimal("11")), Rate("SEK", date(2026, 6, 30), Decimal("11.25"))]
    (row,), findings = oss_return([swedish], QUARTER, rates_at_end(QUARTER, ends))
    assert (row.base, row.tax, row.booked_tax, findings) == (8889, 2222, 2250, [])


def test_without_a_publication_on_the_last_day_the_next_one_counts_and_without_any_a_person_is_told() -> None:
    after = [Rate("SEK", date(2026, 7, 2), Decimal("12")), Rate("SEK", date(2026, 7, 1), Decimal("10"))]
    assert rates_at_end(QUARTER, after) == {"SEK": Decimal("10")}
    swedish = _sale(country="SE", currency="SEK", booked_base=9000, booked_tax=2250)
    (row,), findings = oss_return([swedish], QUARTER, {})
    assert (row.tax, [f.code for f in findings]) == (2250, ["HUB-OSS-01"])


def test_sale_without_country_or_kind_is_named() -> None:
    _, findings = oss_return([_sale(country="", kind="")], QUARTER, {})
    assert [f.code for f in findings] == ["HUB-OSS-02", "HUB-OSS-04"]


def test_threshold_warns_once_it_is_exceeded() -> None:
    assert Threshold(2026, 1_000_000, 1_000_000).finding() is None
    finding = Threshold(2026, 1_000_001, 1_000_000).finding()
    assert finding is not None
    assert (finding.code, finding.found, finding.expected) == ("HUB-OSS-03", "10000.01", "10000.00")


@pytest.mark.parametrize(
    ("made", "country", "rate"),
    [
        (sale(line("100.00", rate="19"), buyer=party("DE")), "DE", Decimal(19)),
        (sale(line("100.00", rate="24"), buyer=party("GR")), "EL", Decimal(24)),
        (sale(line("100.00", rate="20"), buyer=party("DE"), deliveries=(Delivery(address=Address(country="FR")),)), "FR", Decimal(20)),
        (sale(line("100.00"), buyer=party("BE")), "BE", None),  # Dutch VAT: counts for the threshold
        (sale(line("100.00"), buyer=party("BE", "BE0123456749")), "", None),
        (sale(line("100.00", "K", "0"), buyer=party("BE", "BE0123456749")), "", None),
        (sale(line("100.00")), "", None),
        (invoice(line("100.00", rate="19"), seller=party("DE", "DE123456789")), "DE", Decimal(19)),
        (invoice(), "", None),
        (credit_note(line("100.00", rate="19"), seller=sale().seller, buyer=party("DE")), "DE", Decimal(19)),
    ],
)  # fmt: skip
def test_booking_notes_country_and_rate_of_vat_that_is_not_ours(
    made: Invoice, country: str, rate: Decimal | None
) -> None:
    (vat,) = posted(made, facts(relations=())).vat_lines
    assert (vat.country, vat.rate) == (country, rate)
