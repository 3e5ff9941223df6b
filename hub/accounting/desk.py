"""Desk: where a document of a feed is turned into an entry, line by line, with every finding and decision collected.

What tills, shops, providers and payrolls have in common stands here: words are looked up in the mapping of the source,
lines on the same account become one posting, an entry that does not add up is never made, and nothing is repaired.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from hub.accounting.booking_date import choose_booking_date
from hub.accounting.currency import Conversion, choose_rate
from hub.accounting.vat_codes import find_code
from hub.model.administration import Direction, VatCode
from hub.model.decision import Decision
from hub.model.feed import FeedDocument, FeedFacts
from hub.model.finding import Finding
from hub.model.journal import JournalEntry, NewOpenItem, Posting, Side, VatLine
from hub.model.money import LARGEST_AMOUNT, Money, is_exact, money_text

ZERO = Decimal(0)
ADDS_UP = "HUB-FEED-01"
"""The document's own figures do not add up: refused, naming the difference."""


@dataclass(frozen=True, slots=True)
class _Line:
    account: str
    amount: Decimal  # debit positive
    vat_code: str
    cost_center: str
    project: str
    open_item: int | None
    description: str

    @property
    def key(self) -> tuple[object, ...]:
        return self.account, self.vat_code, self.cost_center, self.project, self.open_item, self.description


@dataclass(frozen=True, slots=True)
class _Vat:
    code: VatCode
    base: Decimal
    tax: Decimal
    supplied_on: date
    kind: str
    country: str
    rate: Decimal | None


