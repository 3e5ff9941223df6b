"""Where we may connect to: a name is resolved once, every address it has is judged, and that very address is used.

A partner's host that suddenly points at our own network (a hijacked name, DNS rebinding, `169.254.169.254`) is refused
before anything is sent (RELIABILITY 6, SSRF).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable

from hub.errors import Permanent, Unavailable

Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv6 that a gateway turns into the IPv4 in its last 32 bits


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system says. Raises `Unavailable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"the name {host} cannot be resolved") from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def allowed(host: str, port: int, *, loopback: bool, private: bool, look_up: Resolve = resolve) -> str:
    """The address to connect to. Raises `Permanent` when the host has any address that is not allowed.

    Any, not all: a name with one public and one private address would otherwise be let through half of the time.
    """
    found = look_up(host, port)
    if not found:
        raise Unavailable(f"the name {host} has no address")
    for text in found:
        if not _is_allowed(text, loopback=loopback, private=private):
            raise Permanent(
                f"{host} is at {text}, inside a network of our own: not connected. Set allow_loopback or allow_private "
                "for this sink when that is what you want"
            )
    return found[0]


def _is_allowed(text: str, *, loopback: bool, private: bool) -> bool:
    address = _plain(ipaddress.ip_address(text.partition("%")[0]))
    if address.is_loopback:
        return loopback
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return private or (address.is_global and not address.is_reserved)


def _plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """What an address really leads to: `::ffff:127.0.0.1`, 6to4, Teredo and NAT64 carry an IPv4 address."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
