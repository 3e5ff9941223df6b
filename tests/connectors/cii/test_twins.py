"""The same invoice written as UBL and as CII is the same invoice, and the same entry in the books."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, settings

from connectors.cii import source as cii
from connectors.ubl import source as ubl
from hub.formats import xsd
from hub.formats.content import Content
from hub.model.booking import Booking, Rate
from hub.model.invoice import Invoice
from hub.ports import Reading, Source
from hub.steps.book import book
from tests import builders
from tests.cii_writer import write_cii
from tests.connectors.cii.invoices import invoices
from tests.ubl_writer import NO_NETWORK, write_ubl


def _booked(read: Invoice) -> Booking:
    rates = (Rate("USD", read.issue_date, builders.D("1.10")),)
    return book(Reading("any", document=read), builders.facts(rates=rates))


def _read(source: Source, data: bytes) -> Invoice:
    content = Content(data)
    assert source.recognise(content)
    assert xsd.check(content.payload, explain=False) == (), data.decode()
    reading = source.read(content)
    assert reading.findings == ()
    assert reading.mapped
    assert reading.document is not None
    assert {entry.text for entry in reading.document.unmapped} <= {NO_NETWORK}
    return replace(reading.document, unmapped=())


def test_ubl_and_cii_read_to_the_invoice_that_was_written_and_are_booked_alike() -> None:
    outcomes: dict[tuple[str, str], set[str]] = {}

    @settings(
        max_examples=50,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(invoices())
    def compare(made: Invoice) -> None:
        from_ubl, from_cii = _read(ubl, write_ubl(made)), _read(cii, write_cii(made))
        assert from_ubl == made
        assert from_cii == made
        assert (booking := _booked(from_ubl)) == _booked(from_cii)
        outcomes.setdefault((made.kind, made.currency), set()).add(booking.outcome)

    compare()
    assert len(outcomes) == 4
    assert all("posted" in found for found in outcomes.values())  # entries were compared, not refusals
