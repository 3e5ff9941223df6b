"""How Danes pay each other: account, mandate, giro form (50) and FIK form (93); codes are compared as they stand."""

from __future__ import annotations

import re
from collections.abc import Callable

from hub.rules.peppol.values import text_node, texts
from hub.rules.rule import ABSENT, Failure, Rule, Test
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, normal

_CODES = " 1 10 31 42 48 49 50 58 59 93 97 "
_ACCOUNT = ("cac:PayeeFinancialAccount", "cbc:ID")
_BRANCH = ("cac:PayeeFinancialAccount", "cac:FinancialInstitutionBranch", "cbc:ID")
_MANDATE = ("cac:PaymentMandate", "cbc:ID")
_DEBITED = ("cac:PaymentMandate", "cac:PayerFinancialAccount", "cbc:ID")
_is_giro = re.compile("[0-9]{7,8}").fullmatch
_FIK_ACCOUNT = 8


def _code_is(node: Node, *codes: str) -> bool:
    return any(text in codes for text in texts(node, "cbc:PaymentMeansCode"))


def _payment_id(node: Node) -> str:
    return one_text(node, "cbc:PaymentID") or ""


def dk_r_005(node: Node, _: Document) -> Failure | None:
    """The way of paying is one that is used in Denmark."""
    code = one_text(node, "cbc:PaymentMeansCode") or ""
    return None if f" {code} " in _CODES else Failure(code, _CODES.strip().replace(" ", ", "))


def _both_filled(codes: tuple[str, ...], first: tuple[str, ...], second: tuple[str, ...]) -> Test:
    def test(node: Node, document: Document) -> Failure | None:
        if not _code_is(node, *codes):
            return None
        there = normal(text_node(node, document, *first)) and normal(text_node(node, document, *second))
        return None if there else ABSENT

    return test


def _card(code: str, cards: tuple[str, ...], is_account: Callable[[Node, Document], bool]) -> Test:
    """The payment reference begins with a kind of card, and the account belongs to it."""

    def test(node: Node, document: Document) -> Failure | None:
        if not _code_is(node, code):
            return None
        reference = _payment_id(node)
        if reference[:3] in cards and is_account(node, document):
            return None
        account = ", ".join(texts(node, *_ACCOUNT))
        return Failure(reference, ", ".join(cards), None, (("account", account),))

    return test


def _instruction(code: str, cards: tuple[str, ...], lengths: tuple[int, ...]) -> Test:
    """The digits of the instruction follow the kind of card."""

    def test(node: Node, _: Document) -> Failure | None:
        if not _code_is(node, code):
            return None
        reference = _payment_id(node)
        wrong = reference[:3] in cards and len(reference) not in lengths
        return Failure(reference) if wrong else None

    return test


def _giro_account(node: Node, _: Document) -> bool:
    return _is_giro(one_text(node, *_ACCOUNT) or "") is not None


def _fik_account(node: Node, document: Document) -> bool:
    return len(text_node(node, document, *_ACCOUNT) or "") == _FIK_ACCOUNT


PAYMENTS: tuple[Rule, ...] = (
    Rule("DK-R-005", "BT-81", dk_r_005),
    Rule("DK-R-006", "BT-84 BT-86", _both_filled(("31", "42"), _ACCOUNT, _BRANCH)),
    Rule("DK-R-007", "BT-89 BT-91", _both_filled(("49",), _MANDATE, _DEBITED)),
    Rule("DK-R-008", "BT-83 BT-84", _card("50", ("01#", "04#", "15#"), _giro_account)),
    Rule("DK-R-009", "BT-83", _instruction("50", ("04#", "15#"), (19,))),
    Rule("DK-R-010", "BT-83 BT-84", _card("93", ("71#", "73#", "75#"), _fik_account)),
    Rule("DK-R-011", "BT-83", _instruction("93", ("71#", "75#"), (18, 19))),
)
