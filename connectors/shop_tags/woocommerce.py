"""WooCommerce REST v3: a meta field of the customer says that he is on hold.

`PUT /wp-json/wc/v3/customers/{id}` with `meta_data`. The role is read-only there; a line of code in the shop (or any of the
plugins that restrict check-out by a user field) looks at the field.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

from connectors.shop_tags.customer import Customers
from hub.errors import Permanent
from hub.net import Answer, Http, Request, Secret

_GONE = ("woocommerce_rest_invalid_id", "woocommerce_rest_customer_invalid_id")


class WooCommerce:
    """One shop. Keys go in the Authorization header, never in the address, where logs would keep them."""

    def __init__(self, url: str, key: Secret, secret: Secret, field: str, http: Http) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._secret = secret
        self._field = field
        self._http = http

    def mark(self, customers: Customers, customer: str, idempotency_key: str) -> str:
        """Set or clear the field; `changed`, `unchanged`, or `gone` where the shop does not know him any more."""
        url = f"{self._url}/wp-json/wc/v3/customers/{quote(customer, safe='')}"
        wanted = "yes" if customers.on_hold else "no"
        found = self._ask(Request("GET", url, self._headers(idempotency_key)))
        if found is None:
            return "gone"
        if str(self._present(found)) == wanted or (wanted == "no" and self._present(found) is None):
            return "unchanged"
        body = json.dumps({"meta_data": [{"key": self._field, "value": wanted}]}).encode()
        return "gone" if self._ask(Request("PUT", url, self._headers(idempotency_key), body)) is None else "changed"

    def _present(self, customer: dict[str, Any]) -> Any:
        return next((m.get("value") for m in customer.get("meta_data", []) if m.get("key") == self._field), None)

    def _headers(self, idempotency_key: str) -> dict[str, str]:
        token = base64.b64encode(f"{self._key.value}:{self._secret.value}".encode()).decode()
        return {
            "authorization": f"Basic {token}", "content-type": "application/json", "accept": "application/json",
            "idempotency-key": idempotency_key,
        }  # fmt: skip

    def _ask(self, request: Request) -> dict[str, Any] | None:
        """The customer; None when there is none of this id."""
        answer = self._http.send(request)
        data = _object(answer)
        if data.get("code") in _GONE:  # by its word, not by 404: a wrong address answers 404 too
            return None
        if not answer.ok:
            raise Permanent(f"WooCommerce answered {answer.status} ({str(data.get('code', ''))[:80]})")
        return data


def _object(answer: Answer) -> dict[str, Any]:
    try:
        data = json.loads(answer.body)
    except ValueError as error:
        raise Permanent(
            f"the shop answered {answer.status} with something that is no JSON: is the address right?"
        ) from error
    if not isinstance(data, dict):
        raise Permanent(f"the shop answered {answer.status} with something else than a customer: is the address right?")
    return data
