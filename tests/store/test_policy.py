"""What becomes of a document by the policy of its channel: every kind of finding, through the whole pipeline, on either engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.pipeline import read
from hub.reports.history import findings_of_invoice, history
from hub.reports.judged import Judged
from hub.reports.messages import list_messages, show_message
from hub.reports.verify import verify
from hub.store.messages import load_original
from tests.bench.documents import invoices
from tests.books import Books, message_of, open_books, starter
from tests.conftest import or_skip
from tests.demo_documents.draft import GACCOUNT, NLCIUS, PEPPOL
from tests.services import fresh_database, postgres

CHANNELS = ("hold", "refuse", "book-with-finding", "cli")
"""Channels by the policy that they have; `cli` has what the starter gives to whatever a person hands in."""
_NOTHING = ("posted", "posted", "posted", "posted")
_ARITHMETIC = ("refused", "refused", "refused", "refused")
_RULE = ("held", "refused", "posted", "held")  # of the schema and EN 16931
_AGREEMENT = ("held", "refused", "posted", "posted")
_ABORT = ("held", "held", "held", "held")
_UUID = ("</cbc:ID>\n  <cbc:IssueDate>", "</cbc:ID>\n  <cbc:UUID>7</cbc:UUID>\n  <cbc:IssueDate>")
_NO_PROMISE = (f"<cbc:CustomizationID>{PEPPOL}</cbc:CustomizationID>", "")
_AS_DUTCH = (PEPPOL, NLCIUS)
_OTHER_CURRENCY = (
    ("</cbc:DocumentCurrencyCode>", "</cbc:DocumentCurrencyCode>\n  <cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode>"),
    (
        "</cac:TaxTotal>",
        '</cac:TaxTotal><cac:TaxTotal><cbc:TaxAmount currencyID="USD">-9.00</cbc:TaxAmount></cac:TaxTotal>',
    ),
)
_LINE = '<cbc:LineExtensionAmount currencyID="EUR">263.40<'
TABLE: dict[str, tuple[tuple[tuple[str, str], ...], str, tuple[str, ...]]] = {
    "a warning": ((_UUID,), "UBL-CR-005", _NOTHING),
    "nothing": ((), "", _NOTHING),
    "a fatal rule of EN 16931": ((("unitCode=\"C62\"", "unitCode=\"STUK\""),), "BR-CL-23", _RULE),
    "arithmetic of EN 16931": ((('TaxInclusiveAmount currencyID="EUR">1365.95', 'TaxInclusiveAmount currencyID="EUR">1365.96'),),
                               "BR-CO-15", _ARITHMETIC),
    "a fatal rule of Peppol": ((("<cbc:BuyerReference>INKOOP</cbc:BuyerReference>", ""),
                                ("<cac:OrderReference>\n    <cbc:ID>INKOOP-4711</cbc:ID>\n  </cac:OrderReference>", "")),
                               "PEPPOL-EN16931-R003", _AGREEMENT),
    "price times quantity": ((('PriceAmount currencyID="EUR">21.95', 'PriceAmount currencyID="EUR">22.95'),),
                             "PEPPOL-EN16931-R120", _AGREEMENT),
    "a sign in two currencies": (_OTHER_CURRENCY, "PEPPOL-EN16931-R055", _AGREEMENT),
    "a fatal rule of NLCIUS": ((_AS_DUTCH, ("<cbc:PostalZone>1234 XX</cbc:PostalZone>", "")), "BR-NL-3", _AGREEMENT),
    "a fatal rule of the G-account": (((PEPPOL, GACCOUNT),), "BR-GA-1", _AGREEMENT),
    "a fault of the schema": ((("<cbc:IssueDate>", "<cbc:Colour>red</cbc:Colour><cbc:IssueDate>"),), "XSD-01", _RULE),
    # The official rules of Peppol stop on it: beside the schema's fault there is no verdict of theirs to book by.
    "a quantity that is no number": ((('unitCode="C62">12<', 'unitCode="C62">twaalf<'),), "HUB-UBL-07",
                                       ("held", "refused", "held", "held")),
    "an amount that is no number": (((_LINE, _LINE.replace("263.40", "veel")),), "HUB-UBL-07", _ARITHMETIC),
    "a stop of the official artefact": ((("TypeCode>380<", "TypeCode>3<!---->80<"),), "HUB-EN-01", _ABORT),
    "a rule that was not promised": ((_NO_PROMISE, ("unitCode=\"C62\"", "unitCode=\"STUK\"")), "", _NOTHING),
    "arithmetic without a promise": ((_NO_PROMISE, ('TaxInclusiveAmount currencyID="EUR">1365.95',
                                                    'TaxInclusiveAmount currencyID="EUR">1365.96')), "BR-CO-15", _ARITHMETIC),
}  # fmt: skip

WITHDRAWN = ('<cbc:EndpointID schemeID="0106">00270', '<cbc:EndpointID schemeID="0037">00270')
"""A scheme of electronic addresses that Peppol withdrew on 17 August 2026."""
ABOUT_AUGUST = {"early": datetime(2026, 8, 16, 9, tzinfo=UTC), "late": datetime(2026, 8, 17, 9, tzinfo=UTC)}


def _spoiled(number: int, changes: tuple[tuple[str, str], ...]) -> bytes:
    text = invoices(21 + number * 20, 1)[0].decode()  # of one supplier
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Books in which every document of the table has come by every channel, in one batch."""
    home: Path = tmp_path_factory.mktemp("policy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_EXPLAIN", "0")  # lxml's own words: to load xmlschema takes seconds
        if request.param == "sqlite":
            with open_books(home) as opened:
                yield _filled(opened)
            return
        with or_skip("PostgreSQL"):
            postgres()
        with fresh_database() as url, open_books(home, url) as opened:
            yield _filled(opened)


