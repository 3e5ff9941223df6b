"""Streets in their parts, and legal forms as people write them."""

from __future__ import annotations

import pytest

from hub.credit.case_party import legal_form_of, liable_in_person, street_of
from hub.model.party import Address


@pytest.mark.parametrize(
    ("lines", "parts"),
    [
        (("Kade 12", ""), ("Kade", "12", "")),
        (("Kade 12a", ""), ("Kade", "12", "a")),
        (("Kade 12-2 hoog", ""), ("Kade", "12", "2 hoog")),
        (("Plein 1940-1945 3", ""), ("Plein 1940-1945", "3", "")),
        (("2e Dwarsstraat 7 B", ""), ("2e Dwarsstraat", "7", "B")),
        (("Kade", "12"), ("Kade", "12", "")),
        (("Kade 12", "t.a.v. de directie"), ("Kade", "12", "")),
        (("Postbus 99", ""), ("Postbus", "99", "")),
        (("12 High Street", ""), ("High Street", "12", "")),
        (("Hoeve Welgelegen", ""), ("Hoeve Welgelegen", "", "")),
        (("", ""), ("", "", "")),
    ],
)
def test_street_comes_apart(lines: tuple[str, str], parts: tuple[str, str, str]) -> None:
    found = street_of(Address(*lines))
    assert (found.name, found.number, found.addition) == parts


@pytest.mark.parametrize(
    ("said", "name", "form"),
    [
        ("", "Jansen B.V.", "bv"), ("", "Jansen BV", "bv"), ("", "Bakkerij Jansen V.O.F.", "vof"), ("", "VOF Jansen", "vof"),
        ("", "Maatschap De Artsen", "maatschap"), ("", "Stichting Hulp", "stichting"), ("", "Jansen", ""), ("", "Overval", ""),
        ("", "Muller GmbH", "gmbh"), ("eenmanszaak", "Jansen", "eenmanszaak"), ("ZZP", "Jansen", "eenmanszaak"),
        ("B.V.", "Jansen", "bv"), ("Europese vennootschap", "Jansen", "europese vennootschap"),
    ],
)  # fmt: skip
def test_legal_form_is_what_was_said_or_stands_in_the_name(said: str, name: str, form: str) -> None:
    assert legal_form_of(said, name) == form


def test_owners_of_these_answer_with_all_they_have() -> None:
    assert [form for form in ("bv", "nv", "vof", "eenmanszaak", "maatschap", "cv", "") if liable_in_person(form)] == [
        "vof", "eenmanszaak", "maatschap", "cv",
    ]  # fmt: skip
