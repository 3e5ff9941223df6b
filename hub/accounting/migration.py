"""Taking over somebody else's books: which of their accounts are control accounts, and the administration they become."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from hub.model.administration import Account, Administration, Journal, VatCode
from hub.model.audit_file import AccountUse, AuditAccount, AuditBooks, AuditJournal, ControlSide
from hub.model.finding import Finding
from hub.model.party import Identifier
from hub.model.payment import PaymentSettings

_BY_RGS = (("BVorDeb", "receivable"), ("BSchCre", "payable"))
_NOT_CONTROL = ("BVorDebVdd", "BVorDebTus", "BSchCreTus", "BSchCreTtf")  # provisions and suspense: no relation on them
_LIQUID = "BLim"
_CREDIT_RGS = ("BSch", "BEiv", "BLas", "BVrz", "WOmz", "WOvb")
_MOSTLY = 9, 10  # of the lines of a control account name a relation
_KINDS = {"P": "purchase", "S": "sales", "B": "bank", "C": "cash", "O": "opening"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The control accounts by side, and how each was found."""

    sides: Mapping[str, ControlSide]
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Wishes:
    """What the person who takes the books over decides himself."""

    receivable: tuple[str, ...] = ()
    payable: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    accepted: frozenset[str] = field(default_factory=frozenset)


def control_accounts(books: AuditBooks, wishes: Wishes, pointed: Mapping[str, set[str]]) -> Chosen:
    """Debtors and creditors: as asked, else by RGS code, else by sub-ledgers and relations on their lines.

    `pointed` says which sub-ledgers (CU, SU) point at lines of an account. An account that might be either
    is HUB-XAF-24, which asks for the option.
    """
    sides: dict[str, ControlSide] = {}
    findings = []
    for side, given in (("receivable", wishes.receivable), ("payable", wishes.payable)):
        for code in given:
            if code not in books.accounts:
                findings.append(Finding("HUB-XAF-16", "fatal", "xaf", f"--{side}", code, who="us"))
            sides[code] = side  # type: ignore[assignment]
    for rgs, side in _BY_RGS:
        if side in sides.values():
            continue
        found = [
            a.code for a in books.accounts.values() if a.rgs.startswith(rgs) and not a.rgs.startswith(_NOT_CONTROL)
        ]
        sides |= dict.fromkeys((code for code in found if code not in sides), side)  # type: ignore[arg-type]
    for side in ("receivable", "payable"):
        if side not in sides.values():
            findings += _by_use(books, pointed, side, sides)  # type: ignore[arg-type]
    return Chosen(sides, tuple(findings))


def _by_use(
    books: AuditBooks, pointed: Mapping[str, set[str]], side: ControlSide, sides: dict[str, ControlSide]
) -> Iterable[Finding]:
    """Accounts that look like one: balance sheet, no bank or VAT, a relation on nearly every line."""
    offsets = {journal.offset_account for journal in books.journals.values()}
    for code, account in books.accounts.items():
        use = books.usage.get(code)
        if code in sides or account.kind == "P" or code in offsets or code in books.vat_accounts:
            continue
        if use is None or account.rgs.startswith(_LIQUID):
            continue
        kinds = pointed.get(code, set())
        if not kinds and (not use.related or use.related * _MOSTLY[1] < use.lines * _MOSTLY[0]):
            continue
        told = _side_told(use, kinds)
        if told == side:
            sides[code] = side
            yield Finding("HUB-XAF-24", "information", "xaf", code, account.name, side, "us", (("text", side),))
        elif told == "" and side == "receivable":
            details = (("text", "?"), ("variant", "unknown"))
            yield Finding("HUB-XAF-24", "fatal", "xaf", code, account.name, "--receivable, --payable", "us", details)


def _side_told(use: AccountUse, kinds: set[str]) -> str:
    if kinds in ({"CU"}, {"SU"}):
        return "receivable" if kinds == {"CU"} else "payable"
    if use.sales != use.purchase:
        return "receivable" if use.sales > use.purchase else "payable"
    return ""


