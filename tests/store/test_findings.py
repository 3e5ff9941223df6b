"""Findings as rows: of one code that follow each other in one, and every one of them comes back."""

from __future__ import annotations

from collections import namedtuple

from hub.model.finding import Finding
from hub.store.findings import finding_rows, findings_in
from hub.store.tables import finding

_Row = namedtuple("_Row", [column.name for column in finding.columns])


def _warning(place: int, code: str = "UBL-CR-505", layer: str = "en16931") -> Finding:
    details = (("term", "BT-126"), ("variant", "absent")) if place % 2 else ()
    return Finding(
        code, "warning", layer, f"/Invoice[1]/InvoiceLine[{place}]", f"found {place}", None, "sender", details
    )


def _back(*rows: tuple[object, ...]) -> list[Finding]:
    return list(findings_in(_Row(*row) for row in rows))  # type: ignore[arg-type]


def test_what_a_rule_says_of_a_thousand_lines_is_one_row_and_comes_back_in_order() -> None:
    many = [_warning(place) for place in range(1, 1001)]
    [row] = finding_rows(7, "m", many)
    assert (row[1], row[2], row[3], row[7]) == ("m", 0, "UBL-CR-505", many[0].location)
    assert len(row[-1]) < 20_000
    assert _back(row) == many


def test_the_order_among_codes_stays_and_nothing_is_drawn_together_across_it() -> None:
    mixed = [_warning(1), _warning(2), _warning(3, "UBL-CR-506"), _warning(4), _warning(5, layer="nlcius")]
    rows = finding_rows(7, "m", mixed)
    assert [(row[2], row[3], row[-1] is not None) for row in rows] == [
        (0, "UBL-CR-505", True), (1, "UBL-CR-506", False), (2, "UBL-CR-505", False), (3, "UBL-CR-505", False),
    ]  # fmt: skip
    assert _back(*rows) == mixed


def test_findings_of_our_own_have_a_row_each() -> None:
    ours = [_warning(place, "HUB-MAP-01", "hub") for place in (1, 2)]
    assert [row[2] for row in finding_rows(7, "m", ours)] == [0, 1]


def test_what_is_found_later_is_numbered_after_the_rows_that_are_there() -> None:
    before = [_warning(1), _warning(2), _warning(3, "UBL-CR-506")]
    assert [row[2] for row in finding_rows(7, "m", [_warning(4)], after=before)] == [2]
