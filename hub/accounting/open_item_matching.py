"""Rebuilding open items from the lines of control accounts: by reference where there is one, else the oldest first.

The lines come in order of date. A line takes what is open on the other side under the same reference; what is
left of it is a new open item. So nothing is ever settled for more than it was opened for, and the sum of what
is open is the balance of the control account, whatever the lines say.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Item:
    """An open item under way: `left` in cents, debit positive; `entry` numbers the entry that opened it.

    `stored` is for whoever records it: what the store knows it by.
    """

    account: str
    relation: str
    entry: int
    left: int
    keys: tuple[str, ...] = ()
    stored: Any = None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a line on one item; `new` when this line opened it."""

    item: Item
    cents: int
    new: bool = False


class OpenItems:
    """What is open per control account and relation; forgets what is settled.

    There may be a million: a reference that one item bears leads to that item itself, not to a queue of one.
    """

    def __init__(self) -> None:
        self.count = 0  # items opened so far
        self.without_reference = 0  # lines that were matched by age
        self._open: dict[str, Item | deque[Item]] = {}  # by side and key

    def place(self, account: str, relation: str, references: tuple[str, ...], cents: int, entry: int) -> list[Share]:
        """Divide a line over items. `references` are tried in order (`match:7`, `invoice:F1`); none: by age."""
        by_age = _key(account, relation, "")
        keys = tuple(_key(account, relation, reference) for reference in references)
        shares = []
        for key in keys or (by_age,):
            while cents and (item := self._first(key, debit=cents < 0)):
                taken = cents if abs(cents) <= abs(item.left) else -item.left
                item.left += taken
                cents -= taken
                shares.append(Share(item, taken))
                if not item.left:
                    self._forget(item, debit=taken < 0)
        if shares and not references:
            self.without_reference += 1
        if cents:
            shares.append(self._placed((*keys, by_age), account, relation, cents, entry))
        return shares

    def _first(self, key: str, *, debit: bool) -> Item | None:
        """The oldest item of a reference on one side that has something left."""
        found = self._open.get(_sided(key, debit))
        if isinstance(found, Item) and found.left:
            return found
        while isinstance(found, deque) and found:
            if found[0].left:
                return found[0]
            found.popleft()
        self._open.pop(_sided(key, debit), None)
        return None

    def _placed(self, keys: tuple[str, ...], account: str, relation: str, cents: int, entry: int) -> Share:
        """On the item that this entry opened under the same reference, or on a new one."""
        last = self._open.get(_sided(keys[0], cents > 0)) if len(keys) > 1 else None
        if isinstance(last, deque):
            last = last[-1] if last else None
        if last is not None and last.entry == entry:
            last.left += cents
            return Share(last, cents)
        self.count += 1
        item = Item(account, relation, entry, cents, keys)
        self._queue(item)
        return Share(item, cents, new=True)

    def add_known(self, account: str, relation: str, references: tuple[str, ...], cents: int, stored: Any) -> None:
        """An item that is open already, with what is left of it."""
        keys = tuple(_key(account, relation, reference) for reference in (*references, ""))
        self._queue(Item(account, relation, -1, cents, keys, stored))

    def _queue(self, item: Item) -> None:
        for key in item.keys:
            sided = _sided(key, item.left > 0)
            there = self._open.get(sided)
            if there is None:
                self._open[sided] = item
            elif isinstance(there, Item):
                self._open[sided] = deque((there, item))
            else:
                there.append(item)

    def _forget(self, item: Item, *, debit: bool) -> None:
        """What leads to nothing any more takes no room."""
        for key in item.keys:
            self._first(key, debit=debit)


def _key(account: str, relation: str, reference: str) -> str:
    return f"{account}\t{relation}\t{reference}"


def _sided(key: str, debit: bool) -> str:
    return f"D{key}" if debit else f"C{key}"
