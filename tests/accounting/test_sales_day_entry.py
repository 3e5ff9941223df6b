"""A day of a till at the desk: what is debited and credited, what refuses it, what holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.codec import from_json, to_json
from hub.model.mapping import Mapping
from hub.model.sales_day import Revenue, SalesDay, Tender
from tests.feed_samples import Booked, book, changed, mapping_of

D = Decimal
MAPPING = mapping_of("dayreport")
HIGH = Revenue(D("100.00"), D("21.00"), D(21))
DAY = SalesDay("K1", date(2026, 3, 2), "EUR", (HIGH,), (Tender("pin", D("121.00")),))


def _book(day: SalesDay = DAY, by: Mapping = MAPPING, **changes: Any) -> Booked:
    return book(replace(day, **changes), by)


def test_a_day_debits_its_tenders_and_credits_revenue_and_vat() -> None:
    booked = _book()
    assert booked.entry is not None
    assert (booked.entry.journal, booked.entry.booking_date) == ("KAS", date(2026, 3, 2))
    assert booked.lines == {"1050": D("121.00"), "8000": D("-100.00"), "1500": D("-21.00")}
    assert [(v.code, str(v.base), str(v.tax)) for v in booked.entry.vat_lines] == [("VH", "100.00", "21.00")]
    assert booked.codes == []


def test_everything_beside_revenue_has_its_own_account() -> None:
    booked = _book(
        tenders=(Tender("cash", D("234.51")),),
        tips=D("5.00"),
        vouchers_sold=D("50.00"),
        rounding=D("0.01"),
        difference=D("-1.50"),
        pay_ins=(Tender("wisselgeld", D("60.00")),),
    )
    assert booked.lines == {
        "1000": D("234.51"), "8000": D("-100.00"), "1500": D("-21.00"), "1640": D("-5.00"), "1650": D("-50.00"),
        "4670": D("-0.01"), "4650": D("1.50"), "1190": D("-60.00"),
    }  # fmt: skip


def test_a_day_that_does_not_close_is_refused_naming_the_difference() -> None:
    booked = _book(tenders=(Tender("pin", D("120.00")),))
    assert booked.entry is None
    assert [(f.code, f.found, f.expected, dict(f.details)["difference"]) for f in booked.findings] == [
        ("HUB-FEED-01", "120.00", "121.00", "-1.00")
    ]


def test_more_returns_than_sales_turn_every_side() -> None:
    booked = _book(revenue=(Revenue(D("-100.00"), D("-21.00"), D(21)),), tenders=(Tender("pin", D("-121.00")),))
    assert booked.lines == {"1050": D("-121.00"), "8000": D("100.00"), "1500": D("21.00")}
    assert booked.entry is not None
    assert str(booked.entry.vat_lines[0].tax) == "-21.00"


def test_an_invoice_paid_later_moves_between_tenders_only() -> None:
    booked = _book(revenue=(), tenders=(Tender("pin", D("52.00")), Tender("op rekening", D("-52.00"))))
    assert booked.lines == {"1050": D("52.00"), "1920": D("-52.00")}
    assert booked.entry is not None
    assert booked.entry.vat_lines == ()


def test_a_day_without_anything_books_nothing_and_says_so() -> None:
    booked = _book(revenue=(), tenders=())
    assert booked.entry is None
    assert booked.codes == ["HUB-TILL-08"]


def test_an_unknown_tender_holds_the_day_with_the_line_to_add() -> None:
    booked = _book(tenders=(Tender("Bitcoin", D("121.00")),))
    assert booked.entry is None
    (finding,) = booked.findings
    assert finding.code == "HUB-MAP-01"
    assert dict(finding.details) == {
        "file": "mappings/dayreport.toml",
        "line": 'tender."bitcoin" = "…"',
        "table": "tender",
    }
    assert _book(tenders=(Tender("Bitcoin", D("121.00")),), by=changed(MAPPING, tender={"bitcoin": "1900"})).lines[
        "1900"
    ]


def test_a_tender_never_goes_to_debtors() -> None:
    booked = _book(tenders=(Tender("klant", D("121.00")),), by=changed(MAPPING, tender={"klant": "1300"}))
    assert (booked.entry, booked.codes) == (None, ["HUB-TILL-06"])


def test_revenue_goes_by_group_before_rate_and_by_rate_before_the_rest() -> None:
    group = replace(HIGH, group="Drank")
    assert "8000" in _book(revenue=(group,)).lines
    assert "8100" in _book(revenue=(group,), by=changed(MAPPING, revenue={"drank": "8100"})).lines
    assert "8000" in _book(revenue=(group,), by=changed(MAPPING, revenue={"*": "8020"})).lines


def test_vat_of_the_report_leads_and_a_wide_difference_is_said() -> None:
    off = Revenue(D("100.00"), D("21.05"), D(21))
    booked = _book(revenue=(off,), tenders=(Tender("pin", D("121.05")),), transactions=2)
    assert booked.lines["1500"] == D("-21.05")
    (finding,) = booked.findings
    assert (finding.code, finding.severity, dict(finding.details)["difference"]) == ("HUB-TILL-10", "warning", "0.05")
    assert _book(revenue=(off,), tenders=(Tender("pin", D("121.05")),), transactions=4).codes == []
    assert _book(revenue=(off,), tenders=(Tender("pin", D("121.05")),)).codes == []


def test_zero_rate_needs_a_reason_from_the_mapping() -> None:
    zero = Revenue(D("10.00"), D(0), D(0), "", "Postzegels")
    tenders = (Tender("pin", D("10.00")),)
    held = _book(revenue=(zero,), tenders=tenders)
    assert held.codes == ["HUB-MAP-01"]
    booked = _book(revenue=(zero,), tenders=tenders, by=changed(MAPPING, category={"postzegels": "E"}))
    assert booked.lines == {"1050": D("10.00"), "8030": D("-10.00")}
    assert booked.entry is not None
    assert [v.code for v in booked.entry.vat_lines] == ["VVRIJ"]
    by_rate = _book(revenue=(zero,), tenders=tenders, by=changed(MAPPING, category={"0": "Z"}))
    assert by_rate.entry is not None
    assert [v.code for v in by_rate.entry.vat_lines] == ["VNUL"]


def test_vat_on_what_has_none_is_refused() -> None:
    odd = Revenue(D("10.00"), D("2.10"), None, "E")
    booked = _book(revenue=(odd,), tenders=(Tender("pin", D("12.10")),), by=changed(MAPPING, revenue={"e": "8150"}))
    assert booked.entry is None
    assert "HUB-TILL-05" in booked.codes


def test_a_rate_that_does_not_exist_is_held() -> None:
    booked = _book(revenue=(Revenue(D("100.00"), D("19.00"), D(19)),), tenders=(Tender("pin", D("119.00")),))
    assert booked.entry is None
    assert "HUB-FEED-03" in booked.codes


def test_a_group_of_vouchers_is_a_debt_without_vat() -> None:
    sold = Revenue(D("50.00"), D(0), None, "O", "Cadeaubonnen")
    booked = _book(revenue=(HIGH, sold), tenders=(Tender("pin", D("171.00")),))
    assert booked.lines == {"1050": D("171.00"), "8000": D("-100.00"), "1500": D("-21.00"), "1650": D("-50.00")}
    taxed = _book(revenue=(replace(sold, tax=D("10.50"), rate=D(21)),), tenders=(Tender("pin", D("60.50")),))
    assert (taxed.entry, taxed.codes) == (None, ["HUB-TILL-09"])


def test_a_voucher_handed_in_settles_the_debt() -> None:
    assert _book(tenders=(Tender("cadeaubon", D("121.00")),)).lines["1650"] == D("121.00")


def test_receipts_are_postings_of_their_own_where_asked() -> None:
    day = replace(
        DAY,
        revenue=(replace(HIGH, receipt="1"), replace(HIGH, receipt="2")),
        tenders=(Tender("pin", D("121.00"), "1"), Tender("pin", D("121.00"), "2")),
    )
    whole, apart = _book(day), _book(day, by=changed(MAPPING, settings={"detail": "receipt"}))
    assert whole.entry is not None
    assert apart.entry is not None
    assert (len(whole.entry.postings), len(apart.entry.postings)) == (3, 6)
    assert {p.description for p in apart.entry.postings} == {"1", "2"}
    assert whole.lines == apart.lines
    assert len(whole.entry.vat_lines) == 1


@pytest.mark.parametrize(
    ("moment", "settings", "on"),
    [
        ("2026-03-03T02:30:00Z", {}, date(2026, 3, 2)),  # 03:30 in Amsterdam
        ("2026-03-03T03:00:00Z", {}, date(2026, 3, 3)),  # 04:00 sharp is the new day
        ("2026-03-03T02:30:00", {}, date(2026, 3, 2)),  # a local clock
        ("2026-03-02T23:30:00Z", {"day_ends": "00:00"}, date(2026, 3, 3)),
        ("2026-03-03T02:30:00Z", {"time_zone": "America/Curacao"}, date(2026, 3, 2)),
        ("2026-03-29T00:59:59Z", {"day_ends": "03:00"}, date(2026, 3, 28)),  # 01:59:59, a second before summer time
        ("2026-03-29T01:00:00Z", {"day_ends": "03:00"}, date(2026, 3, 29)),  # … and 03:00:00 after it
        ("2026-10-25T00:30:00Z", {"day_ends": "03:00"}, date(2026, 10, 24)),  # 02:30 for the first time
        ("2026-10-25T01:30:00Z", {"day_ends": "03:00"}, date(2026, 10, 24)),  # 02:30 for the second time
        ("2026-10-25T02:00:00Z", {"day_ends": "03:00"}, date(2026, 10, 25)),
    ],
)
def test_the_clock_says_the_day_of_business(moment: str, settings: dict[str, str], on: date) -> None:
    booked = _book(closed_at=moment, by=changed(MAPPING, settings=settings))
    assert booked.entry is not None
    assert booked.entry.booking_date == on
    assert "till_clock" in {d.why for d in booked.decisions}


@pytest.mark.parametrize(
    "settings", [{"time_zone": "Mars/Olympus"}, {"time_zone": "../../etc/passwd"}, {"day_ends": "25:00"}]
)
def test_an_unusable_clock_setting_is_found(settings: dict[str, str]) -> None:
    booked = _book(closed_at="2026-03-03T02:30:00Z", by=changed(MAPPING, settings=settings))
    assert (booked.entry, booked.codes) == (None, ["HUB-TILL-07"])


def test_more_decimals_than_the_currency_has_are_never_rounded() -> None:
    booked = _book(revenue=(Revenue(D("100.001"), D("20.999"), D(21)),))
    assert booked.entry is None
    assert "HUB-FEED-02" in booked.codes


def test_summary_and_json_keep_what_the_day_says() -> None:
    day = replace(DAY, tenders=(Tender("pin", D("100.00"), "1"), Tender("PIN", D("21.00"), "2")))
    assert day.summary()["tenders"] == [{"kind": "pin", "amount": "121.00"}]
    assert from_json(SalesDay, to_json(day)) == day


cents = st.integers(-(10**7), 10**7).map(lambda n: D(n).scaleb(-2))
groups = st.builds(Revenue, cents, cents, st.sampled_from([D(21), D(9)]))
days = st.builds(
    lambda revenue, tips, sold, rounding, difference, split: replace(
        DAY, revenue=tuple(revenue), tips=tips, vouchers_sold=sold, rounding=rounding, difference=difference,
        tenders=(
            Tender("cash", split),
            Tender("pin", sum((r.net + r.tax for r in revenue), D(0)) + tips + sold + rounding + difference - split),
        ),
    ),
    st.lists(groups, min_size=1, max_size=6), cents, cents, cents, cents, cents,
)  # fmt: skip


@given(days)
def test_any_day_that_closes_is_booked_to_the_cent(day: SalesDay) -> None:
    booked = _book(day)
    if booked.entry is None:
        assert booked.codes == ["HUB-TILL-08"] or booked.codes[-1] == "HUB-TILL-08"
        return
    assert sum(booked.lines.values()) == 0
    assert booked.lines.get("8000", D(0)) == -sum((r.net for r in day.revenue if r.rate == 21), D(0))
    assert sum((v.tax.amount for v in booked.entry.vat_lines), D(0)) == sum((r.tax for r in day.revenue), D(0))


@given(days, cents.filter(bool))
def test_any_day_that_does_not_close_is_not(day: SalesDay, off: Decimal) -> None:
    booked = _book(replace(day, tips=day.tips + off))
    assert booked.entry is None
    assert "HUB-FEED-01" in booked.codes
