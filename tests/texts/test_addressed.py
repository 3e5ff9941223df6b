"""Sentences as they are said to the sender himself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.rules.catalogue import CATALOGUE
from hub.texts.addressed import to_sender
from hub.texts.catalogue import findings_catalogue, places

FREQUENT = [
    text.split()[0]
    for text in (Path(__file__).parents[1] / "rules" / "frequent.txt").read_text("ascii").splitlines()
    if not text.startswith("#")
]


@pytest.mark.parametrize("code", sorted(code for code in findings_catalogue() if code in CATALOGUE))
def test_rules_speak_to_the_sender_without_naming_him(code: str) -> None:
    for key, template in findings_catalogue()[code].items():
        if key[:2] not in ("nl", "en"):
            continue
        told = to_sender(template, key[:2])
        assert told, key
        assert "afzender" not in told, told
        assert "sender" not in told or "extension of the sender" in told, told
        assert places(told) <= places(template)
        assert "|Wilt" not in told
        assert "|Please" not in told


@pytest.mark.parametrize("code", FREQUENT)
def test_the_most_frequent_keep_their_figures_and_ask_for_something(code: str) -> None:
    for key, template in findings_catalogue()[code].items():
        if key[:2] in ("nl", "en"):
            told = to_sender(template, key[:2])
            assert places(told) == places(template)
            asks = ("Wilt u", "U kunt") if key[:2] == "nl" else ("Please", "You can")
            gone = "verbeterde factuur sturen" in template or "corrected invoice" in template
            assert gone or any(word in told for word in asks), told


@pytest.mark.parametrize(
    ("template", "language", "told"),
    [
        ("De prijs klopt niet. De afzender moet de prijs verbeteren en de factuur opnieuw sturen.", "nl",
         "De prijs klopt niet. Wilt u de prijs verbeteren?"),
        ("X is fout. De afzender moet een verbeterde factuur sturen.", "nl", "X is fout."),
        ("Er staat X. U hoeft niets te doen. De afzender kan het weglaten.", "nl", "Er staat X. U kunt het weglaten."),
        ("X is missing. Pay only to {found}. The sender must add it and send the invoice again.", "en",
         "X is missing. Please add it."),
    ],
)  # fmt: skip
def test_what_must_be_done_is_asked(template: str, language: str, told: str) -> None:
    assert to_sender(template, language) == told
