"""`hub pay`: a payment entered by hand: on one invoice or many, in part, with discount, written off, on account."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.changing import Change, changing
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage, WhichSide, _day
from hub.cli.refusing import show_findings
from hub.cli.settled import entry_row, settled_rows, show_entry

if TYPE_CHECKING:
    from hub.accounting.by_hand import Wish
    from hub.model.finding import Finding
    from hub.model.payment import Payment


def amount_of(text: str) -> Decimal:
    """An amount as typed: `1234.56` or `1.234,56`, above zero."""
    from hub.formats.amounts import AmbiguousAmount, read_amount

    try:
        value = read_amount(text)
    except AmbiguousAmount:
        raise typer.BadParameter(f"{text!r}: are these thousands? Write {text[:-4]}{text[-3:]} or {text}0") from None
    if value is None or value <= 0:
        raise typer.BadParameter(f"{text!r} is no amount above zero, as 1234.56")
    return value


def _amount_option(name: str, words: str) -> Any:
    return typer.Option(name, parser=amount_of, metavar="AMOUNT", help=words, show_default=False)


Invoices = Annotated[
    list[str] | None, typer.Argument(metavar="INVOICE[=AMOUNT]...", help="Invoice numbers, each with its part.")
]
Day = Annotated[date | None, typer.Option("--date", parser=_day, metavar="DATE", help="When it was paid; else today.")]
Bank = Annotated[str, typer.Option("--bank", help="Our account: IBAN or ledger account.")]
Amount = Annotated[Decimal | None, _amount_option("--amount", "What was paid; else what follows from the invoices.")]
Discount = Annotated[Decimal | None, _amount_option("--discount", "Early-payment discount taken on the invoice.")]


def pay(
    invoices: Invoices = None,
    amount: Amount = None,
    on: Day = None,
    currency: Annotated[str, typer.Option("--currency", help="Of what was paid; else that of the invoices.")] = "",
    relation: Annotated[str, typer.Option("--relation", metavar="CODE", help="Whose invoices, or whose money.")] = "",
    side: Annotated[WhichSide, typer.Option("--side", help="Debtor's or creditor's.")] = WhichSide.both,
    bank: Bank = "",
    g_account: Annotated[bool, typer.Option("--g-account", help="The G-part, from or to the G-account.")] = False,
    with_discount: Annotated[
        bool, typer.Option("--with-discount", help="Take the early-payment discount that is allowed that day.")
    ] = False,
    discount: Discount = None,
    difference: Annotated[
        bool, typer.Option("--difference", help="What is missing or too much is a payment difference.")
    ] = False,
    write_off: Annotated[bool, typer.Option("--write-off", help="No money will come: write off.")] = False,
    prepayment: Annotated[
        bool, typer.Option("--prepayment", help="Without invoice; the invoice will state it as paid (BT-113).")
    ] = False,
    refund: Annotated[bool, typer.Option("--refund", help="Money back: the other way round.")] = False,
    account: Annotated[str, typer.Option("--account", metavar="CODE", help="Account for what is left.")] = "",
    on_account: Annotated[
        bool, typer.Option("--on-account", help="What is more than is open stays on account of the relation.")
    ] = False,
    despite_block: Annotated[
        bool, typer.Option("--despite-block", help="Pay what is blocked: not approved, or a new IBAN.")
    ] = False,
    iban: Annotated[str, typer.Option("--iban", help="Account of the other side.")] = "",
    reference: Annotated[str, typer.Option("--reference", help="What it says on the statement.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the entry.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the entry, record nothing.")] = False,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Book a payment on invoices, or on account of a relation.

    \b
    hub pay GK-2026-0012                                     all of it, by bank, today
    hub pay VF-2026-0101 --amount 500 --date 2026-11-20      a part
    hub pay ZM-26-1388 ZM-26-1501                            an invoice less a credit note
    hub pay SL-4410 --with-discount
    hub pay VH-26-0301 --g-account                           the G-part, from the G-account
    hub pay SA-1019 --amount 1366.12 --currency EUR          a dollar invoice, paid in euro
    hub pay VF-2026-0102 --write-off --reason failliet
    hub pay --relation C0018 --side receivable --amount 100  on account
    hub pay VF-2026-0101 --amount 1000 --on-account          more than is open: the rest on account
    """
    from hub.accounting.bank_accounts import bank_account
    from hub.accounting.by_hand import Wish, settlement_of
    from hub.model.keys import normalised
    from hub.model.money import Money
    from hub.model.payment import Payment

    with changing(administration, as_json, language, actor, dry_run=dry_run) as change:
        books = change.books.snapshot
        own = bank_account(books, bank, "g_account" if g_account else "normal")
        money = Money(amount or Decimal(0), currency.upper() or books.currency)
        payment = Payment(
            on or date.today(), money, own.account, own.journal, "g_account" if g_account else "normal", normalised(iban),
            "", reference,
        )  # fmt: skip
        chosen = _chosen(change, invoices or [], relation, side, "g_account" if g_account else "normal")
        wanted = side if side is not WhichSide.both else None
        wish = Wish(
            chosen, amount, currency.upper(), with_discount, discount, difference, write_off, prepayment, refund, relation,
            wanted.value if wanted else None, account, on_account, despite_block,  # type: ignore[arg-type]
        )  # fmt: skip
        _check_account(change, account)
        settlement = settlement_of(wish, payment)
        _book(change, settlement, payment, reason, wish, dry_run)


