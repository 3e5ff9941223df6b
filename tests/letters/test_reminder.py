"""The words, the PDF and the mail of a reminder."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from hub.bootstrap import data_folder
from hub.formats.dunning_file import read_dunning
from hub.letters.reminder import _page, reminder_html, reminder_pdf, reminder_text, worded
from hub.letters.reminder_content import content_of
from hub.letters.reminder_mail import Attached, begun_mail, dispatch_of, finished_mail, letter_size, message_id_of
from hub.model.dunning import LevelText
from hub.model.reminder import Reminder
from tests.letters.reminders import CREDIT, CREDITOR, DEBTOR, FIRST, LATER, SECOND, reminder

AT = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
SENDER = "Boekhouding, Van Dijk <post@vandijk.example>"
ONE = replace(FIRST, level="reminder", kind="reminder")
LEVELS = [
    (policy, level.code, language)
    for policy, found in read_dunning([("dunning.toml", (data_folder("mappings") / "dunning.toml").read_bytes())]).policies.items()
    for level in found.levels if level.kind != "hand_off"
    for language in ("nl", "en")
]  # fmt: skip


def letter(**changes: Any) -> Any:
    """A 14-day letter for one invoice, of a creditor who cannot deduct VAT."""
    item = replace(FIRST, level="fourteen_days", kind="fourteen_days")
    values = {"items": (item,), "principal": Decimal("1000.00"), "costs": Decimal("150.00"), "vat": Decimal("31.50"),
              "interest": Decimal("0.00"), "term_until": date(2026, 12, 17)}  # fmt: skip
    return reminder("consumer", "fourteen_days", **{**values, **changes})


def mailed(one: Reminder, *invoices: Attached, pdf: bytes = b"%PDF-1", message_id: str = "<1@x>") -> bytes:
    """Its mail with a letter and these invoices."""
    return finished_mail(begun_mail(one, content_of(one), pdf), one, invoices, SENDER, message_id, AT)


def pdf_text(data: bytes) -> str:
    """What stands on all pages, blanks as one."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages).split())


def test_places_are_filled_in_the_debtors_language() -> None:
    """Amounts and dates as the language writes them."""
    subject, body = worded(reminder("consumer", "reminder", items=(ONE,), principal=Decimal("1000.00")))
    assert subject == "Herinnering: factuur VF-2026-0101"
    assert "Factuur VF-2026-0101 had op 1 oktober 2026 betaald moeten zijn. Er staat nog € 1.000,00 open." in body
    assert "NL91 ABNA 0417 1643 00 onder vermelding van H-7-12" in body
    assert body.endswith("Met vriendelijke groet,\nVan Dijk Installatietechniek B.V.\nDebiteurenbeheer")
    english = worded(reminder("consumer", "reminder", "en", items=(ONE,), principal=Decimal("1000.00")))[1]
    assert "Invoice VF-2026-0101 should have been paid by 1 October 2026. € 1,000.00 is still open." in english


@pytest.mark.parametrize(("policy", "code", "language"), LEVELS)
def test_every_text_that_is_shipped_is_filled_for_one_and_for_many(policy: str, code: str, language: str) -> None:
    """No brace, no double blank, no double full stop is left; every invoice that is asked for is named."""
    asked = [replace(FIRST, key=n, invoice=f"VF-{n}", level=code) for n in range(1, 4)]
    for items in (asked[:1], asked):
        subject, body = worded(reminder(policy, code, language, items=tuple(items)))
        for text in (subject, body):
            assert not set(text) & set("{}")
            assert "  " not in text
            assert ".." not in text
            assert all(item.invoice in subject for item in items)
        assert ("facturen" in subject or "invoices" in subject) == (len(items) > 1)


def test_a_text_without_words_for_many_lists_the_invoices() -> None:
    """A template of one's own need not have them."""
    text = LevelText("Factuur {invoice}", "Factuur {invoice}, vervallen op {due_date}: {{let op}} {principal}")
    assert worded(reminder(text=text)) == (
        "Factuur VF-2026-0101 en VF-2026-0117",
        "Factuur VF-2026-0101 en VF-2026-0117, vervallen op 1 oktober 2026 en 12 oktober 2026: {let op} € 1.550,00",
    )


def test_many_invoices_are_counted_in_the_subject_and_all_stand_in_the_table() -> None:
    """Forty names make no subject."""
    items = tuple(replace(FIRST, key=n, invoice=f"VF-{n}", level="demand") for n in range(1, 41))
    subject, body = worded(reminder(items=items))
    assert subject == "Aanmaning: facturen VF-1 en 39 andere"
    assert "VF-1, VF-2, VF-3 en 37 andere" in body
    assert [row[0] for row in content_of(reminder(items=items)).rows] == [item.invoice for item in items]
    shown = pdf_text(reminder_pdf(reminder(items=items)))
    assert all(f"VF-{n} " in shown for n in range(1, 41))


