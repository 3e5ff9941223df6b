"""How commands show what they booked: the entry, what it settled, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hub.cli.output import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hub.cli.output import Output
    from hub.model.plan import PostedEntry
    from hub.model.settlement import OpenItem, Settlement

POSTINGS = (Column("account"), Column("debit", "money"), Column("credit", "money"), Column("currency"), Column("in_base", "money"),
            Column("vat_code"), Column("invoice"))  # fmt: skip


def entry_row(posted: PostedEntry, items: Mapping[int, OpenItem]) -> dict[str, Any]:
    """An entry as CONTRACT shows it."""
    entry = posted.entry
    postings = []
    for p in entry.postings:
        row: dict[str, Any] = {
            "account": p.account, "side": p.side, "amount": str(p.amount), "currency": p.amount.currency,
            "vat_code": p.vat_code, "relation": None,
        }  # fmt: skip
        if p.base.currency != p.amount.currency or p.base != p.amount:
            row["base"] = str(p.base)
        if p.settles is not None and p.settles in items:
            row["relation"], row["invoice"] = items[p.settles].relation, items[p.settles].number
        if p.open_item is not None:
            opened = entry.open_items[p.open_item]
            row["relation"], row["invoice"] = opened.relation or None, opened.number
        postings.append(row)
    vat = [
        {"code": v.code, "base": str(v.base), "tax": str(v.tax), "non_deductible": str(v.non_deductible),
         "reverse_charge": v.reverse_charge, "supply_date": str(v.supply_date), "tax_date": str(v.tax_date)}
        for v in entry.vat_lines
    ]  # fmt: skip
    return {
        "journal": posted.journal, "number": posted.number, "date": str(entry.booking_date), "period": posted.period,
        "description": entry.description, "postings": postings, "vat_lines": vat,
    }  # fmt: skip


def settled_rows(settlement: Settlement, items: Mapping[int, OpenItem]) -> list[dict[str, Any]]:
    """What happened to each item."""
    from hub.model.money import money_text

    rows = []
    for a in settlement.allocations:
        item = items[a.item]
        currency = item.outstanding.currency
        parts = {name: getattr(a, name) for name in ("amount", "discount", "difference", "written_off")}
        rows.append({
            "relation": item.relation, "invoice": item.number, "currency": currency,
            **{name: money_text(value, currency) for name, value in parts.items()},
            "outstanding": money_text(item.outstanding.amount - a.total, currency),
        })  # fmt: skip
    return rows


def show_entry(output: Output, row: dict[str, Any]) -> None:
    """The entry as a table for people."""
    title = output.text("entry_title", journal=row["journal"], number=row["number"], day=row["date"])
    shown = [{**p, p["side"]: p["amount"], "in_base": p.get("base")} for p in row["postings"]]
    columns = [c for c in POSTINGS if c.key in ("account", "debit", "credit") or any(r.get(c.key) for r in shown)]
    output.table(shown, columns, title=title)
