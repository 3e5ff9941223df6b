"""What documents travel in: the Peppol envelope (SBDH), a zip, and a small PDF to attach."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from .draft import Draft

SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    node = etree.SubElement(parent, f"{{{SBDH}}}{name}", attributes)
    node.text = text or None
    return node


def envelope(document: bytes, draft: Draft, instance: str) -> bytes:
    """The Peppol business message envelope around one UBL document (DOMAIN 15.1)."""
    payload = etree.fromstring(document)
    name = etree.QName(payload)
    root = etree.Element(f"{{{SBDH}}}StandardBusinessDocument", nsmap={None: SBDH})
    header = _add(root, "StandardBusinessDocumentHeader")
    _add(header, "HeaderVersion", "1.0")
    for role, party in (("Sender", draft.seller), ("Receiver", draft.buyer)):
        _add(_add(header, role), "Identifier", f"0106:{party.kvk}", Authority="iso6523-actorid-upis")
    identification = _add(header, "DocumentIdentification")
    for field, text in (
        ("Standard", name.namespace or ""),
        ("TypeVersion", "2.1"),
        ("InstanceIdentifier", instance),
        ("Type", name.localname),
        ("CreationDateAndTime", f"{draft.issued}T09:30:00Z"),
    ):
        _add(identification, field, text)
    scopes = _add(header, "BusinessScope")
    document_type = f"{name.namespace}::{name.localname}##{draft.specification}::2.1"
    for kind, value, identifier in (
        ("DOCUMENTID", document_type, "busdox-docid-qns"),
        ("PROCESSID", draft.process, "cenbii-procid-ubl"),
        ("COUNTRY_C1", draft.seller.country, ""),
    ):
        scope = _add(scopes, "Scope")
        _add(scope, "Type", kind)
        _add(scope, "InstanceIdentifier", value)
        if identifier:
            _add(scope, "Identifier", identifier)
    etree.indent(root)
    root.append(payload)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data + b"\n"


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but the members: fixed time, no compression."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, content)
    return buffer.getvalue()


def pdf(text: str) -> bytes:
    """A PDF of one page that shows one line of plain ASCII text."""
    stream = f"BT /F1 18 Tf 72 760 Td ({text}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    )
