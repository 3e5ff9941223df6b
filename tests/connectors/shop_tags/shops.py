"""Shops for tests: a WooCommerce and a Shopify that keep what they are told, and check how they are told it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from tests.far_side import Asked, Reply


class WooShop:
    """Customers with meta data, as WooCommerce REST v3 keeps them."""

    def __init__(self) -> None:
        self.customers: dict[str, dict[str, Any]] = {
            "42": {"id": 42, "email": "a@b.nl", "meta_data": [{"id": 1, "key": "vip", "value": "x"}]}
        }

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(b"ck_1:cs_1").decode():
            return as_json(401, {"code": "woocommerce_rest_cannot_view"})
        found = re.fullmatch(r"/wp-json/wc/v3/customers/(\w+)", asked.path)
        if not found:
            return as_json(404, {"code": "rest_no_route"})
        customer = self.customers.get(found[1])
        if customer is None:
            return as_json(404, {"code": "woocommerce_rest_invalid_id"})
        if asked.method == "PUT":
            for given in asked.json["meta_data"]:  # type: ignore[attr-defined]
                customer["meta_data"] = [m for m in customer["meta_data"] if m["key"] != given["key"]] + [given]
        return as_json(200, customer)

    def meta(self, customer: str) -> dict[str, str]:
        return {m["key"]: m["value"] for m in self.customers[customer]["meta_data"]}


class ShopifyShop:
    """Customers with tags, behind the GraphQL Admin API."""

    def __init__(self) -> None:
        self.tags: dict[str, set[str]] = {"gid://shopify/Customer/42": {"vip"}}

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("x-shopify-access-token") != "shpat_1":
            return as_json(401, {"errors": "[API] Invalid API key"})
        if (asked.method, asked.path) != ("POST", "/admin/api/2026-07/graphql.json"):
            return as_json(404, {"errors": "Not Found"})
        variables: Any = asked.json["variables"]
        query = str(asked.json["query"])
        name = "tagsAdd" if "tagsAdd" in query else "tagsRemove"
        assert query.count("{") == query.count("}")
        if variables["id"] not in self.tags:
            return as_json(
                200,
                {
                    "data": {
                        name: {"node": None, "userErrors": [{"field": ["id"], "message": "Customer does not exist"}]}
                    }
                },
            )
        tags = self.tags[variables["id"]]
        tags.update(variables["tags"]) if name == "tagsAdd" else tags.difference_update(variables["tags"])
        return as_json(200, {"data": {name: {"node": {"id": variables["id"]}, "userErrors": []}}})


def as_json(status: int, data: object) -> Reply:
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json"})