@dataclass(slots=True)
class Desk:
    """One document on its way to its entry. `day` is the day it is booked on, when that period is open."""

    document: FeedDocument
    facts: FeedFacts
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    items: list[NewOpenItem] = field(default_factory=list)
    _lines: list[_Line] = field(default_factory=list)
    _vat: list[_Vat] = field(default_factory=list)

    def note(self, *findings: Finding | None) -> None:
        """Keep what is wrong, or worth knowing."""
        self.findings += [finding for finding in findings if finding is not None]

    def decide(self, what: str, value: str, why: str, line: str | None = None, **words: str) -> None:
        """Keep a choice with its reason; once, however often it is made."""
        decision = Decision(what, value, why, line, tuple(sorted(words.items())))
        if decision not in self.decisions:
            self.decisions.append(decision)

    def differs(self, term: str, found: Decimal, expected: Decimal, place: str = "") -> None:
        """The document contradicts itself: refused, with both figures and the difference."""
        money = self.document.currency
        details = (("term", term), ("difference", money_text(found - expected, money)))
        shown = money_text(found, money), money_text(expected, money)
        self.note(Finding(ADDS_UP, "fatal", "hub", place or term, *shown, "sender", details))

    def bookable(self, place: str, amount: Decimal, exact_in: str = "") -> None:
        """A finding for an amount that no ledger can add up, or that is not exact in a currency where that is asked."""
        if abs(amount) >= LARGEST_AMOUNT:
            self.note(Finding("HUB-FEED-08", "fatal", "hub", place, str(amount)[:60], f"< {LARGEST_AMOUNT}", "sender"))
        elif exact_in and not is_exact(amount, exact_in):
            self.note(Finding("HUB-FEED-02", "fatal", "hub", place, str(amount), exact_in, "sender"))

    def account(self, table: str, word: str, *, line: str | None = None) -> str:
        """The account that the mapping gives for a word of the source; "" with a finding when it gives none."""
        found = self._mapped(table, word)
        if not found:
            return ""
        if found not in self.facts.administration.accounts:
            self._unusable("HUB-MAP-02", table, word, found)
            return ""
        self.decide("account", found, "mapped_word", line, table=table, word=word)
        return found

    def word(self, table: str, key: str) -> str:
        """What the mapping gives for a word where it is no account (a VAT category); "" with a finding when it gives nothing."""
        return self._mapped(table, key)

    def named(self, role: str) -> str:
        """The account that plays a part (`cash_differences`): of the mapping, else of the administration; "" with a finding."""
        named = self.facts.mapping.tables.get("accounts", {}).get(role) or self.facts.administration.accounts_named.get(
            role
        )
        if named and named in self.facts.administration.accounts:
            return named
        if named:
            self._unusable("HUB-MAP-02", "accounts", role, named)
        else:
            self._missing("accounts", role)
        return ""

    def journal(self, otherwise: str = "memorial") -> str:
        """The journal of the mapping (`settings.journal`), else the administration's first of a kind; "" with a finding."""
        wanted = self.facts.mapping.setting("journal")
        codes = [j.code for j in self.facts.administration.journals]
        if wanted:
            if wanted not in codes:
                self._unusable("HUB-MAP-03", "settings", "journal", wanted)
            return wanted if wanted in codes else ""
        kinds = (otherwise, "memorial")
        for kind in kinds:
            for journal in self.facts.administration.journals:
                if journal.kind == kind:
                    return journal.code
        self._missing("settings", "journal")
        return ""

    def relation(self, setting: str) -> str:
        """The code of the relation that a setting of the mapping names, "" where it names none; a finding when nobody bears it."""
        code = self.facts.mapping.setting(setting)
        if code and code not in self.facts.codes:
            self._unusable("HUB-MAP-04", "settings", setting, code)
            return ""
        return code

    def cost_center(self, word: str) -> str:
        """Our cost centre for the source's: of table `cost_center` where it has the word, else as it is."""
        return (self.facts.mapping.look("cost_center", word) or word) if word else ""

    def vat_code(
        self, category: str, rate: Decimal | None, on: date, *, direction: Direction = "sales", origin: str = "domestic"
    ) -> VatCode | None:
        """The dated VAT code of a supply; None with a finding when the administration has none (an impossible rate)."""
        found = find_code(self.facts.administration, direction, category, rate or ZERO, origin, on)
        if found is None:
            shown = f"{category} {rate.normalize():f} %" if rate is not None else category
            details = (("date", str(on)), ("origin", origin))
            self.note(Finding("HUB-FEED-03", "fatal", "hub", "VAT", shown, None, "us", details))
        return found

    def post(
        self, account: str, amount: Decimal, *, vat_code: str = "", cost_center: str = "", project: str = "",
        open_item: int | None = None, description: str = "",
    ) -> None:  # fmt: skip
        """A line: debit positive, credit negative. Nothing without an account (a finding says so already) or an amount."""
        if account and amount:
            self._lines.append(_Line(account, amount, vat_code, cost_center, project, open_item, description))

    def vat(
        self, code: VatCode, base: Decimal, tax: Decimal, on: date, *, kind: str = "", country: str = "",
        rate: Decimal | None = None,
    ) -> None:  # fmt: skip
        """What returns sum: sales positive, refunds negative, in the document's currency."""
        self._vat.append(_Vat(code, base, tax, on, kind or code.kind, country, rate))

    def open_item(self, item: NewOpenItem) -> int:
        """Open an item; its index for `post`."""
        self.items.append(item)
        return len(self.items) - 1

    @property
    def blocked(self) -> bool:
        """Whether a fatal finding that nobody accepted keeps this from being booked."""
        return any(f.fatal and f.code not in self.facts.released for f in self.findings)

    def entry(self, journal: str, day: date, description: str) -> JournalEntry | None:
        """The entry of all lines; None when something fatal was found, or the lines do not add up (which is then found)."""
        self._check_exact()
        rest = sum((line.amount for line in self._lines), ZERO)
        if rest and not self.blocked:  # else the missing line explains it
            self.differs("entry", rest, ZERO)
        when = choose_booking_date(day, self.facts.administration, self.facts.closed, self.facts.received_on)
        self.note(when.finding)
        if when.decision:
            self.decisions.append(when.decision)
        conversion = self._conversion(day)
        if self.blocked or not journal or when.on is None or conversion is None:
            return None
        postings = self._postings(conversion)
        if len(postings) < 2:
            return None
        return JournalEntry(
            journal, when.on, description[:200], tuple(postings), tuple(self._vat_lines(conversion, day)), tuple(self.items),
            "" if conversion.currency == conversion.base_currency else f"{conversion.rate.normalize():f}",
        )  # fmt: skip

    def _mapped(self, table: str, word: str) -> str:
        found = self.facts.mapping.look(table, word)
        if not found:
            self._missing(table, word)
        return found or ""

    def _missing(self, table: str, word: str) -> None:
        mapping = self.facts.mapping
        details = (("file", mapping.file), ("line", mapping.line_for(table, word)), ("table", table))
        finding = Finding("HUB-MAP-01", "fatal", "hub", table, word, None, "us", details)
        if finding not in self.findings:
            self.findings.append(finding)

    def _unusable(self, code: str, table: str, word: str, value: str) -> None:
        details = (("file", self.facts.mapping.file), ("table", table), ("word", word))
        finding = Finding(code, "fatal", "hub", f"{table}.{word}", value, None, "us", details)
        if finding not in self.findings:
            self.findings.append(finding)

    def _check_exact(self) -> None:
        money = self.document.currency
        for line in self._lines:
            self.bookable(line.account, line.amount, money)
        for vat in self._vat:
            self.bookable(vat.code.code, max(abs(vat.base), abs(vat.tax)))

    def convertible(self, day: date) -> None:
        """A finding where there is no rate of the document's currency."""
        self._conversion(day)

    def _conversion(self, day: date) -> Conversion | None:
        money, base = self.document.currency, self.facts.administration.currency
        conversion = choose_rate(money, base, day, self.facts.rates)
        if conversion is None:
            details = (("currency", money), ("date", str(day)))
            self.note(Finding("HUB-RATE-01", "fatal", "hub", "currency", money, base, "us", details))
        return conversion

    def _postings(self, conversion: Conversion) -> list[Posting]:
        """One posting per account, VAT code, cost centre, project, item and text; what comes to nothing is left out."""
        sums: dict[tuple[object, ...], _Line] = {}
        for line in self._lines:
            known = sums.get(line.key)
            amount = line.amount + (known.amount if known else ZERO)
            sums[line.key] = _Line(
                line.account, amount, line.vat_code, line.cost_center, line.project, line.open_item, line.description
            )
        # An open item that was opened and closed at once keeps both sides: its history tells what happened.
        kept = [line for line in self._lines if line.open_item is not None]
        merged = [line for line in sums.values() if line.open_item is None and line.amount]
        return _with_base(
            kept + merged, conversion, self.facts.administration.accounts_named.get("exchange_differences", "")
        )

    def _vat_lines(self, conversion: Conversion, day: date) -> list[VatLine]:
        money, base = conversion.currency, conversion.base_currency
        nothing, nothing_in_base = Money(ZERO, money), Money(ZERO, base)
        return [
            VatLine(
                v.code.code, Money(v.base, money), Money(v.tax, money), nothing, Money(conversion.to_base(v.base), base),
                Money(conversion.to_base(v.tax), base), nothing_in_base, v.supplied_on, day, v.kind,
                v.code.reverse_charge and v.code.direction == "purchase", v.country, v.rate,
            )
            for v in self._vat
        ]  # fmt: skip


def _with_base(lines: list[_Line], conversion: Conversion, differences: str) -> list[Posting]:
    """Postings with their amounts in base currency; the cents that conversion leaves over go to exchange differences."""
    money, base = conversion.currency, conversion.base_currency
    made, rest = [], ZERO
    for line in lines:
        in_base = conversion.to_base(line.amount)
        rest += in_base
        made.append(_posting(line, Money(abs(line.amount), money), Money(abs(in_base), base)))
    if rest:
        over = _Line(differences, -rest, "", "", "", None, "")
        made.append(_posting(over, Money(ZERO, money), Money(abs(rest), base)))
    return made


def _posting(line: _Line, amount: Money, base: Money) -> Posting:
    side: Side = "debit" if line.amount > 0 else "credit"
    return Posting(
        line.account,
        side,
        amount,
        base,
        line.vat_code,
        line.cost_center,
        line.project,
        line.open_item,
        line.description,
    )
