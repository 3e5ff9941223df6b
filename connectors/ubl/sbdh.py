"""The Peppol envelope (Standard Business Document Header): whether the document in it agrees with it."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from hub.model.invoice import Invoice
from hub.model.party import Party
from hub.model.transport_header import TransportHeader

_REQUIRED = ("instance_id", "sender", "receiver", "document_type", "process")


def check_header(header: TransportHeader, payload: etree._Element, invoice: Invoice | None, log: Log) -> None:
    """Findings HUB-SBDH-01 … -04 (DOMAIN 15.1): what the header leaves out, and where it and the document disagree."""
    for name in _REQUIRED:
        if not getattr(header, name):
            log.add("HUB-SBDH-01", "warning", None, None, name, who="network")
    if invoice is None:
        return
    _check_document_type(header, payload, invoice, log)
    sender, receiver = (invoice.buyer, invoice.seller) if invoice.self_billed else (invoice.seller, invoice.buyer)
    _check_participant("HUB-SBDH-03", header.receiver, receiver, log)
    _check_participant("HUB-SBDH-04", header.sender, sender, log)


def _check_document_type(header: TransportHeader, payload: etree._Element, invoice: Invoice, log: Log) -> None:
    namespace, _, name = str(payload.tag)[1:].partition("}")
    expected = f"{namespace}::{name}##{invoice.specification}"
    found = header.document_type.rpartition("::")[0]
    # PINT wildcards end in `*` and stand for every customization that begins like it.
    agrees = expected.startswith(found[:-1]) if found.endswith("*") else expected == found
    if found and not agrees:
        log.add("HUB-SBDH-02", "warning", None, found, expected, who="network", below="/CustomizationID[1]")
    for stated, real in ((header.standard, namespace), (header.type, name)):
        if stated and stated != real:
            log.add("HUB-SBDH-02", "warning", None, stated, real, who="network")
    if header.process and invoice.process and header.process != invoice.process:
        log.add("HUB-SBDH-02", "warning", None, header.process, invoice.process, who="network", below="/ProfileID[1]")


def _check_participant(code: str, participant: str, party: Party, log: Log) -> None:
    if participant and party.endpoint and party.endpoint.scheme:
        stated = f"{party.endpoint.scheme}:{party.endpoint.value}"
        if stated.lower() != participant.lower():
            log.add(code, "warning", None, participant, stated, who="network")
