"""`hub relations`: who we know, and what is agreed with them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.books import reading
from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.output import Column
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.model.administration import Administration

app = typer.Typer(
    help="Relations: list, show, set, confirm-iban.", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
_LIST = (Column("code"), Column("name"), Column("country"), Column("key"))
Code = Annotated[str, typer.Argument(metavar="CODE", help="The relation's code, as C0007.")]


class Policy(StrEnum):
    """What happens when a booking deviates from the fixed contra-account."""

    free = "free"
    warn = "warn"
    block = "block"


class Box(StrEnum):
    """Box of the VAT return for reverse-charged purchases."""

    domestic = "2a"
    non_eu = "4a"
    eu = "4b"


def _percentage(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise typer.BadParameter(f"{text!r} is no percentage") from None
    if not value.is_finite() or not 0 <= value <= 100:
        raise typer.BadParameter(f"{text} is not between 0 and 100")
    return value


def _percentage_option(name: str, text: str) -> Any:
    return typer.Option(name, parser=_percentage, metavar="PERCENT", help=text, show_default=False)


def _text_option(name: str, text: str) -> Any:
    return typer.Option(name, help=text, show_default=False)


@app.command("list")
def list_all(
    search: Annotated[str, typer.Option("--search", help="Part of a name or number.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
) -> None:
    """Relations, by code.

    \b
    hub relations list --search papierhuis
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relations import list_relations

        output.rows(list_relations(connection, administration_id, search), _LIST, empty="no_relations")


@app.command("show")
def show(
    code: Code, administration: ForAdministration = "", as_json: AsJson = False, language: InLanguage = None
) -> None:  # fmt: skip
    """One relation: its numbers, accounts and what is agreed.

    \b
    hub relations show C0007
    """
    with reading(administration, as_json, language) as (connection, administration_id, output):
        from hub.reports.relations import show_relation

        row = show_relation(connection, administration_id, code)
        if as_json:
            output.line(row)
            return
        shown = {**{k: v for k, v in row.items() if k != "settings"}, **row["settings"]}
        output.table([{"field": k, "value": v} for k, v in shown.items() if v], (Column("field"), Column("value")))


PurchaseAccount = Annotated[str | None, _text_option("--purchase-account", 'Fixed contra-account; "" = none.')]
PurchasePolicy = Annotated[Policy | None, _text_option("--policy", "What a deviation from it is.")]
SalesAccount = Annotated[str | None, _text_option("--sales-account", 'Fixed contra-account of sales; "" = none.')]
SalesPolicy = Annotated[Policy | None, _text_option("--sales-policy", "What a deviation from it is.")]
PurchaseTerm = Annotated[str | None, _text_option("--purchase-term", "Payment term we get.")]
SalesTerm = Annotated[str | None, _text_option("--sales-term", "Payment term we give.")]
ReverseRate = Annotated[Decimal | None, _percentage_option("--reverse-charge-rate", "Rate of reverse-charged VAT.")]
ReverseBox = Annotated[Box | None, _text_option("--reverse-charge-box", "Its box of the VAT return.")]
GPercentage = Annotated[Decimal | None, _percentage_option("--g-percentage", "Agreed share to the G-account.")]
GReversed = Annotated[Decimal | None, _percentage_option("--g-percentage-reversed", "Share when VAT is reversed.")]
GIban = Annotated[str | None, _text_option("--g-iban", "The G-account.")]


@app.command("set")
def change(
    code: Code,
    purchase_account: PurchaseAccount = None,
    policy: PurchasePolicy = None,
    sales_account: SalesAccount = None,
    sales_policy: SalesPolicy = None,
    purchase_term: PurchaseTerm = None,
    sales_term: SalesTerm = None,
    reverse_charge_rate: ReverseRate = None,
    reverse_charge_box: ReverseBox = None,
    g_percentage: GPercentage = None,
    g_percentage_reversed: GReversed = None,
    g_iban: GIban = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Change what is agreed with a relation. Old entries stay as they are; new ones follow.

    \b
    hub relations set C0007 --purchase-account 4530 --policy warn
    hub relations set C0007 --reverse-charge-rate 9
    """
    wanted = {
        "purchase_account": purchase_account, "purchase_policy": policy, "sales_account": sales_account,
        "sales_policy": sales_policy, "purchase_term": purchase_term, "sales_term": sales_term,
        "reverse_charge_rate": reverse_charge_rate, "reverse_charge_box": reverse_charge_box, "g_percentage": g_percentage,
        "g_percentage_reversed": g_percentage_reversed, "g_iban": g_iban,
    }  # fmt: skip
    changes = {n: v.value if isinstance(v, Enum) else v for n, v in wanted.items() if v is not None}
    if not changes:
        raise typer.BadParameter("say what to change; see `hub relations set --help`")
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.reports.relations import show_relation
        from hub.store.administrations import load_books
        from hub.store.relations import change_relation
        from hub.store.store import actor_of, now

        own = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(10)
        with hub.database.transaction() as connection:
            books = load_books(connection, [own])[own]
            _check(changes, books.snapshot)
            change_relation(connection, hub.ids, books.id, code, changes, actor_id, now())
            row = show_relation(connection, books.id, code)
    output = output_of(settings, as_json)
    if as_json:
        output.line(row)
    else:
        output.say("relation_changed", code=code, what=", ".join(sorted(changes)))


def _check(changes: dict[str, Any], administration: Administration) -> None:
    """Accounts and terms must exist; a control account is never a contra-account. Raises `NotFound` or `Usage`."""
    from hub.errors import NotFound, Usage

    for name in ("purchase_account", "sales_account"):
        code = changes.get(name)
        if code and code not in administration.accounts:
            raise NotFound(f"there is no account {code} in {administration.code}")
        if code and administration.accounts[code].control:
            raise Usage(f"{code} is a control account; nothing can be booked on it but open items")
    for name in ("purchase_term", "sales_term"):
        term = changes.get(name)
        if term and term not in administration.payment_terms:
            raise NotFound(f"there is no payment term {term}; known: {', '.join(administration.payment_terms)}")


@app.command("confirm-iban")
def confirm(
    code: Code,
    iban: Annotated[str, typer.Argument(metavar="IBAN", help="The account you checked with the supplier.")],
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Confirm a new account of a relation; what was blocked for it may be paid again.

    \b
    hub relations confirm-iban C0007 NL91ABNA0417164300
    """
    from stdnum import iban as known_ibans

    if not known_ibans.is_valid(iban):
        raise typer.BadParameter(f"{iban!r} is no valid IBAN", param_hint="IBAN")
    settings = settings_of(language, actor, administration)
    with opened(settings) as hub:
        from hub.store.administrations import load_books
        from hub.store.confirmed import confirm_iban
        from hub.store.store import actor_of, now

        own = hub.administration_code(administration)
        actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
        hub.ids.reserve(10)
        with hub.database.transaction() as connection:
            books_id = load_books(connection, [own])[own].id
            freed = confirm_iban(connection, hub.ids, books_id, code, iban, actor_id, now())
    output = output_of(settings, as_json)
    if as_json:
        output.line({"relation": code, "iban": iban, "items_freed": freed})
    else:
        output.say("iban_confirmed", code=code, iban=iban, count=freed)
