"""Learned contra-accounts: an own multinomial naive Bayes over the words of a line, explainable by those words.

Counts are plain integers, so a lesson can be taken back. What is learned never adds an account that the books do not
have, and it knows when to be silent: it is used only for a relation on which it was measured to be right often enough
(DESIGN 7, promise 7; the figures of EXPERIENCE 11.5 are why it is not a library).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hub.model.invoice import Line

SUPPLIER_WEIGHT = 3  # how often the relation counts among the words
SMOOTHING = 1 / 10  # probabilities are the one thing here that is no money
SHOWN = 5  # accounts of a ranking
FEWEST = 5  # predictions that were checked, before precision says anything
_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = frozenset(
    ["the", "and", "for", "with", "van", "het", "een", "der", "den", "voor", "met", "per", "stuk", "stuks", "und", "des", "les", "pour"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """One line that was booked, and on which account it belongs."""

    account: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """An account for a line: how sure (0 … 1, one with the others), and the words that say most for it with how often each
    was booked there."""

    account: str
    confidence: Decimal
    words: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """How often the guesses for a relation were right, each made before its line was learned.

    `asked` lines, `sure` of them guessed with enough confidence, `right` of those correct.
    """

    asked: int = 0
    sure: int = 0
    right: int = 0

    @property
    def precision(self) -> Decimal:
        """Of the sure guesses, the share that was right."""
        return _share(self.right, self.sure)

    @property
    def coverage(self) -> Decimal:
        """Of the lines, the share that was guessed with enough confidence."""
        return _share(self.sure, self.asked)

    def trusted(self, threshold: Decimal, fewest: int = FEWEST) -> bool:
        """Whether it may book by itself: checked often enough, and right often enough."""
        return self.sure >= fewest and self.precision >= threshold


def _share(part: int, whole: int) -> Decimal:
    return (Decimal(part) / whole).quantize(Decimal("0.001")) if whole else Decimal(0)


def words_of(line: Line, relation: str) -> tuple[str, ...]:
    """The words a line is known by: who sends it, its item's words, classification, item number and VAT.

    Each word counts once; the relation comes first and weighs three times.
    """
    text = f"{line.item_name} {line.item_description} {line.note}".casefold()
    spoken = dict.fromkeys(word for word in _WORD.findall(text) if word not in _COMMON)
    marks = [f"#item:{relation}:{line.seller_item_id}"] if line.seller_item_id else []
    marks += [f"#class:{c.value}" for c in line.classifications]
    marks.append(f"#vat:{line.vat_category}:{line.vat_rate}")
    return (f"#from:{relation}", *marks, *spoken)


@dataclass(slots=True)
class Model:
    """What was learned: per word and account how often. Learning and unlearning are each other's opposite."""

    accounts: Counter[str] = field(default_factory=Counter)  # lessons per account
    words: dict[str, Counter[str]] = field(default_factory=dict)  # per word: lessons per account
    sizes: Counter[str] = field(default_factory=Counter)  # words learned per account, weighted

    def learn(self, lesson: Lesson, times: int = 1) -> None:
        """Take in a lesson; `times` -1 takes it back."""
        self.accounts[lesson.account] += times
        for word in lesson.words:
            self.words.setdefault(word, Counter())[lesson.account] += times
            self.sizes[lesson.account] += times * _weight(word)

    def rank(self, words: Sequence[str], allowed: Iterable[str] | None = None) -> list[Guess]:
        """Accounts by how likely each is, at most five; nothing when no word was ever seen."""
        known = [word for word in words if any(n > 0 for n in self.words.get(word, {}).values())]
        usable = None if allowed is None else frozenset(allowed)
        candidates = sorted(a for a, n in self.accounts.items() if n > 0 and (usable is None or a in usable))
        if not known or not candidates:
            return []
        scores = {account: self._score(account, known) for account in candidates}
        shares = _softened(scores, len(known))
        best = sorted(candidates, key=lambda account: (-shares[account], account))[:SHOWN]
        return [Guess(account, _rounded(shares[account]), self._telling(account, known)) for account in best]

    def _score(self, account: str, words: Sequence[str]) -> float:
        total = sum(n for n in self.accounts.values() if n > 0)
        size = self.sizes[account] + SMOOTHING * (len(self.words) + 1)
        score = math.log(self.accounts[account] / total)
        for word in words:
            score += _weight(word) * math.log((max(self.words[word][account], 0) + SMOOTHING) / size)
        return score

    def _telling(self, account: str, words: Sequence[str]) -> tuple[tuple[str, int], ...]:
        """The words that point most at this account and least at others."""
        counted = [(word, self.words[word][account]) for word in words if self.words[word][account] > 0]

        def share(pair: tuple[str, int]) -> tuple[float, int]:
            word, count = pair
            return (count / sum(n for n in self.words[word].values() if n > 0), count)

        return tuple(sorted(counted, key=lambda pair: (*(-x for x in share(pair)), pair[0]))[:3])


def _weight(word: str) -> int:
    return SUPPLIER_WEIGHT if word.startswith("#from:") else 1


def _softened(scores: dict[str, float], count: int) -> dict[str, float]:
    """Shares that add up to one. Words are not independent, so many of them make naive Bayes too sure: divided by √n."""
    heat = math.sqrt(count)
    top = max(scores.values())
    powers = {account: math.exp((score - top) / heat) for account, score in scores.items()}
    whole = sum(powers.values())
    return {account: power / whole for account, power in powers.items()}


def _rounded(share: float) -> Decimal:
    return Decimal(f"{share:.3f}")
