"""Every code that a reader can give has a sentence in both languages, and no sentence is without a code."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
_CATALOGUE: dict[str, dict[str, Any]] = {
    code: row
    for name in ("formats", "recognise")
    for code, row in tomllib.loads((_ROOT / f"hub/texts/findings_{name}.toml").read_text(encoding="utf-8")).items()
}
_SOURCES = [
    *(_ROOT / "hub/formats" / name for name in ("xml.py", "zip.py", "xsd.py", "xsd_reasons.py", "content.py")),
    _ROOT / "hub/steps/recognise.py",
    *(_ROOT / "connectors/ubl").glob("*.py"),
]


def _given_codes() -> set[str]:
    text = "\n".join(source.read_text(encoding="utf-8") for source in _SOURCES)
    zip_numbers = re.findall(r'_refusal\("(\d\d)"', text)
    return set(re.findall(r'"((?:HUB-[A-Z]+|XSD)-\d\d)"', text)) | {f"HUB-ZIP-{number}" for number in zip_numbers}


def test_codes_and_sentences_are_the_same_set() -> None:
    assert _given_codes() == set(_CATALOGUE)


@pytest.mark.parametrize("code", sorted(_CATALOGUE))
def test_sentence_is_whole_in_both_languages(code: str) -> None:
    row = _CATALOGUE[code]
    assert row["severity"] in ("fatal", "warning", "information")
    assert row["who"] in ("sender", "us", "network")
    places = []
    for language in ("nl", "en"):
        sentence = row[language]
        assert sentence.endswith(".")
        assert "!" not in sentence
        places.append({name for _, name, _, _ in string.Formatter().parse(sentence) if name})
    assert places[0] == places[1] <= {"found", "expected", "location"}
