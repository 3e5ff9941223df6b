"""The hash chain: sealed off the hot path, checked by the hub and without it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from hub.reports.chain import export_chain, list_blocks
from hub.reports.verify import verify
from hub.store.blocks import Block, seal_blocks
from hub.store.store import now
from tests.books import Books
from tests.reports.tampering import lift_guards

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "verify_chain.py"


def _seal(books: Books, size: int = 2) -> list[Block]:
    books.hub.ids.reserve(50)
    with books.hub.database.transaction() as connection:
        return seal_blocks(connection, books.hub.ids, books.id, books.actor_id, now() + timedelta(minutes=5), size=size)


def _exported(books: Books, folder: Path) -> Path:
    path = folder / "chain.jsonl"
    with books.hub.database.reading() as connection:
        path.write_text("".join(json.dumps(line) + "\n" for line in export_chain(connection, books.id)), "utf-8")
    return path


def _checked(path: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", str(SCRIPT), str(path), *more], capture_output=True, text=True)
    return done.returncode, done.stdout


def test_entries_are_chained_once_and_later_ones_in_blocks_of_their_own(books: Books) -> None:
    books.take("01", "02", "03")
    first, second = _seal(books)
    assert (first.entries, second.entries, second.previous) == (2, 1, first.hash)
    assert _seal(books) == []
    books.take("17")
    (third,) = _seal(books)
    assert (third.number, third.previous) == (3, second.hash)


def test_entries_of_this_minute_wait_for_the_next_block(books: Books) -> None:
    books.take("01")
    with books.hub.database.transaction() as connection:
        assert seal_blocks(connection, books.hub.ids, books.id, books.actor_id, now()) == []


def test_export_holds_without_the_hub(books: Books, tmp_path: Path) -> None:
    books.take("01", "02", "04", "08")
    last = _seal(books)[-1]
    path = _exported(books, tmp_path)
    assert _checked(path, last.hash) == (0, "the chain holds\n")
    assert "trial_balance" in path.read_text("utf-8").splitlines()[-1]


@pytest.mark.parametrize("change", ["amount", "name", "dropped", "balance", "swapped"])
def test_export_is_broken_when_anything_in_it_was_changed(books: Books, tmp_path: Path, change: str) -> None:
    books.take("01", "02", "04")
    _seal(books)
    path = _exported(books, tmp_path)
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    entries = [i for i, line in enumerate(lines) if "digest" in line]
    if change == "amount":
        lines[entries[0]]["postings"][0][8] += 1
    elif change == "name":
        lines[entries[0]]["name"] = "INK 2026/99"
    elif change == "dropped":
        del lines[entries[1]]
    elif change == "balance":
        lines[-1]["trial_balance"]["1600"] = "0.00"
    else:
        lines[entries[0]], lines[entries[1]] = lines[entries[1]], lines[entries[0]]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert _checked(path)[0] == 1


def test_another_last_hash_is_noticed_when_the_whole_file_was_made_again(books: Books, tmp_path: Path) -> None:
    books.take("01")
    _seal(books)
    code, said = _checked(_exported(books, tmp_path), "f" * 64)
    assert (code, "not ffff" in said) == (1, True)


def test_blocks_cannot_be_changed_and_verify_turns_red_when_they_are(books: Books) -> None:
    books.take("01", "02")
    _seal(books)
    with pytest.raises(DBAPIError, match="LED-007"):
        books.execute("UPDATE entry_block SET hash = previous")
    lift_guards(books, "entry_block")
    books.execute("UPDATE entry_block SET hash = previous WHERE number = 1")
    red = {r.check for r in verify(books.hub.database, books.hub.sources) if not r.ok}
    assert red == {"chain"}


def test_list_names_every_block(books: Books) -> None:
    books.take("01", "02", "03")
    _seal(books, size=1)
    with books.hub.database.reading() as connection:
        assert [b["block"] for b in list_blocks(connection, books.id)] == [1, 2, 3]
