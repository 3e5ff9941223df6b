"""Every code that the hub can give has a sentence in both languages, and every place in it can be filled."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import hub
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.rules.catalogue import CATALOGUE
from hub.texts import catalogue
from hub.texts.forms import FORMS

ROOT = Path(hub.__file__).parents[1]
SOURCES = [*sorted((ROOT / "hub").rglob("*.py")), *sorted((ROOT / "connectors").rglob("*.py"))]
ALWAYS = {"found", "expected", "location", "code", "who"}
# Details that each code of booking always carries.
DETAILS = {
    "HUB-CREDIT-01": {"relation"}, "HUB-CREDIT-02": {"relation", "owed", "ordered", "amount"}, "HUB-CREDIT-03": {"relation"},
    "HUB-CREDIT-04": {"relation"}, "HUB-ORDER-01": {"number"}, "HUB-ORDER-02": {"number"}, "HUB-ORDER-03": {"number"},
    "HUB-ORDER-04": {"number"},
    "HUB-XAF-01": {"text"}, "HUB-XAF-02": {"text"}, "HUB-XAF-14": {"row"}, "HUB-XAF-18": {"text"}, "HUB-XAF-24": {"text"},
    "HUB-XAF-26": {"text"}, "HUB-XAF-32": {"text"}, "HUB-TAB-06": {"text"}, "HUB-OPN-02": {"text", "difference"},
    **{f"HUB-TAB-{n:02}": {"column"} for n in (7, 8, 13)}, "HUB-OPN-05": {"row", "column"},
    **{f"HUB-TAB-{n:02}": {"row", "column"} for n in (*range(9, 12), *range(14, 23), *range(24, 29))},
    "HUB-SIDE-01": {"seller", "buyer"}, "HUB-SIDE-02": {"seller", "buyer"}, "HUB-REL-01": {"name", "candidates"},
    "HUB-REL-02": {"name", "candidates"}, "HUB-ACC-02": {"relation", "line"}, "HUB-ACC-03": {"relation", "line"},
    "HUB-VAT-01": {"category", "rate", "date"}, "HUB-VAT-02": {"category", "rate", "date"}, "HUB-VAT-03": {"category", "rate", "date"},
    "HUB-VAT-04": {"category", "rate", "origin", "date"}, "HUB-TOT-01": {"term", "difference"}, "HUB-TERM-01": {"term"},
    "HUB-IBAN-01": {"relation", "payee"}, "HUB-IBAN-02": {"relation", "payee"}, "HUB-RATE-01": {"currency", "date"},
    "HUB-DUP-01": {"earlier", "date", "outcome"}, "HUB-DUP-02": {"earlier", "date", "outcome"},
    "HUB-DUP-03": {"earlier", "date", "outcome"}, "HUB-DUP-04": {"earlier", "date", "outcome"}, "HUB-ACC-04": {"line", "why"},
    "HUB-VAT-08": {"net"}, "HUB-VAT-09": {"category", "rate", "origin", "date"}, "HUB-VAT-10": {"category", "rate", "date"},
    "HUB-VAT-11": {"category", "rate", "date"}, "HUB-VAT-12": {"country", "category", "rate", "date"},
    "HUB-TOT-04": {"term", "difference"}, "HUB-PRE-01": {"earlier"}, "HUB-TYPE-02": {"earlier"}, "HUB-MSG-01": {"earlier"},
    "HUB-APPR-01": {"flow", "approvers", "steps"}, "HUB-APPR-02": {"earlier", "number", "date", "ending"},
    "HUB-APPR-04": {"earlier", "number", "date", "currency"},
    "HUB-VAT-15": {"relation", "agreed"}, "HUB-ICP-01": {"relation"}, "HUB-ICP-02": {"relation", "date"}, "HUB-ICP-03": {"relation"},
    "HUB-ICP-05": {"relation", "date"}, "HUB-OSS-01": {"date"}, "HUB-OSS-02": {"relation"}, "HUB-OSS-03": {"year"},
    **{f"HUB-PAY-{n:02d}": {"row", "column"} for n in range(1, 12)}, **{f"HUB-JRN-{n:02d}": {"place"} for n in range(1, 18)},
    **{f"HUB-DUN-{n}": {"number"} for n in (14, 15, 16, 20)}, "HUB-DUN-18": {"reference"}, "HUB-DUN-19": {"number", "days"},
    "HUB-JRN-08": {"place", "currency", "side"}, "HUB-JRN-13": {"place", "invoice"}, "HUB-JRN-14": {"place", "invoice"},
    "HUB-ASK-09": {"invoice", "relation", "currency"}, "HUB-ASK-27": {"invoice", "currency"}, "HUB-ASK-33": {"invoice"},
    **{f"HUB-ASK-{n}": {"number"} for n in range(39, 44)}, "HUB-ASK-45": {"relation"}, "HUB-ASK-51": {"invoice", "relation"},
    "HUB-VATR-02": {"period", "currency"}, "HUB-VATR-03": {"currency"}, "HUB-VATR-04": {"date"}, "HUB-VATR-07": {"date"},
    "HUB-JRN-18": {"place"}, "HUB-JRN-19": {"place", "vat_code", "account"},
}  # fmt: skip
WORDS = {
    "method_of_relation": {"relation", "flow"}, "method_of_administration": {"relation", "flow"}, "method_begun": {"relation", "flow"},
    "below_approval_amounts": {"relation", "flow"}, "credit_of_rejected": {"number", "date"}, "approved_by": {"names"},
    "settled_by_credit_note": {"number"},
    "books_after_approval": {"side", "amount", "currency", "base", "base_currency", "vat_code", "cost_center", "project"},
    "corrected": {"old", "reason"},
    "learned_suggestion": {"precision", "confidence", "said"},
    "revalued": {"relation", "rate", "date"},
    "reversed_by_hand": {"reason"}, "vat_filed": {"kind"},
    "vat_unpaid_a_year": {"relation", "date"}, "vat_paid_after_all": {"relation", "date"},
    "buyer_is_ours": {"key"}, "seller_is_ours": {"key"}, "strong_key": {"key", "relation"}, "created_from_document": {"key", "name"},
    "accounting_cost_line": {"cost", "line"}, "accounting_cost_document": {"cost", "line"}, "mapping_rule": {"rule"},
    "fixed_contra_account": {"relation"}, "category_rate_date": {"category", "rate", "date"},
    "foreign_vat": {"category", "rate", "date"}, "no_such_dutch_rate": {"category", "rate", "date"},
    "reverse_charge_guessed_rate": {"category", "rate", "origin", "date"},
    "reverse_charge_relation_rate": {"category", "rate", "origin", "date"}, "payment_term": {"term"}, "first_open_day": {"date"},
    "import_by_customs": {"category", "rate", "date"}, "outside_scope": {"category", "rate", "date"},
    "date_too_far_ahead": {"date"}, "ecb_rate": {"currency", "date"}, "g_agreed_percentage": {"percentage", "relation"},
    **dict.fromkeys(("match_end_to_end", "match_in_transit"), {"key"}), "match_amount": {"relation"}, "match_sum": {"relation"},
    "match_on_account": {"relation"}, "match_suspense": {"name"}, "propose_other_payer": {"relation"},
    "propose_with_credits": {"relation"}, "propose_same_name": {"relation"}, "propose_same_amount": {"relation"},
    **dict.fromkeys(("match_by_hand", "match_accepted", "match_undone"), {"reason"}), "entered_by_hand": {"place"},
}  # fmt: skip

# Places of the feeds' sentences stand beside this file, one file a family: `places_<family>.toml`.
for _path in sorted(Path(__file__).parent.glob("places_*.toml")):
    _family = tomllib.loads(_path.read_text("utf-8"))
    DETAILS.update({code: set(names) for code, names in _family.get("details", {}).items()})
    WORDS.update({reason: set(names) for reason, names in _family.get("words", {}).items()})


def _codes() -> set[str]:
    """Every code written in the source, those of the zip and door readers put together, and every official rule."""
    text = "\n".join(path.read_text("utf-8") for path in SOURCES if path.name != "catalogue.py")
    found = set(re.findall(r'"((?:HUB-[A-Z]+-\d\d|HUB-BUG|XSD-\d\d))"', text))
    zips = re.findall(r'_refusal\("(\d\d)"', (ROOT / "hub/formats/zip.py").read_text("utf-8"))
    doors = re.findall(r'_refused\([^"]*"(\d\d)"', (ROOT / "hub/intake.py").read_text("utf-8"))
    return found | {f"HUB-ZIP-{n}" for n in zips} | {f"HUB-FILE-{n}" for n in doors} | set(CATALOGUE)


def _reasons() -> set[str]:
    """Every `why` that a Decision is made with: a constant, or what the named variable or parameter may be."""
    return {why for path in SOURCES for why in _reasons_in(ast.parse(path.read_text("utf-8")))}


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _calls(inside: ast.AST, name: str) -> list[ast.Call]:
    calls = (node for node in ast.walk(inside) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def _reasons_in(tree: ast.Module) -> Iterator[str]:
    for function in _functions(tree):
        for call in (*_calls(function, "Decision"), *_decided_at_a_desk(function)):
            if len(call.args) > 2:
                yield from _values(call.args[2], function, tree)


def _decided_at_a_desk(inside: ast.AST) -> list[ast.Call]:
    """`desk.decide(what, value, why, …)`."""
    calls = (node for node in ast.walk(inside) if isinstance(node, ast.Call))
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "decide"]


def _values(node: ast.expr, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*_values(node.body, function, tree), *_values(node.orelse, function, tree))
    elif isinstance(node, ast.Name):
        yield from _named(node.id, function, tree)


def _named(name: str, function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """What a variable may be: assigned, looped over, or given by the callers."""
    parameters = [argument.arg for argument in function.args.args]
    if name in parameters:
        for caller in _functions(tree):
            for call in _calls(caller, function.name):
                yield from _values(call.args[parameters.index(name)], caller, tree)
    for made in ast.walk(function):
        if isinstance(made, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in made.targets):
            yield from _values(made.value, function, tree)
        if isinstance(made, ast.For) and isinstance(made.target, ast.Tuple) and isinstance(made.iter, ast.Tuple):
            names = [t.id for t in made.target.elts if isinstance(t, ast.Name)]
            for row in made.iter.elts if name in names else ():
                assert isinstance(row, ast.Tuple)
                yield from _values(row.elts[names.index(name)], function, tree)


def _sentences(entry: dict[str, str]) -> dict[str, str]:
    return {
        key: text for key, text in entry.items() if key[:2] in catalogue.LANGUAGES and (len(key) == 2 or key[2] == "_")
    }


def test_every_code_has_a_sentence() -> None:
    codes = _codes()
    assert len(codes) > 300
    assert codes - set(catalogue.findings_catalogue()) == set()


def test_every_reason_has_a_sentence_and_none_is_left_over() -> None:
    assert _reasons() == set(catalogue.decisions_catalogue())


@pytest.mark.parametrize("code", sorted(catalogue.findings_catalogue()))
def test_sentences_of_a_finding_are_whole(code: str) -> None:
    entry = catalogue.findings_catalogue()[code]
    for key, text in _sentences(entry).items():
        assert text.endswith("."), key
        assert "!" not in text
    for key in (key for key in entry if key.startswith("nl")):
        assert catalogue.places(entry[key]) == catalogue.places(entry["en" + key[2:]]), key


@pytest.mark.parametrize("code", sorted(c for c in catalogue.findings_catalogue() if c not in CATALOGUE))
def test_places_of_our_own_findings_can_be_filled(code: str) -> None:
    entry = catalogue.findings_catalogue()[code]  # those of the rules are filled in tests/rules
    allowed = ALWAYS | DETAILS.get(code, set())
    assert {name for text in _sentences(entry).values() for name in catalogue.places(text)} <= allowed


@pytest.mark.parametrize("reason", sorted(catalogue.decisions_catalogue()))
def test_places_of_a_reason_can_be_filled(reason: str) -> None:
    for text in catalogue.decisions_catalogue()[reason].values():
        assert catalogue.places(text) <= {"value", "line"} | WORDS.get(reason, set())


def test_every_form_is_known() -> None:
    everything = [
        *catalogue.findings_catalogue().values(),
        *catalogue.decisions_catalogue().values(),
        *catalogue.messages_catalogue().values(),
    ]
    forms = {
        form
        for entry in everything
        for text in _sentences(entry).values()
        for _, _, form, _ in string.Formatter().parse(text)
        if form
    }
    assert forms <= set(FORMS)


def test_every_message_that_a_command_says_exists() -> None:
    text = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "hub/cli").glob("*.py")))
    said = set(re.findall(r'(?:\.say|\.note|\.text|\.progress|empty=|_ended\(output, )\(?"([a-z_]+)"', text))
    said |= {f"column_{key}" for key in re.findall(r'Column\("([a-z_]+)"', text)}
    assert said
    assert said - set(catalogue.messages_catalogue()) == set()


def test_sentence_fills_amounts_dates_and_terms() -> None:
    details = (("term", "BT-112"), ("difference", "0.01"))
    finding = Finding("HUB-TOT-01", "fatal", "hub", "BT-112", "1210.01", "1210.00", "sender", details)
    dutch = catalogue.sentence(finding, "nl", "EUR", strict=True)
    english = catalogue.sentence(finding, "en", "EUR", strict=True)
    assert dutch.startswith(
        "Totaal met btw (BT-112) klopt niet: de factuur zegt € 1.210,01, de onderdelen geven € 1.210,00"
    )
    assert english.startswith("Total with VAT (BT-112) is wrong: the invoice says € 1,210.01")


def test_sentence_takes_the_variant_of_the_rule() -> None:
    details = (("term", "BT-112"), ("variant", "absent"))
    absent = catalogue.sentence(
        Finding("BR-CO-15", "fatal", "en16931", "/Invoice[1]", None, "1210.00", "sender", details), "nl"
    )
    assert absent != catalogue.explained("BR-CO-15", "nl")
    assert "{" not in absent


def test_unknown_code_shows_itself_unless_strict() -> None:
    finding = Finding("THEIRS-01", "warning", "theirs")
    assert catalogue.sentence(finding) == "THEIRS-01"
    with pytest.raises(catalogue.MissingText):
        catalogue.sentence(finding, strict=True)
    assert catalogue.why(Decision("x", "y", "their_reason")) == "their_reason"


def test_braces_in_a_document_stay_text() -> None:
    finding = Finding("HUB-FMT-01", "fatal", "read", "/{x}", "{0.__class__}", "UBL")
    assert "{0.__class__}" in catalogue.sentence(finding, "nl")


def test_same_code_in_two_files_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("findings_a.toml", "findings_b.toml"):
        (tmp_path / name).write_text('[A-01]\nnl = "a."\nen = "a."\n', "utf-8")
    monkeypatch.setattr(catalogue, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match="A-01"):
        catalogue.findings_catalogue.__wrapped__()


def _said_errors() -> dict[str, list[set[str]]]:
    """Per sentence of an error (`say`) the names of the values that each place which raises it gives."""
    found: dict[str, list[set[str]]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            given = {k.arg: k.value for k in node.keywords if k.arg} if isinstance(node, ast.Call) else {}
            if isinstance(said := given.get("say"), ast.Constant):
                found.setdefault(str(said.value), []).append(set(given) - {"say"})
    return found


def test_what_an_error_says_stands_in_the_catalogue_and_is_filled_wherever_it_is_raised() -> None:
    said = _said_errors()
    assert len(said) >= 20
    for name, places in said.items():
        entry = catalogue.messages_catalogue()[f"error_{name}"]
        for values in places:
            for language in catalogue.LANGUAGES:
                wanted = {field for _, field, _, _ in string.Formatter().parse(entry[language]) if field}
                assert wanted <= values, name
    known = {key.removeprefix("error_") for key in catalogue.messages_catalogue() if key.startswith("error_")}
    assert known - {"unexpected", "unavailable"} == set(said)
