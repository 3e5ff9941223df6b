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
    "run": Entry("queue", "run", "Start everything: workers, relay, and the ways in."),
    "fetch": Entry("channels", "fetch", "Fetch what is new: folders, SFTP, mailboxes."),
    "serve": Entry("channels", "serve", "The HTTP door: documents by POST."),
    "channels": Entry("channels", "app", "Ways in: list, check."),
    "entries": Entry("books", "entries", "Journal entries with postings and VAT lines."),
    "trial-balance": Entry("books", "trial_balance", "What was debited and credited per account."),
    "open-items": Entry("open_items", "open_items", "What is still to be paid or received."),
    "ageing": Entry("ageing", "ageing", "How long what is open has been due."),
    "general-ledger": Entry("reports", "general_ledger", "Every posting per account, with running balance."),
    "journal-report": Entry("reports", "journal_report", "Every posting entry by entry, with totals per journal."),
    "balance-list": Entry("reports", "balance_list", "Debtors and creditors: opening, debit, credit, closing."),
    "statement": Entry("reports", "statement", "Every mutation of one relation, with running balance."),
    "original": Entry("original", "original", "The file that came in, byte for byte, and what is embedded in it."),
    "labels": Entry("labels", "labels", "Address labels on sheets, as PDF."),
    "mailings": Entry("mailings", "app", "Mailings to a selection: new, preview, test, send, list, show, opt-out."),
    "history": Entry("books", "history", "Every posting of one invoice."),
    "verify": Entry("books", "verify", "Prove that the books are what they should be."),
    "journal": Entry("journal", "app", "Entries by hand: post, reverse."),
    "pay": Entry("pay", "pay", "Book a payment on invoices, or on account."),
    "payments": Entry("payments", "app", "Payments: import; propose, confirm, export; collect."),
    "mandates": Entry("mandates", "app", "Mandates of direct debit: add, list, revoke."),
    "match": Entry("matching", "app", "Money that waits: list, accept, reject, with, together, run."),
    "unmatch": Entry("matching", "unmatch", "Undo what a payment or a match settled."),
    "messages": Entry("ending", "messages", "Messages: list, show, mail, release, refuse, retry, edit, discard."),
    "streams": Entry("streams", "app", "Numbered documents in their order: list, show, skip."),
    "groups": Entry("ending", "groups", "Parked messages by cause: list, retry."),
    "approvals": Entry("approval", "approvals", "Purchases under approval: list, show, suspense."),
    "approve": Entry("approval", "approve", "Approve a purchase that waits for you."),
    "reject": Entry("approval", "reject", "Reject a purchase that waits for you."),
    "forward": Entry("approval", "forward", "Give a purchase that waits for you to somebody else."),
    "hold-invoice": Entry("approval", "hold_invoice", "Put a purchase that waits for you on hold."),
    "resume-invoice": Entry("approval", "resume_invoice", "Take a purchase off hold."),
    "relations": Entry(
        "relations", "app", "Relations: their card, agreements, contacts, notes, credit; merge doubles."
    ),
    "orders": Entry("orders", "app", "Announced orders: import, list, release, close."),
    "fields": Entry("fields", "app", "Own fields on the relation card: list, add, end."),
    "changes": Entry("changes", "changes", "Feed of relations that changed, for other systems."),
    "periods": Entry("periods", "app", "Periods: list, close, open, lock."),
    "suggest": Entry("suggest", "suggest", "Contra-accounts for a document, ranked, with reasons."),
    "learn": Entry("suggest", "learn", "Learn contra-accounts from what was booked."),
    "correct": Entry("suggest", "correct", "Move a booked line to another account."),
    "blocks": Entry("blocks", "app", "Hash chain over the entries: list, seal, export."),
    "years": Entry("years", "app", "Fiscal years: list, opening, close."),
    "revalue": Entry("years", "revalue", "Open foreign items at the rate of a day."),
    "vat-return": Entry("vat", "app", "VAT return: boxes, details, file, late, supplement, list, pro-rata."),
    "icp": Entry("vat_statements", "icp_app", "ICP statement, reconciled with box 3b."),
    "oss": Entry("vat_statements", "oss_app", "OSS return per member state: show, file."),
    "vat-due": Entry("vat_due", "app", "VAT of what is not paid: bad-debts, own-unpaid, certain."),
    "costs": Entry("costs", "costs", "Collection costs by the scale of the law, step by step."),
    "interest": Entry("costs", "interest", "Statutory interest up to a day, step by step."),
    "disputes": Entry("arrangements", "disputes", "Disputes of debtors: list, add, end."),
    "promises": Entry("arrangements", "promises", "Promises to pay: list, add, end."),
    "plans": Entry("arrangements", "plans", "Payment plans: list, add, show, end."),
    "stops": Entry("arrangements", "stops", "All that dunning rests for: list, add, end, watch."),
    "dunning": Entry("dunning", "app", "Dunning: policy; run, show, freeze, send; history."),
    "tasks": Entry("tasks", "tasks", "What waits for you in reminding and collecting."),
    "cases": Entry("cases", "app", "Collection cases: ready, preview, hand-over, list, show, withdraw, message, sync."),
    "agency-simulator": Entry("agency_simulator", "agency_simulator", "A collection agency for tests, as scripted."),
    "claims": Entry("memo_claims", "app", "Claimed costs and interest: list, waive."),
    "rates": Entry("rates", "app", "Exchange rates: import."),
    "export": Entry("export", "app", "Export: audit file, relations, accounts, open items, entries."),
    "import": Entry("import_", "app", "Import: another package's audit file, relations, accounts, opening balance."),
    "rules": Entry("rules", "app", "Rules and finding codes: list, explain."),
    "mappings": Entry("mappings", "app", "How a source's words are said in our books: list, check, try, apply."),
    "dispatches": Entry("dispatches", "app", "What goes out: list, show."),
    "responses": Entry("responses", "app", "Business answers on documents (Invoice Response): list, show."),
    "peppol": Entry("peppol", "app", "Access points: take over what they hand us, from a folder or an inbox."),
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
