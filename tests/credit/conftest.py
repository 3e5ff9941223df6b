"""The tables of law and the dunning rules as they ship."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import hub
from hub.credit.interest import Terms
from hub.formats.collection_tables import read_cost_tables, read_interest_tables
from hub.formats.dunning_file import read_dunning
from hub.model.collection_tables import InterestKind
from hub.model.step import Step
from hub.texts.catalogue import step_text

MAPPINGS = Path(hub.__file__).parents[1] / "mappings"


def shipped(name: str) -> tuple[str, bytes]:
    """Name and contents of a file of `mappings`."""
    return name, (MAPPINGS / name).read_bytes()


COSTS = read_cost_tables([shipped("collection_costs.toml")])
INTEREST = read_interest_tables([shipped("interest.toml")])
RULES = read_dunning([shipped("dunning.toml")])
CONSUMER, TRADE = Terms("consumer", INTEREST), Terms("trade", INTEREST)
TODAY = date(2026, 11, 23)  # a Monday


def terms(kind: InterestKind) -> Terms:
    """By the shipped tables."""
    return Terms(kind, INTEREST)


def said(steps: tuple[Step, ...]) -> list[str]:
    """The sentences in Dutch; every place of every sentence is filled, in both languages."""
    for step in steps:
        assert "{" not in step_text(step, "en", strict=True)
    return [step_text(step, "nl", strict=True) for step in steps]
