"""How code lists are written short: runs of consecutive codes."""

from __future__ import annotations


def codes(text: str) -> frozenset[str]:
    """The codes in a text: `41 60..66 AAA..AAD`. A run counts in numbers, or in its last letter."""
    found: set[str] = set()
    for word in text.split():
        first, _, last = word.partition("..")
        if not last:
            found.add(first)
        elif first.isdigit():
            found.update(str(number).zfill(len(first)) for number in range(int(first), int(last) + 1))
        else:
            found.update(first[:-1] + chr(letter) for letter in range(ord(first[-1]), ord(last[-1]) + 1))
    return frozenset(found)
