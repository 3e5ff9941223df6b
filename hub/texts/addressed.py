"""The sentence of a finding, turned to the sender: what he should do is asked of him, and advice to the receiver is left out."""

from __future__ import annotations

import re

_SENTENCES = re.compile(r"(?<=[.?])\s+(?=[A-Z{„“])")
_FOR_RECEIVER = {
    "nl": ("Boek ", "U hoeft ", "Betaal ", "Vraag ", "Geef de afzender", "De factuur is te boeken", "Een ontvanger mag",
           "De bijlage zelf is wel te lezen", "Is het een eigen kolomindeling"),
    "en": ("Do not book", "You need do", "Pay only", "Ask ", "Give the sender", "The invoice can be booked", "A receiver may",
           "The document itself can be read", "If it is a column layout"),
}  # fmt: skip
_TURNED = {
    "nl": (
        (re.compile(r"De afzender moet een (?:verbeterde|nieuwe) factuur sturen\."), ""),
        (re.compile(r"([Dd])e afzender moet (.*?)(?: en (?:de factuur|het document) opnieuw sturen)?\.$"), r"\1|Wilt u \2?"),
        (re.compile(r"\b[Dd]e afzender kan\b"), "U kunt"),
        (re.compile(r"\bin zijn software\b"), "in uw software"),
        (re.compile(r"\b[Dd]e afzender\b"), "u"),
    ),
    "en": (
        (re.compile(r"The sender must send a (?:corrected|new) invoice\."), ""),
        (re.compile(r"([Tt])he sender must (.*?)(?: and send (?:the invoice|the document|it) again)?\.$"), r"\1|Please \2."),
        (re.compile(r"\b[Tt]he sender can\b"), "You can"),
        (re.compile(r"\bin his software\b"), "in your software"),
        (re.compile(r"\b[Tt]he sender\b"), "you"),
    ),
}  # fmt: skip
_CASE = re.compile(r"([DdTt])\|([WP])")


def to_sender(template: str, language: str) -> str:
    """The template of a sentence as it is said to the sender; its places stay."""
    told = [
        _turned(sentence, language)
        for sentence in _SENTENCES.split(template)
        if not sentence.startswith(_FOR_RECEIVER[language])
    ]
    return " ".join(sentence for sentence in told if sentence)


def _turned(sentence: str, language: str) -> str:
    for pattern, instead in _TURNED[language]:
        sentence = pattern.sub(instead, sentence)
    return _CASE.sub(lambda found: found[2] if found[1].isupper() else found[2].lower(), sentence).strip()