def _filled(books: Books) -> Books:
    books.save(replace(starter(), channel_policy={policy: policy for policy in CHANNELS[:3]}))
    numbered = enumerate((what, channel, changes) for what, (changes, _, _) in TABLE.items() for channel in CHANNELS)
    books.process([
        *(replace(message_of(_spoiled(number, changes), uid=_uid(what, channel), name=what), channel=channel)
          for number, (what, channel, changes) in numbered),
        *(replace(message_of(_spoiled(90 + number, (WITHDRAWN,)), uid=uid), channel="hold", received_at=at)
          for number, (uid, at) in enumerate(ABOUT_AUGUST.items())),
    ])  # fmt: skip
    return books


def _uid(what: str, channel: str) -> str:
    return f"{channel}: {what}"


@pytest.mark.parametrize("what", TABLE)
def test_the_policy_of_the_channel_decides_what_becomes_of_a_document(books: Books, what: str) -> None:
    _, code, outcomes = TABLE[what]
    for channel, outcome in zip(CHANNELS, outcomes, strict=True):
        uid = _uid(what, channel)
        assert (channel, books.scalar("SELECT outcome FROM inbox WHERE message_uid = :u", u=uid)) == (channel, outcome)
        codes = {row[0] for row in books.rows("SELECT code FROM finding WHERE message_uid = :u", u=uid)}
        assert code in codes if code else not codes - {"HUB-UBL-10", "HUB-RULES-04"}


def test_a_warning_travels_with_the_document_and_is_no_reason_for_its_outcome(books: Books) -> None:
    uid = _uid("a warning", "hold")
    with books.hub.database.reading() as connection:
        shown = show_message(connection, books.id, uid, "en")
        [listed] = list_messages(connection, books.id, uids=[uid])
        rows = history(connection, books.id, shown["document"]["number"])
        found = findings_of_invoice(connection, rows, "en")
    assert [(f["code"], f["severity"]) for f in shown["findings"]] == [("UBL-CR-005", "warning")]
    assert (listed["findings"], listed["warnings"], listed["reason"]) == (1, 1, None)
    assert "UBL-CR-005" not in shown["reason"]
    assert {tuple(row["source"]["findings"]) for row in rows} == {("UBL-CR-005",)}
    assert [(f["code"], f["message_id"], f["message"]) for f in found] == [
        ("UBL-CR-005", uid, shown["findings"][0]["message"])
    ]


def test_the_releases_that_judged_are_kept_with_every_outcome_and_sealed_with_the_entry(books: Books) -> None:
    peppol = {"xsd": "2.1", "en16931": "1.3.16", "peppol": "3.0.21"}
    for what in ("nothing", "a fatal rule of Peppol", "an amount that is no number"):
        with books.hub.database.reading() as connection:
            assert show_message(connection, books.id, _uid(what, "hold"))["judged_by"] == peppol
    sealed = books.scalar(
        "SELECT f.versions FROM entry_facts f JOIN entry e ON e.id = f.entry_id WHERE e.message_uid = :u",
        u=_uid("nothing", "hold"),
    )
    assert json.loads(sealed)["rules"] == peppol
    dutch = books.scalar(
        "SELECT judged_by FROM inbox WHERE message_uid = :u", u=_uid("a fatal rule of the G-account", "cli")
    )
    assert list(json.loads(dutch)) == ["xsd", "en16931", "nlcius", "gaccount"]


def test_the_release_of_the_day_on_which_a_document_came_in_judges_it(books: Books) -> None:
    """And it is asked again by `verify`, whatever is in force by then (the next test)."""
    told = "SELECT outcome, judged_by FROM inbox WHERE message_uid = :u"
    [(early, old)], [(late, new)] = books.rows(told, u="early"), books.rows(told, u="late")
    assert (early, json.loads(old)["peppol"]) == ("posted", "3.0.20")
    assert (late, json.loads(new)["peppol"]) == ("held", "3.0.21")
    codes = books.rows("SELECT code FROM finding WHERE message_uid = 'late'")
    assert ("PEPPOL-EN16931-CL008",) in codes


def test_what_was_judged_is_found_again(books: Books) -> None:
    results = verify(books.hub.database, books.hub.sources)
    assert {r.check: r.failures for r in results if not r.ok} == {}


def test_another_release_than_was_sealed_is_seen(books: Books) -> None:
    uid, change = _uid("nothing", "hold"), "UPDATE inbox SET judged_by = :j WHERE message_uid = :u"
    before = books.scalar("SELECT judged_by FROM inbox WHERE message_uid = :u", u=uid)
    books.execute(change, j=before.replace("3.0.21", "3.0.20"), u=uid)
    try:
        failures = [f for r in verify(books.hub.database, books.hub.sources) for f in r.failures]
    finally:
        books.execute(change, j=before, u=uid)
    assert len(failures) == 1
    assert "sealed with the entry" in failures[0]


def test_a_document_from_before_releases_were_kept_is_derived_without_their_findings(books: Books) -> None:
    for what, channel in (("a warning", "hold"), ("a fatal rule of Peppol", "cli"), ("arithmetic of EN 16931", "cli")):
        uid = _uid(what, channel)
        found = Judged(None)
        [row] = books.rows("SELECT sha256 FROM message WHERE uid = :u", u=uid)
        reading = read(message_of(_body(books, row[0]), uid=uid), books.hub.sources)
        assert found.of(reading).findings == ()
        assert list(found.failures(reading, None)) == []


def _body(books: Books, sha256: str) -> bytes:
    with books.hub.database.reading() as connection:
        return load_original(connection, books.id, sha256)
