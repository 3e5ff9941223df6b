"""Dunning rules from TOML: shipped ones are whole, own files go over them, and every fault is found at once."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from hub.errors import Usage
from hub.formats.dunning_file import read_dunning
from hub.model.dunning import Assignment, DunningRules
from hub.texts.catalogue import sentence
from tests.credit.conftest import RULES, shipped

SHIPPED = shipped("dunning.toml")
TEXTS = 'nl = {subject = "s", body = "b"}\nen = {subject = "s", body = "b"}\n'
BROKEN = TEXTS.replace('"b"', '"pay {iban"', 1)
BODY = 'body = "b"'
LEVEL = '[[policy.level]]\ncode = "one"\nkind = "reminder"\ndays = "3"\nchannel = "email"\n'


def _own(text: str, *more: str) -> DunningRules:
    return read_dunning([SHIPPED, *((f"own{n}.toml", one.encode()) for n, one in enumerate((text, *more), 1))])


def _faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(Usage) as caught:
        _own(text)
    for finding in caught.value.findings:
        assert all(sentence(finding, language, strict=True) for language in ("nl", "en"))
    return [(finding.code, finding.location.removeprefix("own1.toml: ")) for finding in caught.value.findings]


def test_shipped_rules_are_whole() -> None:
    assert list(RULES.policies) == ["never", "consumer", "business"]
    assert RULES.default == {"consumer": "consumer", "business": "business", "unknown": "consumer"}
    assert (RULES.tolerance, RULES.bank_days, RULES.working_days, RULES.assignments) == (D("1.00"), 3, True, ())
    kinds = [level.kind for level in RULES.policies["consumer"].levels]
    assert kinds == ["reminder", "reminder", "fourteen_days", "demand", "hand_off"]
    for policy in RULES.policies.values():
        assert set(policy.names) == {"nl", "en"}
        assert all(set(level.texts) == {"nl", "en"} for level in policy.levels if level.kind != "hand_off")


def test_own_file_replaces_policies_and_settings_and_its_assignments_go_first() -> None:
    home = '[settings]\ntolerance = "5.00"\nbank_days = ""\n[[assign]]\nrelation = "C1"\npolicy = "never"'
    company = f'[default]\nunknown = "never"\n[[assign]]\ninvoice = "F1"\npolicy = "short"\n[[policy]]\ncode = "short"\n{LEVEL}{TEXTS}'
    rules = _own(home, company)
    assert (rules.tolerance, rules.bank_days, rules.default["unknown"]) == (D("5.00"), None, "never")
    assert rules.assignments == (Assignment("invoice", "F1", "short"), Assignment("relation", "C1", "never"))
    assert len(rules.policies["short"].levels) == 1
    replaced = _own(f'[[policy]]\ncode = "business"\ntreats = "business"\n{LEVEL}{TEXTS}')
    assert len(replaced.policies["business"].levels) == 1


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("x = [", "HUB-TOML-01", "own1.toml"),
        ('tolerance = "1"', "HUB-TOML-05", "own1.toml"),
        ('[settings]\ntolerance = "veel"', "HUB-TOML-04", "settings: tolerance"),
        ('[settings]\nbank_days = "-1"', "HUB-TOML-04", "settings: bank_days"),
        ('[settings]\nworking_days = "soms"', "HUB-TOML-02", "settings: working_days"),
        ('[default]\nunknown = "nobody"', "HUB-DUN-01", "default"),
        ('[[assign]]\nrelation = "C1"\npolicy = "nevre"', "HUB-DUN-01", "assign 1"),
        ('[[assign]]\npolicy = "never"', "HUB-DUN-07", "assign 1"),
        ('[[assign]]\nrelation = "C1"\ninvoice = "F1"\npolicy = "never"', "HUB-DUN-07", "assign 1"),
        (f'[[policy]]\ncode = "p"\n{LEVEL}', "HUB-TOML-03", "policy p, level one"),
        (f'[[policy]]\ncode = "p"\ntreats = "people"\n{LEVEL}{TEXTS}', "HUB-TOML-02", "policy p: treats"),
        (f'[[policy]]\ncode = "p"\n{LEVEL}colour = "red"\n{TEXTS}', "HUB-TOML-05", "policy p, level one"),
        (f'[[policy]]\ncode = "p"\n{LEVEL}count_from = "previous"\n{TEXTS}', "HUB-DUN-05", "policy p"),
        (f'[[policy]]\ncode = "p"\n{LEVEL}costs = "claimed"\n{TEXTS}', "HUB-DUN-04", "policy p, level one"),
        (f'[[policy]]\ncode = "p"\n{LEVEL}{TEXTS}{LEVEL.replace("3", "4")}{TEXTS}', "HUB-DUN-06", "policy p"),
        (
            f'[[policy]]\ncode = "p"\n{LEVEL}{TEXTS}{LEVEL.replace("one", "two")}{TEXTS}',
            "HUB-DUN-08",
            "policy p, level two",
        ),
        (f'[[policy]]\ncode = "p"\n{LEVEL}otherwise = "phone"\n{TEXTS}', "HUB-DUN-09", "policy p, level one"),
        (
            f'[[policy]]\ncode = "p"\n{LEVEL}{BROKEN}',
            "HUB-TOML-04",
            "policy p, level one, nl",
        ),
    ],
)
def test_each_fault_is_named(text: str, code: str, place: str) -> None:
    assert (code, place) in _faults(text)


def test_unknown_place_in_a_text_is_named() -> None:
    texts = TEXTS.replace('body = "b"', 'body = "pay {amuont}"', 1)
    assert _faults(f'[[policy]]\ncode = "p"\n{LEVEL}{texts}') == [("HUB-DUN-03", "policy p, level one, nl")]


def test_fourteen_day_letter_must_name_what_the_law_asks() -> None:
    level = LEVEL.replace("reminder", "fourteen_days").replace("email", "letter") + 'costs = "claimed"\n'
    texts = TEXTS.replace('body = "b"', 'body = "{principal} {costs} {vat} {term}"', 1)
    found = _faults(f'[[policy]]\ncode = "p"\ntreats = "business"\n{level}{texts}')
    assert found == [("HUB-DUN-10", "policy p, level one")] + [("HUB-DUN-02", "policy p, level one, en")] * 4


def test_text_for_many_is_read_and_may_be_left_out() -> None:
    more = 'body = "b", many_subject = "s", many_body = "{invoice}"'
    text = f'[[policy]]\ncode = "p"\n{LEVEL}{TEXTS.replace(BODY, more, 1)}'
    texts = _own(text).policies["p"].levels[0].texts
    assert (texts["nl"].many_subject, texts["nl"].many_body) == ("s", "{invoice}")
    assert (texts["en"].many_subject, texts["en"].many_body) == ("", "")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ('many_body = "{invoices}"', "HUB-DUN-03"),
        ('many_body = ""', "HUB-TOML-03"),
        ('many = "x"', "HUB-TOML-05"),
    ],
)
def test_text_for_many_is_checked_like_the_other(more: str, code: str) -> None:
    texts = TEXTS.replace(BODY, f"{BODY}, {more}", 1)
    assert _faults(f'[[policy]]\ncode = "p"\n{LEVEL}{texts}') == [(code, "policy p, level one, nl")]


def test_fourteen_day_letter_for_many_must_name_it_too() -> None:
    level = LEVEL.replace("reminder", "fourteen_days").replace("email", "letter") + 'costs = "announced"\n'
    whole = 'body = "{principal} {costs} {vat} {term}"'
    texts = TEXTS.replace('body = "b"', whole).replace(
        whole, f'{whole}, many_body = "{{principal}} {{costs}} {{vat}}"', 1
    )
    assert _faults(f'[[policy]]\ncode = "p"\n{level}{texts}') == [("HUB-DUN-02", "policy p, level one, nl")]


def test_all_faults_of_all_files_are_found_at_once() -> None:
    with pytest.raises(Usage) as caught:
        _own('[settings]\ntolerance = "x"', '[[assign]]\npolicy = "no"\nrelation = "C1"', "y = 1")
    assert [f.location.partition(":")[0] for f in caught.value.findings] == ["own1.toml", "own3.toml", "own2.toml"]