@pytest.mark.parametrize(
    ("language", "term", "vat"),
    [
        (
            "nl", "binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd",
            "Over de kosten komt € 31,50 btw, omdat wij die niet kunnen aftrekken.",
        ),
        (
            "en", "within fourteen days from the day after this letter has been delivered to you",
            "VAT of € 31.50 comes on top of the costs, as we cannot deduct it.",
        ),
    ],
)  # fmt: skip
def test_14_day_letter_says_the_full_term_the_costs_and_the_vat(language: str, term: str, vat: str) -> None:
    """ECLI:NL:HR:2016:2704: in words, whatever day it is delivered; no date that a late post would make too short."""
    one = letter(
        language=language, text=letter().text if language == "nl" else reminder("consumer", "fourteen_days", "en").text
    )
    body = worded(one)[1]
    assert term in body
    assert vat in body
    assert ("€ 150,00" if language == "nl" else "€ 150.00") in body
    for everything in (pdf_text(reminder_pdf(one)), reminder_text(one), reminder_html(one)):
        assert "17 december" not in everything.lower()
        assert "December 17" not in everything
    assert content_of(one).totals[-1][1] == ("€ 1.000,00" if language == "nl" else "€ 1,000.00")


def test_14_day_letter_without_vat_says_nothing_of_it() -> None:
    """A creditor who deducts it may not charge it."""
    body = worded(letter(vat=Decimal("0.00")))[1]
    assert "btw" not in body
    assert "incassokosten verschuldigd: € 150,00.\n" in body


def test_demand_claims_principal_interest_and_costs_and_explains_them() -> None:
    """The totals add up to what the code pays, and each step is a sentence."""
    content = content_of(reminder())
    assert [total[1] for total in content.totals] == ["€ 1.550,00", "€ 25,87", "€ 232,50", "€ 1.808,37"]
    assert content.payload.split("\n")[7] == "EUR1808.37"
    assert content.rows[0] == (
        "VF-2026-0101",
        "01-09-2026",
        "01-10-2026",
        "€ 1.210,00",
        "€ 210,00",
        "€ 1.000,00",
        "€ 17,25",
    )
    assert content.rows[2][5] == "€ -55,00"
    assert content.rows[3][0] == "VF-2026-0130 *"
    assert any("€ 0,46" in note for note in content.notes)
    assert len(content.steps) == 4
    assert "15 % over € 1.550,00" in content.steps[1]
    shown = pdf_text(reminder_pdf(reminder())).replace("\N{NO-BREAK SPACE}", " ")
    for part in (*content.steps, *content.notes, *content.address, *CREDITOR.lines, "€ 1.808,37"):
        assert part in shown


def test_announced_is_said_and_not_asked() -> None:
    """A second reminder to a business names interest and costs, and asks for the principal alone."""
    one = reminder("business", "second_reminder", costs=Decimal("40.00"))
    content = content_of(one)
    assert content.totals[-1][1] == "€ 1.550,00"
    assert content.payload.split("\n")[7] == "EUR1550.00"
    assert any("€ 25,87; die vragen wij nu nog niet" in note for note in content.notes)
    assert any("komen er incassokosten bij: € 40,00" in note for note in content.notes)


def test_unconfirmed_rate_is_said() -> None:
    """DOMAIN 10.6 no. 22."""
    said = "nog niet officieel bekend"
    assert any(said in note for note in content_of(reminder(unconfirmed_rate=True)).notes)
    assert not any(said in note for note in content_of(reminder()).notes)


def test_no_code_for_other_currencies_without_iban_and_for_nothing() -> None:
    """And the letter is made all the same."""
    for changes in ({"currency": "GBP"}, {"creditor": replace(CREDITOR, iban="")}, {"principal": Decimal("-600.00")}):
        one = reminder(**changes)
        assert content_of(one).payload == ""
        assert reminder_pdf(one).startswith(b"%PDF")
    assert "de rekening die op de factuur staat" in worded(reminder(creditor=replace(CREDITOR, iban="")))[1]
    assert "£ 1.808,37" in worded(reminder(currency="GBP"))[1]


def test_data_are_never_markup() -> None:
    """Not to the typesetter, not to a browser, not to a mail header."""
    evil = '#panic("x") <script>alert(1)</script> $a$ *b* \\ "'
    one = reminder(debtor=replace(reminder().debtor, name=evil, contact="A\r\nBcc: x@evil.example"))
    assert "<script>" not in reminder_html(one)
    assert '#panic("x")' in pdf_text(reminder_pdf(one)).replace("“", '"').replace("”", '"')
    mail = message_from_bytes(mailed(one), policy=default)
    assert mail["Bcc"] is None


def test_same_reminder_gives_the_same_bytes_in_another_process() -> None:
    """So that a letter can be shown again years later, and proven."""
    code = (
        "import sys; from hashlib import sha256; from tests.letters.test_reminder import made;"
        "sys.stdout.write(' '.join(sha256(one).hexdigest() for one in made()))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert seen == {" ".join(sha256(one).hexdigest() for one in made())}


def test_letters_made_at_once_in_any_order_are_the_letters_made_alone() -> None:
    """The typesetter remembers what it set before, and several threads set at once: neither is seen in the bytes."""
    several = [
        reminder(relation=f"C{n:04}", reference=f"H-7-{n}", debtor=replace(DEBTOR, name=f"Bakkerij {n}"))
        for n in range(12)
    ]
    alone = [reminder_pdf(one) for one in several]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(reminder_pdf, reversed(several))) == alone[::-1]
    assert len(set(alone)) == len(alone)


