"""The ICP statement: per VAT id, kind and original period, with the ids that need looking at."""

from __future__ import annotations

from datetime import date

from hub.accounting.icp import Customer, Supply, VatAnswer, answer_on, foreign_ids, statement

DAY = date(2026, 5, 4)
VALID = (VatAnswer("BE0123456749", date(2026, 5, 1), "valid"),)
BELGIAN = Customer("C0001", "Belg", ("BE0123456749", "NL999991103B01"), VALID)


def _supply(customer: Customer = BELGIAN, **changes: object) -> Supply:
    values = {"code": "VEUG", "kind": "goods", "base": 10000, "supply_date": DAY, "period": "2026-Q2", **changes}
    return Supply(customer, **values)  # type: ignore[arg-type]


def test_rows_are_per_id_and_kind() -> None:
    kinds = ("goods", "goods", "services", "abc", "call_off")
    rows, findings = statement([_supply(kind=kind) for kind in kinds])
    (row,) = rows
    assert (row.vat_id, row.goods, row.services, row.abc, row.call_off) == ("BE0123456749", 20000, 10000, 10000, 10000)
    assert (row.total, findings) == (50000, [])


def test_corrections_stand_apart_per_original_period_after_the_own_one() -> None:
    rows, _ = statement([_supply(base=-2500, period="2026-Q1", correction=True), _supply()])
    assert [(r.period, r.correction, r.goods) for r in rows] == [("2026-Q2", False, 10000), ("2026-Q1", True, -2500)]


def test_customer_without_a_foreign_id_is_named_with_its_amount() -> None:
    rows, findings = statement([_supply(Customer("C0002", "X", ("NL999991103B01",))), _supply(Customer("C0003", "Y"))])
    assert [row.vat_id for row in rows] == ["", ""]
    assert [(f.code, f.found, dict(f.details)["relation"]) for f in findings] == [
        ("HUB-ICP-01", "100.00", "C0002"), ("HUB-ICP-01", "100.00", "C0003"),
    ]  # fmt: skip


def test_id_must_have_been_valid_on_the_day_of_supply() -> None:
    asked_after = Customer("C0001", "Belg", ("BE0123456749",), (VatAnswer("BE0123456749", date(2026, 6, 1), "valid"),))
    refused = Customer(
        "C0001", "Belg", ("BE0123456749",), (*VALID, VatAnswer("BE0123456749", date(2026, 5, 3), "invalid"))
    )
    never = Customer("C0001", "Belg", ("BE0123456749",))
    found = [[f.code for f in statement([_supply(c)])[1]] for c in (BELGIAN, asked_after, refused, never)]
    assert found == [[], [], ["HUB-ICP-05"], ["HUB-ICP-02"]]
    assert answer_on((VatAnswer("X", DAY, "unknown"),), "X", DAY) == ""


def test_of_two_ids_the_valid_one_is_used_else_a_person_looks() -> None:
    ids = ("BE0123456749", "DE123456789")
    german = Customer("C0001", "Z", ids, (VatAnswer("DE123456789", DAY, "valid"),))
    rows, findings = statement([_supply(german)])
    assert (rows[0].vat_id, findings) == ("DE123456789", [])
    assert [f.code for f in statement([_supply(Customer("C0001", "Z", ids))])[1]] == ["HUB-ICP-02", "HUB-ICP-03"]


def test_greece_is_el_and_northern_ireland_counts() -> None:
    assert foreign_ids(["GR 123", "XI9", "GB1", "nl1", "ch2"]) == ("EL123", "XI9")


def test_code_without_kind_is_named() -> None:
    rows, findings = statement([_supply(kind="", code="OLD")])
    assert (rows[0].goods, [f.code for f in findings]) == (10000, ["HUB-ICP-04"])
