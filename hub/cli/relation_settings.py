"""`hub relations add` and `set`: a relation by hand, and what is agreed with it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import Enum, StrEnum
from typing import Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, ForAdministration, InLanguage
from hub.cli.refusing import changing_relations, refuse

_IN_CARD = (
    "roles", "customer_type", "email", "telephone", "website", "language", "memo", "sales_channel", "sales_email", "sales_endpoint",
    "purchase_channel", "purchase_email", "purchase_endpoint",
)  # fmt: skip


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


class Vat(StrEnum):
    """What was agreed about VAT."""

    none = ""
    with_vat = "with"
    without = "without"
    reverse_charge = "reverse_charge"
    intra_community = "intra_community"
    outside_eu = "outside_eu"


class Method(StrEnum):
    """How purchase invoices of a relation wait for approval."""

    none = ""
    direct = "direct"
    register_first = "register_first"
    book_at_once = "book_at_once"


class Customer(StrEnum):
    """Who the law sees in a debtor; never derived."""

    none = ""
    consumer = "consumer"
    business = "business"


class Way(StrEnum):
    """How an e-invoice goes."""

    none = ""
    email_pdf = "email_pdf"
    ubl_mail = "ubl_mail"
    peppol = "peppol"


class GivenRole(StrEnum):
    """Roles of a relation."""

    debtor = "debtor"
    creditor = "creditor"
    prospect = "prospect"


class Letters(StrEnum):
    """Language of letters."""

    none = ""
    nl = "nl"
    en = "en"


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


def _option(name: str, text: str) -> Any:
    return typer.Option(name, help=text, show_default=False)


Code = Annotated[str, typer.Argument(metavar="CODE", help="The relation's code, as C0007.")]
Text = str | None


def change(
    code: Code,
    name: Annotated[Text, _option("--name", "What it is called.")] = None,
    role: Annotated[list[GivenRole] | None, _option("--role", "Its roles; give each.")] = None,
    customer_type: Annotated[Customer | None, _option("--customer-type", "Consumer or business.")] = None,
    email: Annotated[Text, _option("--email", "The company's e-mail address.")] = None,
    telephone: Annotated[Text, _option("--telephone", "Its telephone number.")] = None,
    website: Annotated[Text, _option("--website", "Its website.")] = None,
    letters: Annotated[Letters | None, _option("--letters", "Language of letters to it.")] = None,
    memo: Annotated[Text, _option("--memo", "Free text on the card.")] = None,
    sales_channel: Annotated[Way | None, _option("--sales-channel", "How our e-invoices go to it.")] = None,
    sales_email: Annotated[Text, _option("--sales-email", "E-mail address for our e-invoices.")] = None,
    sales_endpoint: Annotated[Text, _option("--sales-endpoint", "Peppol endpoint, as 0106:12345678.")] = None,
    purchase_channel: Annotated[Way | None, _option("--purchase-channel", "How its e-invoices come.")] = None,
    purchase_email: Annotated[Text, _option("--purchase-email", "E-mail address they come from.")] = None,
    purchase_endpoint: Annotated[Text, _option("--purchase-endpoint", "Peppol endpoint they come from.")] = None,
    purchase_account: Annotated[Text, _option("--purchase-account", 'Fixed contra-account; "" = none.')] = None,
    policy: Annotated[Policy | None, _option("--policy", "What a deviation from it is.")] = None,
    sales_account: Annotated[Text, _option("--sales-account", 'Fixed contra-account of sales; "" = none.')] = None,
    sales_policy: Annotated[Policy | None, _option("--sales-policy", "What a deviation from it is.")] = None,
    purchase_term: Annotated[Text, _option("--purchase-term", "Payment term we get.")] = None,
    sales_term: Annotated[Text, _option("--sales-term", "Payment term we give.")] = None,
    purchase_vat: Annotated[Vat | None, _option("--purchase-vat", "VAT we expect on its invoices.")] = None,
    sales_vat: Annotated[Vat | None, _option("--sales-vat", "VAT we expect on our invoices.")] = None,
    purchase_method: Annotated[Method | None, _option("--purchase-method", "Provisional purchase booking.")] = None,
    approval_flow: Annotated[Text, _option("--approval-flow", "Who approves its invoices.")] = None,
    reverse_charge_rate: Annotated[
        Decimal | None, _percentage_option("--reverse-charge-rate", "Rate of reverse-charged VAT.")
    ] = None,
    reverse_charge_box: Annotated[Box | None, _option("--reverse-charge-box", "Its box of the VAT return.")] = None,
    g_percentage: Annotated[
        Decimal | None, _percentage_option("--g-percentage", "Agreed share to the G-account.")
    ] = None,
    g_percentage_reversed: Annotated[
        Decimal | None, _percentage_option("--g-percentage-reversed", "Share when VAT is reversed.")
    ] = None,
    g_iban: Annotated[Text, _option("--g-iban", 'The G-account; "" = none.')] = None,
    factor_iban: Annotated[list[str] | None, _option("--factor-iban", "Account of its factor; give each.")] = None,
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Change what is known of and agreed with a relation. Old entries stay as they are; new ones follow.

    \b
    hub relations set C0007 --purchase-account 4530 --policy warn
    hub relations set C0007 --role debtor --customer-type business --sales-channel peppol --sales-endpoint 0106:12345678
    hub relations set C0007 --g-iban NL18RABO0990000000 --g-percentage 25
    """
    wanted = {
        "name": name, "roles": tuple(one.value for one in role) if role else None, "customer_type": customer_type, "email": email,
        "telephone": telephone, "website": website, "language": letters, "memo": memo, "sales_channel": sales_channel,
        "sales_email": sales_email, "sales_endpoint": sales_endpoint, "purchase_channel": purchase_channel,
        "purchase_email": purchase_email, "purchase_endpoint": purchase_endpoint, "purchase_account": purchase_account,
        "purchase_policy": policy, "sales_account": sales_account, "sales_policy": sales_policy, "purchase_term": purchase_term,
        "sales_term": sales_term, "purchase_vat": purchase_vat, "sales_vat": sales_vat, "purchase_method": purchase_method,
        "approval_flow": approval_flow, "reverse_charge_rate": reverse_charge_rate, "reverse_charge_box": reverse_charge_box,
        "g_percentage": g_percentage, "g_percentage_reversed": g_percentage_reversed, "g_iban": g_iban,
        "factor_ibans": tuple(factor_iban) if factor_iban else None,
    }  # fmt: skip
    changes = {n: v.value if isinstance(v, Enum) else v for n, v in wanted.items() if v is not None}
    if not changes:
        raise typer.BadParameter("say what to change; see `hub relations set --help`")
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.relation_fields import check_card, check_chart, check_settings
        from hub.reports.relations import show_relation
        from hub.store.relation_cards import change_card
        from hub.store.relations import change_relation, get_relation

        country = get_relation(done.connection, done.books.id, code)[1].country
        card, wrong = check_card({n: v for n, v in changes.items() if n in _IN_CARD}, country)
        settings, more = check_settings({n: v for n, v in changes.items() if n not in _IN_CARD})
        refuse([*check_chart(changes, done.books.snapshot), *wrong, *more])
        if settings:
            change_relation(done.connection, done.ids, done.books.id, code, settings, done.actor_id, done.at)
        if card:
            change_card(relations, code, card)
        if as_json:
            done.output.line(show_relation(done.connection, done.books.id, code))
        done.output.say("relation_changed", code=code, what=", ".join(sorted(changes)))


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    code: Annotated[str, _option("--code", "Your own code; else the next one.")] = "",
    country: Annotated[str, _option("--country", "Two letters.")] = "NL",
    role: Annotated[list[GivenRole] | None, _option("--role", "Its roles; give each.")] = None,
    customer_type: Annotated[Customer, _option("--customer-type", "Consumer or business.")] = Customer.none,
    kvk: Annotated[str, _option("--kvk", "Number in the trade register.")] = "",
    vat: Annotated[str, _option("--vat", "VAT number.")] = "",
    oin: Annotated[str, _option("--oin", "Number of a public body.")] = "",
    iban: Annotated[list[str] | None, _option("--iban", "Its bank account; give each.")] = None,
    email: Annotated[str, _option("--email", "The company's e-mail address.")] = "",
    administration: ForAdministration = "",
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Make a relation by hand, as a prospect who has no invoices yet.

    \b
    hub relations add "Bakkerij De Korenaar B.V." --role debtor --kvk 68750110 --email info@korenaar.example
    """
    with changing_relations(administration, as_json, language, actor) as (done, relations):
        from hub.accounting.relation_fields import check_draft
        from hub.model.party import Identifier
        from hub.model.relation_card import RelationCard, RelationDraft
        from hub.reports.relations import show_relation
        from hub.store.relation_cards import add_relations

        numbers = (("KVK", kvk), ("VAT", vat), ("OIN", oin))
        roles = tuple(one.value for one in role or ())
        given = RelationDraft(
            name, country, code, tuple(Identifier(value, scheme) for scheme, value in numbers if value), tuple(iban or ()),
            RelationCard(roles=roles, customer_type=customer_type.value, email=email),  # type: ignore[arg-type]
        )  # fmt: skip
        draft, wrong = check_draft(given)
        refuse(wrong)
        [made] = add_relations(relations, [draft])
        if as_json:
            done.output.line(show_relation(done.connection, done.books.id, made))
        done.output.say("relation_added", code=made, name=draft.name)


COMMANDS = {"add": add, "set": change}
