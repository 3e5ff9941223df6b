"""Feeds with a worker's rights alone: every sample of every connector comes to its outcome, and the worker rewrites nothing."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.books import message_of, open_books
from tests.deploy.conftest import Roles

pytestmark = pytest.mark.postgres
SAMPLES = sorted(
    path
    for path in Path(__file__).parents[1].glob("**/samples/*")
    if path.is_file() and not path.name.endswith(".expected.json") and path.stat().st_size < 200_000
)


def test_worker_takes_every_sample_with_its_own_rights(granted: Roles, tmp_path: Path) -> None:
    assert len(SAMPLES) > 30
    with open_books(tmp_path, granted.url("worker")) as books:
        outcomes = [
            result.outcome for sample in SAMPLES for result in books.process([message_of(sample, name=sample.name)])
        ]
    assert outcomes.count("posted") > 20


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE source_mapping SET body = body",
        "UPDATE bank_statement SET number = number",
        "UPDATE announced_order SET relation_id = relation_id",
        "UPDATE activity SET subject = subject",
        "DELETE FROM announced_order",
        "UPDATE administration SET chart_hash = chart_hash",
    ],
)
def test_worker_rewrites_none_of_it(granted: Roles, statement: str) -> None:
    with psycopg.connect(granted.url("worker")) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement.encode())
