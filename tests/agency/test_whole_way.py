"""From handing over to the end, through the queue: what an agency answers moves the case and frees the debtor."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.workers.relay import relay
from tests.agency.running import SECRET
from tests.agency.test_handing_over import case, handing_over
from tests.workers.dispatching import run_worker, send


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AGENCY_SECRET", SECRET)


@pytest.mark.parametrize(("answer", "state", "held"), [("accepted", "accepted", 2), ("rejected", "rejected", 0)])
def test_answer_of_the_agency_moves_the_case(tmp_path: Path, answer: str, state: str, held: int) -> None:
    with handing_over(tmp_path, state=answer) as (books, _, number):
        send(books, "incasso")
        relay(books.hub, once=True)
        assert run_worker(tmp_path, "mutation", HUB_AGENCY_SECRET=SECRET) == 0
        assert case(books)[0] == state
        assert books.scalar("SELECT COUNT(*) FROM relation_reason WHERE lifted_at IS NULL") == held
        assert books.scalar("SELECT COUNT(*) FROM case_item WHERE claim IS NOT NULL") == (1 if held else 0)
        [(reference, link)] = books.rows(
            "SELECT agency_reference, link FROM collection_case WHERE number = :n", n=number
        )
        assert (reference, link) == ("T-1-0001", "https://agency.example/case/T-1-0001")