def imported_administration(
    starter: Administration, books: AuditBooks, sides: Mapping[str, ControlSide], wishes: Wishes
) -> tuple[Administration, list[Finding]]:
    """The administration that the file becomes: its chart and journals; VAT codes, terms and roles of the starter.

    A role of the starter (input VAT, rounding …) goes to the account with the same RGS code; where there is
    none, the starter's own account is added, so that documents can be booked from the first day.
    """
    accounts = {code: _account(account, books, sides.get(code, "")) for code, account in books.accounts.items()}
    moved = _Moved(starter, accounts, sides)
    named = {role: moved.to(code, role) for role, code in starter.accounts_named.items()}
    vat_codes = tuple(_moved_code(code, moved) for code in starter.vat_codes)
    journals = _journals(starter, books)
    made = replace(
        starter,
        code=wishes.code,
        name=wishes.name or books.company.name or wishes.code,
        country=(books.company.country or "NL")[:2],
        currency=books.header.currency,
        first_year=books.header.first.year,
        identifiers=_identifiers(books),
        ibans=(),
        default_purchase_account=moved.to(starter.default_purchase_account, "default_purchase_account"),
        default_sales_account=moved.to(starter.default_sales_account, "default_sales_account"),
        accounts_named=named,
        accounts=dict(sorted(accounts.items())),
        vat_codes=vat_codes,
        journals=journals,
        mapping_rules=(),
        mapping_version="",
        difference_account="",
        payments=PaymentSettings(),
    )
    findings = [
        Finding("HUB-XAF-35", "information", "xaf", role, code, who="us") for role, code in sorted(moved.added.items())
    ]
    return made, findings


def extended_administration(
    known: Administration, books: AuditBooks, sides: Mapping[str, ControlSide]
) -> Administration:
    """The administration of an earlier year with the accounts and journals that are new in this one."""
    new = {c: _account(a, books, sides.get(c, "")) for c, a in books.accounts.items() if c not in known.accounts}
    codes = {journal.code for journal in known.journals}
    journals = tuple(_journal(journal) for code, journal in books.journals.items() if code not in codes)
    return replace(
        known, accounts=dict(sorted({**known.accounts, **new}.items())), journals=(*known.journals, *journals)
    )


class _Moved:
    """Accounts of the starter by the account that takes their part."""

    def __init__(self, starter: Administration, accounts: dict[str, Account], sides: Mapping[str, ControlSide]) -> None:
        self._starter = starter
        self._accounts = accounts
        self._by_rgs: dict[str, str] = {}
        for code, account in sorted(accounts.items()):
            self._by_rgs.setdefault(account.rgs, code)
        for side, role in (("receivable", "debtors"), ("payable", "creditors")):
            first = next((code for code in sorted(sides) if sides[code] == side), "")
            own = starter.accounts[starter.accounts_named[role]]
            if first:
                self._by_rgs[own.rgs] = first
        self.added: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def to(self, code: str, role: str) -> str:
        """The account that plays the part of the starter's `code`; added when there is none."""
        if not code:
            return ""
        if code not in self._known:
            self._known[code] = self._find(self._starter.accounts[code], role)
        return self._known[code]

    def _find(self, own: Account, role: str) -> str:
        if own.rgs and own.rgs in self._by_rgs:
            return self._by_rgs[own.rgs]
        free = own.code if own.code not in self._accounts else f"H{own.code}"
        self._accounts[free] = replace(own, code=free)
        self.added[role] = free
        return free


def _moved_code(code: VatCode, moved: _Moved) -> VatCode:
    due = moved.to(code.due_account, f"{code.code} due")
    return replace(code, due_account=due, input_account=moved.to(code.input_account, f"{code.code} input"))


def _account(found: AuditAccount, books: AuditBooks, control: ControlSide | str) -> Account:
    kind = "profit_loss" if found.kind == "P" or (found.kind == "M" and found.rgs.startswith("W")) else "balance"
    use = books.usage.get(found.code)
    credit = found.rgs.startswith(_CREDIT_RGS) if found.rgs else bool(use and use.cents < 0)
    rgs = found.rgs if len(found.rgs) <= 20 else ""
    return Account(found.code, found.name, "", rgs, kind, "credit" if credit else "debit", control)  # type: ignore[arg-type]


def _journals(starter: Administration, books: AuditBooks) -> tuple[Journal, ...]:
    """The file's own, and one of the starter's for every kind it has none of."""
    made = [_journal(journal) for journal in books.journals.values()]
    for journal in starter.journals:
        if journal.kind not in {known.kind for known in made}:
            taken = {known.code for known in made}
            made.append(journal if journal.code not in taken else replace(journal, code=f"H{journal.code}"))
    return tuple(made)


def _journal(found: AuditJournal) -> Journal:
    return Journal(found.code, found.name, _KINDS.get(found.kind, "memorial"))


def _identifiers(books: AuditBooks) -> tuple[Identifier, ...]:
    company, found = books.company, []
    if company.number:
        found.append(Identifier(company.number, "0106"))
    tax = company.tax_number.replace(".", "").replace(" ", "").upper()
    if tax and company.country == "NL" and len(tax) >= 12:
        found.append(Identifier(tax if tax.startswith("NL") else f"NL{tax}", "9944"))
    return tuple(found)
