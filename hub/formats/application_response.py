"""Writes a Peppol Invoice Response (UBL 2.1 ApplicationResponse, T111), and checks it against our own schema."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from hub.errors import Bug
from hub.model.business_response import Answer, BusinessResponse, Clarification
from hub.model.party import Identifier, Party

ROOT = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
PROCESS = "urn:fdc:peppol.eu:poacc:bis:invoice_response:3"
DOCUMENT_TYPE = f"{ROOT}::ApplicationResponse##{CUSTOMIZATION}::2.1"
TYPE = "peppol.invoice-response"  # as a dispatch
SCHEMA = "invoice-response.xsd"
_lock = threading.Lock()
_WITHOUT_TEXT = "No further explanation was given."  # OTH should carry a text (T111)


def write_response(response: BusinessResponse) -> bytes:
    """The message, as UTF-8 XML. Same response, same bytes."""
    root = etree.Element(f"{{{ROOT}}}ApplicationResponse", nsmap={None: ROOT, "cac": CAC, "cbc": CBC})
    _basic(root, "CustomizationID", CUSTOMIZATION)
    _basic(root, "ProfileID", PROCESS)
    _basic(root, "ID", response.id)
    _basic(root, "IssueDate", response.issued_at.date().isoformat())
    _basic(root, "IssueTime", response.issued_at.strftime("%H:%M:%SZ"))
    _party(root, "SenderParty", response.sender)
    _party(root, "ReceiverParty", response.receiver)
    about = _aggregate(root, "DocumentResponse")
    _response(about, response.answer, response.issued_at.date().isoformat())
    document = _aggregate(about, "DocumentReference")
    _basic(document, "ID", response.document)
    if response.document_date is not None:
        _basic(document, "IssueDate", response.document_date.isoformat())
    _basic(document, "DocumentTypeCode", response.document_type, listID="UNCL1001")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _response(about: etree._Element, answer: Answer, day: str) -> None:
    element = _aggregate(about, "Response")
    _basic(element, "ResponseCode", "PD" if answer.status == "PPD" else answer.status, listID="UNCL4343OpSubset")
    _basic(element, "EffectiveDate", day)
    for clarification in answer.clarifications:
        _status(element, clarification)


def _status(response: etree._Element, given: Clarification) -> None:
    """A reason or an action; where in the document it is stands in a condition."""
    status = _aggregate(response, "Status")
    _basic(status, "StatusReasonCode", given.code, listID="OPStatusAction" if given.action else "OPStatusReason")
    text = given.text or (_WITHOUT_TEXT if given.code == "OTH" and not given.action else "")
    if text:
        _basic(status, "StatusReason", text)
    if given.attribute:
        condition = _aggregate(status, "Condition")
        _basic(condition, "AttributeID", given.attribute)
        _basic(condition, "Description", given.detail or given.code)


def _party(parent: etree._Element, name: str, party: Party) -> None:
    element = _aggregate(parent, name)
    if party.endpoint is not None:
        _identifier(element, "EndpointID", party.endpoint)
    if party.legal_id is not None:
        _identifier(_aggregate(element, "PartyIdentification"), "ID", party.legal_id)
    _basic(_aggregate(element, "PartyLegalEntity"), "RegistrationName", party.name)


def _identifier(parent: etree._Element, name: str, given: Identifier) -> None:
    attributes = {"schemeID": given.scheme} if given.scheme else {}
    _basic(parent, name, given.value, **attributes)


def _aggregate(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _basic(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{{{CBC}}}{name}", attributes).text = _printable(text)


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold: the words may be a sender's own."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def require_valid(data: bytes, schemas: Path) -> None:
    """Raises `Bug` with place and reason when a response of ours is not what our schema says: nothing leaves then."""
    with _lock:  # compiled once, whoever comes first
        found = next(_schema(schemas / SCHEMA).iter_errors(data.decode("utf-8")), None)
    if found is not None:
        raise Bug(f"an Invoice Response of ours is not valid: {found.path}: {found.reason}")


@cache
def _schema(path: Path) -> Any:
    import xmlschema

    return xmlschema.XMLSchema(str(path), allow="local", defuse="always")
