"""Every sample of a webshop or payment provider becomes what stands beside it: documents, findings, decisions, entry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.shops import expected_of, outcome, samples

NAMES = ("woocommerce", "shopify", "magento", "prestashop", "mollie", "stripe")
ALL = [(name, sample) for name in NAMES for sample in samples(name)]


@pytest.mark.parametrize(("name", "sample"), ALL, ids=lambda value: value.stem if isinstance(value, Path) else value)
def test_sample_becomes_what_stands_beside_it(name: str, sample: Path) -> None:
    made = json.loads(json.dumps(outcome(name, sample), default=str))
    assert made == json.loads(expected_of(sample).read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_every_expectation_has_its_sample_and_every_connector_some(name: str) -> None:
    mine = [sample for other, sample in ALL if other == name]
    assert mine
    assert {expected_of(sample) for sample in mine} == set(mine[0].parent.glob("*.expected.json"))
