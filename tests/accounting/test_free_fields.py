"""Free fields: definitions and values."""

from __future__ import annotations

import pytest

from hub.accounting.free_fields import check_field, check_value
from hub.model.finding import Finding
from hub.model.relation_card import FieldKind, FreeField


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", " Noord ", "Noord"), ("number", "12,5", "12.5"), ("number", "-3", "-3"), ("date", "21-11-2026", "2026-11-21"),
        ("date", "2026-11-21", "2026-11-21"), ("yes_no", "Ja", "yes"), ("yes_no", "false", "no"), ("choice", "noord", "Noord"),
        ("number", "  ", ""),
    ],
)  # fmt: skip
def test_value_is_kept_in_one_form(kind: FieldKind, text: str, kept: str) -> None:
    assert check_value(FreeField("f", "F", kind, 100, ("Noord",) if kind == "choice" else ()), text) == kept


@pytest.mark.parametrize(
    ("kind", "text"),
    [("number", "1.234,50"), ("number", "twaalf"), ("date", "31-02-2026"), ("date", "11/21/2026"), ("yes_no", "misschien"),
     ("choice", "West")],
)  # fmt: skip
def test_finding_says_what_fits_when_a_value_does_not(kind: FieldKind, text: str) -> None:
    found = check_value(FreeField("f", "F", kind, 100, ("Noord",) if kind == "choice" else ()), text)
    assert isinstance(found, Finding)
    assert (found.code, found.location, found.found) == ("HUB-FIELD-05", "f", text)
    assert found.expected


def test_value_is_refused_when_it_is_longer_than_its_field() -> None:
    found = check_value(FreeField("f", "F", "text", 3), "abcd")
    assert isinstance(found, Finding)
    assert (found.code, found.expected) == ("HUB-FIELD-06", "3")


def test_definition_gives_every_fault_at_once() -> None:
    assert check_field(FreeField("rayon", "Rayon", "choice", 10, ("Noord",))) == []
    wrong = check_field(FreeField("Klant sinds", "x", "money", 0, ("a",)))  # type: ignore[arg-type]
    assert [finding.code for finding in wrong] == ["HUB-FIELD-01", "HUB-FIELD-02", "HUB-FIELD-03", "HUB-FIELD-04"]