@pytest.mark.parametrize(
    ("invoice", "is_known"),
    [("VF-2026-0101", True), ("FACTUURNUMMER-VAN-EEN-GROOTHANDEL-MMXXVI-WWWWWWWWWWWWWW-0101", False)],
)
def test_number_of_any_length_stands_whole_in_the_table(invoice: str, is_known: bool) -> None:
    """Rows are as high as one line only where the widths are known to do."""
    one = reminder(items=(replace(FIRST, invoice=invoice, level="demand", original=Decimal("1234567.89")),))
    assert bool(_page(content_of(one))["widths"]) == is_known
    assert invoice in pdf_text(reminder_pdf(one)).replace(" ", "")


def test_mail_is_read_back_as_it_was_written() -> None:
    """By the library, which did not write it: letters of all kinds, lines of any length, in seven bits and short lines."""
    words = "é € 漢字 =_ = . \u2028 x" + " lang" * 300
    name = "Brûlerie “De Zon”, café & " + "lange naam " * 12
    one = reminder(
        debtor=replace(DEBTOR, contact=name.strip()), text=replace(reminder().text, body=f".\n{words}\nFrom hier \n\n.")
    )
    made = mailed(one, Attached("é" * 60 + ".pdf", "application/pdf", b"x"))
    assert made.isascii()
    assert b"\n" not in made.replace(b"\r\n", b"")
    assert (
        max(map(len, made.split(b"\r\n"))) <= 90
    )  # RFC 5322 wants 78, and the library takes some more for a long name of a file
    mail = message_from_bytes(made, policy=default)
    assert not [part.defects for part in mail.walk() if part.defects]
    assert mail["To"].addresses[0].display_name == name.strip()
    for kind, text in (("plain", reminder_text(one)), ("html", reminder_html(one))):
        assert mail.get_body((kind,)).get_content().split("\r\n") == text.rstrip().split("\n") + [""]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["H-7-12.pdf", "é" * 60 + ".pdf"]


def made() -> tuple[bytes, bytes]:
    """A PDF and its mail."""
    one = reminder()
    pdf = reminder_pdf(one)
    return pdf, mailed(one, pdf=pdf)


def test_mail_has_both_texts_and_the_files_and_answers_go_to_the_creditor() -> None:
    """Whoever reads which, the amounts are the same."""
    one = reminder()
    invoice = Attached("facturen/VF é.xml", "text/xml", b"<a>\xe9</a>")
    mail = message_from_bytes(mailed(one, invoice, message_id=message_id_of("uid-1", SENDER)), policy=default)
    assert mail["From"].addresses[0].addr_spec == "post@vandijk.example"
    assert mail["From"].addresses[0].display_name == CREDITOR.name
    assert mail["Reply-To"].addresses[0].addr_spec == CREDITOR.email
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == "<uid-1@vandijk.example>"
    assert dispatch_of(mail["Message-ID"]) == "uid-1"
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for text in (plain, html):
        assert "€ 1.808,37" in text
        assert all(item.invoice in text for item in (FIRST, SECOND, CREDIT, LATER))
    assert [(a.get_filename(), a.get_content_type(), a.get_payload(decode=True)) for a in mail.iter_attachments()] == [
        ("H-7-12.pdf", "application/pdf", b"%PDF-1"), ("facturen-VF é.xml", "application/xml", b"<a>\xe9</a>"),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 5000])
def test_size_of_the_letter_is_known_of_a_mail_that_was_begun(size: int) -> None:
    one = reminder()
    assert letter_size(begun_mail(one, content_of(one), bytes(size))) == size


def test_mail_to_nobody_is_refused() -> None:
    """An address is looked at before anything is made."""
    one = reminder()
    with pytest.raises(ValueError, match="no mail address"):
        mailed(replace(one, debtor=replace(one.debtor, email="a@b, c@d.nl")))


def test_files_stand_in_the_mail_as_the_library_would_put_them() -> None:
    """Lengths around a line and around a group of three bytes; every byte value; nothing at all."""
    whole = bytes(range(256)) * 3
    files = [Attached(f"{size}.pdf", "application/pdf", whole[:size]) for size in (0, 1, 56, 57, 58, 114, 768)]
    made = mailed(reminder(), *files)
    attached = list(message_from_bytes(made, policy=default).iter_attachments())[1:]  # after the letter
    assert [part.get_payload(decode=True) for part in attached] == [file.body for file in files]
    for part, file in zip(attached, files, strict=True):
        again = EmailMessage(policy=SMTP)
        again.add_attachment(file.body, maintype="application", subtype="pdf", filename=file.name)
        (theirs,) = again.iter_attachments()
        said_once = theirs.as_bytes().replace(b"MIME-Version: 1.0\r\n", b"")  # it belongs to the mail (RFC 2045, 4)
        assert said_once.replace(b"\r\n\r\n\r\n", b"\r\n\r\n") in made
        assert part["Content-Transfer-Encoding"] == "base64"
