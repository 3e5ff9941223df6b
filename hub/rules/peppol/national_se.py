"""Sweden: numbers, rates and giro accounts of a seller whose address is there, written just so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import SUPPLIER, Countries, swedish, swedish_vat, when
from hub.rules.peppol.values import is_number, is_swedish_number, number, only, texts
from hub.rules.rule import Context, Failure, Rule, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select

_APPROVED = "GODKÄND FÖR F-SKATT"
_RATES = (25, 12, 6)
_BRANCH = ("cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID")


def _vat_number(party: Node) -> str:
    # A registration without number counts as none here, where the official rule reads the numbers themselves.
    registered = [each for each in party.get("cac:PartyTaxScheme", ()) if _scheme_is_vat(each)]
    return only([text for each in registered for text in texts(each, "cbc:CompanyID")]) or ""


def _scheme_is_vat(registration: Node) -> bool:
    return "VAT" in texts(registration, "cac:TaxScheme", "cbc:ID")


def se_r_001(party: Node, _: Document) -> Failure | None:
    """A Swedish VAT number has 14 characters."""
    text = normal(_vat_number(party))
    return None if len(text) == 14 else Failure(text, "14")


def se_r_002(party: Node, _: Document) -> Failure | None:
    """The twelve characters after SE are a number."""
    text = _vat_number(party)
    return None if is_number(text[2:14]) else Failure(text)


def se_r_003(entity: Node, _: Document) -> Failure | None:
    """The organisation number is a number."""
    text = one_text(entity, "cbc:CompanyID")
    return None if is_number(text) else Failure(text)


def se_r_004(entity: Node, _: Document) -> Failure | None:
    """The organisation number has ten characters."""
    text = normal(one_text(entity, "cbc:CompanyID"))
    return None if len(text) == 10 else Failure(text, "10")


def se_r_013(entity: Node, _: Document) -> Failure | None:
    """The check digit of the organisation number is right."""
    text = normal(one_text(entity, "cbc:CompanyID"))
    return None if is_swedish_number(text) else Failure(text)


def se_r_005(leaf: Any, _: Document) -> Failure | None:
    """Beside its VAT number a seller may only say that it is approved for F-tax."""
    text = content(leaf)
    return None if normal(text.upper()) == _APPROVED else Failure(text, "Godkänd för F-skatt")


def se_r_006(category: Node, _: Document) -> Failure | None:
    """The standard rates of Sweden are 25, 12 and 6 %."""
    text = one_text(category, "cbc:Percent")
    return None if number(text) in _RATES else Failure(text or "", "6, 12, 25")


def _numeric(leaf: Any, _: Document) -> Failure | None:
    text = normal(leaf.text)
    return None if is_number(text) else Failure(text)


def _length(shortest: int, longest: int) -> Callable[[Any, Document], Failure | None]:
    def test(leaf: Any, _: Document) -> Failure | None:
        text = normal(leaf.text)
        return None if shortest <= len(text) <= longest else Failure(text, f"{shortest}-{longest}")

    return test


def _another_way(means: Node, _: Document) -> Failure | None:
    """Fires on every payment means of its row: another code should have been used."""
    return Failure(", ".join(texts(means, "cbc:PaymentMeansCode")), "30")


def _parties(document: Document) -> Sequence[Node]:
    return [party for party in below(*SUPPLIER)(document) if swedish(party)]


def _registered_parties(document: Document) -> Sequence[Node]:
    return [party for party in _parties(document) if _yes(swedish_vat, party)]


def _entities(document: Document) -> Sequence[Node]:
    entities = (each for party in _parties(document) for each in party.get("cac:PartyLegalEntity", ()))
    return [each for each in entities if "cbc:CompanyID" in each]


def _other_numbers(document: Document) -> Sequence[Any]:
    """Numbers under another scheme than VAT, here in any case of letters, of sellers with an organisation number."""
    parties = [party for party in _parties(document) if select(party, "cac:PartyLegalEntity", "cbc:CompanyID")]
    other = [each for party in parties for each in party.get("cac:PartyTaxScheme", ()) if _yes(_is_other, each)]
    return [leaf for each in other for leaf in each.get("cbc:CompanyID", ())]


def _is_other(registration: Node) -> bool:
    return normal((one_text(registration, "cac:TaxScheme", "cbc:ID") or "").upper()) != "VAT"


def _standard_categories(document: Document) -> Sequence[Node]:
    named = document.named
    found = [*named.get("cac:TaxCategory", ()), *named.get("cac:ClassifiedTaxCategory", ())]
    return [each for each in found if "S" in texts(each, "cbc:ID")]


def _accounts(system: str) -> Callable[[Document], Sequence[Any]]:
    def is_paid_by(means: Node) -> bool:
        return normal(one_text(means, "cbc:PaymentMeansCode")) == "30" and normal(one_text(means, *_BRANCH)) == system

    return lambda document: [
        leaf
        for means in document.named["cac:PaymentMeans"]
        if _yes(is_paid_by, means)
        for leaf in select(means, "cac:PayeeFinancialAccount", "cbc:ID")
    ]


def _paid_by(*codes: str, but: tuple[str, ...] = ()) -> Callable[[Document], Sequence[Node]]:
    def where(document: Document) -> Sequence[Node]:
        found = [(means, texts(means, "cbc:PaymentMeansCode")) for means in document.named["cac:PaymentMeans"]]
        return [means for means, has in found if any(c in has for c in codes) and not any(c in has for c in but)]

    return where


def _yes(question: Callable[[Node], bool], node: Node) -> bool:
    """The answer, or False where there is none: an error in a match pattern is a silent non-match."""
    try:
        return question(node)
    except Undecidable:
        return False


def _from_sweden(c: Countries) -> bool:
    return c.swedish_address


def _registered_there(c: Countries) -> bool:
    return c.swedish_vat


def _both_there(c: Countries) -> bool:
    return c.swedish_address and c.swedish_customer


CONTEXTS: tuple[Context, ...] = (
    Context(
        "cac:AccountingSupplierParty",
        (Rule("SE-R-001", "BT-31", se_r_001), Rule("SE-R-002", "BT-31", se_r_002)),
        when(_from_sweden, _registered_parties),
    ),
    Context(
        "cac:PartyLegalEntity",
        (
            Rule("SE-R-003", "BT-30", se_r_003),
            Rule("SE-R-004", "BT-30", se_r_004),
            Rule("SE-R-013", "BT-30", se_r_013),
        ),
        when(_from_sweden, _entities),
    ),
    Context("cac:PartyTaxScheme", (Rule("SE-R-005", "BT-32", se_r_005),), when(_from_sweden, _other_numbers)),
    Context(
        "",
        (Rule("SE-R-006", "BT-119 BT-96 BT-103 BT-152", se_r_006),),
        when(_registered_there, _standard_categories),
    ),
    Context(
        "cac:PayeeFinancialAccount",
        (
            Rule("SE-R-007", "BT-84", _numeric, severity="warning"),
            Rule("SE-R-010", "BT-84", _length(2, 8), severity="warning"),
        ),
        when(_from_sweden, _accounts("SE:PLUSGIRO")),
    ),
    Context(
        "cac:PayeeFinancialAccount",
        (
            Rule("SE-R-008", "BT-84", _numeric, severity="warning"),
            Rule("SE-R-009", "BT-84", _length(7, 8), severity="warning"),
        ),
        when(_from_sweden, _accounts("SE:BANKGIRO")),
    ),
    Context(
        "cac:PaymentMeans",
        (Rule("SE-R-011", "BT-81", _another_way, severity="warning"),),
        when(_from_sweden, _paid_by("50", "56")),
    ),
    Context(
        "cac:PaymentMeans",
        (Rule("SE-R-012", "BT-81", _another_way, severity="warning"),),
        when(_both_there, _paid_by("31", but=("50", "56"))),
    ),
)
