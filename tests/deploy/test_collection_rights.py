"""What agencies tell with a worker's rights alone: it is booked, the case moves on and ends; what was told is never rewritten."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from hub.model.case_message import RemittanceLine
from tests.books import open_books
from tests.deploy.conftest import Roles
from tests.store.case_messages import D, said, tell
from tests.store.collecting import Debts

pytestmark = pytest.mark.postgres


def test_worker_books_what_an_agency_tells_until_the_case_ends(granted: Roles, tmp_path: Path) -> None:
    with open_books(tmp_path, granted.url("owner")) as books:
        debts = Debts(books)
        debts.sell("S1", "300.00")
        debts.case("I2026-1", {"S1": "300.00"}, costs="45.00", interest="2.50", reference="A-9")
        relation = debts.relation
        hold = "INSERT INTO relation_reason VALUES (:a, 999999, :r, 'hold', 'case', NULL, 'I2026-1', '', now(), 1, NULL, NULL, '')"
        key = books.scalar("SELECT id FROM relation WHERE code = :c", c=relation)
        books.execute(hold, a=books.id, r=key)
    home = tmp_path / "home" / "mappings"
    home.mkdir(parents=True)
    (home / "collection.toml").write_text('[settings]\nwrite_off = "automatic"\n', "utf-8")
    kept = RemittanceLine("I2026-1", D("100.00"), fee=D("10.00"), fee_vat=D("2.10"), payment="P1")
    with open_books(tmp_path / "home", granted.url("worker")) as books:
        at_work = Debts.__new__(Debts)
        at_work.books, at_work.relation = books, relation
        told = tell(
            at_work, said("accepted", "m1", agency_reference="A-9"), said("payment", "m2", amount="100.00", payment="P1"),
            said("remittance", "m3", case="", amount="87.90", lines=(kept,)), said("payment", "m4", amount="9.00", direct=True),
            said("closed", "m5", close_reason="uncollectable"),
        )  # fmt: skip
        assert {result.outcome for result in told} == {"posted"}
        assert at_work.outstanding("S1") == 0
        assert books.scalar("SELECT lifted_at FROM relation_reason WHERE id = 999999") is not None
    with psycopg.connect(granted.url("worker")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("UPDATE case_money SET amount = amount + 1")
