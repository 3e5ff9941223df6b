"""HandOver: one document as an access point hands it over, before anybody knows whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Bytes with what the access point said about them.

    `external_id` is the instance identifier of the envelope, or what the access point calls this transmission;
    `receiver` and `sender` are participants (`0106:12345678`), "" where only the envelope says so. `metadata` is kept for
    people and decides nothing.
    """

    body: bytes
    external_id: str = ""
    receiver: str = ""
    sender: str = ""
    file_name: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the access point is told: the id under which it was stored, or why it was not taken.

    `final` says that handing it over again cannot help. Exactly one of `message_id` and `refusal` is filled.
    """

    message_id: str = ""
    refusal: str = ""
    final: bool = False
    administration: str = ""
    country: str = ""

    @property
    def taken(self) -> bool:
        """Whether it is stored with us, and the access point may forget it."""
        return bool(self.message_id)
