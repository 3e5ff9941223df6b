"""Arrays of bytes in the binary form: what goes in comes out, whatever the bytes are."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.store.blobs import Blobs
from hub.store.database import Database
from hub.store.driver import run

_ECHO = "SELECT item FROM unnest($1::bytea[]) WITH ORDINALITY AS given(item, place) ORDER BY place"


@pytest.mark.postgres
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blobs=st.lists(st.none() | st.binary(max_size=300), max_size=5))
def test_they_come_back(postgres_database: Database, blobs: list[bytes | None]) -> None:
    with postgres_database.finding() as connection:
        assert run(connection, _ECHO, [Blobs(blobs)]) == [(blob,) for blob in blobs]
