"""Releases side by side: which judges on which day, and documents that flip between two of them."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from lxml import etree

from hub.errors import Usage
from hub.rules import en16931, peppol
from hub.rules.change import named
from hub.rules.en16931.changes import CHANGES as CHANGES_OF_EN16931
from hub.rules.judging import NOT_IN_THIS_VERSION, Asked, Sheet, judge
from hub.rules.peppol.changes import CHANGES as CHANGES_OF_PEPPOL
from hub.rules.peppol.exactly_once import table
from hub.rules.releases import LAYERS, NOT_HERE, RELEASES, following, found, in_force, last_day, of_version, rules_of
from hub.steps.layers import layers_for
from hub.validation import releases_named, validate
from tests.rules.documents import category, invoice, line, subtotal
from tests.rules.peppol_documents import PROCESS, SPECIFICATION, peppol_invoice, self_billed

TODAY = date(2026, 11, 30)
DE, DK, SK, GR = (
    f"<cac:Country><cbc:IdentificationCode>{code}</cbc:IdentificationCode>" for code in ("DE", "DK", "SK", "GR")
)
NL = "<cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode>"


def codes(text: str, layer: str, version: str) -> Counter[tuple[str, str]]:
    """Codes and severities of what a release finds."""
    (verdict,) = judge(Sheet(etree.fromstring(text.encode())), [Asked(layer, version)])
    assert verdict.status == "ok", verdict.reason
    return Counter((finding.code, finding.severity) for finding in verdict.findings)


def flips(text: str, layer: str, older: str, newer: str) -> tuple[set[str], set[str]]:
    """The codes that only the older release finds, and those that only the newer finds."""
    before, after = codes(text, layer, older), codes(text, layer, newer)
    return {code for code, _ in before - after}, {code for code, _ in after - before}


# Which release judges on which day.


@pytest.mark.parametrize(
    ("layer", "on", "version"),
    [
        ("en16931", TODAY, "1.3.16"),
        ("en16931", date(2026, 5, 14), "1.3.15"),
        ("en16931", date(2026, 5, 15), "1.3.16"),
        ("en16931", date(2019, 1, 1), "1.3.14.2"),
        ("peppol", TODAY, "3.0.21"),
        ("peppol", date(2026, 8, 16), "3.0.20"),
        ("peppol", date(2026, 8, 17), "3.0.21"),
        ("peppol", date(2027, 2, 23), "3.0.21"),
        ("peppol", date(2027, 2, 24), "3.0.22"),
        ("peppol-sb", date(2026, 8, 16), "3.0.1"),
        ("nlcius", date(2026, 5, 20), "2.0.3.12"),
        ("gaccount", TODAY, "1.0.13"),
    ],
)
def test_the_release_that_is_mandatory_judges_when_others_are_published(layer: str, on: date, version: str) -> None:
    assert in_force(layer, on).version == version


def test_what_is_published_but_not_mandatory_comes_next() -> None:
    coming = following("peppol", TODAY)
    assert coming is not None
    assert (coming.version, coming.published <= TODAY, coming.draft) == ("3.0.22", True, True)
    assert following("en16931", TODAY) is None
    assert last_day(of_version("peppol", "3.0.21")) == date(2027, 2, 23)
    assert last_day(coming) is None


@pytest.mark.parametrize("layer", LAYERS)
def test_releases_stand_in_order_and_have_a_core_when_listed(layer: str) -> None:
    known = RELEASES[layer]
    assert all(a.published <= b.published for a, b in pairwise(known))
    days = [each.mandatory for each in known if each.mandatory]
    assert days == sorted(days)
    assert len({each.version for each in known}) == len(known)
    if layer != "en16931":
        assert all(of_version("en16931", each.core) for each in known)


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("en16931=1.3.15", {"en16931": "1.3.15"}),
        ("1.3.15", {"en16931": "1.3.15"}),
        ("peppol=2026.11", {"peppol": "3.0.22"}),
        ("2026-11", {"peppol": "3.0.22", "peppol-sb": "3.0.3"}),
        ("peppol=2026.5, en16931=1.3.14.2", {"peppol": "3.0.21", "en16931": "1.3.14.2"}),
        ("next", {"peppol": "3.0.22", "peppol-sb": "3.0.3"}),
        ("", {}),
    ],
)
def test_a_release_is_named_by_number_or_month(text: str, chosen: dict[str, str]) -> None:
    assert releases_named(text, TODAY) == chosen


@pytest.mark.parametrize(
    ("text", "say"),
    [
        ("en16931=9", "no_release"),
        ("en16931=", "no_release"),
        ("1.3.99", "no_release"),
        ("xsd=2.1", "no_releases_of"),
        ("en16931=1.3.17", "release_not_here"),
        ("nlcius=next", "no_next_release"),
    ],
)
def test_the_known_releases_are_listed_when_one_is_not_there(text: str, say: str) -> None:
    with pytest.raises(Usage) as refused:
        releases_named(text, TODAY)
    assert refused.value.say == say
    assert "en16931" in str(refused.value) or "nlcius=2.0.3.13" in str(refused.value)


def test_a_release_without_rules_is_said_to_be_so_when_a_document_was_judged_by_it_long_ago() -> None:
    assert found("en16931", next(iter(NOT_HERE))[1]) is None
    (verdict,) = judge(Sheet(etree.fromstring(invoice().encode())), [Asked("en16931", "1.2.0")])
    assert (verdict.status, verdict.reason) == ("error", NOT_IN_THIS_VERSION)


def test_en16931_beside_peppol_is_the_copy_that_peppol_published() -> None:
    early = validate(peppol_invoice().encode(), on=date(2026, 6, 1))
    assert [(each.layer, each.version) for each in early.layers] == [
        ("xsd", "2.1"), ("en16931", "1.3.15+0245"), ("peppol", "3.0.20")
    ]  # fmt: skip
    alone = validate(invoice().encode(), on=date(2026, 6, 1))
    assert alone.layers[1].version == "1.3.16"
    forced = layers_for(["peppol"], TODAY, {"peppol": "3.0.20"})
    assert [each.version for each in forced] == ["3.0.20"]


def test_other_releases_are_not_made_when_nobody_asks_for_them() -> None:
    program = (
        "import sys; from hub.validation import validate; "
        "from tests.rules.peppol_documents import peppol_invoice; validate(peppol_invoice().encode()); "
        "print([name for name in sys.modules if name.endswith(('.changes', '.earlier', '.autumn'))])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


# What each release has.


@pytest.mark.parametrize(
    ("layer", "version", "rules", "fatal"),
    [
        ("en16931", "1.3.14.2", 980, 281),
        ("en16931", "1.3.15", 979, 281),
        ("en16931", "1.3.15+0245", 979, 281),
        ("en16931", "1.3.16", 979, 281),
        ("peppol", "3.0.20", 159, 135),
        ("peppol", "3.0.21", 165, 139),
        ("peppol", "3.0.22", 311, 280),
        ("peppol-sb", "3.0.1", 55, 51),
        ("peppol-sb", "3.0.2", 62, 53),
        ("peppol-sb", "3.0.3", 202, 195),
    ],
)
def test_a_release_has_as_many_rules_as_the_official_file(layer: str, version: str, rules: int, fatal: int) -> None:
    severities = {rule.code: rule.severity for rule in rules_of(of_version(layer, version))}
    assert len(severities) == rules
    assert Counter(severities.values())["fatal"] == fatal


def test_a_difference_names_only_rules_that_the_other_release_has() -> None:
    for version, change in CHANGES_OF_EN16931.items():
        assert version != change.over
        assert named(change) <= {rule.code for rule in en16931.rules(change.over)}
    for (layer, _), change in CHANGES_OF_PEPPOL.items():
        assert named(change) <= {rule.code for rule in peppol.rules(layer, change.over)}


def test_every_number_is_there_once_when_what_stands_once_is_counted() -> None:
    assert [each.code for each in table()] == [f"PEPPOL-EN16931-R{number}" for number in range(140, 277)]


# Documents that flip. EN 16931: the older release, the newer, what only the older finds, what only the newer finds.

SEPA_ONLY = "<cac:PartyIdentification><cbc:ID schemeID='SEPA'>NL1</cbc:ID></cac:PartyIdentification><cac:PostalAddress>"
REFERENCE = "<cac:OriginatorDocumentReference><cbc:ID>{0}</cbc:ID></cac:OriginatorDocumentReference>"
CARDS = "".join(
    f"<cac:PaymentMeans><cbc:PaymentMeansCode>48</cbc:PaymentMeansCode><cac:CardAccount>"
    f"<cbc:PrimaryAccountNumberID>123{n}</cbc:PrimaryAccountNumberID><cbc:NetworkID>x</cbc:NetworkID></cac:CardAccount>"
    "</cac:PaymentMeans>"
    for n in (1, 2)
)
DUE = "<cbc:DocumentCurrencyCode>"
PAYABLE_AT = "<cbc:DueDate>2026-12-02</cbc:DueDate>"


def dated(text: str) -> str:
    """With a due date, which releases up to 1.3.15 ask for."""
    return text.replace("<cbc:InvoiceTypeCode", f"{PAYABLE_AT}<cbc:InvoiceTypeCode")


def without_seller_numbers(text: str) -> str:
    """The seller is known by a SEPA identifier only."""
    begin, end = text.index("<cac:PartyTaxScheme>"), text.index("</cac:PartyTaxScheme>") + len("</cac:PartyTaxScheme>")
    return (text[:begin] + text[end:]).replace("<cac:PostalAddress>", SEPA_ONLY, 1)


EXEMPT = category("E", "0", reason="x").replace(
    "<cbc:TaxExemptionReason>",
    "<cbc:TaxExemptionReasonCode>VATEX-EU-135-1</cbc:TaxExemptionReasonCode><cbc:TaxExemptionReason>",
)
FACTOR = "<cac:Price><cbc:PriceAmount"
IN_EN16931 = [
    ("1.3.15", "1.3.16", invoice(), {"BR-CO-25"}, set()),
    ("1.3.15", "1.3.16", dated(invoice()), set(), set()),
    ("1.3.15", "1.3.16", dated(invoice()).replace('EUR"', 'BGN"').replace(">EUR<", ">BGN<"), set(), {"BR-CL-03", "BR-CL-04"}),
    ("1.3.15", "1.3.16", dated(invoice()).replace('EUR"', 'XCG"').replace(">EUR<", ">XCG<"), {"BR-CL-03", "BR-CL-04"}, set()),
    ("1.3.15", "1.3.16", dated(invoice()).replace(">380<", ">502<"), set(), {"BR-CL-01"}),
    ("1.3.15", "1.3.16", invoice(kind="CreditNote").replace(">381<", ">503<"), {"BR-CL-01"}, set()),
    ("1.3.15", "1.3.16", dated(without_seller_numbers(invoice())), set(), {"BR-CO-26"}),
    ("1.3.15", "1.3.16", dated(invoice(head=REFERENCE.format(1) + REFERENCE.format(2))), set(), {"UBL-SR-56"}),
    ("1.3.15", "1.3.16", dated(invoice()).replace('"0106"', '"0246"', 1), {"BR-CL-25"}, set()),
    ("1.3.15", "1.3.15+0245", dated(invoice()).replace('"0106"', '"0245"', 1), {"BR-CL-25"}, set()),
    ("1.3.14.2", "1.3.15", dated(invoice()).replace('"0106"', '"0244"', 1), {"BR-CL-25"}, set()),
    ("1.3.14.2", "1.3.15", dated(invoice(allowances=CARDS)), {"BR-66"}, {"UBL-SR-54"}),
    ("1.3.14.2", "1.3.15", dated(invoice()).replace('EUR"', 'CUC"').replace(">EUR<", ">CUC<"), set(), {"BR-CL-03", "BR-CL-04"}),
    (
        "1.3.14.2", "1.3.15",
        dated(invoice()).replace("</cac:Price>", "<cbc:OrderableUnitFactorRate>1</cbc:OrderableUnitFactorRate></cac:Price>"),
        {"UBL-CR-631"}, set(),
    ),
    (
        "1.3.14.2", "1.3.15",
        dated(invoice(lines=line("100.00", "E", "0"), subtotals=subtotal("100.00", "0", "E", "0", reason="x"))).replace(
            category("E", "0", reason="x"), EXEMPT
        ),
        {"BR-CL-22"}, set(),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("older", "newer", "text", "gone", "new"), IN_EN16931)
def test_en16931_flips_between_releases(older: str, newer: str, text: str, gone: set[str], new: set[str]) -> None:
    assert flips(text, "en16931", older, newer) == (gone, new)


GERMAN = peppol_invoice().replace(NL, DE)
SLOVAK = peppol_invoice().replace(NL, SK).replace("NL1234567", "SK1234567").replace("NL8765432", "SK8765432")
DANISH = peppol_invoice().replace(NL, DK)
UNSPSC = (
    "<cbc:Name>Thing</cbc:Name><cac:CommodityClassification><cbc:ItemClassificationCode listID='TST'>1"
    "</cbc:ItemClassificationCode></cac:CommodityClassification>"
)
CORRECTED = SLOVAK.replace(">380<", ">384<")
P, SB = "PEPPOL-EN16931-", "PEPPOL-COMMON-"
IN_PEPPOL = [
    ("3.0.20", "3.0.21", peppol_invoice(), set(), set()),
    ("3.0.20", "3.0.21", peppol_invoice().replace('"0106"', '"0037"', 1), set(), {P + "CL008"}),
    ("3.0.20", "3.0.21", peppol_invoice().replace('"0106"', '"0242"', 1), {P + "CL008"}, set()),
    ("3.0.20", "3.0.21", peppol_invoice().replace('"0106"', '""', 1), set(), {P + "CL008"}),
    ("3.0.20", "3.0.21", peppol_invoice().replace('EUR"', 'BGN"').replace(">EUR<", ">BGN<"), set(), {P + "CL007"}),
    ("3.0.20", "3.0.21", peppol_invoice().replace(SPECIFICATION, SPECIFICATION + "::x"), set(), {P + "R004"}),
    ("3.0.20", "3.0.21", peppol_invoice().replace(PROCESS, PROCESS.replace(":01:", ":07:")), set(), {P + "R007"}),
    ("3.0.20", "3.0.21", peppol_invoice().replace(PROCESS, "urn:peppol:france:billing:regulated"), {P + "R007"}, set()),
    ("3.0.20", "3.0.21", peppol_invoice().replace(">12345678<", ">123<"), set(), {SB + "R054"}),
    ("3.0.20", "3.0.21", DANISH.replace("<cbc:Name>Thing</cbc:Name>", UNSPSC), {"DK-R-003"}, {"DK-R-003"}),
    ("3.0.20", "3.0.21", GERMAN.replace(">380<", "> 380<"), {"DE-R-017"}, set()),
    ("3.0.21", "3.0.22", peppol_invoice(), set(), set()),
    ("3.0.21", "3.0.22", peppol_invoice().replace(">12345678<", ">123<"), {SB + "R054"}, {SB + "R054"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace('"0106">12345678<', '"0088">17<'), set(), {SB + "R040"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace('"0106">12345678<', '"0208">2345678942<'), set(), {SB + "R043"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace('"0106">12345678<', '"0158">1<'), {P + "CL008"}, set()),
    ("3.0.21", "3.0.22", peppol_invoice().replace("NL123456789B01", "LU12345614"), set(), {SB + "R058"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace("NL123456789B01", "lu10000053"), set(), set()),
    ("3.0.21", "3.0.22", peppol_invoice().replace("NL123456789B01", "BE0123456700"), set(), {SB + "R062"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace("NL123456789B01", "BE0123456749"), set(), set()),
    ("3.0.21", "3.0.22", peppol_invoice().replace('"0106">12345678<', '"0240">19992200000<'), set(), {SB + "R059"}),
    ("3.0.21", "3.0.22", GERMAN.replace(">380<", ">389<"), {P + "P0100"}, set()),
    ("3.0.21", "3.0.22", peppol_invoice().replace(">380<", ">389<"), {P + "P0100"}, {P + "P0112"}),
    ("3.0.21", "3.0.22", SLOVAK, set(), {f"SK-R-00{n}" for n in range(2, 8)}),
    ("3.0.21", "3.0.22", CORRECTED, {P + "P0112"}, {f"SK-R-00{n}" for n in range(1, 8)}),
    ("3.0.21", "3.0.22", peppol_invoice().replace("<cbc:Name>Thing</cbc:Name>", ""), set(), {P + "R248"}),
    ("3.0.21", "3.0.22", peppol_invoice(kind="CreditNote").replace("<cbc:Name>Thing</cbc:Name>", ""), set(), {P + "R176"}),
    ("3.0.21", "3.0.22", peppol_invoice().replace(NL, GR).replace("NL123456789", "EL123456789"), {"GR-R-001-5"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("older", "newer", "text", "gone", "new"), IN_PEPPOL)
def test_peppol_flips_between_releases(older: str, newer: str, text: str, gone: set[str], new: set[str]) -> None:
    assert flips(text, "peppol", older, newer) == (gone, new)


@pytest.mark.parametrize(
    ("older", "newer", "text", "gone", "new"),
    [
        ("3.0.1", "3.0.2", self_billed(), set(), set()),
        ("3.0.1", "3.0.2", self_billed().replace('"0106">12345678<', '"0184">12345678<'), {SB + "R042"}, set()),
        ("3.0.1", "3.0.2", self_billed().replace('"0106">12345678<', '"0198">12345678<'), set(), {SB + "R053"}),
        ("3.0.1", "3.0.2", self_billed().replace('EUR"', 'ZWL"').replace(">EUR<", ">ZWL<"), set(), {P + "CL007"}),
        ("3.0.2", "3.0.3", self_billed(), set(), set()),
        ("3.0.2", "3.0.3", self_billed().replace("<cbc:Name>Thing</cbc:Name>", ""), set(), {P + "R248"}),
    ],
)
def test_self_billing_flips_between_releases(older: str, newer: str, text: str, gone: set[str], new: set[str]) -> None:
    assert flips(text, "peppol-sb", older, newer) == (gone, new)


# Valid today, not valid from a day on.

BELGIAN = peppol_invoice().replace(NL, NL.replace("NL", "BE"))


def test_the_day_is_told_from_which_a_valid_document_is_not() -> None:
    text = BELGIAN.replace(">12345678<", ">1234567<", 1).encode()
    judged = validate(text, on=TODAY, ahead=True, language="en")
    assert (judged.valid, [each.severity for each in judged.findings]) == (True, ["warning"])
    (ahead,) = judged.ahead
    assert (ahead.since, ahead.valid, ahead.draft, ahead.gone) == ("2027-02-24", False, True, ())
    assert [(each.code, each.severity) for each in ahead.findings] == [("PEPPOL-COMMON-R054", "fatal")]
    assert "must send a corrected invoice" in ahead.findings[0].message
    assert validate(text, on=TODAY).ahead == ()


def test_the_day_is_told_from_which_a_finding_is_gone() -> None:
    judged = validate(BELGIAN.replace('"0106"', '"0037"', 1).encode(), on=date(2026, 6, 1), ahead=True)
    assert [(each.since, each.valid, each.gone) for each in judged.ahead] == [("2026-08-17", False, ("BR-CO-25",))]
    assert [each.code for each in judged.ahead[0].findings] == ["PEPPOL-EN16931-CL008"]


def test_nothing_is_told_of_later_days_when_they_say_the_same() -> None:
    assert validate(BELGIAN.encode(), on=TODAY, ahead=True).ahead == ()


def test_a_document_that_cannot_be_read_has_no_later_days() -> None:
    assert validate(b"<Invoice", ahead=True).ahead == ()
