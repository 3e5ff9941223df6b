"""Mutations of what values say: other values, blanks, case, pieces, attributes, and the promises of a document."""

from __future__ import annotations

from random import Random

from lxml import etree

from tests.rules.fuzz import schema, values
from tests.rules.fuzz.build import B, C, Element, elements, leaves, local, parent_name, pick, place, revalue

_CODED, _CODED_IDS, _SCHEMED = (frozenset(values.NAMES[name]) for name in ("coded", "coded_ids", "schemed"))
_HOMES = ("NL", "DE", "DK", "GR", "EL", "IS", "IT", "NO", "SE", "nl", "de", "dk", "se", "BE")
_BLANKS = (" ", "\n", "\t", "\u00a0", "\r", "  ", "\u2003", "\u200b", "\ufeff")
_SELLER, _BUYER = "AccountingSupplierParty", "AccountingCustomerParty"


def value(chance: Random, root: Element) -> None:
    """Another value somewhere."""
    leaf = pick(chance, leaves(root))
    if leaf is not None:
        revalue(chance, leaf)


def coded_value(chance: Random, root: Element) -> None:
    """Another value of what code lists and identifiers are about."""
    found = [e for e in leaves(root) if local(e) in _CODED or (local(e) == "ID" and parent_name(e) in _CODED_IDS)]
    leaf = pick(chance, found)
    if leaf is not None:
        revalue(chance, leaf)


def any_text(chance: Random, root: Element) -> None:
    """Some other text, of whatever kind."""
    leaf = pick(chance, [e for e in leaves(root) if not len(e)])
    if leaf is not None:
        leaf.text = values.any_text(chance)


def blanks(chance: Random, root: Element) -> None:
    """Blanks of some sort around, in or instead of a value."""
    leaf = pick(chance, [e for e in leaves(root) if not len(e)])
    if leaf is None:
        return
    text, blank = leaf.text or "", chance.choice(_BLANKS)
    middle = len(text) // 2
    inside = text[:middle] + blank + text[middle:]
    leaf.text = chance.choice((blank + text, text + blank, blank + text + blank, inside, blank))


def case(chance: Random, root: Element) -> None:
    """Lower or upper case."""
    leaf = pick(chance, [e for e in leaves(root) if (e.text or "").strip() and not len(e)])
    if leaf is not None:
        leaf.text = leaf.text.lower() if chance.random() < 0.7 else leaf.text.upper()


def pieces(chance: Random, root: Element) -> None:
    """A comment or processing instruction inside a value or a group, or CDATA."""
    leaf = pick(chance, leaves(root) if chance.random() < 0.8 else elements(root))
    if leaf is None:
        return
    node = chance.choice((etree.Comment("c"), etree.ProcessingInstruction("p", "i"), None))
    text = leaf.text or ""
    if node is None:
        if not len(leaf) and text and "]]>" not in text:
            leaf.text = etree.CDATA(text)
    elif len(leaf):
        leaf.insert(chance.randrange(len(leaf) + 1), node)
    else:
        at = chance.randint(0, len(text))
        leaf.text, node.tail = text[:at], text[at:]
        leaf.append(node)


def attribute(chance: Random, root: Element) -> None:
    """An attribute more, less or different."""
    leaf = pick(chance, leaves(root))
    if leaf is None:
        return
    names = [str(name) for name in leaf.attrib]
    if names and chance.random() < 0.3:
        del leaf.attrib[chance.choice(names)]
        return
    usual = values.USUAL.get(schema.kind(str(leaf.tag)))
    if names and chance.random() < 0.6:
        name = chance.choice(names)
    else:
        name = usual if usual and chance.random() < 0.7 else chance.choice(values.ATTRIBUTES)
    leaf.set(name, values.attribute(chance, name))


def scheme(chance: Random, root: Element) -> None:
    """A scheme and a number of those that are checked."""
    names = ("EndpointID", "CompanyID", "ID")
    leaf = pick(chance, [e for e in leaves(root) if local(e) in names and parent_name(e) in _SCHEMED])
    if leaf is None:
        return
    leaf.set("schemeID", values.attribute(chance, "schemeID"))
    if chance.random() < 0.8:
        leaf.text = chance.choice((*values.KINDS["identifiers"], *values.KINDS["vat_numbers"]))


