"""Peppol's national rules: equal to the official artefact on the corpus, and the edges that a corpus cannot show."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from decimal import localcontext
from importlib.resources import files

import pytest
from lxml import etree

from hub.model.finding import Finding
from hub.rules.peppol.national import NATIONAL
from hub.rules.peppol.values import is_greek_tin, is_iban, is_norwegian_number, is_swedish_number
from hub.rules.rule import UNDECIDABLE, Pack, Undecidable, judge
from hub.rules.tree import Names, index
from hub.rules.xpath import EXACT
from tests.corpus import needs_corpus, rows
from tests.rules.documents import invoice

PACK = Pack(NATIONAL)
RULES = {rule.code: rule for context in NATIONAL for rule in context.rules}


def found_in(xml: bytes) -> list[Finding]:
    """What the national rules find."""
    document = index(etree.fromstring(xml), Names())
    with localcontext(EXACT):
        findings = judge(document, PACK, "peppol")
    document.forget()
    return findings


def codes_in(xml: str) -> set[str]:
    """The codes of what they find."""
    return {finding.code for finding in found_in(xml.encode())}


def between(country: str, *, number: str = "", head: str = "", kind: str = "Invoice") -> str:
    """An invoice of which both parties have this country in their address, and this VAT number when one is given."""
    text = invoice(head=head, kind=kind).replace(">NL<", f">{country}<")
    return re.sub("NL[0-9]{8}9B01", number or f"{country}123456789", text)


def payment(code: str, inside: str = "") -> str:
    """A payment means."""
    return f"<cac:PaymentMeans><cbc:PaymentMeansCode>{code}</cbc:PaymentMeansCode>{inside}</cac:PaymentMeans>"


def account(number: str, branch: str = "") -> str:
    """The account of the payee."""
    bank = (
        f"<cac:FinancialInstitutionBranch><cbc:ID>{branch}</cbc:ID></cac:FinancialInstitutionBranch>" if branch else ""
    )
    return f"<cac:PayeeFinancialAccount><cbc:ID>{number}</cbc:ID>{bank}</cac:PayeeFinancialAccount>"


@needs_corpus
def test_our_own_finding_says_so_when_a_national_rule_stops_the_artefact() -> None:
    stopped = {"m-16932-00014": "DE-R-019", "m-16932-00315": "SE-R-001", "m-16932-00715": "DE-R-027"}
    for row in rows("mutants"):
        rule = stopped.pop(row["id"], None)
        if rule is not None:
            reasons = [dict(f.details) for f in found_in(row["xml"].encode()) if f.code == UNDECIDABLE]
            assert rule in {reason["rule"] for reason in reasons}
    assert not stopped


def test_every_official_rule_is_there_with_both_sentences_when_counted() -> None:
    counted = Counter(code.partition("-")[0] for code in RULES)
    assert counted == {"DE": 31, "DK": 14, "GR": 19, "IS": 10, "IT": 4, "NL": 9, "NO": 2, "SE": 13}
    table = tomllib.loads((files("hub") / "texts" / "findings_peppol_national.toml").read_text("utf-8"))
    assert set(table) == set(RULES)
    for code, entry in table.items():
        assert entry["severity"] == RULES[code].severity, code


@pytest.mark.parametrize("written", ["NL", "nl", " NL\n"])
def test_dutch_rules_judge_when_the_address_is_dutch_in_any_writing(written: str) -> None:
    assert {"NL-R-002", "NL-R-004", "NL-R-007"} <= codes_in(invoice().replace(">NL<", f">{written}<"))


@pytest.mark.parametrize(("written", "judged"), [("DK", True), ("dk", False), (" DK ", False)])
def test_danish_rules_judge_when_the_address_says_dk_as_it_stands(written: str, judged: bool) -> None:
    assert ("DK-R-002" in codes_in(between(written))) is judged


def test_norwegian_rules_look_at_the_vat_number_when_the_address_is_elsewhere() -> None:
    assert {"NO-R-001", "NO-R-002"} <= codes_in(between("SE", number="NO974763908MVA"))
    assert "NO-R-001" not in codes_in(between("SE", number="NO974760673MVA"))


def test_two_vat_registrations_silence_norway_when_the_country_has_no_answer() -> None:
    text = between("NO", number="NO974763908MVA")
    one = text[text.index("<cac:PartyTaxScheme>") : text.index("<cac:PartyLegalEntity>")]
    assert "NO-R-001" in codes_in(text)
    assert codes_in(text.replace(one, one + one, 1)) == set()


def test_another_way_of_paying_is_named_in_order_when_swedes_pay() -> None:
    assert "SE-R-011" in codes_in(between("SE", head=payment("50")))
    assert "SE-R-012" in codes_in(between("SE", head=payment("31")))
    giro = payment("30", account("12345678x", "SE:BANKGIRO"))
    assert {"SE-R-008", "SE-R-009"} <= codes_in(between("SE", head=giro))


@pytest.mark.parametrize(
    ("text", "right"), [("godkänd för f-skatt", True), ("GODKÄND  FÖR F-SKATT", True), ("Godkand", False)]
)
def test_f_tax_is_read_with_its_own_letters_when_swedish(text: str, right: bool) -> None:
    legal = "<cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName>"
    tax = f"<cac:PartyTaxScheme><cbc:CompanyID>{text}</cbc:CompanyID></cac:PartyTaxScheme>"
    xml = between("SE").replace(
        "<cac:PartyLegalEntity><cbc:RegistrationName>Seller</cbc:RegistrationName>",
        f"{tax}{legal}<cbc:CompanyID>5567321707</cbc:CompanyID>",
    )
    assert ("SE-R-005" not in codes_in(xml)) is right


@pytest.mark.parametrize(
    ("note", "right"),
    [
        ("#SKONTO#TAGE=14#PROZENT=2.00#\n", True),
        ("Netto 30\n #SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=-10.00# \n", True),
        ("#SKONTO#TAGE=14#PROZENT=2.00#", False),
        ("#SKONTO#TAGE=14#PROZENT=2.0#\n", False),
        ("Netto 30 #SKONTO#", True),
    ],
)
def test_skonto_is_right_when_written_as_agreed(note: str, right: bool) -> None:
    terms = f"<cac:PaymentTerms><cbc:Note>{note}</cbc:Note></cac:PaymentTerms>"
    assert ("DE-R-018" not in codes_in(between("DE", head=terms))) is right


def test_a_second_payment_terms_has_no_answer_when_skonto_is_right() -> None:
    terms = "<cac:PaymentTerms><cbc:Note>#SKONTO#TAGE=14#PROZENT=2.00#\n</cbc:Note></cac:PaymentTerms>"
    assert UNDECIDABLE in codes_in(between("DE", head=terms + terms))


@pytest.mark.parametrize(("mail", "right"), [("a@b.nl", True), ("a@b", False), ("a@@b.nl", False), ("a@b..nl", False)])
def test_an_e_mail_address_is_right_when_german_rules_say_so(mail: str, right: bool) -> None:
    contact = f"<cac:Contact><cbc:ElectronicMail>{mail}</cbc:ElectronicMail></cac:Contact></cac:Party>"
    assert ("DE-R-028" not in codes_in(between("DE").replace("</cac:Party>", contact, 1))) is right


@pytest.mark.parametrize(
    ("reference", "right"), [("71#12345678901234 ", True), ("71#123", False), ("73#", True), ("x", False)]
)
def test_fik_reference_is_right_when_card_and_length_are(reference: str, right: bool) -> None:
    inside = f"<cbc:PaymentID>{reference}</cbc:PaymentID>{account('12345678')}"
    fired = codes_in(between("DK", head=payment("93", inside)))
    assert fired.isdisjoint({"DK-R-010", "DK-R-011"}) is right


def test_a_danish_value_in_two_pieces_has_no_answer_when_a_comment_cuts_it() -> None:
    inside = "<cbc:PaymentID>73#</cbc:PaymentID>" + account("1234<!-- -->5678")
    assert UNDECIDABLE in codes_in(between("DK", head=payment("93", inside)))


def test_a_way_of_paying_is_enough_when_the_amount_is_no_number() -> None:
    odd = invoice().replace(">121.00</cbc:PayableAmount>", ">NaN</cbc:PayableAmount>")
    assert UNDECIDABLE in codes_in(odd)
    paid = odd.replace("<cac:AccountingSupplierParty>", payment("30") + "<cac:AccountingSupplierParty>")
    assert not {UNDECIDABLE, "NL-R-007"} & codes_in(paid)


def test_check_digits_are_right_when_they_are_and_wrong_when_not() -> None:
    assert is_greek_tin("094259216")
    assert is_greek_tin("094259216 and more")
    assert not is_greek_tin("094259217")
    assert not is_greek_tin("09425921")
    assert is_norwegian_number("974760673")
    assert not is_norwegian_number("974760674")
    assert not is_norwegian_number("000000000")
    assert is_swedish_number("5567321707")
    assert not is_swedish_number("5567321708")
    assert not is_swedish_number("556732170")
    assert is_iban("DE75512108001245126199")
    assert not is_iban("de75512108001245126199")
    with pytest.raises(Undecidable):
        is_swedish_number("\u0665567321707")
