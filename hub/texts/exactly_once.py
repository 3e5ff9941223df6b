"""Sentences about what must stand exactly once in a Peppol invoice: a hundred and thirty-seven rules that say the same of as many places.

They are made from the rules' own table of paths, in the words of `fields.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hub.texts.unused import what_at

_SENTENCES = {
    "nl": "Dit moet hier precies één keer staan: {what} ({term}). Gevonden: {{found}} keer ({{location}}). De afzender moet een "
    "verbeterde factuur sturen.",
    "en": "This must stand here exactly once: {what} ({term}). Found: {{found}} times ({{location}}). The sender must send a "
    "corrected invoice.",
}


def once_sentences(
    rows: Iterable[tuple[str, str, str]], words: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The entry of each (code, path, business term). `words` are those of `fields.toml`."""
    return {code: _entry(path, term, words) for code, path, term in rows}


def _entry(path: str, term: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    made = {
        language: text.format(what=what_at(path, language, words), term=term) for language, text in _SENTENCES.items()
    }
    return {"severity": "fatal", "who": "sender", **made}
