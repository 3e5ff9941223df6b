"""Which relations may be merged."""

from __future__ import annotations

import pytest

from hub.accounting.merging import Candidate, merge_findings
from hub.model.relation_card import Reason

ONE = Candidate("C1", "Een", ("0106:11111111", "VAT:NL1"))


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        (ONE, Candidate("C2", "Twee", ("VAT:NL2", "0190:1")), []),
        (ONE, Candidate("C2", "Twee", ("0106:11111111",)), []),
        (ONE, ONE, ["HUB-MERGE-01"]),
        (ONE, Candidate("C2", "Twee", ("0106:22222222",)), ["HUB-MERGE-03"]),
        (ONE, Candidate("C2", "Twee", (), merged_into="C3"), ["HUB-MERGE-02"]),
        (Candidate("C1", "Een", (), merged_into="C3"), Candidate("C2", "Twee", ()), ["HUB-MERGE-02"]),
        (ONE, Candidate("C2", "Twee", (), (Reason("hold", "person", "x"),)), ["HUB-MERGE-04"]),
        (ONE, Candidate("C2", "Twee", (), (Reason("limit", "case", "x", 0),)), ["HUB-MERGE-04"]),
        (ONE, Candidate("C2", "Twee", (), (Reason("limit", "person", "x", 500),)), []),
        (
            Candidate("C1", "Een", ("0106:1", "0190:1"), (Reason("hold", "case", "y"),)),
            Candidate("C2", "Twee", ("0106:2", "0190:2")),
            ["HUB-MERGE-03", "HUB-MERGE-03", "HUB-MERGE-04"],
        ),
    ],
)
def test_everything_that_forbids_a_merge_is_named(one: Candidate, other: Candidate, codes: list[str]) -> None:
    assert [finding.code for finding in merge_findings(one, other)] == codes