def _chosen(change: Change, invoices: list[str], relation: str, side: WhichSide, part: str) -> Any:
    """Items with the amount that was said of each."""
    from hub.store.choosing import choose_items

    names = [text.rpartition("=")[0] if "=" in text else text for text in invoices]
    parts = [amount_of(text.rpartition("=")[2]) if "=" in text else None for text in invoices]
    wanted = "" if side is WhichSide.both else side.value
    items = choose_items(change.connection, change.books.id, names, relation=relation, side=wanted, part=part)
    signs = [1 if item.outstanding.amount > 0 else -1 for item in items]
    return tuple((i, None if p is None else s * p) for i, p, s in zip(items, parts, signs, strict=True))


def _check_account(change: Change, account: str) -> None:
    from hub.errors import NotFound, Usage
    from hub.model.finding import asked

    if not account:
        return
    known = change.books.snapshot.accounts.get(account)
    if known is None:
        raise NotFound(asked("HUB-ASK-02", account, change.books.snapshot.accounts_like(account), "account"))
    if known.control:
        raise Usage(asked("HUB-ASK-03", account, location="account"))


def _book(change: Change, settlement: Any, payment: Payment, reason: str, wish: Wish, dry_run: bool) -> None:
    from hub.model.movement import Movement
    from hub.store.payments import record_by_hand, record_settlement

    items = {item.id: item for item, _ in wish.chosen}
    args = (change.connection, change.ids, change.books)
    payment_id: int | None = None
    if settlement.payment is None:
        posted = record_settlement(*args, settlement, payment.on, reason, change.actor_id, change.at)
    else:
        movement = Movement(settlement.payment, f"hand:{uuid.uuid4()}")
        payment_id, posted = record_by_hand(*args, movement, settlement, reason, change.actor_id, change.at)
    row = entry_row(posted, items)
    settled = settled_rows(settlement, items)
    moved = _moved(payment.on, posted.entry.booking_date)
    if change.output.as_json:
        from hub.texts.shown import finding_json

        found = [finding_json(one, change.output.language) for one in moved]
        change.output.line(
            {"payment": payment_id, "entry": row, "settled": settled, "findings": found, "recorded": not dry_run}
        )
        return
    show_entry(change.output, row)
    for one in settled:
        change.output.say("item_settled", **{k: one[k] for k in ("relation", "invoice", "outstanding", "currency")})
    show_findings(change.output, moved)
    if dry_run:
        change.output.note("intake_dry_run")


def _moved(wanted: date, booked: date) -> list[Finding]:
    """A payment in a closed period is booked on the first open day, and says so."""
    from hub.model.finding import Finding

    if wanted == booked:
        return []
    return [Finding("HUB-PAY-12", "information", "hub", "date", str(wanted), str(booked), "us")]
