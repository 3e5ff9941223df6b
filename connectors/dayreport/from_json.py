"""Days from JSON, after the schema has said where it is not what we documented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from connectors.dayreport.checks import total_check
from hub.formats.content import Content
from hub.formats.json_schema import differences, schema
from hub.model.finding import Finding
from hub.model.sales_day import Revenue, SalesDay, Tender
from hub.ports import Reading

FORMAT = "boekhub-sales-day"
ZERO = Decimal(0)


def days_of_json(content: Content) -> list[Reading]:
    """A reading per day; one without any when the file is not as the schema asks. Raises UnreadableInput when it is no JSON."""
    value = content.json
    wrong = [
        Finding("HUB-TILL-01", "fatal", "read", d.place, d.found, d.expected)
        for d in differences(value, schema("sales-day"))
    ]
    wrong = wrong or _wrong_days(value["days"])
    if wrong:
        return [Reading("sales-day-json", findings=tuple(wrong), source="dayreport")]
    return [_reading(day, f"$.days[{index}]") for index, day in enumerate(value["days"])]


def _wrong_days(days: list[dict[str, Any]]) -> list[Finding]:
    """What a schema cannot say: 30 February, and a receipt without number."""
    wrong = []
    for index, day in enumerate(days):
        place = f"$.days[{index}]"
        try:
            date.fromisoformat(day["date"])
        except ValueError:
            wrong.append(Finding("HUB-TILL-01", "fatal", "read", f"{place}.date", day["date"], "2026-03-02"))
        if day.get("kind") == "receipt" and not str(day.get("number", "")).strip():
            wrong.append(Finding("HUB-TILL-01", "fatal", "read", f"{place}.number", "", "number"))
    return wrong


def _reading(day: dict[str, Any], place: str) -> Reading:
    document = SalesDay(
        outlet=day["outlet"].strip(),
        on=date.fromisoformat(day["date"]),
        currency=day.get("currency", "EUR"),
        revenue=tuple(_revenue(r) for r in day["revenue"]),
        tenders=tuple(_tender(t) for t in day["tenders"]),
        shift=day.get("shift", "").strip(),
        report=day.get("number", "").strip(),
        tips=_amount(day, "tips"),
        vouchers_sold=_amount(day, "vouchers_sold"),
        rounding=_amount(day, "rounding"),
        pay_ins=tuple(_tender(t) for t in day.get("pay_ins", ())),
        difference=_amount(day, "difference"),
        receipt=day.get("kind") == "receipt",
        transactions=day.get("transactions"),
    )
    said = Decimal(str(day["total"])) if "total" in day else None
    return Reading(
        "sales-day-json", findings=total_check(document, said, f"{place}.total"), source="dayreport", feed=document
    )


def _revenue(row: dict[str, Any]) -> Revenue:
    said = row.get("rate")
    rate = None if said is None else Decimal(str(said))
    category = row.get("category") or default_category(rate)
    return Revenue(Decimal(str(row["net"])), Decimal(str(row["vat"])), rate, category, row.get("group", "").strip())


def default_category(rate: Decimal | None) -> str:
    """S above 0 %, O without rate; at 0 % only the mapping can say ("")."""
    return "O" if rate is None else "S" if rate else ""


def _tender(row: dict[str, Any]) -> Tender:
    return Tender(row["kind"].strip(), Decimal(str(row["amount"])))


def _amount(day: dict[str, Any], name: str) -> Decimal:
    return Decimal(str(day.get(name, ZERO)))
