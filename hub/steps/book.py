"""Step: from a read document and the facts to a booking. Pure: the same document and facts give the same booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hub.accounting.booking_date import choose_booking_date
from hub.accounting.buckets import collect_buckets
from hub.accounting.credit_limit import invoice_findings
from hub.accounting.credited import Credit, credit_of_rejected, fits
from hub.accounting.currency import Conversion, choose_rate
from hub.accounting.groups import Breakdown, GroupKey, breakdown
from hub.accounting.invoice_entry import EntryPlan, invoice_entry, stated_tax_in_base
from hub.accounting.open_items import split_due
from hub.accounting.payment_terms import choose_due
from hub.accounting.preceding import check_preceding
from hub.accounting.purchase_method import Way, choose_way, suspense_taken
from hub.accounting.relations import Match, match_relation
from hub.accounting.sides import Sides, choose_side
from hub.accounting.suspense import as_decisions, intended_costs, suspended
from hub.accounting.totals import check_totals, posted_amounts
from hub.accounting.twins import find_twin, number_used_before
from hub.accounting.vat import Treatment, treat
from hub.accounting.vat_indication import check_indication
from hub.model.administration import Direction
from hub.model.approval import ANYBODY, BLOCK, CREDIT, Approval
from hub.model.booking import Booking, Facts
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.model.keys import normalised, party_keys, transfer_ibans
from hub.model.message import OutcomeKind
from hub.model.relation import Relation
from hub.ports import Reading
from hub.steps.judge import is_arithmetic, judge

PRO_FORMA = "325"  # UNTDID 1001: never booked (DOMAIN 10.6 no. 12)
TOTALS_ONLY = "HUB-CII-14"  # a profile without lines: nothing says which account and which VAT code
NEVER_ACCEPTED = frozenset(("HUB-TYPE-01", TOTALS_ONLY))


def book(reading: Reading, facts: Facts, fingerprint: str = "") -> Booking:
    """Decide what becomes of one document. `fingerprint` is of its contents, to tell a duplicate from a conflict."""
    invoice = reading.document
    if invoice is None:
        return Booking("refused", findings=reading.findings)
    named = bool(invoice.specification)
    verdict = judge(
        reading.findings,
        policy=facts.policy,
        agreements=facts.agreements,
        named_specification=named,
        released=facts.released,
    )
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
        if self.invoice.type_code == PRO_FORMA:
            self._note(None, Finding("HUB-TYPE-01", "fatal", "hub", "BT-3", PRO_FORMA, who="us"))
        sides = choose_side(self.invoice, self.administration, self.facts.wished)
        self._note(sides.decision, sides.finding)
        if sides.direction is None or sides.other is None:
            return self._held()
        self.direction = sides.direction
        relation = self._relation(sides)
        if relation is None:
            return self._held()
        self.identity = self.invoice.identity(sides.direction, relation.key)
        twin = find_twin(self.invoice, self.identity, self.facts, self.fingerprint)
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
        if sides.decision is not None and sides.decision.why == "seller_is_ours":
            self._note(None, number_used_before(self.invoice, self.identity, self.facts))
        self._note(None, *check_preceding(self.invoice, self.facts, relation))
        credit = credit_of_rejected(self.invoice, relation, self.facts) if sides.direction == "purchase" else None
        if credit is not None:
            self._note(None, credit.finding)
            if credit.what == "register" and not self._blocked():
                return self._registered(credit)
        return self._entry(sides.direction, relation, credit)

    def _registered(self, credit: Credit) -> Booking:
        """A credit note for what we sent back unbooked, or took back ourselves: known, and nothing is left to book."""
        approval = Approval(CREDIT, ANYBODY, of=credit.rejected.document.message_id)
        return replace(self._booking("duplicate"), earlier=credit.rejected.document, approval=approval)

    def _note(self, decision: Decision | None, *findings: Finding | None) -> None:
        if decision:
            self.decisions.append(decision)
        self.findings.extend(f for f in findings if f)

    def _blocked(self) -> bool:
        """Whether some fatal finding of our own, not accepted by a person, keeps this from being posted."""
        return self.waits or any(f.fatal and f.layer == "hub" and not self._accepted(f) for f in self.findings)

    def _accepted(self, finding: Finding) -> bool:
        return finding.code in self.facts.released and finding.code not in NEVER_ACCEPTED and not is_arithmetic(finding)

    def _held(self, way: Way | None = None) -> Booking:
        """Held, or refused where the sender must mend it; what is registered first begins to wait for its approval."""
        named, facts = bool(self.invoice.specification), self.facts
        outcome = judge(
            self.findings,
            policy=facts.policy,
            agreements=facts.agreements,
            named_specification=named,
            released=facts.released,
        )
        made = self._booking(outcome or "held")
        if made.outcome == "held" and way is not None and way.approval and not way.approval.account:
            return replace(made, approval=way.approval)
        return made

    def _booking(self, outcome: OutcomeKind) -> Booking:
        claimed = self.identity if outcome in ("posted", "held") else ""
        return Booking(
            outcome,
            self.direction,
            self.match.relation,
            self.match.new,
            self.match.new_keys,
            claimed,
            decisions=tuple(self.decisions),
            findings=tuple(self.findings),
        )

    def _relation(self, sides: Sides) -> Relation | None:
        assert sides.other is not None
        keys = party_keys(sides.other, self._their_ibans(sides))
        self.match = match_relation(sides.other, keys, self.facts.relations)
        self._note(self.match.decision, self.match.finding)
        return self.match.relation

    def _their_ibans(self, sides: Sides) -> tuple[str, ...]:
        """BT-84 where it is the seller's own: not the payee's (factor), not ours (where a credit note is refunded to)."""
        if sides.direction != "purchase" or self.invoice.payee is not None:
            return ()
        ours = {normalised(iban) for iban in self.administration.ibans}
        return tuple(iban for iban in transfer_ibans(self.invoice) if normalised(iban) not in ours)

    def _entry(self, direction: Direction, relation: Relation, credit: Credit | None = None) -> Booking:
        """Amounts ▸ accounts ▸ VAT ▸ terms ▸ entry; collects every finding before it stops."""
        invoice, administration = self.invoice, self.administration
        if any(f.code == TOTALS_ONLY for f in self.findings):
            return self._held()
        broken = breakdown(invoice, direction)
        self._note(None, *broken.findings)
        posted, wrong = check_totals(invoice, posted_amounts(invoice, broken.groups), administration)
        self._note(None, *wrong)
        if not broken.groups and invoice.lines:  # refused, and there is nothing to hang the lines on
            return self._held()
        buckets = collect_buckets(invoice, broken, relation, administration, direction, self.facts.suggestions)
        self.decisions += buckets.decisions
        self._note(None, *buckets.findings)
        treatments = self._treatments(direction, relation, broken)
        self._note(None, *check_indication(invoice, broken.groups.values(), relation, direction))
        conversion, stated = self._conversion(broken)
        self._note(None, *invoice_findings(relation, direction, invoice.kind, posted.due, conversion))
        due = choose_due(invoice, relation, administration, direction)
        self._note(due.decision, due.finding)
        parts = split_due(invoice, relation, self.match.new, due, posted, direction)
        self._note(None, *parts.findings)
        self.decisions += parts.decisions
        when = choose_booking_date(invoice.issue_date, administration, self.facts.closed, self.facts.received_on)
        self._note(when.decision, when.finding)
        way = self._way(direction, relation, conversion, credit)
        self._note(way.decision, way.finding, suspense_taken(way, buckets.all))
        undecided = not buckets.complete or len(treatments) < len(broken.groups)
        if self._blocked() or undecided or conversion is None or when.on is None:
            return self._held(way)
        plan = EntryPlan(
            invoice, direction, administration, relation.name, buckets.all, broken.groups, treatments, posted, parts, conversion,
            when.on, stated,
        )  # fmt: skip
        if way.approval is None:
            return self._posted(plan)
        return self._provisional(plan, way.approval, credit)

    def _way(
        self, direction: Direction, relation: Relation, conversion: Conversion | None, credit: Credit | None
    ) -> Way:
        """How a purchase is booked; a credit note goes the way of the rejected invoice that it belongs to."""
        if direction != "purchase":
            return Way()
        total = self.invoice.totals.with_vat
        amount = None if conversion is None or total is None else conversion.to_base(total)
        if credit is None:
            return choose_way(relation, self.facts, amount)
        if credit.what != "book":
            return Way()
        earlier = credit.rejected.document
        words = (("number", earlier.number_key), ("date", str(earlier.issue_date)))
        decision = Decision("purchase_method", CREDIT, "credit_of_rejected", words=words)
        return Way(Approval(CREDIT, ANYBODY, amount, credit.rejected.account, earlier.message_id), decision)

    def _provisional(self, plan: EntryPlan, approval: Approval, credit: Credit | None) -> Booking:
        """Creditor and VAT now, the cost on the suspense account; what approval is to book stays with it as decisions."""
        on_suspense = replace(plan, suspense=approval.account)
        entry = invoice_entry(on_suspense)
        if credit is not None:
            misfit = fits(credit, self.invoice, suspended(entry.postings, approval.account))
            if misfit is not None:
                self._note(None, misfit)
                return self._held()
        else:
            self.decisions += as_decisions(intended_costs(invoice_entry(plan), entry, approval.account))
            items = (replace(item, block_reasons=(*item.block_reasons, BLOCK)) for item in entry.open_items)
            entry = replace(entry, open_items=tuple(items))
        return replace(self._booking("posted"), entry=entry, approval=approval)

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

    def _conversion(self, broken: Breakdown) -> tuple[Conversion | None, dict[GroupKey, Decimal]]:
        """The rate, and the VAT that the document itself states in our currency (BT-111)."""
        invoice, base = self.invoice, self.administration.currency
        conversion = choose_rate(invoice.currency, base, invoice.issue_date, self.facts.rates)
        if conversion is None:
            details = (("currency", invoice.currency), ("date", str(invoice.issue_date)))
            self._note(None, Finding("HUB-RATE-01", "fatal", "hub", "BT-5", invoice.currency, base, "us", details))
            return None, {}
        if invoice.currency == base:
            return conversion, {}
        words = (("currency", invoice.currency), ("date", str(conversion.on)))
        stated, finding = stated_tax_in_base(invoice, broken.groups, conversion)
        self._note(Decision("rate", f"{conversion.rate:f}", "ecb_rate", words=words), finding)
        return conversion, stated

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
