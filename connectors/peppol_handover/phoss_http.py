"""phoss-ap over HTTP: the POST it forwards, and the two answers it understands.

Synchronous: the body says which country the receiver is in, or not to try again and why. Asynchronous: 200 is enough. Any
other status makes it try again, five times: what must not be lost for a passing failure gets that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from hub.model.hand_over import HandedOver, Receipt

INSTANCE_HEADER = "x-sbdh-instance-id"
JSON = "application/json"
Reply = tuple[int, str, bytes]  # status, media type, body


SYNCHRONOUS, ASYNCHRONOUS = "http_post_sync", "http_post_async"  # as its `forwarding.mode` says


class PhossPosted:
    """Peppol documents that phoss-ap posts over HTTP."""

    kinds, forms = ("invoice",), ("XML",)
    modes = (SYNCHRONOUS, ASYNCHRONOUS)

    def read(self, headers: Mapping[str, str], body: bytes) -> HandedOver:
        """The envelope that was posted."""
        return handed_over(headers, body)

    def reply(self, receipt: Receipt, mode: str) -> Reply:
        """In the words of that mode."""
        return asynchronous(receipt) if mode == ASYNCHRONOUS else synchronous(receipt)


def handed_over(headers: Mapping[str, str], body: bytes) -> HandedOver:
    """The envelope that was posted. `headers` in lower case."""
    instance = headers.get(INSTANCE_HEADER, "")
    return HandedOver(body, instance, file_name=f"{instance}.xml" if instance else "", metadata={"product": "phoss-ap"})


def synchronous(receipt: Receipt) -> Reply:
    """For mode `http_post_sync`."""
    if receipt.taken:
        return 200, JSON, json.dumps({"countryCodeC4": receipt.country or "NL"}).encode()
    if receipt.final:
        return 200, JSON, json.dumps({"retry": "none", "errorMessage": receipt.refusal}, ensure_ascii=False).encode()
    return 503, JSON, json.dumps({"errorMessage": receipt.refusal}, ensure_ascii=False).encode()


def asynchronous(receipt: Receipt) -> Reply:
    """For mode `http_post_async`: what is refused for good must not be 200, or nobody would ever see it again."""
    if receipt.taken:
        return 200, JSON, b"{}"
    status = 422 if receipt.final else 503
    return status, JSON, json.dumps({"errorMessage": receipt.refusal}, ensure_ascii=False).encode()
