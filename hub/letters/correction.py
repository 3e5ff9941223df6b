"""A mail that asks the sender of an invoice to correct it: what is wrong by cause, in his language, with figures. Pure.

Nothing sends it. What we or the network must mend is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from hub.letters.mail import one_line
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.model.mail_address import is_address
from hub.model.money import money_text
from hub.rules.causes import Cause, causes
from hub.texts.catalogue import message, sentence
from hub.texts.forms import Reader, money
from hub.texts.places import place_of

_DUTCH = ("NL", "BE", "AW", "CW", "SX", "SR", "BQ", "")
"""Countries whose senders are written to in Dutch; with no country known ours is the best guess."""
_MOST = 25  # causes in one mail; the sender mends these first, and the next check tells the rest
_PLACES = 5


@dataclass(frozen=True, slots=True)
class Correction:
    """A mail to the sender, not sent. `to` is the address the document names for him, or empty."""

    language: str
    to: str
    subject: str
    text: str


def language_of_sender(document: Invoice | None) -> str:
    """Dutch for a sender in a country where Dutch is spoken, English for others."""
    return "nl" if document is None or document.issuer.country in _DUTCH else "en"


def correction(
    document: Invoice | None, file: str, findings: Sequence[Finding], language: str = ""
) -> Correction | None:
    """The mail about these findings, in the sender's own language unless told; None when nothing is for the sender to mend.

    `document` is None where the file could not be read as an invoice.
    """
    language = language or language_of_sender(document)
    theirs = [cause for cause in causes(findings) if cause.who == "sender"]
    if not theirs:
        return None
    about = _about(document, file, language)
    kind = "_unread" if document is None else "" if any(c.severity == "fatal" for c in theirs) else "_mild"
    currency = document.currency if document else ""
    paragraphs = [
        message("correction_greeting", language),
        message(f"correction_opening{kind}", language, **about),
        *_listed(theirs, kind == "_mild", language, currency),
        message("correction_request_mild" if kind == "_mild" else "correction_request", language),
        message("correction_codes", language),
        message("correction_closing", language)
        + (f"\n{document.buyer.name}" if document and document.buyer.name else ""),
    ]
    subject = message("correction_subject" if document else "correction_subject_unread", language, **_capital(about))
    to = document.issuer.contact.email if document else ""
    return Correction(language, to if is_address(to) else "", one_line(subject), "\n\n".join(paragraphs) + "\n")


def _about(document: Invoice | None, file: str, language: str) -> dict[str, str]:
    if document is None:
        return {"file": file}
    total = document.totals.with_vat if document.totals.with_vat is not None else document.totals.due
    return {
        "document": message(f"correction_{document.kind}", language).lower(),
        "number": document.number,
        "date": document.issue_date.isoformat(),
        "seller": document.issuer.name,
        "total": "-"
        if total is None
        else money(money_text(total, document.currency), Reader(language, document.currency, {})),
    }


def _capital(about: dict[str, str]) -> dict[str, str]:
    return {name: text[:1].upper() + text[1:] if name == "document" else text for name, text in about.items()}


def _listed(theirs: Sequence[Cause[Finding]], mild: bool, language: str, currency: str) -> Iterator[str]:
    """What keeps the document from being booked first, then the rest; numbered through."""
    grave = [cause for cause in theirs if mild or cause.severity == "fatal"][:_MOST]
    minor = [cause for cause in theirs if not mild and cause.severity != "fatal"][: _MOST - len(grave)]
    yield "\n".join(_item(n, cause, language, currency) for n, cause in enumerate(grave, 1))
    if minor:
        yield message("correction_minor", language)
        yield "\n".join(_item(n, cause, language, currency) for n, cause in enumerate(minor, len(grave) + 1))


def _item(number: int, cause: Cause[Finding], language: str, currency: str) -> str:
    text = sentence(cause.leading, language, currency, ask=True)
    place = _places(cause, text, language)
    return f"{number}. {text}{place} ({', '.join(cause.codes)})"


def _places(cause: Cause[Finding], text: str, language: str) -> str:
    """Where the leading rule fires, when the sentence does not say it all; what follows from it mends itself."""
    same = [finding.location for finding in cause.findings if finding.code == cause.leading.code]
    words = list(dict.fromkeys(place_of(place, language) for place in same if place.count("/") > 1))
    if not words or words == [word for word in words if word in text]:
        return ""
    more = f"; +{len(words) - _PLACES}" if len(words) > _PLACES else ""
    return " " + message("correction_place", language, place="; ".join(words[:_PLACES]) + more)


def as_eml(mail: Correction, sender: str = "") -> bytes:
    """The mail as a file that a mail program opens as a draft. The same mail is the same bytes."""
    made = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    if sender:
        made["From"] = one_line(sender)
    if mail.to:
        made["To"] = mail.to
    made["Subject"] = one_line(mail.subject)
    made["X-Unsent"] = "1"  # mail programs open it as a draft
    made.set_content(mail.text)
    made["Content-Language"] = mail.language
    return made.as_bytes()
