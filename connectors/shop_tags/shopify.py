"""Shopify Admin API: a tag of the customer says that he is on hold.

GraphQL `tagsAdd` and `tagsRemove`, which leave other tags alone and may be done twice; the REST way would read all tags and
write them all back, and lose what somebody else changes meanwhile.
"""

from __future__ import annotations

import json
from typing import Any

from connectors.shop_tags.customer import Customers
from hub.errors import Permanent, Throttled
from hub.net import Http, Request, Secret

_MUTATION = """
mutation mark($id: ID!, $tags: [String!]!) {{
  {name}(id: $id, tags: $tags) {{ node {{ id }} userErrors {{ field message }} }}
}}"""
_THROTTLED_SECONDS = 2.0  # the bucket refills in a second or two


class Shopify:
    """One shop, at `https://NAME.myshopify.com`."""

    def __init__(self, url: str, token: Secret, version: str, tag: str, http: Http) -> None:
        self._url = f"{url.rstrip('/')}/admin/api/{version}/graphql.json"
        self._token = token
        self._tag = tag
        self._http = http

    def mark(self, customers: Customers, customer: str, idempotency_key: str) -> str:
        """Add or remove the tag; `changed` (Shopify does not say whether it was there), or `gone`."""
        name = "tagsAdd" if customers.on_hold else "tagsRemove"
        gid = customer if customer.lower().startswith("gid:") else f"gid://shopify/Customer/{customer}"
        body = {"query": _MUTATION.format(name=name), "variables": {"id": gid, "tags": [self._tag]}}
        data = self._ask(json.dumps(body).encode(), idempotency_key)
        result = (data.get("data") or {}).get(name) or {}
        errors = [str(error.get("message", "")) for error in result.get("userErrors") or []]
        if any("not exist" in error or "not found" in error for error in errors):
            return "gone"
        if errors or result.get("node") is None:
            raise Permanent(
                f"Shopify did not change the customer: {'; '.join(errors)[:300] or 'no answer to the mutation'}"
            )
        return "changed"

    def _ask(self, body: bytes, idempotency_key: str) -> dict[str, Any]:
        headers = {
            "x-shopify-access-token": self._token.value, "content-type": "application/json", "accept": "application/json",
            "idempotency-key": idempotency_key,
        }  # fmt: skip
        answer = self._http.send(Request("POST", self._url, headers, body, repeatable=True))
        if not answer.ok:
            raise Permanent(f"Shopify answered {answer.status}: is the address and the version of the API right?")
        try:
            data: dict[str, Any] = json.loads(answer.body)
        except ValueError as error:
            raise Permanent("Shopify answered with something that is no JSON: is the address right?") from error
        for told in data.get("errors") or []:
            code = (told.get("extensions") or {}).get("code", "")
            if code == "THROTTLED":
                raise Throttled("Shopify asks to wait", retry_after_seconds=_THROTTLED_SECONDS)
            raise Permanent(f"Shopify refused the question: {code or str(told.get('message', ''))[:200]}")
        return data
