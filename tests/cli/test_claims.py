"""Claims of costs and interest on the command line."""

from __future__ import annotations

from tests.cli.conftest import Cli


def test_relation_without_claims_says_so(demo_cli: Cli) -> None:
    code = demo_cli("relations", "list", "--json").rows[0]["code"]
    assert demo_cli("claims", "list", code, "--json").rows == []
    told = demo_cli("claims", "list", code, "--language", "nl")
    assert "geen kosten of rente" in told.out + told.err


def test_claim_that_is_not_there_cannot_be_waived(demo_cli: Cli) -> None:
    answer = demo_cli("claims", "waive", "1", "--reason", "coulance", "--language", "en")
    assert answer.code == 4
    assert "no claim of costs or interest numbered 1" in answer.err
