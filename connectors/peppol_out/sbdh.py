"""Writes the Peppol envelope (Standard Business Document Header) around a document of ours (DOMAIN 15.1)."""

from __future__ import annotations

from lxml import etree

from hub.errors import Permanent, UnreadableInput
from hub.formats.content import Content
from hub.model.dispatch import Dispatch

_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_PARTICIPANT = "iso6523-actorid-upis"


def enveloped(dispatch: Dispatch) -> bytes:
    """The document in its envelope. The instance identifier is the dispatch's own id: sent twice, it is one to the network."""
    try:
        payload = Content(dispatch.body).root
    except UnreadableInput as error:
        raise Permanent(f"what was to be sent is no XML: {error}") from error
    root = etree.Element(_tag("StandardBusinessDocument"), nsmap={None: _SBDH})
    header = _add(root, "StandardBusinessDocumentHeader")
    _add(header, "HeaderVersion", "1.0")
    for name in ("Sender", "Receiver"):
        _add(_add(header, name), "Identifier", dispatch.header(name.lower()), Authority=_PARTICIPANT)
    _identify(_add(header, "DocumentIdentification"), dispatch, etree.QName(payload))
    scopes = _add(header, "BusinessScope")
    _scope(scopes, "DOCUMENTID", dispatch.header("document_type"), "busdox-docid-qns")
    _scope(scopes, "PROCESSID", dispatch.header("process"), "cenbii-procid-ubl")
    _scope(scopes, "COUNTRY_C1", dispatch.header("country"))
    root.append(payload)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _identify(element: etree._Element, dispatch: Dispatch, payload: etree.QName) -> None:
    _add(element, "Standard", payload.namespace or "")
    _add(element, "TypeVersion", "2.1")
    _add(element, "InstanceIdentifier", dispatch.id)
    _add(element, "Type", payload.localname)
    _add(element, "CreationDateAndTime", dispatch.created_at.isoformat(timespec="seconds").replace("+00:00", "Z"))


def _scope(scopes: etree._Element, kind: str, value: str, identifier: str = "") -> None:
    scope = _add(scopes, "Scope")
    _add(scope, "Type", kind)
    _add(scope, "InstanceIdentifier", value)
    if identifier:
        _add(scope, "Identifier", identifier)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _tag(name), attributes)
    element.text = text
    return element


def _tag(name: str) -> str:
    return f"{{{_SBDH}}}{name}"
