"""How many orders of a webshop one worker books on RabbitMQ and PostgreSQL, beside the floor over the same orders.

    python -m tests.services run -- .venv/bin/python -m tests.bench.orders [--orders 1000] [--rounds 3] [--write]

Orders of WooCommerce of three lines under two rates with shipping, every fifth from a customer the books do not know yet, published
raw to the lane `mutation` by another program. The floor is that of `tests.bench`: read them, and insert the very same rows.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import date
from pathlib import Path
from statistics import median

from hub import logs
from tests.bench.books import Place, places
from tests.bench.end_to_end import Run, declare, put, work_off
from tests.bench.report import versions
from tests.bench.worker import WARM
from tests.connectors.woocommerce.build import address, line, order

RESULTS = Path(__file__).with_name("RESULTS_ORDERS.md")
GOAL = 300  # orders a second
BATCH = 50
_NEW = 5  # every how manieth order brings a new customer


def orders(first: int, count: int) -> list[bytes]:
    """Orders numbered from `first` on."""
    return [json.dumps(_order(number)).encode() for number in range(first, first + count)]


def _order(number: int) -> dict[str, object]:
    lines = [line(1, "24.79"), line(2, "9.17", "9"), line(3, f"{10 + number % 90}.00")]
    customer = number if number % _NEW == 0 else number % 4 + 1
    who = {**address("NL"), "last_name": f"de Vries {customer}", "email": f"anna{customer}@example.org"}
    shipping = [line(4, "4.95", kind="shipping_lines")]
    return order(number, lines, delivery=shipping, customer_id=customer, billing=who, shipping={**who, "email": ""})


def measure(place: Place, count: int, rounds: int) -> list[Run]:
    """One worker, so many times."""
    declare(place)
    runs, first = [], 100_000
    for _ in range(rounds):
        put(place, orders(first, count + WARM), "mutation")
        first += count + WARM
        runs.append(work_off(place, count, BATCH, "mutation", "woocommerce"))
    return runs


def page(place: Place, runs: list[Run], command: str) -> str:
    """The figures as Markdown."""
    rate, floor, plain = (median(getattr(run, name) for run in runs) for name in ("rate", "floor_rate", "plain_rate"))
    rows = "\n".join(
        f"| {run.rate:,.0f} | {run.floor_rate:,.0f} | {run.rate / run.floor_rate:.2f} | {run.plain_rate:,.0f} | "
        f"{run.rate / run.plain_rate:.2f} | {run.peak_mb:.0f} |"
        for run in runs
    )
    return f"""# How fast orders of webshops are booked

Measured on {date.today()} by `{command}`, on {os.cpu_count()} cores that servers and worker share:
{", ".join(versions([place]))}.

One worker, RabbitMQ + PostgreSQL, batches of {BATCH}: **{rate:,.0f} orders a second** (asked {GOAL}); median of the floor {floor:,.0f}, of
the floor with plain inserts {plain:,.0f}. What the floor is: [RESULTS.md](RESULTS.md).

| orders/s | floor/s | ratio | plain floor/s | ratio | peak of the worker, MB |
|---|---|---|---|---|---|
{rows}
"""


def main() -> None:
    """Measure, print and perhaps keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.orders", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    logs.configure("warning")
    with places() as found:
        place = found[-1]
        if not place.broker_url:
            raise SystemExit("RabbitMQ and PostgreSQL are needed: run it by `python -m tests.services run --`")
        runs = measure(place, asked.orders, asked.rounds)
        text = page(place, runs, "python -m tests.bench.orders")
    print(text)
    if asked.write:
        RESULTS.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
