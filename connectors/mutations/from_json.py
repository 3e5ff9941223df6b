"""Mutations from JSON, each checked by the schema for itself: one that is not as documented does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from hub.formats.content import Content
from hub.formats.json_schema import Difference, differences, schema
from hub.model.finding import Finding
from hub.model.money import is_exact
from hub.model.mutation import Mutation, MutationLine
from hub.ports import Reading

NAME, FORMAT, MARK = "mutations", "mutation-json", "boekhub-mutations"
ZERO = Decimal(0)


def mutations_of_json(content: Content) -> Iterator[Reading]:
    """A reading per mutation; one without any when the file is not as the schema asks. Raises UnreadableInput when it is no JSON."""
    value, wanted = content.json, schema("mutations")
    envelope = {**wanted, "properties": {**wanted["properties"], "mutations": {"type": "array", "minItems": 1}}}
    if wrong := differences(value, envelope):
        yield Reading(FORMAT, findings=tuple(_finding(d) for d in wrong), source=NAME)
        return
    one = {**wanted["$defs"]["mutation"], "$defs": wanted["$defs"]}
    for index, row in enumerate(value["mutations"]):
        place = f"$.mutations[{index}]"
        log = [_finding(d, place) for d in differences(row, one)] or _wrong(row, place)
        yield Reading(FORMAT, findings=tuple(log), source=NAME, feed=None if log else _mutation(row))


def _finding(difference: Difference, within: str = "$") -> Finding:
    place = within + difference.place.removeprefix("$")
    return Finding("HUB-MUT-01", "fatal", "read", place, difference.found, difference.expected, "sender")


def _wrong(row: dict[str, Any], place: str) -> list[Finding]:
    """What a schema cannot say: 30 February, amounts on both sides or none."""
    wrong = []
    try:
        date.fromisoformat(row["date"])
    except ValueError:
        wrong.append(Difference("$.date", row["date"], "2026-03-02"))
    if ("stream" in row) != ("seq" in row):
        missing, there = ("seq", "stream") if "stream" in row else ("stream", "seq")
        wrong.append(Difference(f"$.{missing}", f"{there}: {row[there]}", f"{there} + {missing}"))
    currency = row.get("currency", "EUR")
    for index, line in enumerate(row["lines"]):
        sides = [name for name in ("debit", "credit", "amount") if name in line]
        if not sides or ("amount" in sides and len(sides) > 1):
            wrong.append(Difference(f"$.lines[{index}]", ", ".join(sides), "debit | credit | amount"))
        for name in sides:
            if not is_exact(Decimal(str(line[name])), currency):
                wrong.append(Difference(f"$.lines[{index}].{name}", str(line[name]), currency))
    return [_finding(d, place) for d in wrong]


def _mutation(row: dict[str, Any]) -> Mutation:
    return Mutation(
        row["source"].strip(), row["number"].strip(), date.fromisoformat(row["date"]), row.get("currency", "EUR"),
        tuple(_line(line) for line in row["lines"]), row.get("journal", "").strip(), row.get("description", "").strip(),
        row.get("stream", "").strip(), int(row.get("seq", 0)),
    )  # fmt: skip


def _line(line: dict[str, Any]) -> MutationLine:
    amount = line.get("amount", ZERO) if "amount" in line else _of(line, "debit") - _of(line, "credit")
    return MutationLine(
        line["account"].strip(), Decimal(str(amount)), line.get("vat", "").strip(), line.get("cost_center", "").strip(),
        line.get("project", "").strip(), line.get("description", "").strip(),
    )  # fmt: skip


def _of(line: dict[str, Any], name: str) -> Decimal:
    return Decimal(str(line.get(name, ZERO)))
