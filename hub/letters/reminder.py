"""A reminder as it leaves: its words, its PDF with a payment code, its HTML and its plain text; the same for the same data."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any

from hub.letters.epc import drawn
from hub.letters.reminder_content import Content, content_of
from hub.letters.reminder_words import grouped, worded
from hub.letters.typesetting import typeset
from hub.model.reminder import Reminder
from hub.texts.catalogue import message

_TEMPLATE = "reminder"
_TABLE_MM, _EDGES_MM = 163.0, 3.4  # of the table of items; beside the text of a cell
_FIGURE_MM = 1.72  # of a character in figures and in the bold heads above them, at nine points
_NARROW, _LETTER_MM = (
    frozenset("0123456789 .,-/*"),
    2.8,
)  # what is no wider than a figure; of any other letter, also a W

__all__ = ["reminder_html", "reminder_pdf", "reminder_text", "worded"]


def reminder_pdf(reminder: Reminder) -> bytes:
    """The letter on A4. Raises `Usage` where the typesetter or the library for the code is not installed."""
    return pdf_of(content_of(reminder))


def reminder_text(reminder: Reminder) -> str:
    """The mail for who reads no HTML."""
    return text_of(content_of(reminder))


def reminder_html(reminder: Reminder) -> str:
    """The mail for who reads HTML: styles in place and nothing from elsewhere, so that every reader shows it."""
    return html_of(content_of(reminder))


def pdf_of(content: Content) -> bytes:
    """As `reminder_pdf`, of a content that is made once for all its forms."""
    page = _page(content)
    return typeset(_TEMPLATE, {**page, "code": drawn(page["code"]) if page["code"] else ""})


def text_of(content: Content) -> str:
    """As `reminder_text`."""
    parts = ["\n\n".join("\n".join(lines) for lines in content.paragraphs), _text_pairs(content.payment)]
    parts.append("\n".join((content.items_title, *_text_table(content))))
    parts += [_text_pairs([total[:2] for total in content.totals]), "\n".join(content.notes)]
    return "\n\n".join(filter(None, parts)) + "\n"


def html_of(content: Content) -> str:
    """As `reminder_html`."""
    return "".join(_html(content))


def _page(content: Content) -> dict[str, Any]:
    """The data of `templates/reminder.typ`, with what the payment code says in place of its drawing.

    Blanks within amounts and account numbers do not break.
    """
    creditor = content.creditor
    account = " ".join(filter(None, (grouped(creditor.iban), creditor.bic)))
    reached = [creditor.telephone, creditor.email]
    data: dict[str, Any] = {
        "language": content.language, "subject": content.subject, "paragraphs": content.paragraphs,
        "creditor": {"name": creditor.name, "lines": [*creditor.lines, *filter(None, reached)]},
        "return_line": " · ".join((creditor.name, *creditor.lines)), "address": content.address, "facts": content.facts,
        "payment": content.payment, "items_title": content.items_title, "heads": content.heads, "rows": content.rows,
        "totals": content.totals, "notes": content.notes, "steps": content.steps,
        "footer": ["  ·  ".join(filter(None, (creditor.name, content.registered))), account],
        "code": content.payload, "widths": _widths(content),
    }  # fmt: skip
    words = {"page_word": "letter_page", "pay_title": "letter_pay_title", "scan_word": "letter_pay_scan"}
    words["steps_title"] = "letter_steps_title"
    said: dict[str, Any] = _unbroken(data)
    return {**said, **{name: message(key, content.language) for name, key in words.items()}}


def _widths(content: Content) -> list[float]:
    """Of each column of items but the first, in mm: its longest cell. None where one might not fit: the typesetter measures then."""
    rows = (content.heads, *content.rows)
    longest = (max(len(row[at]) for row in rows) for at in range(1, len(content.heads)))
    wide = [round(_EDGES_MM + _FIGURE_MM * letters, 2) for letters in longest]
    first = max(sum(_FIGURE_MM if letter in _NARROW else _LETTER_MM for letter in row[0]) for row in rows)
    return wide if _EDGES_MM + first <= _TABLE_MM - sum(wide) else []


def _unbroken(data: Any) -> Any:
    if isinstance(data, str):
        return data.replace("€ ", "€\N{NO-BREAK SPACE}").replace("£ ", "£\N{NO-BREAK SPACE}")
    if isinstance(data, dict):
        return {key: _unbroken(value) for key, value in data.items()}
    return [_unbroken(value) for value in data] if isinstance(data, list | tuple) else data


def _text_pairs(pairs: Sequence[Sequence[str]]) -> str:
    wide = max((len(label) for label, _ in pairs), default=0)
    return "\n".join(f"{label + ':':<{wide + 1}}  {value}" for label, value in pairs)


def _text_table(content: Content) -> Iterator[str]:
    """Columns by their widest cell; amounts to the right."""
    table = (content.heads, *content.rows)
    widths = [max(len(row[at]) for row in table) for at in range(len(content.heads))]
    for row in table:
        cells = (
            f"{cell:<{wide}}" if at < 3 else f"{cell:>{wide}}"
            for at, (cell, wide) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


_INK, _SOFT = "#16324f", "#5f6b76"
_CELL = "padding:4px 10px 4px 0;border-bottom:1px solid #dde3e9"
_FONT = "font-family:Georgia,'Times New Roman',serif;font-size:15px;line-height:1.5;color:#222"


def _html(content: Content) -> Iterator[str]:
    yield f'<!DOCTYPE html><html lang="{content.language}"><head><meta charset="utf-8"><title>{_safe(content.subject)}</title></head>'
    yield f'<body style="margin:0;padding:24px;{_FONT}"><div style="max-width:680px;margin:0 auto">'
    yield f'<p style="margin:0 0 24px;padding-bottom:8px;border-bottom:2px solid {_INK};font-size:20px;color:{_INK}">'
    yield f"<strong>{_safe(content.creditor.name)}</strong></p>"
    for lines in content.paragraphs:
        yield f"<p>{'<br>'.join(map(_safe, lines))}</p>"
    if content.payment:
        yield f'<div style="background:#f3f6f9;border-left:3px solid {_INK};padding:12px 16px;margin:20px 0">'
        yield f'<strong style="color:{_INK}">{message("letter_pay_title", content.language)}</strong>{_pairs(content.payment)}</div>'
    yield f'<p style="color:{_INK};margin-bottom:4px"><strong>{_safe(content.items_title)}</strong></p>{_table(content)}'
    yield '<table style="border-collapse:collapse;margin:12px 0 12px auto;font-size:14px">'
    for label, value, is_sum in content.totals:
        weight = f"font-weight:bold;border-top:2px solid {_INK}" if is_sum else ""
        yield f'<tr><td style="padding:3px 24px 3px 0;{weight}">{_safe(label)}</td>'
        yield f'<td style="padding:3px 0;text-align:right;white-space:nowrap;{weight}">{_safe(value)}</td></tr>'
    yield "</table>"
    for note in content.notes:
        yield f'<p style="font-size:13px;color:{_SOFT};margin:4px 0">{_safe(note)}</p>'
    sender = (
        content.creditor.name,
        *content.creditor.lines,
        content.creditor.telephone,
        content.creditor.email,
        content.registered,
    )
    yield f'<p style="font-size:12px;color:{_SOFT};border-top:1px solid #dde3e9;margin-top:24px;padding-top:8px">'
    yield f"{' · '.join(_safe(part) for part in sender if part)}</p></div></body></html>\n"


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    rows = (
        f'<tr><td style="padding:2px 20px 2px 0;color:{_SOFT}">{_safe(label)}</td><td>{_safe(value)}</td></tr>'
        for label, value in pairs
    )
    return f'<table style="border-collapse:collapse;margin-top:6px">{"".join(rows)}</table>'


def _table(content: Content) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        sides = ("left" if at < 3 else "right" for at in range(len(row)))
        return "".join(
            f'<{tag} style="{_CELL};text-align:{side};white-space:nowrap">{_safe(cell)}</{tag}>'
            for cell, side in zip(row, sides, strict=True)
        )

    rows = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in content.rows)
    return f'<table style="border-collapse:collapse;width:100%;font-size:14px"><tr>{cells(content.heads, "th")}</tr>{rows}</table>'


def _safe(text: str) -> str:
    return html.escape(text)
