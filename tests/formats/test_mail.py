"""Mails: which of their parts are documents, and what is said of the others."""

from __future__ import annotations

import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.formats.mail import MAX_HOPS, addressed_codes, read_mail

XML = b"<Invoice/>"


def mail_with(
    *attachments: tuple[str, bytes], message_id: str = "<m@x>", to: str = "facturen@example.nl", text: str = "Bijgaand."
) -> bytes:
    """A mail with these attachments."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "leverancier@example.nl", to, "Factuur"
    if message_id:
        mail["Message-ID"] = message_id
    mail.set_content(text)
    for name, body in attachments:
        main, _, sub = ("application", "/", "xml") if name.endswith(".xml") else ("application", "/", "octet-stream")
        mail.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def found(data: bytes) -> tuple[list[str], list[str]]:
    """Names of the documents, and codes of the findings."""
    mail = read_mail(data)
    return [a.name for a in mail.attachments], [f.code for f in mail.findings]


def test_attachments_are_documents_with_their_place_and_bytes() -> None:
    mail = read_mail(mail_with(("a.xml", XML), ("b.csv", b"\xe9;\x00\r\n")))
    assert [(a.place, a.name, a.body) for a in mail.attachments] == [
        ("2", "a.xml", XML), ("3", "b.csv", b"\xe9;\x00\r\n")
    ]  # fmt: skip
    assert (mail.message_id, mail.recipients, mail.findings) == ("<m@x>", ("facturen@example.nl",), ())


def test_text_of_the_mail_logo_signature_and_invitation_are_no_documents() -> None:
    mail = EmailMessage()
    mail.set_content("text")
    mail.add_alternative("<p>text</p>", subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    mail.add_attachment(b"sig", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="a.ics")
    assert found(mail.as_bytes()) == ([], ["HUB-CHAN-02"])


def test_text_with_a_file_name_is_a_document() -> None:
    mail = EmailMessage()
    mail.set_content("text")
    mail.add_attachment("a;b\n", subtype="plain", filename="mutaties.txt")
    mail.add_attachment("a;b\n", subtype="csv", filename="mutaties.csv")
    assert found(mail.as_bytes()) == (["mutaties.txt", "mutaties.csv"], [])


def test_mail_that_is_a_document_itself_is_one() -> None:
    mail = b"Message-ID: <m@x>\r\nContent-Type: application/xml\r\n\r\n<Invoice/>"
    assert [(a.place, a.name, a.body) for a in read_mail(mail).attachments] == [("1", "bijlage-1", XML)]


def test_mail_in_a_mail_is_opened_whether_attached_or_as_a_file() -> None:
    inner = mail_with(("a.xml", XML))
    outer = EmailMessage()
    outer.set_content("fwd")
    outer.add_attachment(message_from_bytes(inner, policy=default))
    outer.add_attachment(
        mail_with(("b.xml", XML)), maintype="application", subtype="octet-stream", filename="forwarded.eml"
    )
    assert found(outer.as_bytes()) == (["a.xml", "b.xml"], [])


def test_mails_in_mails_are_opened_to_a_depth_and_then_named() -> None:
    data = mail_with(("a.xml", XML))
    for _ in range(10):
        outer = EmailMessage()
        outer.set_content("fwd")
        outer.add_attachment(data, maintype="application", subtype="octet-stream", filename="x.eml")
        data = outer.as_bytes()
    assert found(data) == ([], ["HUB-CHAN-07"])


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822"])
def test_nesting_without_end_costs_neither_time_nor_the_stack(kind: str) -> None:
    if kind == "message/rfc822":
        data = b"Content-Type: message/rfc822\r\n\r\n" * 5000 + b"Content-Type: application/xml\r\n\r\n<a/>"
    else:
        head = (b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))
        data = b"".join(head) + b"\r\nx" * 100_000
    started = time.process_time()
    assert found(data) == ([], ["HUB-CHAN-07"])
    assert time.process_time() - started < 5


def test_thousands_of_parts_are_refused() -> None:
    data = mail_with(*((f"{n}.xml", XML) for n in range(300)))
    assert found(data) == ([], ["HUB-CHAN-07"])


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=enveloped-data", "multipart/encrypted"])
def test_encrypted_mail_is_named(kind: str) -> None:
    assert found(f"Content-Type: {kind}\r\n\r\nMIAG".encode()) == ([], ["HUB-CHAN-06"])


def test_damaged_attachment_is_named_and_the_others_are_taken() -> None:
    data = mail_with(("a.xml", XML), ("b.xml", b"<b>" + b"x" * 30 + b"</b>"))
    start = data.rindex(b"PGI+")
    end = data.index(b"\n\n", start) if b"\n\n" in data[start:] else data.index(b"\n--", start)
    damaged = data[:start] + b"PGI+e\n" + data[end:]
    names, codes = found(damaged)
    assert names == ["a.xml"]
    assert codes == ["HUB-CHAN-09"]


def test_loop_bounce_and_answer_of_somebody_who_is_away_are_told_apart() -> None:
    loop = b"Received: from a by b\r\n" * (MAX_HOPS + 1) + mail_with(("a.xml", XML))
    assert found(loop) == ([], ["HUB-CHAN-08"])
    away = b"Auto-Submitted: auto-replied\r\n" + mail_with()
    assert read_mail(away).ignored == "auto-reply"
    assert found(b"Auto-Submitted: auto-generated\r\n" + mail_with(("a.xml", XML))) == (["a.xml"], [])
    receipt = b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n--b--\r\n'
    assert read_mail(receipt).ignored == "bounce"


def test_name_of_an_attachment_is_only_a_name() -> None:
    assert found(mail_with(("../../etc/passwd.xml", XML))) == (["passwd.xml"], [])
    assert found(mail_with(("C:\\x\\a.xml", XML))) == (["a.xml"], [])
    assert found(mail_with(("fäktür €.xml", XML))) == (["fäktür €.xml"], [])


def test_mail_without_id_is_known_by_its_bytes() -> None:
    first, again = (read_mail(mail_with(("a.xml", XML), message_id="")) for _ in range(2))
    assert first.message_id == again.message_id or len(first.message_id) == 64
    assert len(first.message_id) == 64


def test_receiving_server_is_believed_before_the_sender() -> None:
    data = b"Delivered-To: facturen+demo@example.nl\r\nDelivered-To: facturen+forged@example.nl\r\n" + mail_with(
        to="facturen+other@example.nl"
    )
    assert read_mail(data).recipients == ("facturen+demo@example.nl",)


@pytest.mark.parametrize(
    ("addresses", "codes"),
    [(["f+demo@x"], {"demo"}), (["f+DEMO@x"], {"demo"}), (["f@x"], set()), (["f+nobody@x"], set()),
     (["f+demo@x", "f+Other@x"], {"demo", "Other"}), (["f+demo+x@x"], set())],
)  # fmt: skip
def test_address_names_an_administration_behind_its_plus(addresses: list[str], codes: set[str]) -> None:
    assert addressed_codes(addresses, ["demo", "Other"]) == codes


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_accident(data: bytes) -> None:
    read_mail(data)
    read_mail(mail_with(("a.xml", XML))[:200] + data)
    read_mail(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment; filename*=" + data
    )
