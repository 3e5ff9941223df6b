"""Where the client may connect: a partner's name never leads into our own network."""

from __future__ import annotations

import pytest

from hub.errors import Permanent, Unavailable
from hub.net import Http, Request
from hub.net.addresses import allowed
from tests.far_side import FarSide

INSIDE = [
    "127.0.0.1", "127.9.9.9", "::1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "fe80::1", "fd00::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "0.0.0.0", "::", "224.0.0.1", "100.64.0.1", "64:ff9b::a00:1", "2002:0a00:0001::",
    "240.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_address_of_our_own_network_is_refused(address: str) -> None:
    with pytest.raises(Permanent, match="inside a network of our own"):
        allowed("evil.example", 443, loopback=False, private=False, look_up=lambda _h, _p: [address])


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_address_of_the_world_is_used(address: str) -> None:
    assert allowed("example.nl", 443, loopback=False, private=False, look_up=lambda _h, _p: [address]) == address


def test_one_inside_address_among_others_is_enough_to_refuse() -> None:
    with pytest.raises(Permanent):
        allowed(
            "mixed.example", 443, loopback=False, private=False, look_up=lambda _h, _p: ["93.184.216.34", "10.0.0.1"]
        )


def test_settings_open_loopback_and_private_each_by_itself() -> None:
    def look_up(host: str, _port: int) -> list[str]:
        return [host]

    assert allowed("127.0.0.1", 80, loopback=True, private=False, look_up=look_up) == "127.0.0.1"
    assert allowed("10.0.0.1", 80, loopback=False, private=True, look_up=look_up) == "10.0.0.1"
    for host, loopback, private in (
        ("10.0.0.1", True, False),
        ("127.0.0.1", False, True),
        ("169.254.169.254", True, True),
    ):
        with pytest.raises(Permanent):
            allowed(host, 80, loopback=loopback, private=private, look_up=look_up)


def test_name_without_address_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        allowed("gone.example", 443, loopback=False, private=False, look_up=lambda _h, _p: [])


def test_name_is_resolved_once_and_that_address_is_connected_to(partner: FarSide) -> None:
    """DNS rebinding: the second answer, which nobody judged, is never asked for."""
    from hub.net import Manners

    asked: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    client = Http(Manners(loopback=True), look_up=look_up)
    assert client.send(Request("GET", f"http://shop.example:{partner.port}/x")).ok
    assert asked == ["shop.example"]
    assert partner.asked[0].headers["host"] == f"shop.example:{partner.port}"
