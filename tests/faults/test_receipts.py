"""A sender that got no receipt sends again, and gets the first one: what was accepted is accepted once."""

from __future__ import annotations

import pytest

from hub import failpoints
from hub.errors import Conflict
from hub.workers.publish import Document, publish
from tests.faults.checks import assert_sound, count
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT

_KINDS = [EMBEDDED, pytest.param(POSTGRES_RABBIT, marks=(pytest.mark.rabbit, pytest.mark.postgres))]
_BODIES = documents(4)
_GIVEN = [Document(body, external_id=f"theirs-{number}") for number, body in enumerate(_BODIES)]


@pytest.mark.parametrize("kind", _KINDS)
def test_first_receipt_is_given_again_when_a_sender_repeats_itself(new_stack: NewStack, kind: str) -> None:
    stack = new_stack(kind)
    with stack.hub() as hub:
        failpoints.arm("publish:after-commit:1:raise")
        with pytest.raises(failpoints.FailpointError):
            list(publish(hub, "demo", _GIVEN[:3], "invoice"))
        failpoints.arm("")
        receipts = list(publish(hub, "demo", _GIVEN, "invoice"))
        assert list(publish(hub, "demo", [*_GIVEN, *_GIVEN], "invoice")) == receipts * 2
        assert count(hub, "SELECT COUNT(*) FROM message") == count(hub, "SELECT COUNT(*) FROM outbox") == 4
        stack.drain()
        assert_sound(hub, _BODIES, receipts)


@pytest.mark.parametrize("kind", _KINDS)
def test_conflict_and_nothing_stored_when_a_senders_id_comes_with_other_bytes(new_stack: NewStack, kind: str) -> None:
    with new_stack(kind).hub() as hub:
        (receipt,) = publish(hub, "demo", _GIVEN[:1], "invoice")
        with pytest.raises(Conflict, match=receipt):
            list(publish(hub, "demo", [_GIVEN[2], Document(_BODIES[1], external_id="theirs-0")], "invoice"))
        assert count(hub, "SELECT COUNT(*) FROM message") == count(hub, "SELECT COUNT(*) FROM original") == 1
        assert list(
            publish(hub, "demo", [Document(_BODIES[1], external_id="theirs-0")], "invoice", channel="other")
        ) != [receipt]
