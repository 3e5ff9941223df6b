"""Reads the Peppol envelope (Standard Business Document Header); what its fields mean stands in DOMAIN 15.1."""

from __future__ import annotations

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.transport_header import TransportHeader

NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_SBDH = f"{{{NAMESPACE}}}"
_SCOPES = {"DOCUMENTID": "document_type", "PROCESSID": "process", "COUNTRY_C1": "country"}
_PLACES = {
    "sender": "Sender/Identifier", "receiver": "Receiver/Identifier", "instance_id": "DocumentIdentification/InstanceIdentifier",
    "standard": "DocumentIdentification/Standard", "type": "DocumentIdentification/Type",
}  # fmt: skip


def read_header(envelope: etree._Element) -> TransportHeader:
    """The header of an envelope. Fields it does not give are ""; what we have no field for is left in the original."""
    header = envelope.find(f"{_SBDH}StandardBusinessDocumentHeader")
    if header is None:
        return TransportHeader()
    values = {field: _text(header, place) for field, place in _PLACES.items()}
    for scope in header.iterfind(f"{_SBDH}BusinessScope/{_SBDH}Scope"):
        if target := _SCOPES.get(_text(scope, "Type")):
            values.setdefault(target, _text(scope, "InstanceIdentifier"))
    return TransportHeader(**values)


def header_of(body: bytes) -> TransportHeader | None:
    """The header of what is an envelope; None for anything else, also for what is no XML at all."""
    try:
        root = Content(body).root
    except UnreadableInput:
        return None
    return read_header(root) if root.tag == f"{_SBDH}StandardBusinessDocument" else None


def _text(element: etree._Element, place: str) -> str:
    found = element.find("/".join(_SBDH + name for name in place.split("/")))
    return "" if found is None else "".join(str(part) for part in found.itertext(with_tail=False)).strip(" \t\r\n")
