"""The given EDIFACT files of others read as their manifest says: number, dates, parties, totals, VAT, lines; look-alikes are refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.edifact import source
from hub.formats.content import Content
from hub.model.invoice import Invoice
from hub.model.party import Party
from hub.ports import Reading
from tests.connectors.edifact import build
from tests.feeds_corpus import given, needs_feeds

GIVEN = given("edifact")
_SELLERS, _BUYERS = ("SE", "SU"), ("IV", "BY", "BT")
_TOTALS = (
    (("79",), "lines"), (("389",), "without_vat"), (("176",), "vat"), (("388", "77", "86"), "with_vat"),
    (("9",), "due"), (("259",), "charges"),
)  # fmt: skip

pytestmark = needs_feeds


def _readings(path: Path) -> list[Reading]:
    content = Content(path.read_bytes(), path.name)
    assert source.recognise(content)
    first = source.read(content)
    return [first, *first.rest]


def _codes(reading: Reading, *, fatal: bool = True) -> set[str]:
    return {finding.code for finding in reading.findings if finding.fatal or not fatal}


@pytest.mark.parametrize(("path", "row"), GIVEN, ids=lambda value: value.name if isinstance(value, Path) else "")
def test_file_reads_as_the_manifest_says(path: Path, row: dict[str, Any]) -> None:
    expect, read = row["expect"], _readings(path)
    assert len(read) == len(expect["messages"])
    for reading, wanted in zip(read, expect["messages"], strict=True):
        if not wanted["type"].startswith("INVOIC:"):
            assert (reading.document, _codes(reading)) == (None, {"HUB-EDI-07"})
            continue
        assert ("HUB-EDI-05" in _codes(reading, fatal=False)) == (expect["unb"] is None)
        assert ("HUB-EDI-13" in _codes(reading)) == bool(expect["unb"] and expect["unb"]["test"])
        assert wanted["unt_ok"] or "HUB-EDI-03" in _codes(reading)
        readable = wanted.get("number") and Decimal(wanted["sum_line_moa_203"]) != 0
        assert (reading.document is not None) == bool(readable)
        assert readable or {"HUB-EDI-08"} <= _codes(reading)
        if reading.document is not None:
            _compare(reading.document, wanted)
            assert not _codes(reading) - {"HUB-EDI-02", "HUB-EDI-03", "HUB-EDI-13"}


def _compare(invoice: Invoice, wanted: dict[str, Any]) -> None:
    assert (invoice.number, invoice.type_code, invoice.currency) == (
        wanted["number"], wanted["document_type"], wanted["currency"],
    )  # fmt: skip
    assert invoice.kind == ("credit_note" if wanted["document_type"] == "381" else "invoice")
    assert str(invoice.issue_date) == wanted["dates"]["137"]
    for qualifier in ("13", "140"):
        assert qualifier not in wanted["dates"] or str(invoice.due_date) == wanted["dates"][qualifier]
    assert len(invoice.lines) == wanted["lines"]
    assert sum(line.net_amount for line in invoice.lines) == Decimal(wanted["sum_line_moa_203"])
    for qualifiers, name in _TOTALS:
        said = next((wanted["summary_moa"][q] for q in qualifiers if q in wanted["summary_moa"]), None)
        assert said is None or getattr(invoice.totals, name) == Decimal(said)
    taxes = [tax for tax in wanted["summary_tax"] if tax.get("moa")]
    assert len(invoice.vat_groups) == len(taxes)
    for group, tax in zip(invoice.vat_groups, taxes, strict=True):
        assert (group.category, group.rate) == (tax["category"], Decimal(tax["rate"]) if tax["rate"] else None)
        assert group.tax_amount == Decimal(tax["moa"]["124"])
        assert group.taxable_amount == Decimal(tax["moa"].get("125", group.taxable_amount))
    _compare_party(invoice.seller, _of(wanted, _SELLERS))
    _compare_party(invoice.buyer, _of(wanted, _BUYERS))


def _of(wanted: dict[str, Any], roles: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = next(wanted["parties"][role] for role in roles if role in wanted["parties"])
    return found


def _compare_party(party: Party, wanted: dict[str, Any]) -> None:
    assert [identifier.value for identifier in party.identifiers] == ([wanted["id"]] if wanted["id"] else [])
    assert wanted["agency"] != "9" or party.identifiers[0].scheme == "0088"
    assert party.name.startswith(wanted["name"] or "")
    numbers = dict(told.split(":", 1) for told in wanted.get("tax_or_reg", ()))
    assert party.vat_id == numbers.get("VA", "").replace(".", "")
    assert (party.legal_id.value if party.legal_id else "") == numbers.get("GN", "")


def test_a_cent_in_any_total_of_a_given_file_is_seen() -> None:
    """Each total of a file that adds up, changed by a cent, refuses it at that very segment."""
    (path,) = [path for path, row in GIVEN if row["file"].endswith("EXAMPLE3.TXT")]
    text = path.read_text("utf-8")
    summary = text.index("UNS+S")
    for total in ("79:800", "259:100", "389:900", "176:225", "388:1125", "9:1125"):
        at = text.index(f"MOA+{total}'", summary)
        wrong = f"{text[:at]}MOA+{total}.01'{text[at + len(total) + 5 :]}"
        reading = source.read(Content(wrong.encode()))
        places = [f.location for f in reading.findings if f.code == "HUB-EDI-11"]
        assert places, total
        assert any(place.endswith(f"position {at + 1}") for place in places)


def test_our_own_files_are_no_copies_of_given_ones() -> None:
    assert build.interchange(build.invoice()) not in {path.read_bytes() for path, _ in GIVEN}
