"""The commands by name: where each lives and what it is for. A module is loaded when its command is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup


class Entry(NamedTuple):
    """One command or group: its module in `hub.cli`, the name in it, and the line that `hub --help` shows."""

    module: str
    attribute: str
    help: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("demo", "demo", "See it work, on made-up documents."),
    "init": Entry("setup", "init", "Create or upgrade the database and one administration."),
    "doctor": Entry("doctor", "doctor", "What works, what does not, and how to mend it."),
    "validate": Entry("validate", "validate", "Check documents against the official rules."),
    "intake": Entry("intake", "intake", "Take documents in: files, folders, zips."),
    "publish": Entry("queue", "publish", "Put documents on a lane, for a worker."),
    "worker": Entry("queue", "worker", "Consume lanes until stopped."),
    "relay": Entry("queue", "relay", "Move the outbox to the queue."),
    "run": Entry("queue", "run", "Start everything: workers and relay."),
    "entries": Entry("books", "entries", "Journal entries with postings and VAT lines."),
    "trial-balance": Entry("books", "trial_balance", "What was debited and credited per account."),
    "open-items": Entry("books", "open_items", "What is still to be paid or received."),
    "ageing": Entry("books", "ageing", "How long what is open has been due."),
    "history": Entry("books", "history", "Every posting of one invoice."),
    "verify": Entry("books", "verify", "Prove that the books are what they should be."),
    "messages": Entry("ending", "messages", "Messages: list, show, release, refuse, retry, edit, discard."),
    "groups": Entry("ending", "groups", "Parked messages by cause: list, retry."),
    "relations": Entry("relations", "app", "Relations: list, show, set, confirm-iban."),
    "periods": Entry("periods", "app", "Periods: list, close, open, lock."),
    "years": Entry("years", "app", "Fiscal years: list, opening, close."),
    "revalue": Entry("years", "revalue", "Open foreign items at the rate of a day."),
    "rates": Entry("rates", "app", "Exchange rates: import."),
    "rules": Entry("rules", "app", "Rules and finding codes: list, explain."),
    "connectors": Entry("connectors", "app", "Connectors: list."),
}


class LazyGroup(TyperGroup):
    """The commands of the table, each made when it is first asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Every name, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else _made(cmd_name, entry)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of `hub --help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


def _made(name: str, entry: Entry) -> Any:
    found = getattr(import_module(f"hub.cli.{entry.module}"), entry.attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    command = typer.main.get_command(found)
    command.name = name
    return command
