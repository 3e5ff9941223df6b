"""The Peppol envelope (Standard Business Document Header): what it says, and whether the document agrees."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.values import Table, Values, fill, text
from hub.model.invoice import Invoice
from hub.model.party import Party
from hub.model.transport_header import TransportHeader

_SBDH = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
_SCOPES = {"DOCUMENTID": "document_type", "PROCESSID": "process", "COUNTRY_C1": "country"}
_SCOPE: Table = {_SBDH + "Type": (text, "type"), _SBDH + "InstanceIdentifier": (text, "value")}


def _scope(element: etree._Element, field: str, values: Values, log: Log) -> None:
    scope: Values = {}
    fill(element, _SCOPE, scope, log)
    if target := _SCOPES.get(scope.get("type", "")):
        values.setdefault(target, scope.get("value", ""))


_HEADER: Table = {
    _SBDH + "Sender": {_SBDH + "Identifier": (text, "sender")},
    _SBDH + "Receiver": {_SBDH + "Identifier": (text, "receiver")},
    _SBDH + "DocumentIdentification": {_SBDH + "InstanceIdentifier": (text, "instance_id")},
    _SBDH + "BusinessScope": {_SBDH + "Scope": (_scope, "")},
}
_REQUIRED = ("instance_id", "sender", "receiver", "document_type", "process")


def read_header(envelope: etree._Element) -> TransportHeader:
    """The header of an envelope. Fields it does not give are ""; what we have no field for is left in the original."""
    values: Values = {}
    header = envelope.find(_SBDH + "StandardBusinessDocumentHeader")
    if header is not None:
        fill(header, _HEADER, values, Log(header))
    return TransportHeader(**values)


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
    if header.process and invoice.process and header.process != invoice.process:
        log.add("HUB-SBDH-02", "warning", None, header.process, invoice.process, who="network", below="/ProfileID[1]")


def _check_participant(code: str, participant: str, party: Party, log: Log) -> None:
    if participant and party.endpoint and party.endpoint.scheme:
        stated = f"{party.endpoint.scheme}:{party.endpoint.value}"
        if stated.lower() != participant.lower():
            log.add(code, "warning", None, participant, stated, who="network")
