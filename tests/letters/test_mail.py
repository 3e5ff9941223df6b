"""A mail: merge fields are text and nothing else, both forms say the same, and there is a way out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest

from hub.letters.mail import Envelope, Template, check_template, compose, template_of, text_of_html
from hub.model.mail_address import is_address

FIELDS = {"name": "Jansen & Zn. <b>\r\nBcc: all@example.nl", "contact": "Anja", "code": "C0001", "city": "Ede",
          "country": "Nederland", "email": "a@example.nl", "administration": "Demo B.V."}  # fmt: skip
ENVELOPE = Envelope(
    "Demo, B.V. <books@example.nl>", "a@example.nl", "<1@example.nl>", datetime(2026, 11, 21, 9, tzinfo=UTC),
    "Afmelden? Schrijf aan books@example.nl.", "AFMELDEN 1/C0001", "Anja",
)  # fmt: skip


def _mail(template: Template, envelope: Envelope = ENVELOPE) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(compose(template, FIELDS, envelope), policy=default))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_mail_has_text_and_html_and_a_way_to_unsubscribe() -> None:
    mail = _mail(Template("Beste {{contact}}", "Dag {{ contact }},\n\nWij zijn dicht.\nGroet, {{administration}}"))
    assert mail["subject"] == "Beste Anja"
    assert mail["from"].addresses[0].display_name == "Demo, B.V."
    assert mail["list-unsubscribe"] == "<mailto:books@example.nl?subject=AFMELDEN%201/C0001>"
    assert _part(mail, "plain").startswith("Dag Anja,\n\nWij zijn dicht.\nGroet, Demo B.V.\n")
    assert "<p>Wij zijn dicht.<br>Groet, Demo B.V.</p>" in _part(mail, "html")
    for kind in ("plain", "html"):
        assert ENVELOPE.unsubscribe in _part(mail, kind)


def test_a_value_becomes_neither_header_nor_markup() -> None:
    mail = _mail(Template("Aan {{name}}", "Aan {{name}}", "<html><body><p>Aan {{name}}</p></body></html>"))
    assert mail["bcc"] is None
    assert mail["subject"] == "Aan Jansen & Zn. <b> Bcc: all@example.nl"
    html = _part(mail, "html")
    assert "Jansen &amp; Zn. &lt;b&gt;" in html
    assert html.index("Afmelden?") < html.index("</body>")


def test_same_mail_has_same_bytes() -> None:
    template = Template("x", "Ünï €")
    assert compose(template, FIELDS, ENVELOPE) == compose(template, FIELDS, ENVELOPE)
    assert compose(template, FIELDS, ENVELOPE).isascii()
    assert compose(template, FIELDS, replace(ENVELOPE, to="b@example.nl")) != compose(template, FIELDS, ENVELOPE)


def test_every_field_that_nobody_fills_is_a_finding() -> None:
    faults = check_template(Template("{{nam}}", "{{name}}\n{{contact}} {{iban}}", "<p>{{x}}</p>"))
    assert [(f.code, f.location, f.found) for f in faults] == [
        ("HUB-MAIL-01", "subject", "{{nam}}"), ("HUB-MAIL-01", "text, line 2", "{{iban}}"), ("HUB-MAIL-01", "html, line 1", "{{x}}"),
    ]  # fmt: skip
    assert [f.code for f in check_template(Template(" ", ""))] == ["HUB-MAIL-02", "HUB-MAIL-02"]
    assert check_template(Template("{{name}}", "{{ code }}")) == ()


def test_html_gives_its_own_text() -> None:
    made = template_of(
        "x",
        "<html><head><title>t</title><style>p{}</style></head><body><p>Dag&nbsp;u,</p><p>Tot\n dan.</p></body></html>",
    )
    assert made.html.startswith("<html>")
    assert text_of_html(made.html) == "Dag u,\n\nTot dan.\n" == made.text


@pytest.mark.parametrize(
    ("email", "good"),
    [("a@b.nl", True), ("a.b+c@d-e.co.uk", True), ("", False), ("a", False), ("a@b", False), ("a b@c.nl", False),
     ("a@b.nl,c@d.nl", False), ("A <a@b.nl>", False), ("a@b.nl\r\nBcc: c@d.nl", False), ("ü@b.nl", False), ("a@b..", False)],
)  # fmt: skip
def test_what_is_a_mail_address(email: str, good: bool) -> None:
    assert is_address(email) is good
