"""Whatever a document writes, the store takes it: an outcome, never a crash (columns and indexes have widths)."""

from __future__ import annotations

import copy

from lxml import etree

from hub.formats.xml import safe_parse
from tests.books import Books, document, message_of

LONG = "Zeer lange tekst 1234567890 " * 400  # longer than any column, and than a PostgreSQL index entry may be


def test_every_text_of_an_invoice_may_be_endless_when_recorded(books: Books) -> None:
    root = safe_parse(document("01").read_bytes())
    leaves = [index for index, element in enumerate(root.iter(etree.Element)) if not len(element)]
    messages = []
    for index in leaves:
        odd = copy.deepcopy(root)
        list(odd.iter(etree.Element))[index].text = LONG
        messages.append(message_of(etree.tostring(odd)))
    results = [books.process([message])[0] for message in messages]
    assert len(results) == len(leaves)
    assert not [r for r in results if any(f.code == "HUB-BUG" for f in r.booking.findings)]
    assert books.scalar("SELECT COUNT(*) FROM inbox") == len(leaves)


def test_currency_of_four_letters_is_an_outcome_when_recorded(books: Books) -> None:
    body = document("01").read_bytes().replace(b">EUR<", b">EURO<").replace(b">380<", b">38000000000000<")
    assert books.process([message_of(body)])[0].outcome in ("held", "refused")
