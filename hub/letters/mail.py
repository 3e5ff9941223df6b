"""A mail as bytes: merge fields filled in, text and HTML, a way to unsubscribe. Whoever sends it is elsewhere."""

from __future__ import annotations

import html as html_text
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html.parser import HTMLParser
from urllib.parse import quote

from hub.model.finding import Finding
from hub.model.mail_address import sender_of

_SEVEN_BITS = SMTP.clone(cte_type="7bit")  # every server takes it
FIELDS = ("name", "contact", "code", "city", "country", "email", "administration")
_FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Template:
    """What is written to all: subject, text and HTML with merge fields as `{{name}}`; no HTML = made from the text."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail bears beside its contents. `unsubscribe` is the line at the end, `unsubscribe_subject` that of an answer."""

    sender: str  # `Name <address>`
    to: str
    message_id: str
    date: datetime
    unsubscribe: str
    unsubscribe_subject: str
    to_name: str = ""


def template_of(subject: str, body: str, html: str = "") -> Template:
    """A template of what was written: a body that is HTML gives its own text."""
    if not html and body.lstrip()[:1] == "<":
        return Template(subject, text_of_html(body), body)
    return Template(subject, body, html)


def check_template(template: Template) -> tuple[Finding, ...]:
    """A finding for every merge field that nobody fills, and for an empty subject or body."""
    found = []
    for part, text in (("subject", template.subject), ("text", template.text), ("html", template.html)):
        if not text.strip() and part != "html":
            found.append(Finding("HUB-MAIL-02", "fatal", "hub", part, None, None, "us"))
        for number, line in enumerate(text.splitlines(), 1):
            for name in _FIELD.findall(line):
                if name not in FIELDS:
                    place = part if part == "subject" else f"{part}, line {number}"
                    found.append(
                        Finding("HUB-MAIL-01", "fatal", "hub", place, f"{{{{{name}}}}}", ", ".join(FIELDS), "us")
                    )
    return tuple(found)


def compose(template: Template, fields: Mapping[str, str], envelope: Envelope) -> bytes:
    """The mail. Values are text and nothing else: no header, no markup."""
    mail = EmailMessage(policy=_SEVEN_BITS)
    name, address = sender_of(envelope.sender)
    mail["From"] = Address(one_line(name), addr_spec=address)
    mail["To"] = Address(one_line(envelope.to_name), addr_spec=envelope.to)
    mail["Subject"] = one_line(filled(template.subject, fields))
    mail["Date"] = format_datetime(envelope.date)
    mail["Message-ID"] = envelope.message_id
    mail["List-Unsubscribe"] = f"<mailto:{address}?subject={quote(envelope.unsubscribe_subject)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{filled(template.text, fields).rstrip()}\n\n-- \n{envelope.unsubscribe}\n")
    mail.add_alternative(_html(template, fields, envelope.unsubscribe), subtype="html")
    mail.set_boundary(
        "=_" + re.sub(r"\W", "", envelope.message_id)[:60]
    )  # else a random one: the same data, the same bytes
    return mail.as_bytes()


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with its merge fields; what nobody fills stays as it stands."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), text)


def text_of_html(markup: str) -> str:
    """What a reader without HTML sees."""
    reader = _Text()
    reader.feed(markup)
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _html(template: Template, fields: Mapping[str, str], unsubscribe: str) -> str:
    escaped = {name: html_text.escape(value) for name, value in fields.items()}
    ending = f'<p style="color:#666;font-size:smaller">{html_text.escape(unsubscribe)}</p>'
    if not template.html:
        paragraphs = re.split(r"\n\s*\n", filled(html_text.escape(template.text.strip(), quote=False), escaped))
        body = "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs)
        return f"<!DOCTYPE html><html><body>{body}{ending}</body></html>\n"
    markup = filled(template.html, escaped)
    at = markup.lower().rfind("</body>")
    return markup + ending if at < 0 else markup[:at] + ending + markup[at:]


def one_line(text: str) -> str:
    """One line of a header: line breaks in a name must not become headers of their own."""
    return _CONTROL.sub(" ", text).strip()


class _Text(HTMLParser):
    """Text of HTML, a line per block."""

    _BLOCKS = ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol")

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A block begins on a line of its own."""
        self._hidden += tag in ("style", "script", "title")
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """A paragraph ends with an empty line."""
        self._hidden -= tag in ("style", "script", "title") and self._hidden > 0
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """What stands between tags; line breaks in the source are blanks."""
        if not self._hidden:
            self.parts.append(re.sub(r"\s+", " ", data))
