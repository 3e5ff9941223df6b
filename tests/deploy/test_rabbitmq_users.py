"""Least privilege in RabbitMQ: workers only read, the relay only writes, nobody creates anything at run time."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pika
import pytest
from pika import exceptions

from hub.errors import Permanent
from hub.transport import lanes
from hub.transport.rabbitmq import RabbitTransport, lane_arguments
from tests import services
from tests.deploy.conftest import DEPLOY
from tests.private_servers import rabbitmqctl
from tests.transport.harness import envelopes, names, receive_exactly


@dataclass(frozen=True, slots=True)
class Vhost:
    """A virtual host made by deploy/rabbitmq-setup.sh, and the folder with the passwords."""

    name: str
    secrets: Path
    port: int

    def url(self, role: str) -> str:
        """Where to connect as `role`."""
        password = quote((self.secrets / f"{self.name}_{role}").read_text().strip(), safe="")
        return f"amqp://{self.name}_{role}:{password}@127.0.0.1:{self.port}/{self.name}"


@pytest.fixture(scope="module")
def vhost(broker_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vhost]:
    """What the script makes of a broker that is our own."""
    server = services.broker()
    if server.control is None:
        pytest.skip("deploy/rabbitmq-setup.sh needs rabbitmqctl, which a broker given by URL does not offer")
    made = Vhost(f"hub{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("secrets"), urlsplit(broker_url).port or 5672)
    _set_up(made)
    yield made
    rabbitmqctl(server.control, "delete_vhost", made.name)


def _set_up(vhost: Vhost, sinks: str = "") -> None:
    control = services.broker().control
    assert control is not None
    environment = {**control["environment"], "RABBITMQCTL": " ".join(control["command"]), "SINKS": sinks}
    script = [str(DEPLOY / "rabbitmq-setup.sh"), vhost.name, str(vhost.secrets)]
    done = subprocess.run(script, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or done.stdout


@pytest.mark.rabbit
def test_message_goes_from_relay_to_worker_when_each_has_only_its_own_rights(vhost: Vhost) -> None:
    with (
        closing(RabbitTransport(vhost.url("relay"), declare=False)) as relay,
        closing(RabbitTransport(vhost.url("worker"), declare=False)) as worker,
    ):
        assert relay.publish(envelopes("a", "b")) == [True, True]
        consumer = worker.consume("invoice", prefetch=10)
        deliveries = receive_exactly(consumer, 2)
        assert names(deliveries) == ["a", "b"]
        consumer.settle(deliveries)
        consumer.close()
        for lane in (*lanes.all_lanes(), lanes.DEAD):
            assert worker.depth(lane) == 0


@pytest.mark.rabbit
def test_worker_may_not_publish_and_relay_may_not_consume(vhost: Vhost) -> None:
    with _channel(vhost.url("worker")) as channel:
        channel.confirm_delivery()
        with pytest.raises(exceptions.ChannelClosedByBroker) as refused:
            channel.basic_publish("hub.v1.work", "invoice", b"<a/>")
    assert refused.value.reply_code == 403
    with closing(RabbitTransport(vhost.url("relay"), declare=False)) as relay, pytest.raises(Permanent):
        relay.consume("invoice", prefetch=1).receive(1, 5.0)


@pytest.mark.rabbit
@pytest.mark.parametrize("role", ["worker", "relay"])
def test_nobody_creates_or_deletes_anything_at_run_time(vhost: Vhost, role: str) -> None:
    attempts: tuple[Callable[[Any], object], ...] = (
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.queue_delete("hub.v1.invoice"),
        lambda channel: channel.exchange_delete("hub.v1.work"),
        lambda channel: channel.queue_unbind("hub.v1.invoice", "hub.v1.work", "invoice"),
    )
    for forbidden in attempts:
        with _channel(vhost.url(role)) as channel, pytest.raises(exceptions.ChannelClosedByBroker) as refused:
            forbidden(channel)
        assert refused.value.reply_code == 403


@pytest.mark.rabbit
def test_owner_declares_the_same_topology_when_it_is_there_already(vhost: Vhost) -> None:
    """Other arguments than those of the code would be a `Conflict`."""
    with closing(RabbitTransport(vhost.url("owner"))) as owner:
        owner.declare()


@pytest.mark.rabbit
@pytest.mark.slow
def test_script_keeps_passwords_and_messages_when_it_runs_again(vhost: Vhost) -> None:
    with closing(RabbitTransport(vhost.url("relay"), declare=False)) as relay:
        assert relay.publish(envelopes("kept", lane="bank")) == [True]
        before = {path.name: path.read_text() for path in vhost.secrets.iterdir()}
        _set_up(vhost)
        assert {path.name: path.read_text() for path in vhost.secrets.iterdir()} == before
        assert relay.publish(envelopes("too", lane="bank")) == [True]
    with closing(RabbitTransport(vhost.url("worker"), declare=False)) as worker:
        assert names(receive_exactly(worker.consume("bank", prefetch=10), 2)) == ["kept", "too"]


@pytest.mark.rabbit
def test_script_makes_the_lanes_of_sinks_as_the_code_declares_them(vhost: Vhost) -> None:
    _set_up(vhost, "crm web-shop")
    with closing(RabbitTransport(vhost.url("owner"), sinks=("crm", "web-shop"))) as owner:
        owner.declare()
    lane = lanes.dispatch("web-shop")
    with (
        closing(RabbitTransport(vhost.url("relay"), declare=False, sinks=("web-shop",))) as relay,
        closing(RabbitTransport(vhost.url("worker"), declare=False, sinks=("web-shop",))) as worker,
    ):
        assert relay.publish(envelopes("a", lane=lane)) == [True]
        consumer = worker.consume(lane, prefetch=1)
        deliveries = receive_exactly(consumer, 1)
        consumer.settle(deliveries)
        consumer.close()


def test_definitions_name_every_lane_with_the_arguments_of_the_code() -> None:
    definitions = json.loads((DEPLOY / "rabbitmq-definitions.json").read_text())
    arguments = {queue["name"].removeprefix("hub.v1."): queue["arguments"] for queue in definitions["queues"]}
    assert arguments.pop(lanes.DEAD) == {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    assert arguments == {lane: lane_arguments(lane, "hub.v1.dead") for lane in lanes.all_lanes()}
    bound = {binding["routing_key"] for binding in definitions["bindings"] if binding["source"] == "hub.v1.work"}
    assert bound == set(lanes.all_lanes())


def test_definitions_hold_no_users_and_no_passwords() -> None:
    assert set(json.loads((DEPLOY / "rabbitmq-definitions.json").read_text())) == {"exchanges", "queues", "bindings"}


class _channel:  # noqa: N801  (reads as the verb it is in `with`)
    """One channel of a plain client; its connection goes with it, whatever the broker did to the channel."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))

    def __enter__(self) -> pika.adapters.blocking_connection.BlockingChannel:
        return self._connection.channel()

    def __exit__(self, *_: object) -> None:
        self._connection.close()
