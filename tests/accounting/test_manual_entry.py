"""Entries by hand: all faults at once, and nothing settles a cent twice."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.accounting.manual_entry import Surroundings, plan_manual
from hub.model.manual import ManualEntry, ManualLine
from hub.model.settlement import OpenItem
from tests.accounting.paying import D, item
from tests.builders import balances, starter


def _line(account: str, amount: str, **changes: Any) -> ManualLine:
    return ManualLine("row 2", account, D(amount), **changes)


def _entry(*lines: ManualLine, journal: str = "MEM") -> ManualEntry:
    return ManualEntry("row 2", journal, date(2026, 5, 12), "proef", lines)


def _around(*items: OpenItem, **changes: Any) -> Surroundings:
    values: dict[str, Any] = {"relations": frozenset({"C0001", "C0002"}), "items": {i.id: i for i in items}, **changes}
    return Surroundings(starter(), **values)


def _codes(entry: ManualEntry, around: Surroundings) -> set[str]:
    plan, findings = plan_manual(entry, around)
    assert plan is None
    return {finding.code for finding in findings}


def test_every_fault_is_found_at_once() -> None:
    wrong = _entry(
        _line("9999", "10.00"), _line("1300", "-9.00"), _line("4640", "2.00", vat_code="QQ"), _line("4640", "1.00", relation="C9"),
        journal="XX",
    )  # fmt: skip
    closed = _around(closed=((date(2026, 5, 1), date(2026, 5, 31)),))
    assert _codes(wrong, closed) == {
        "HUB-JRN-06", "HUB-JRN-07", "HUB-JRN-08", "HUB-JRN-09", "HUB-JRN-10", "HUB-JRN-11", "HUB-JRN-12", "HUB-JRN-15",
    }  # fmt: skip


def test_unbalanced_says_by_how_much_and_on_which_side() -> None:
    _, findings = plan_manual(_entry(_line("4640", "10.00"), _line("1100", "-9.00")), _around())
    assert [(f.code, f.found, dict(f.details)["side"]) for f in findings] == [("HUB-JRN-08", "1.00", "debit")]


def test_control_line_settles_the_invoice_it_names_and_lowers_it_for_the_next() -> None:
    around = _around(item(1, "121.00"))
    paid = _entry(_line("1100", "100.00"), _line("1300", "-100.00", relation="C0001", invoice="F-2026-0001"))
    plan, _ = plan_manual(paid, around)
    assert plan is not None
    assert plan.entry.postings[1].settles == 1
    plan, findings = plan_manual(paid, around)
    assert plan is None
    assert [(f.code, f.found, f.expected) for f in findings] == [("HUB-JRN-13", "100.00", "21.00")]


def test_invoice_of_another_relation_is_named() -> None:
    entry = _entry(_line("1100", "10.00"), _line("1300", "-10.00", relation="C0002", invoice="F-2026-0001"))
    _, findings = plan_manual(entry, _around(item(1, "121.00")))
    assert [(f.code, f.expected) for f in findings] == [("HUB-JRN-14", "C0001")]


def test_control_line_opens_an_item_when_it_raises_the_debt() -> None:
    entry = _entry(
        _line("4530", "100.00", vat_code="IH"), _line("1520", "21.00", vat_code="IH"),
        _line("1600", "-121.00", relation="C0001", invoice="H-1", due_date=date(2026, 6, 1), opens=True),
    )  # fmt: skip
    plan, findings = plan_manual(entry, _around())
    assert findings == []
    assert plan is not None
    assert (plan.entry.open_items[0].number, plan.entry.open_items[0].due_date) == ("H-1", date(2026, 6, 1))
    vat = plan.entry.vat_lines[0]
    assert (vat.code, vat.base.amount, vat.tax.amount) == ("IH", D("100.00"), D("21.00"))


def test_tax_that_does_not_follow_from_its_base_is_a_warning() -> None:
    entry = _entry(
        _line("8000", "-100.00", vat_code="VH"), _line("1500", "-20.00", vat_code="VH"), _line("1100", "120.00")
    )
    plan, findings = plan_manual(entry, _around())
    assert plan is not None
    assert balances(plan.entry)["8000"] == D("-100.00")
    assert [(f.code, f.severity, f.expected) for f in findings] == [("HUB-JRN-19", "warning", "21.00")]
