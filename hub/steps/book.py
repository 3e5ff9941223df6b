"""Step: from a read document and the facts to a booking. Pure: the same document and facts give the same booking."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hub.accounting.booking_date import choose_booking_date
from hub.accounting.contra_account import choose_account
from hub.accounting.currency import Conversion, choose_rate
from hub.accounting.groups import Breakdown, GroupKey, breakdown, group_key
from hub.accounting.invoice_entry import Bucket, EntryPlan, invoice_entry, stated_tax_in_base
from hub.model.keys import party_keys, transfer_ibans
from hub.accounting.open_items import split_due
from hub.accounting.payment_terms import choose_due
from hub.accounting.preceding import check_preceding
from hub.accounting.relations import Match, match_relation
from hub.accounting.sides import Sides, choose_side
from hub.accounting.totals import check_totals, posted_amounts
from hub.accounting.twins import find_twin
from hub.accounting.vat import Treatment, treat
from hub.model.administration import Account, Direction
from hub.model.booking import Booking, Facts
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import AllowanceCharge, Invoice, Line
from hub.model.relation import Relation
from hub.ports import Reading
from hub.steps.judge import judge

ZERO = Decimal(0)
PRO_FORMA = "325"  # UNTDID 1001: never booked (DOMAIN 10.6 no. 12)


def book(reading: Reading, facts: Facts, fingerprint: str = "") -> Booking:
    """Decide what becomes of one document. `fingerprint` is of its contents, to tell a duplicate from a conflict."""
    invoice = reading.document
    if invoice is None:
        return Booking("refused", findings=reading.findings)
    named = bool(invoice.specification)
    verdict = judge(reading.findings, policy=facts.policy, named_specification=named, released=facts.released)
    if verdict == "refused":
        return Booking("refused", findings=reading.findings)
    return _Case(invoice, reading.findings, facts, fingerprint, waits=verdict == "held").decide()


class _Case:
    """One document on its way through the decisions; collects decisions and findings as it goes."""

    def __init__(
        self, invoice: Invoice, findings: Sequence[Finding], facts: Facts, fingerprint: str, *, waits: bool
    ) -> None:
        self.invoice = invoice
        self.facts = facts
        self.fingerprint = fingerprint
        self.waits = waits
        self.administration = facts.administration
        self.decisions: list[Decision] = []
        self.findings: list[Finding] = list(findings)
        self.direction: Direction | None = None
        self.match = Match()
        self.identity = ""

    def decide(self) -> Booking:
        """Side ▸ relation ▸ twin ▸ entry; stops at the first step that a person must decide."""
        sides = choose_side(self.invoice, self.administration, self.facts.wished)
        self._note(sides.decision, sides.finding)
        if sides.direction is None or sides.other is None:
            return self._held()
        self.direction = sides.direction
        relation = self._relation(sides)
        if relation is None:
            return self._held()
        self.identity = self.invoice.identity(sides.direction, relation.key)
        twin = find_twin(self.invoice, self.identity, self.facts, self.fingerprint, relation.key)
        if twin is not None:
            self._note(None, twin.finding)
            if twin.outcome in ("duplicate", "conflict"):
                return Booking(
                    twin.outcome,
                    self.direction,
                    self.match.relation,
                    decisions=tuple(self.decisions),
                    findings=tuple(self.findings),
                    earlier=twin.earlier,
                )
        self._note(None, *check_preceding(self.invoice, self.facts, relation))
        return self._entry(sides.direction, relation)

    def _note(self, decision: Decision | None, *findings: Finding | None) -> None:
        if decision:
            self.decisions.append(decision)
        self.findings.extend(f for f in findings if f)

    def _blocked(self) -> bool:
        """Whether some fatal finding of our own, not accepted by a person, keeps this from being posted."""
        released = self.facts.released
        return self.waits or any(f.fatal and f.layer == "hub" and f.code not in released for f in self.findings)

    def _held(self) -> Booking:
        outcome = judge(self.findings, policy=self.facts.policy, released=self.facts.released) or "held"
        return self._booking("refused" if outcome == "refused" else "held")

    def _booking(self, outcome: str) -> Booking:
        claimed = self.identity if outcome in ("posted", "held") else ""
        return Booking(
            outcome,
            self.direction,
            self.match.relation,
            self.match.new,
            self.match.new_keys,
            claimed,  # type: ignore[arg-type]
            decisions=tuple(self.decisions),
            findings=tuple(self.findings),
        )

    def _relation(self, sides: Sides) -> Relation | None:
        assert sides.other is not None
        ibans = transfer_ibans(self.invoice) if sides.direction == "purchase" and self.invoice.payee is None else ()
        self.match = match_relation(sides.other, party_keys(sides.other, ibans), self.facts.relations)
        self._note(self.match.decision, self.match.finding)
        return self.match.relation

    def _entry(self, direction: Direction, relation: Relation) -> Booking:
        """Amounts ▸ accounts ▸ VAT ▸ terms ▸ entry; collects every finding before it stops."""
        invoice, administration = self.invoice, self.administration
        if invoice.type_code == PRO_FORMA:
            self._note(None, Finding("HUB-TYPE-01", "fatal", "hub", "BT-3", "325", who="us"))
        broken = breakdown(invoice)
        self._note(None, broken.finding)
        posted, wrong = check_totals(invoice, posted_amounts(invoice, broken.groups), administration)
        self._note(None, *wrong)
        buckets = self._buckets(direction, relation, broken)
        treatments = self._treatments(direction, relation, broken)
        conversion = self._conversion()
        due = choose_due(invoice, relation, administration, direction)
        self._note(due.decision, due.finding)
        reversed_vat = any(t.charged is not None for t in treatments.values())
        parts = split_due(invoice, relation, self.match.new, due, posted, direction, reversed_vat)
        self._note(None, *parts.findings)
        self.decisions.extend(parts.decisions)
        when = choose_booking_date(invoice.issue_date, administration, self.facts.closed, self.facts.received_on)
        self._note(when.decision, when.finding)
        if (
            self._blocked()
            or buckets is None
            or conversion is None
            or when.on is None
            or len(treatments) < len(broken.groups)
        ):
            return self._held()
        stated = stated_tax_in_base(invoice, broken.groups, administration.currency)
        plan = EntryPlan(
            invoice,
            direction,
            administration,
            relation.name,
            buckets,
            broken.groups,
            treatments,
            posted,
            parts,
            conversion,
            when.on,
            stated,
        )
        return self._posted(plan)

    def _posted(self, plan: EntryPlan) -> Booking:
        done = self._booking("posted")
        return Booking(
            "posted",
            done.direction,
            done.relation,
            done.new_relation,
            done.new_keys,
            done.identity,
            invoice_entry(plan),
            done.decisions,
            done.findings,
        )

    def _conversion(self) -> Conversion | None:
        invoice, base = self.invoice, self.administration.currency
        conversion = choose_rate(invoice.currency, base, invoice.issue_date, self.facts.rates)
        if conversion is None:
            details = (("currency", invoice.currency), ("date", str(invoice.issue_date)))
            self._note(None, Finding("HUB-RATE-01", "fatal", "hub", "BT-5", invoice.currency, base, "us", details))
        elif invoice.currency != base:
            words = (("currency", invoice.currency), ("date", str(conversion.on)))
            self._note(Decision("rate", f"{conversion.rate:f}", "ecb_rate", words=words))
        return conversion

    def _treatments(self, direction: Direction, relation: Relation, broken: Breakdown) -> dict[GroupKey, Treatment]:
        done: dict[GroupKey, Treatment] = {}
        for key, group in broken.groups.items():
            treatment = treat(group, self.invoice, relation, self.administration, direction)
            if isinstance(treatment, Finding):
                self._note(None, treatment)
            else:
                self._note(treatment.decision, *treatment.findings)
                done[key] = treatment
        return done

    def _buckets(self, direction: Direction, relation: Relation, broken: Breakdown) -> list[Bucket] | None:
        """Net amounts per account and VAT group: the lines, then document allowances and charges."""
        sums: dict[tuple[str, GroupKey], Decimal] = {}
        accounts: dict[str, Account] = {}
        largest: dict[GroupKey, tuple[Decimal, str]] = {}
        missing = False
        for line in self.invoice.lines:
            choice = choose_account(line, self.invoice, relation, self.administration, direction)
            self._note(choice.decision, choice.finding)
            key = self._group_of(line, broken)
            if choice.account is None or key is None:
                missing = True
                continue
            code = choice.account.code
            accounts[code] = choice.account
            sums[code, key] = sums.get((code, key), ZERO) + line.net_amount
            if key not in largest or abs(line.net_amount) > largest[key][0]:
                largest[key] = (abs(line.net_amount), code)
        for item in self.invoice.allowances_charges:
            missing |= not self._add_allowance(item, broken, sums, accounts, largest, direction)
        if missing:
            return None
        return [Bucket(accounts[code], key, net) for (code, key), net in sums.items()]

    def _add_allowance(
        self,
        item: AllowanceCharge,
        broken: Breakdown,
        sums: dict[tuple[str, GroupKey], Decimal],
        accounts: dict[str, Account],
        largest: dict[GroupKey, tuple[Decimal, str]],
        direction: Direction,
    ) -> bool:
        """A document allowance or charge goes to the account of the largest line in its VAT group, unless a role names one."""
        named = self.administration.accounts_named.get(
            "document_charges" if item.is_charge else "document_allowances", ""
        )
        default = (
            self.administration.default_purchase_account
            if direction == "purchase"
            else self.administration.default_sales_account
        )
        key = self._group_of(item, broken)
        if key is None:
            return False
        biggest = max(largest.values(), default=(ZERO, default))
        code = named or largest.get(key, biggest)[1]
        account = accounts.get(code) or self.administration.accounts.get(code)
        if account is None:
            self._note(None, Finding("HUB-ACC-01", "fatal", "hub", "BG-21" if item.is_charge else "BG-20", who="us"))
            return False
        accounts[code] = account
        sums[code, key] = sums.get((code, key), ZERO) + (item.amount if item.is_charge else -item.amount)
        why = "named_allowance_account" if named else "largest_line_in_group"
        self._note(Decision("contra_account", code, why, "BG-21" if item.is_charge else "BG-20"))
        return True

    def _group_of(self, item: Line | AllowanceCharge, broken: Breakdown) -> GroupKey | None:
        """The VAT group of a line, allowance or charge; the only one where the document has just one."""
        key = group_key(item.vat_category or "O", item.vat_rate)
        if key in broken.groups:
            return key
        if len(broken.groups) == 1:
            return next(iter(broken.groups))
        found = f"{item.vat_category} {item.vat_rate}".strip()
        self._note(None, Finding("HUB-VAT-08", "fatal", "hub", "BG-23", found))
        return None