def country(chance: Random, root: Element) -> None:
    """Seller, buyer or tax representative of a country with rules of its own, its numbers right or wrong."""
    home = chance.choice(_HOMES)
    for side in chance.choice(((_SELLER,), (_BUYER,), (_SELLER, _BUYER), ("TaxRepresentativeParty",))):
        for party in root.iter(C + side):
            for code in party.iter(B + "IdentificationCode"):
                code.text = home
            _renumber(chance, party, home.upper())


def _renumber(chance: Random, party: Element, home: str) -> None:
    all_numbers = values.KINDS["vat_numbers"]
    own = [n for n in all_numbers if n.upper().startswith("EL" if home == "GR" else home)] or all_numbers
    for number in party.iter(B + "CompanyID", B + "EndpointID"):
        if chance.random() < 0.4:
            continue
        if parent_name(number) == "PartyTaxScheme":
            number.text = chance.choice(own if chance.random() < 0.8 else all_numbers)
        else:
            number.text = chance.choice(values.KINDS["identifiers"])
            number.set("schemeID", values.attribute(chance, "schemeID"))


def currency(chance: Random, root: Element) -> None:
    """Currency of all amounts, and now and then another one for VAT."""
    new = chance.choice(values.ELEMENTS["DocumentCurrencyCode"][:7])
    for leaf in leaves(root):
        if "currencyID" in leaf.attrib and chance.random() < 0.95:
            leaf.set("currencyID", new)
        if local(leaf) == "DocumentCurrencyCode" and chance.random() < 0.9:
            leaf.text = new
    if chance.random() < 0.4 and root.find(B + "TaxCurrencyCode") is None:
        code = place(root, etree.Element(B + "TaxCurrencyCode"))
        code.text = chance.choice(values.ELEMENTS["DocumentCurrencyCode"][:8])
        total = place(root, etree.Element(C + "TaxTotal"))
        amount = etree.SubElement(total, B + "TaxAmount", currencyID=code.text if chance.random() < 0.8 else "EUR")
        amount.text = chance.choice(("21.00", "-1.00", "0", "0.005", "100.000"))


def promise(chance: Random, root: Element) -> None:
    """Another CustomizationID and ProfileID."""
    for name in ("CustomizationID", "ProfileID"):
        for leaf in root.findall(B + name):
            leaf.text = chance.choice(values.ELEMENTS[name])


def kind_of_document(chance: Random, root: Element) -> None:
    """Another type code."""
    for leaf in [*root.findall(B + "InvoiceTypeCode"), *root.findall(B + "CreditNoteTypeCode")]:
        leaf.text = chance.choice(values.ELEMENTS["InvoiceTypeCode"])


def credit(chance: Random, root: Element) -> None:
    """An invoice as credit note, or the other way round; what does not fit stays."""
    to, away = ("CreditNote", "Invoice") if local(root) == "Invoice" else ("Invoice", "CreditNote")
    for each in elements(root):
        name = local(each)
        if name == away:
            each.tag = schema.ROOTS[to]
        elif name in (f"{away}Line", f"{away}TypeCode"):
            each.tag = str(each.tag).replace(f"}}{away}", f"}}{to}")
            if name.endswith("Code") and chance.random() < 0.8:
                each.text = "381" if to == "CreditNote" else "380"
        elif name in ("InvoicedQuantity", "CreditedQuantity"):
            each.tag = B + ("CreditedQuantity" if to == "CreditNote" else "InvoicedQuantity")
    if to == "CreditNote" and chance.random() < 0.8:
        for due in root.findall(B + "DueDate"):
            root.remove(due)


def words(chance: Random, root: Element) -> None:
    """Texts of which some rules read the words."""
    names = ("Note", "ID", "CompanyID", "Telephone", "ElectronicMail", "TaxExemptionReason")
    for each in root.iter(*(B + name for name in names)):
        if chance.random() < 0.3:
            each.text = chance.choice(values.KINDS["texts"])
